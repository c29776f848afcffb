"""The worked example: the synthetic cohort against what was published, by loops that share nothing with the search."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from equipoise.reconstruction import read_published, reconstruct
from equipoise.records import derive_time_to_event, read_records, write_records
from equipoise.survival import cox, follow_up, rmst

if TYPE_CHECKING:
    from pathlib import Path

    from equipoise.reconstruction import Reconstruction

CONTROL, EXPERIMENTAL = "Chemotherapy", "Chemotherapy + blinatumomab"
YEAR = 365.25


def _times(
    cohort: Reconstruction, parameter: str = "DFS", arm: str | None = None, risk: str | None = None
) -> pl.DataFrame:
    rows = cohort.times.filter(pl.col("PARAMCD") == parameter)
    rows = rows if arm is None else rows.filter(pl.col("TRT01P") == arm)
    return rows if risk is None else rows.filter(pl.col("RISKGRP") == risk)


def _survival_and_peto_error(rows: pl.DataFrame, years: float) -> tuple[float, float]:
    """Product over days, in plain Python."""
    pairs = sorted(zip(rows["AVAL"].to_list(), rows["CNSR"].to_list(), strict=True))
    survival = 1.0
    for day in sorted({t for t, censored in pairs if not censored and t <= years * YEAR}):
        at_risk = sum(1 for t, _ in pairs if t >= day)
        dead = sum(1 for t, censored in pairs if t == day and not censored)
        survival *= 1.0 - dead / at_risk
    left = sum(1 for t, _ in pairs if t >= years * YEAR)
    return survival, survival * ((1.0 - survival) / left) ** 0.5


def test_every_fact_aimed_at_is_met(cohort: Reconstruction) -> None:
    assert cohort.unmet == ()
    assert cohort.agrees
    assert cohort.conflicts == ()


def test_group_sizes_are_exact(cohort: Reconstruction) -> None:
    sizes = cohort.subjects.group_by("ARM").len().sort("ARM")
    assert sizes["ARM"].to_list() == ["A", "B", "C", "D"]
    assert sizes["len"].to_list() == [418, 417, 304, 301]


@pytest.mark.parametrize(
    ("parameter", "arm", "numbers"),
    [
        ("DFS", CONTROL, [722, 627, 449, 221, 44]),
        ("DFS", EXPERIMENTAL, [718, 623, 457, 241, 50]),
        ("OS", CONTROL, [722, 636, 466, 245, 50]),
        ("OS", EXPERIMENTAL, [718, 628, 465, 249, 50]),
    ],
)
def test_numbers_at_risk_are_exact_at_every_year(
    cohort: Reconstruction, parameter: str, arm: str, numbers: list[int]
) -> None:
    days = _times(cohort, parameter, arm)["AVAL"]
    assert [int((days >= year * YEAR).sum()) for year in range(5)] == numbers


@pytest.mark.parametrize(
    ("arm", "risk", "printed"),
    [
        (CONTROL, None, "87.9 ± 2.1"),
        (EXPERIMENTAL, None, "96.0 ± 1.2"),
        (CONTROL, "SR-Average", "90.2 ± 2.3"),
        (EXPERIMENTAL, "SR-Average", "97.5 ± 1.3"),
        (CONTROL, "SR-High", "84.8 ± 3.8"),
        (EXPERIMENTAL, "SR-High", "94.1 ± 2.5"),
    ],
)
def test_three_year_survival_and_its_peto_error_print_as_published(
    cohort: Reconstruction, arm: str, risk: str | None, printed: str
) -> None:
    survival, error = _survival_and_peto_error(_times(cohort, arm=arm, risk=risk), 3.0)
    assert f"{100 * survival:.1f} ± {100 * error:.1f}" == printed


@pytest.mark.parametrize(("risk", "ratio"), [(None, 0.39), ("SR-Average", 0.33), ("SR-High", 0.45)])
def test_hazard_ratios_are_within_a_hundredth(cohort: Reconstruction, risk: str | None, ratio: float) -> None:
    rows = _times(cohort, risk=risk)
    fit = cox(
        rows["AVAL"], rows["CNSR"] == 0, (rows["TRT01P"] == EXPERIMENTAL).cast(float), strata=rows["RISKGRP"]
    )
    assert fit.hazard_ratio[0] == pytest.approx(ratio, abs=0.01)
    if risk is None:
        assert (fit.lower[0], fit.upper[0]) == pytest.approx((0.24, 0.64), abs=0.02)


def test_the_restricted_mean_difference_is_72_days_within_3(cohort: Reconstruction) -> None:
    rows = _times(cohort)
    mean = rmst(rows["AVAL"], rows["CNSR"] == 0, rows["TRT01P"], control=CONTROL, tau=4.5 * YEAR)
    assert mean.difference == pytest.approx(72.0, abs=3.0)


def test_what_was_kept_back_comes_near(cohort: Reconstruction) -> None:
    """Median follow-up and totals are not aimed at: they test the method."""
    rows = _times(cohort)
    assert f"{follow_up(rows['AVAL'], rows['CNSR'] == 0).median[0] / YEAR:.1f}" == "2.5"
    events = {arm: int((_times(cohort, arm=arm)["CNSR"] == 0).sum()) for arm in (CONTROL, EXPERIMENTAL)}
    assert 57 <= events[CONTROL] <= 60
    assert 23 <= events[EXPERIMENTAL] <= 24
    kept = {f.name for f in cohort.facts if f.use == "check"}
    assert {"median follow-up", "log-rank P, two-sided, SR-High", "events, chemotherapy"} <= kept


def test_relapses_are_exact(cohort: Reconstruction) -> None:
    events = _times(cohort).filter(pl.col("CNSR") == 0)
    for arm, relapses, marrow in ((CONTROL, 56, 39), (EXPERIMENTAL, 19, 10)):
        causes = events.filter(pl.col("TRT01P") == arm)["EVNTDESC"]
        assert causes.str.contains("relapse").sum() == relapses
        assert causes.str.contains("marrow").sum() == marrow


@pytest.mark.parametrize(
    ("term", "counts"),
    [
        ("Sepsis or catheter-related infection", {"A": 19, "B": 52, "C": 47, "D": 57}),
        ("Febrile neutropenia", {"A": 149, "B": 165, "C": 140, "D": 156}),
        ("Cytokine release syndrome", {"B": 1, "D": 1}),
    ],
)
def test_safety_counts_are_exact_among_the_evaluable(
    cohort: Reconstruction, term: str, counts: dict[str, int]
) -> None:
    able = cohort.subjects.filter(pl.col("SAFFL") == "Y")
    assert dict(able.group_by("ARM").len().iter_rows()) == {"A": 376, "B": 351, "C": 277, "D": 273}
    found = cohort.adverse_events.filter((pl.col("AEDECOD") == term) & (pl.col("AETOXGR") >= "3"))
    arms = found.join(able, on="USUBJID").unique("USUBJID").group_by("ARM").len()
    assert dict(arms.iter_rows()) == counts


def test_no_history_contradicts_itself(cohort: Reconstruction) -> None:
    dfs, survival = _times(cohort, "DFS"), _times(cohort, "OS")
    assert dfs["USUBJID"].to_list() == survival["USUBJID"].to_list()
    assert (survival["AVAL"] >= dfs["AVAL"]).all()
    died_first = dfs["EVNTDESC"] == "death in remission"
    assert (survival.filter(died_first)["AVAL"] == dfs.filter(died_first)["AVAL"]).all()
    assert (survival.filter(died_first)["CNSR"] == 0).all()
    dead_without_event = (survival["CNSR"] == 0) & (dfs["CNSR"] == 1)
    assert not dead_without_event.any()
    for rows in (dfs, survival):
        assert ((rows["ADT"] - rows["STARTDT"]).dt.total_days() + 1 == rows["AVAL"]).all()
        assert (rows["ADT"] <= date(2024, 6, 30)).all()
        assert (rows["AVAL"] >= 1).all()
    assert cohort.subjects["RANDDT"].is_between(date(2019, 7, 1), date(2024, 6, 30)).all()


def test_adverse_events_fall_in_their_course_before_the_event_and_the_cut(
    cohort: Reconstruction, aall1731: Path
) -> None:
    published = read_published(aall1731)
    windows = {}
    for arm, label in (("chemotherapy", CONTROL), ("blinatumomab", EXPERIMENTAL)):
        day = 1
        for course in (c for c in published.course if c.arm == arm):
            windows[label, course.name] = (day, day + round(course.days) - 1)
            day += round(course.days)
    rows = cohort.adverse_events.join(_times(cohort), on="USUBJID")
    for label, course, day, last in rows.select("TRT01P", "COURSE", "ASTDY", "AVAL").iter_rows():
        first, end = windows[label, course]
        assert first <= day <= min(end, last)
    assert (
        not cohort.adverse_events.filter(pl.col("AEDECOD") == "Cytokine release syndrome")["COURSE"]
        .str.contains("cycle 2")
        .any()
    )


def test_arms_stay_as_level_as_blocks_of_eight_keep_them(cohort: Reconstruction) -> None:
    for risk in ("SR-Average", "SR-High"):
        arms = cohort.subjects.filter(pl.col("RISKGRP") == risk)["TRT01PN"].to_numpy()
        whole = len(arms) // 8 * 8
        assert (arms[:whole].reshape(-1, 8).sum(axis=1) == 4).all()
    dates = cohort.subjects["RANDDT"].to_list()
    assert dates == sorted(dates)


def test_the_risk_group_is_the_one_that_the_baseline_factors_make(cohort: Reconstruction) -> None:
    s = cohort.subjects
    high = (
        (pl.col("GENRISK") == "unfavourable")
        | (pl.col("MRD") >= 0.1)
        | ((pl.col("GENRISK") == "neutral") & (pl.col("CNSSTAT") == "CNS2"))
    )
    assert (s.select(high).to_series() == (s["RISKGRP"] == "SR-High")).all()
    favourable = (pl.col("GENRISK") == "favourable") & (pl.col("MRD") < 0.01)
    assert not s.select(favourable).to_series().any()


def test_everything_is_marked_synthetic(cohort: Reconstruction) -> None:
    for table in (cohort.subjects, cohort.times, cohort.adverse_events):
        assert (table["SYNTHFL"] == "Y").all()
    assert cohort.records().synthetic


def test_the_same_facts_and_seed_give_the_same_tables_and_another_seed_another_cohort(
    cohort: Reconstruction, aall1731: Path
) -> None:
    published = read_published(aall1731)
    again, other = reconstruct(published, seed=20240630), reconstruct(published, seed=7)
    assert again.records().data_hash == cohort.records().data_hash
    assert other.records().data_hash != cohort.records().data_hash
    assert other.agrees


def test_the_written_files_hold_the_same_facts(cohort: Reconstruction, tmp_path: Path) -> None:
    write_records(cohort.records(), tmp_path / "data")
    read = read_records(tmp_path / "data")
    assert read.synthetic
    assert read.data_hash == cohort.records().data_hash
    found = derive_time_to_event(read, parameter="DFS", strata=["RISKGRP"])
    assert int(found.table["event"].sum()) == int((_times(cohort)["CNSR"] == 0).sum())
    assert np.isin(found.table["stratum"], ["SR-Average", "SR-High"]).all()


def test_the_residuals_are_a_table(cohort: Reconstruction) -> None:
    table = cohort.to_frame()
    assert table.height == len(cohort.facts)
    assert set(table["status"]) == {"published", "secondary", "derived"}
    assert cohort.prior.height == 8
    assert len(cohort.published_hash) == 64
