"""Simulated hypotheses, shown: each cell is a number of the result, errors where something true is rejected."""

from __future__ import annotations

from pathlib import Path

import pytest

from equipoise.protocol import read_protocol
from equipoise.report import simulated_hypotheses_text, tabulate
from equipoise.report.tables.simulated_hypotheses import rejections_by_look_table, rejections_table
from equipoise.report.tabulate_simulation import graph_simulations_table
from equipoise.simulation import (
    Estimate,
    GraphCharacteristics,
    Scenario,
    rejections_by_scenario,
    simulate_hypotheses,
)

QUESTIONS = Path(__file__).parents[3] / "examples" / "aall1731" / "two_questions.toml"
EFFECT = {"endpoint": "DFS", "arm": "blinatumomab"}
HIGH_ALONE = Scenario(
    "high alone",
    changes=(
        (
            "effect",
            [
                EFFECT | {"strata": ["SR-Average"], "hazard_ratio": [1.0]},
                EFFECT | {"strata": ["SR-High"], "hazard_ratio": [0.3]},
            ],
        ),
    ),
    settings=(("family", "one group"), ("hazard_ratio", 0.3)),
)


def _simulated(*scenarios: Scenario | str) -> tuple[GraphCharacteristics, ...]:
    return simulate_hypotheses(read_protocol(QUESTIONS), trials=60, seed=3, scenarios=scenarios, workers=1)


@pytest.fixture(scope="module")
def found() -> tuple[GraphCharacteristics, ...]:
    return _simulated("null", "alternative", HIGH_ALONE)


def _share(estimate: Estimate) -> str:
    return f"{100 * estimate.value:.2f} ± {100 * estimate.error:.2f} %"


def _texts(cells: tuple[object, ...]) -> list[str]:
    return [getattr(c, "text", c).replace("\u202f", " ") for c in cells]


def test_the_whole_stands_scenario_beside_scenario(found: tuple[GraphCharacteristics, ...]) -> None:
    table = rejections_table(found, graph_simulations_table(found))
    assert [c.title for c in table.columns] == ["", "No effect", "Effect as assumed", "high alone"]
    lines = [_texts(row.cells) for row in table.rows]
    error, some, every = lines[:3]
    assert error[1:] == [_share(found[0].familywise_error), "—", _share(found[2].familywise_error)]
    assert some[1:] == [_share(one.any_rejected) for one in found]
    assert every[1:] == [_share(one.all_rejected) for one in found]
    at = lines.index(["SR-High"])
    assert lines[at + 1][1:] == [_share(one["SR-High"].rejected) for one in found]
    assert lines[at + 2][1:] == [_share(one["SR-High"].alone) for one in found]
    assert lines[at + 3][3] == "{:.2f} ± {:.2f}".format(*found[2]["SR-High"].time)


def test_each_look_shows_its_rejections_and_events(found: tuple[GraphCharacteristics, ...]) -> None:
    table = rejections_by_look_table(found, graph_simulations_table(found))
    lines = [_texts(row.cells) for row in table.rows]
    at = lines.index(["both"])
    for k in range(3):
        look = [(one["both"].at_look[k], one["both"].events[k]) for one in found]
        expected = [cell for share, events in look for cell in (_share(share), f"{events.value:.0f}")]
        assert lines[at + 1 + k][1:] == expected
    assert lines[at + 1][0] == "1, first efficacy look"


def test_rows_mark_what_is_true_and_carry_their_units(found: tuple[GraphCharacteristics, ...]) -> None:
    rows = graph_simulations_table(found)
    assert rows.rows[: len(tabulate(found[0]))] == tabulate(found[0]).rows
    marked = {
        (r.group, r.population) for r in rows if r.statistic == "rejected" and r.note.startswith("true in")
    }
    assert marked == {("null", h) for h in ("SR-Average", "SR-High", "both")} | {("high alone", "SR-Average")}
    (time,) = rows.where(group="high alone", population="SR-High", statistic="time")
    (events,) = rows.where(group="null", population="both", statistic="events_mean", item="look 2")
    assert (time.unit, events.unit) == ("years", "events")
    assert time.value == found[2]["SR-High"].time.value


def test_many_scenarios_are_a_row_each_and_no_look_is_shown() -> None:
    found = _simulated("null", "alternative", HIGH_ALONE, Scenario("weak", hazard_ratio=0.8))
    text = simulated_hypotheses_text(found)
    assert "Look by look" not in text
    (line,) = [one for one in text.splitlines() if one.startswith("high alone")]
    assert line.endswith(_share(found[2]["both"].rejected))
    wide = rejections_by_scenario(found)
    assert wide["hazard_ratio"].to_list() == [None, None, 0.3, None]
    assert wide["rejected_SR-High"].to_list() == [one["SR-High"].rejected.value for one in found]
    assert wide["familywise_error_mc_error"].to_list() == [one.familywise_error.error for one in found]
