"""What comes after the stop, shown: the numbers of the result in words, dashes where nothing was played."""

from __future__ import annotations

from pathlib import Path

import pytest

from equipoise.report import TrialReport, render, simulation_text, tabulate
from equipoise.report.sections.simulation import simulation_section
from equipoise.report.tables.after_stop import LINES, after_stop_tables
from equipoise.simulation import OperatingCharacteristics, Scenario, simulate
from simulation.played_models import AFTER, LATE, protocol_of

OVERRUN = "[simulation.after_stop]\noverrun = 0.15\n"


def _simulated(data: str, *scenarios: Scenario) -> OperatingCharacteristics:
    protocol = protocol_of({"data": data, "assumptions": LATE})
    return simulate(protocol, trials=40, seed=3, workers=1, scenarios=scenarios or None)


@pytest.fixture(scope="module")
def found() -> OperatingCharacteristics:
    return _simulated(AFTER)


def test_the_terminal_and_the_report_show_every_number_beside_its_error(
    found: OperatingCharacteristics, tmp_path: Path
) -> None:
    after = found["alternative"].after_stop
    assert after is not None
    lines = simulation_text(found).splitlines()
    for title, name, digits in LINES:
        (line,) = [one for one in lines if one.startswith(title)]
        value, error = getattr(after, name)
        told = (
            f"{100 * value:.1f} ± {100 * error:.1f} %"
            if digits is None
            else f"{value:.{digits}f} ± {error:.{digits}f}"
        )
        assert line.endswith(told), line
    assert [b.id for b in simulation_section(found, None, tabulate(found)).blocks][1] == "table-after-stop"
    plan = protocol_of({"data": AFTER, "assumptions": LATE})
    page = render(TrialReport(plan, operating_characteristics=found), tmp_path / "report.html").read_text()
    assert page.count("Control patients who cross over, mean") == 1


def test_rows_carry_the_unit_of_each_number(found: OperatingCharacteristics) -> None:
    rows = {r.statistic: r.unit for r in tabulate(found).where(group="alternative", item="")}
    assert {name: rows[f"after_stop_{name}"] for _, name, _ in LINES} == {
        "events": "events",
        "hazard_ratio": "ratio",
        "confirmed": "proportion",
        "crossed": "subjects",
        "last_hazard_ratio": "ratio",
        "last_hazard_ratio_censored": "ratio",
    }
    assert rows["log_hazard_ratio_sd"] == "log ratio"
    assert (rows["rejection"], rows["events_mean"], rows["duration_q05"]) == ("proportion", "events", "years")


def test_what_was_not_asked_for_is_a_dash() -> None:
    found = _simulated(OVERRUN)
    (table,) = after_stop_tables(found, tabulate(found))
    shown = {str(row.cells[0]): row.cells[2] for row in table.rows}
    assert shown["Hazard ratio at the last analysis, as randomised"] == "—"
    assert shown["Events that overrun, mean"] != "—"


def test_nothing_is_shown_where_nothing_was_played() -> None:
    found = _simulated("")
    assert after_stop_tables(found, tabulate(found)) == ()
    assert "After the stop" not in simulation_text(found)


def test_of_many_scenarios_each_that_goes_on_is_a_row_and_the_wide_table_has_its_columns() -> None:
    going_on = Scenario("goes on", changes=(("simulation.after_stop.overrun", 0.15),))
    others = [Scenario(name, hazard_ratio=0.8) for name in ("a", "b", "c")]
    found = _simulated("", *others, going_on)
    (table,) = after_stop_tables(found, tabulate(found))
    assert [row.cells[0] for row in table.rows] == ["goes on"]
    assert [c.title for c in table.columns][1:] == [title for title, _, _ in LINES]
    events = found.summary()["after_stop_events"].to_list()
    after = found["goes on"].after_stop
    assert after is not None
    assert events == [None, None, None, after.events.value]
