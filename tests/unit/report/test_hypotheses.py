"""Several hypotheses in tables and in the terminal: every number is a row, at each level and look."""

from __future__ import annotations

from pathlib import Path

import pytest

from equipoise.design import GraphicalDesign, design_hypotheses, graphical_test
from equipoise.monitoring import monitor_several
from equipoise.protocol import parse_protocol, read_protocol
from equipoise.report import TrialReport, hypotheses_text, monitored_text, tabulate
from equipoise.report.document import DisplayTable, Shown
from equipoise.report.tables.hypotheses import ways_in_words
from equipoise.report.tabulate_hypotheses import GRAPH, level_group

QUESTIONS = Path(__file__).parents[3] / "examples" / "aall1731" / "two_questions.toml"


@pytest.fixture(scope="module")
def planned() -> GraphicalDesign:
    return design_hypotheses(read_protocol(QUESTIONS))


def test_every_level_and_look_is_a_row(planned: GraphicalDesign) -> None:
    table = tabulate(planned)
    for bounds in planned.levels:
        for k in range(3):
            about = {
                "population": bounds.hypothesis,
                "group": level_group(bounds.level),
                "item": f"look {k + 1}",
            }
            for name, values in (
                ("efficacy_z", bounds.efficacy_z),
                ("efficacy_p", bounds.nominal_p),
                ("efficacy_hazard_ratio", bounds.hazard_ratio),
            ):
                row = table.get(GRAPH, name, **about)
                assert row is not None
                assert row.value == values[k]
                assert row.protocol_hash == planned.protocol.hash
    assert table.get("design", "events", population="SR-High").value == planned.design_of("SR-High").events
    assert table.get(GRAPH, "transition", population="both", item="SR-High").value == 0.5


def test_the_terminal_shows_levels_and_what_leads_to_them(planned: GraphicalDesign) -> None:
    said = hypotheses_text(planned)
    assert "SR-High     weight 0.4, level 0.01; if rejected, passes 0.5 to SR-Average, 0.5 to both" in said
    lines = [line.split() for line in said.splitlines()]
    start = next(line for line in lines if line[:2] == ["none", "0.005"])
    assert start[2] == f"{planned.level_after('both').efficacy_z[0]:.3f}"
    events = ", ".join(str(k.events) for k in planned.design_of("both").looks)
    assert f"both: looks at {events} events" in said


def test_a_meeting_before_any_look(planned: GraphicalDesign) -> None:
    found = monitor_several(planned, ())
    said = monitored_text(found)
    assert "SR-Average: not rejected; stands at level 0.01" in said
    assert sum(line.endswith("  to come") for line in said.splitlines()) == 9
    assert "What remains of the graph" in said
    rows = tabulate(found)
    assert rows.get(GRAPH, "level_now", population="both").value == planned.procedure.alpha * 0.2
    assert rows.get(GRAPH, "sequential_p", population="both").value == 1.0


def test_a_test_without_looks_is_tabulated_too(planned: GraphicalDesign) -> None:
    test = graphical_test(planned.procedure.graph, {"SR-Average": 0.5, "SR-High": 0.5, "both": 0.001}, 0.025)
    rows = tabulate(test)
    assert rows.get(GRAPH, "adjusted_p", population="both").value == 0.005
    assert rows.get(GRAPH, "step", population="both").value == 1
    assert rows.get(GRAPH, "level_now", population="SR-High").value == pytest.approx(0.0125)


def test_ways_are_said_in_words() -> None:
    assert ways_in_words(((),)) == "none"
    assert ways_in_words((("A",), ("B", "C"))) == "A, or B and C"
    assert ways_in_words((("A",), ("B",), ("C",), ("A", "B"))) == "A, or B, or 2 other ways"


def test_a_look_that_is_not_read_has_a_dash() -> None:
    text = QUESTIONS.read_text().replace(
        '{ label = "first efficacy look", fraction = 0.6 }',
        '{ label = "safety", fraction = 0.6, efficacy = false }',
        1,
    )
    planned = design_hypotheses(parse_protocol(text))
    row = tabulate(planned).get(
        GRAPH, "efficacy_z", population="SR-Average", group=level_group(0.01), item="look 1"
    )
    assert row is not None
    assert (row.value, row.note) == (None, "not read for efficacy")
    line = next(x for x in hypotheses_text(planned).splitlines() if x.split()[:2] == ["none", "0.01"])
    assert line.split()[2:5] == ["—", "—", "—"]


def test_the_report_has_plan_and_standing_with_every_number_in_its_results(planned: GraphicalDesign) -> None:
    report = TrialReport(
        planned.protocol,
        design=planned.design_of("SR-Average"),
        hypotheses=planned,
        standing=monitor_several(planned, ()),
    )
    results = report.results()
    sections = {s.id: s for s in report.document().sections}
    rows = {row.id for row in results}
    tables = [b for b in sections["hypotheses"].blocks if isinstance(b, DisplayTable)]
    assert [t.id for t in tables] == ["table-hypotheses", "table-standing"]
    linked = [c.row for t in tables for r in t.rows for c in r.cells if isinstance(c, Shown) and c.row]
    assert len(linked) > 100
    assert set(linked) <= rows
    alone = TrialReport(planned.protocol, design=planned.design_of("SR-Average"))
    assert "hypotheses" not in {s.id for s in alone.document().sections}
