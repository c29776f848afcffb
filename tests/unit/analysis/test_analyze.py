"""The planned analysis: the numbers are those of the estimators, the data are held to the protocol."""

from __future__ import annotations

import polars as pl
import pytest

from equipoise.analysis import analyze, trial_data
from equipoise.errors import DataError
from equipoise.protocol import parse_protocol
from equipoise.records import TrialRecords, cut, trial_records
from equipoise.survival import cox, kaplan_meier, logrank, rmst
from small_trial import PROTOCOL, adam_tables
from tolerances import ROUNDING

MORE = """
[[analyses.subgroup]]
column = "SEX"
label = "Sex"
[[analyses.cause]]
id = "relapse"
label = "Relapse"
events = ["relapse"]
[[analyses.cause]]
id = "death"
label = "Death"
events = ["death"]
"""


def records(**changed: pl.DataFrame) -> TrialRecords:
    tables = adam_tables() | changed
    subjects = tables["adsl"].with_columns(SEX=pl.Series(["F", "M", None, "M"] * 10))
    return trial_records(subjects, tables["adtte"], tables["adae"])


def whole_table(data: TrialRecords) -> pl.DataFrame:
    return data.subjects.join(data.times, on="USUBJID", maintain_order="left")


@pytest.fixture(scope="module")
def planned() -> str:
    text = PROTOCOL.replace("milestones = [6]", 'milestones = [6]\nrmst_horizon = 8\nstandard_error = "peto"')
    return text.replace("[data]", MORE + "[data]")


def test_every_number_is_the_estimators_own(planned: str) -> None:
    data = records()
    table, protocol = whole_table(data), parse_protocol(planned)
    time, event, arm = table["AVAL"], table["CNSR"] == 0, table["TRT01P"]
    found = analyze(protocol, data).endpoint("EFS")
    experimental = (arm == "B").cast(pl.Float64)
    fit = cox(time, event, experimental, strata=table["STRATUM"])
    test = logrank(time, event, arm, control="A", strata=table["STRATUM"])
    mean = rmst(time, event, arm, control="A", tau=8 * 30.4375)
    compared = found.comparisons[0]
    assert compared.hazard_ratio == pytest.approx(float(fit.hazard_ratio[0]), rel=ROUNDING)
    assert compared.lower == pytest.approx(float(fit.lower[0]), rel=ROUNDING)
    assert compared.logrank.z == pytest.approx(test.z, rel=ROUNDING)
    assert compared.rmst.difference == pytest.approx(mean.difference, rel=ROUNDING)
    curve = kaplan_meier(time, event, group=arm, se="peto").at([6 * 30.4375])
    assert [m.arm for m in found.milestones] == ["A", "B"]
    assert [m.survival for m in found.milestones] == pytest.approx(curve.survival.tolist(), rel=ROUNDING)
    assert [m.std_err for m in found.milestones] == pytest.approx(curve.std_err.tolist(), rel=ROUNDING)


def test_each_stratum_is_analysed_by_itself(planned: str) -> None:
    data = records()
    low = analyze(parse_protocol(planned), data).endpoint("EFS", "low")
    table = whole_table(data).filter(pl.col("STRATUM") == "low")
    test = logrank(table["AVAL"], table["CNSR"] == 0, table["TRT01P"], control="A")
    assert low.test_strata == ()
    assert sum(a.n for a in low.arms) == 20
    assert low.comparisons[0].logrank.chi2 == pytest.approx(test.chi2, rel=ROUNDING)


def test_subgroups_causes_and_adverse_events_are_there(planned: str) -> None:
    found = analyze(parse_protocol(planned), records())
    levels = [s.level for s in found.subgroups.subgroups]
    assert levels == ["F", "M", "unknown"]
    men = records().subjects.filter(pl.col("SEX") == "M")["USUBJID"].to_list()
    inside = whole_table(records()).filter(pl.col("USUBJID").is_in(men))
    alone = kaplan_meier(inside["AVAL"], inside["CNSR"] == 0, group=inside["TRT01P"]).at([6 * 30.4375])
    assert found.subgroups.subgroups[1].milestone_survival == pytest.approx(tuple(alone.survival.tolist()))
    assert set(found.incidence.causes) == {"relapse", "death"}
    assert found.adverse_events.graded.grade == 3
    assert set(found.adverse_events.by_stratum) == {"low", "high"}


def test_a_cut_is_what_is_analysed(planned: str) -> None:
    part = analyze(parse_protocol(planned), cut(records(), "2020-06-30"))
    assert str(part.cutoff) == "2020-06-30"
    assert sum(a.n for a in part.endpoint("EFS").arms) < 40


def test_what_the_data_cannot_give_is_said(planned: str) -> None:
    horizon = planned.replace("rmst_horizon = 8", "rmst_horizon = 80")
    found = analyze(parse_protocol(horizon), records()).endpoint("EFS")
    assert [m.what for m in found.not_estimable] == ["restricted mean, B"]
    quiet = adam_tables()["adtte"].with_columns(CNSR=pl.lit(1), EVNTDESC=pl.lit("ongoing"))
    nothing = analyze(parse_protocol(planned), records(adtte=quiet)).endpoint("EFS")
    assert {m.what for m in nothing.not_estimable} >= {"hazard ratio", "log-rank test, B"}
    assert nothing.comparisons == ()


def test_leaving_out_a_factor_of_the_allocation_warns(planned: str) -> None:
    text = planned.replace('experimental = "B"', 'experimental = "B"\nstrata = []')
    with pytest.warns(UserWarning, match="leaves out stratum"):
        analyze(parse_protocol(text), records())


def test_a_protocol_of_one_table_is_not_given_a_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("adam")
    flat = PROTOCOL.replace("[data]", '[data]\ntime = "t"\nevent = "e"')
    with pytest.raises(DataError, match="is a folder, and the protocol describes one flat table"):
        trial_data(parse_protocol(flat), folder)
    (folder / "one.csv").write_text("a\n1\n")
    with pytest.raises(DataError, match="does not say how to read it"):
        trial_data(parse_protocol(PROTOCOL), folder / "one.csv")


def test_a_population_that_the_protocol_names_must_be_in_the_data() -> None:
    named = PROTOCOL.replace("[data]", '[data]\npopulation = "PPROTFL"')
    with pytest.raises(DataError, match="no column PPROTFL, which the protocol names"):
        analyze(parse_protocol(named), records())
    safety = PROTOCOL.replace("[data]", '[data]\npopulation = "SAFFL"')
    assert (
        analyze(parse_protocol(safety), records()).endpoint("EFS").population_label
        == "Subjects with SAFFL = Y"
    )
