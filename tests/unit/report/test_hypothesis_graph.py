"""The drawn graph of hypotheses: what it says, that nothing lies on a node, and what remains after rejections."""

from __future__ import annotations

import re

import pytest

from equipoise.design import HypothesisGraph, fallback, graphical_test, holm, parallel_gatekeeping
from equipoise.report import plot
from equipoise.report.figures.figure import Figure
from equipoise.report.figures.hypothesis_graph import _inside, _lines, _path, _placed

GROUPS = HypothesisGraph.of(
    {"SR-Average": 0.4, "SR-High": 0.4, "both": 0.2},
    {
        "SR-Average": {"SR-High": 0.5, "both": 0.5},
        "SR-High": {"SR-Average": 0.25, "both": 0.75},
        "both": {"SR-Average": 1.0},
    },
)


def words(figure: Figure) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", figure.svg())


def test_nodes_say_id_weight_and_alpha_and_edges_their_share() -> None:
    figure = plot(GROUPS, alpha=0.025)
    found = words(figure)
    for word in ("SR-Average", "SR-High", "both", "weight 0.4", "weight 0.2", "α = 0.01", "α = 0.005"):
        assert word in found
    assert sorted(w for w in found if re.fullmatch(r"[0-9.]+", w)) == ["0.25", "0.5", "0.5", "0.75", "1"]
    assert (
        "SR-High: weight 0.4, alpha 0.01; if rejected it passes 0.25 to SR-Average, 0.75 to both."
        in figure.alternative
    )


def test_after_rejections_the_arrows_are_those_of_the_graph_that_remains() -> None:
    test = graphical_test(GROUPS, {"SR-Average": 0.5, "SR-High": 0.001, "both": 0.9}, 0.025)
    figure = plot(test)
    found = words(figure)
    assert "rejected at α = 0.01" in found
    # By hand: 0.4 + 0.4 / 4 and 0.2 + 0.4 * 3 / 4; SR-Average -> both (1/2 + 1/2 * 3/4) / (1 - 1/2 * 1/4) is 1.
    assert {"weight 0.5"} <= set(found)
    assert [w for w in found if re.fullmatch(r"[0-9.]+", w)] == ["1", "1"]
    assert "Rejected, in this order: SR-High." in figure.alternative


def test_when_all_are_rejected_nothing_points_anywhere() -> None:
    everything = plot(graphical_test(GROUPS, dict.fromkeys(GROUPS.hypotheses, 0.0), 0.025))
    assert "No hypothesis is left." in everything.alternative
    assert not [w for w in words(everything) if re.fullmatch(r"[0-9.]+", w)]


@pytest.mark.parametrize(
    "graph",
    [
        GROUPS,
        holm(("A", "B")),
        holm(("only",)),
        fallback(tuple("ABCDE"), (0.2,) * 5),
        parallel_gatekeeping(("first of all", "second"), ("third", "fourth")),
        holm(tuple(f"a long name of hypothesis {i}" for i in range(7))),
    ],
    ids=lambda g: str(len(g.hypotheses)),
)
def test_no_arrow_runs_through_its_own_nodes_and_no_node_over_another(graph: HypothesisGraph) -> None:
    texts = {name: _lines(name, 0.5, 0.025, None, "67 events") for name in graph.hypotheses}
    nodes, height = _placed(graph.hypotheses, texts, dict(zip(graph.hypotheses, graph.weights, strict=True)))
    for a in nodes:
        assert a.y - a.half_height > 0.0
        assert a.y + a.half_height < height
        assert a.x - a.half_width > 0.0
        for b in nodes:
            if a is not b:
                assert (
                    abs(a.x - b.x) > a.half_width + b.half_width
                    or abs(a.y - b.y) > a.half_height + b.half_height
                )
                for x, y in _path(a, b, 0.2):
                    assert not _inside(a, x, y, 0.0)
                    assert not _inside(b, x, y, 0.0)


def test_the_same_graph_gives_the_same_bytes() -> None:
    assert plot(GROUPS, alpha=0.025).svg() == plot(GROUPS, alpha=0.025).svg()
