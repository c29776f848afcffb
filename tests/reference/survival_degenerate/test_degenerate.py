"""Samples at the edge: where R's survival has an answer, it is ours."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from equipoise.errors import DataError
from equipoise.survival import CoxStatus, cox, kaplan_meier, logrank
from tolerances import ITERATION, SUMMATION

SAMPLES = {
    "one event": ([1, 2, 3, 4], [1, 0, 0, 0], [0, 1, 0, 1], None),
    "all events at once": ([2, 2, 2, 2], [1, 1, 1, 1], [0, 1, 0, 1], None),
    "an arm without events": ([1, 2, 3, 4], [1, 0, 1, 0], [0, 1, 0, 1], None),
    "separation": ([1, 2, 3, 4, 5, 6], [1] * 6, [0, 0, 0, 1, 1, 1], None),
    "3 events in 254 subjects": (
        [5, 6, 7, *[9] * 251],
        [1, 1, 1, *[0] * 251],
        [i % 2 for i in range(254)],
        None,
    ),
    "an arm absent from a stratum": (
        [1, 2, 3, 4, 5, 6, 7, 8],
        [1] * 8,
        [0, 1, 0, 1, 0, 1, 1, 1],
        [0, 0, 0, 0, 0, 0, 1, 1],
    ),
    "covariate constant in a stratum": (
        [1, 2, 3, 4, 5, 6],
        [1, 1, 0, 1, 1, 1],
        [0, 1, 1, 0, 1, 1],
        [0, 0, 0, 0, 1, 1],
    ),
}


def recorded() -> dict[str, dict[str, float]]:
    """Value by sample and quantity."""
    found: dict[str, dict[str, float]] = {}
    with (Path(__file__).parent / "degenerate.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["sample"], {})[row["quantity"]] = float(row["value"])
    return found


R = recorded()


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_logrank_test_is_rs_or_refused(sample: str) -> None:
    """Where R stops at a singular variance, the refusal says why."""
    time, event, arm, strata = SAMPLES[sample]
    if not R[sample]["answered"]:
        with pytest.raises(DataError, match="nothing to compare"):
            logrank(time, event, arm, strata=strata)
        return
    test = logrank(time, event, arm, strata=strata)
    assert test.score == pytest.approx(-R[sample]["excess"], rel=SUMMATION)
    assert test.information == pytest.approx(R[sample]["variance"], rel=SUMMATION)


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_cox_model_is_rs_or_says_that_it_has_no_maximum(sample: str) -> None:
    """R warns, or not, of a coefficient that runs away; here the status and an infinite estimate say so."""
    time, event, arm, strata = SAMPLES[sample]
    fit = cox(time, event, arm, strata=strata)
    theirs = R[sample]
    assert fit.loglik[0] == pytest.approx(theirs["loglik_null"], rel=SUMMATION)
    assert fit.score_test.chi2 == pytest.approx(theirs["score"], rel=SUMMATION, abs=SUMMATION)
    if not theirs["finite"]:
        assert fit.status is CoxStatus.MONOTONE
        assert np.isinf(fit.coef[0])
        return
    assert fit.status is CoxStatus.CONVERGED
    assert fit.coef[0] == pytest.approx(theirs["coef"], rel=ITERATION, abs=ITERATION)
    assert fit.std_err[0] == pytest.approx(theirs["std_err"], rel=ITERATION)
    assert fit.loglik[1] == pytest.approx(theirs["loglik"], rel=SUMMATION)


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_curve_and_its_first_error_are_rs(sample: str) -> None:
    time, event, _, _ = SAMPLES[sample]
    curve = kaplan_meier(time, event)
    assert curve.survival[-1] == pytest.approx(R[sample]["survival"], rel=SUMMATION)
    if np.isnan(R[sample]["first_std_err"]):
        assert curve.survival[0] == 0.0
        return
    assert curve.std_err[0] == pytest.approx(R[sample]["first_std_err"], rel=SUMMATION)
