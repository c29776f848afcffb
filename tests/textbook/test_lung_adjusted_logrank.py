"""Covariate-adjusted log-rank tests of R's lung data as RobinCar2 prints them.

Values of RobinCar2's own test records (tests/testthat/_snaps/survival.md and survival_score.md, 2025); its hazard
ratios are roots found by R's uniroot, to about 2e-5.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from equipoise.survival import adjusted_hazard_ratio, adjusted_logrank, logrank
from tolerances import LONE_SUBJECT, ROUNDING, UNIROOT


@pytest.fixture(scope="module")
def lung(outside_data: Path) -> list[dict[str, str]]:
    """Rows of the data set."""
    with (outside_data / "survival" / "lung.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def columns(rows: list[dict[str, str]], *names: str) -> dict[str, np.ndarray]:
    """Columns of the subjects who lack none of them; event 1 is death."""
    whole = [row for row in rows if all(row[name] not in {"", "NA"} for name in names)]
    out = {name: np.array([float(row[name]) for row in whole]) for name in ("time", *names)}
    return out | {"event": np.array([row["status"] == "2" for row in whole])}


def test_adjusted_for_age(lung: list[dict[str, str]]) -> None:
    """Male over female: score 0.0851266162073163 and variance 0.175748674116587, per subject."""
    d = columns(lung, "sex", "age")
    test = adjusted_logrank(d["time"], d["event"], d["sex"] == 1, d["age"])
    found = [-test.score / 228, test.information / 228, -test.z]
    np.testing.assert_allclose(
        found, [0.0851266162073163, 0.175748674116587, 3.06610317830763], rtol=ROUNDING
    )
    ratio = adjusted_hazard_ratio(d["time"], d["event"], d["sex"] == 1, d["age"])
    np.testing.assert_allclose(np.log(ratio.hazard_ratio), 0.5016113861505, atol=UNIROOT)
    np.testing.assert_allclose(ratio.log_std_err, 0.16561813992359, atol=UNIROOT)


def test_stratified_by_sex_and_adjusted_for_age(lung: list[dict[str, str]]) -> None:
    """ECOG 1 over the others: T = -0.0835488066000914."""
    d = columns(lung, "ph.ecog", "sex", "age")
    d["arm"] = d["ph.ecog"] == 1
    given = (d["time"], d["event"], d["arm"], d["age"])
    test = adjusted_logrank(*given, strata=d["sex"])
    found = [-test.score / 227, test.information / 227, -test.z]
    theirs = [-0.00229971887336489, 0.171986696328211, -0.0835488066000914]
    np.testing.assert_allclose(found, theirs, rtol=1e-11)
    ratio = adjusted_hazard_ratio(*given, strata=d["sex"])
    np.testing.assert_allclose(np.log(ratio.hazard_ratio), -0.0136495961352817, atol=UNIROOT)
    np.testing.assert_allclose(ratio.log_std_err, 0.158066245456898, atol=UNIROOT)


def test_stratified_by_performance_and_adjusted_for_age(lung: list[dict[str, str]]) -> None:
    """Score 0.0897521729142622 and variance 0.169145459377487 per subject, one stratum of a single man."""
    d = columns(lung, "ph.ecog", "sex", "age")
    given = (d["time"], d["event"], d["sex"] == 1)
    test = adjusted_logrank(*given, d["age"], strata=d["ph.ecog"])
    found = [-test.score / 227, test.information / 227]
    np.testing.assert_allclose(found, [0.0897521729142622, 0.169145459377487], rtol=LONE_SUBJECT)
    np.testing.assert_allclose(test.unadjusted_z, logrank(*given, strata=d["ph.ecog"]).z, rtol=ROUNDING)
    np.testing.assert_allclose(-test.unadjusted_z, 3.2855836062253, rtol=ROUNDING)
