"""The final analysis of a trial with a margin: which comparison is tested, by which test, in which words."""

from __future__ import annotations

import pytest

from equipoise.analysis import TrialAnalysis, analyze
from equipoise.protocol import parse_protocol
from equipoise.records import trial_records
from equipoise.report import tabulate
from equipoise.report.document import plain
from equipoise.report.sections.opening import primary_result
from equipoise.report.text import analysis_text
from equipoise.survival import hazard_ratio_interval, logrank
from small_trial import PROTOCOL, adam_tables
from tolerances import ROUNDING

ALPHA = "alpha = 0.025\nmargin = 3.0\n"


def analysed(changes: dict[str, str]) -> TrialAnalysis:
    """The small trial's forty subjects under a changed protocol."""
    text = PROTOCOL
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    tables = adam_tables()
    return analyze(parse_protocol(text), trial_records(tables["adsl"], tables["adtte"], synthetic=True))


def test_the_margin_is_tested_by_the_planned_test_and_its_inverse() -> None:
    found = analysed({"alpha = 0.025\n": ALPHA})
    tables = adam_tables()
    table = tables["adsl"].join(tables["adtte"], on="USUBJID", maintain_order="left")
    given = (table["AVAL"], table["CNSR"] == 0, table["TRT01P"])
    by = {"control": "A", "strata": table["STRATUM"]}
    tested = found.endpoint("EFS").comparisons[0].margin_test
    assert tested is not None
    test = logrank(*given, **by, hazard_ratio_null=3.0, alternative="benefit")
    assert (tested.margin, tested.hypothesis) == (3.0, "primary")
    assert tested.test.z == pytest.approx(test.z, rel=ROUNDING)
    assert tested.test.p == pytest.approx(test.p, rel=ROUNDING)
    assert tested.interval.upper == pytest.approx(hazard_ratio_interval(*given, **by).upper, rel=1e-9)
    assert (tested.interval.upper < 3.0) == (tested.test.p < 0.025)


def test_only_the_population_of_the_hypothesis_is_tested() -> None:
    """A margin for all says nothing in a stratum of its own; one for a stratum says nothing of all."""
    of_all = analysed({"alpha = 0.025\n": ALPHA})
    assert of_all.endpoint("EFS", "low").comparisons[0].margin_test is None
    of_low = analysed({"alpha = 0.025\n": ALPHA + 'population = ["low"]\n'})
    assert of_low.endpoint("EFS").comparisons[0].margin_test is None
    assert of_low.endpoint("EFS", "low").comparisons[0].margin_test is not None
    assert analysed({}).endpoint("EFS").comparisons[0].margin_test is None


def test_rows_table_and_first_line_name_limit_and_margin() -> None:
    found = analysed({"alpha = 0.025\n": ALPHA})
    rows = {r.statistic: r for r in tabulate(found) if r.population == "all"}
    upper = found.endpoint("EFS").comparisons[0].margin_test.interval.upper
    assert rows["margin"].value == 3.0
    assert rows["margin_upper"].value == upper
    assert rows["margin_p"].note == "one-sided"
    side = "below" if upper < 3.0 else "not below"
    text = analysis_text(found)
    assert f"upper limit {upper:.2f}, {side} 3.00" in text
    assert "neither allows for interim looks" in text
    lead = plain(primary_result(found.endpoint("EFS"), tabulate(found), "months"))
    assert "one-sided 97.5" in lead
    assert "below the margin 3.00" in lead
    assert "shown" not in lead
    assert "margin" not in analysis_text(analysed({}))
