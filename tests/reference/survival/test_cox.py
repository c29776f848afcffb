"""Cox models as R's coxph gives them, Efron and Breslow, stratified, weighted, with late entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.survival import CoxStatus, cox
from reference.survival.replay import HERE, recorded
from tolerances import ITERATION, SUMMATION

if TYPE_CHECKING:
    from reference.survival.replay import CaseOf

FITS = recorded(HERE / "cox.csv")
MONOTONE = recorded(HERE / "monotone.csv")
CELLS = [
    (dataset, analysis) for dataset, found in FITS.items() for analysis in sorted({key[0] for key in found})
]


@pytest.mark.parametrize(("dataset", "analysis"), CELLS)
def test_the_fit_is_that_of_r(dataset: str, analysis: str, case_of: CaseOf) -> None:
    """Coefficients, covariance, both log likelihoods, score and Wald tests."""
    case = case_of(dataset)
    ties, _, stratified = analysis.partition("_")
    fit = cox(
        case.time,
        case.event,
        case.covariates,
        strata=case.strata if stratified else None,
        entry=case.entry,
        weights=case.weights,
        ties=ties,
    )
    own = {
        "loglik_null": fit.loglik[0],
        "loglik": fit.loglik[1],
        "score_chi2": fit.score_test.chi2,
        "wald_chi2": fit.wald_test.chi2,
    }
    position = {name: j for j, name in enumerate(case.names)}
    checked = 0
    for (which, name, quantity), [(_, theirs)] in FITS[dataset].items():
        if which != analysis:
            continue
        if quantity in {"loglik", "loglik_null"}:
            np.testing.assert_allclose(own[quantity], theirs, rtol=SUMMATION, err_msg=quantity)
        elif quantity in own:
            np.testing.assert_allclose(own[quantity], theirs, rtol=ITERATION, err_msg=quantity)
        elif quantity == "covariance":
            a, b = (position[each] for each in name.split("~"))
            scale = fit.std_err[a] * fit.std_err[b]
            assert abs(fit.covariance[a, b] - theirs) <= ITERATION * scale, (name, quantity)
        else:
            j = position[name]
            # A coefficient near 0 is judged by its error: 1e-8 of a standard error.
            floor = ITERATION * fit.std_err[j] if quantity == "coef" else 0.0
            ours = getattr(fit, quantity)[j]
            np.testing.assert_allclose(ours, theirs, rtol=ITERATION, atol=floor, err_msg=f"{name} {quantity}")
        checked += 1
    assert checked >= 6


@pytest.mark.parametrize("dataset", FITS)
def test_hazard_ratio_and_limits_are_exponentials(dataset: str, case_of: CaseOf) -> None:
    """exp(coef) and exp(coef -+ 1.96 se), from R's own coefficient and error."""
    case = case_of(dataset)
    fit = cox(case.time, case.event, case.covariates, entry=case.entry, weights=case.weights)
    for j, name in enumerate(case.names):
        [(_, coef)] = FITS[dataset]["efron", name, "coef"]
        [(_, std_err)] = FITS[dataset]["efron", name, "std_err"]
        np.testing.assert_allclose(fit.hazard_ratio[j], np.exp(coef), rtol=10 * ITERATION)
        np.testing.assert_allclose(
            fit.lower[j], np.exp(coef - 1.959963984540054 * std_err), rtol=10 * ITERATION
        )
        np.testing.assert_allclose(
            fit.upper[j], np.exp(coef + 1.959963984540054 * std_err), rtol=10 * ITERATION
        )


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("dataset", MONOTONE)
def test_an_arm_without_events_has_no_finite_estimate_but_what_is_finite_is_rs(
    dataset: str, ties: str, case_of: CaseOf
) -> None:
    """Said to be monotone; the supremum of the likelihood, the score test and the other arms are those of R."""
    case = case_of(dataset)
    arms = [arm for arm in case.arms() if arm != case.control]
    fit = cox(
        case.time, case.event, np.column_stack([case.group == arm for arm in arms]).astype(float), ties=ties
    )
    assert fit.status is CoxStatus.MONOTONE
    found = {key[1:]: pairs[0][1] for key, pairs in MONOTONE[dataset].items() if key[0] == f"monotone_{ties}"}
    np.testing.assert_allclose(fit.loglik, (found["", "loglik_null"], found["", "loglik"]), rtol=ITERATION)
    np.testing.assert_allclose(fit.score_test.chi2, found["", "score_chi2"], rtol=ITERATION)
    for j, arm in enumerate(arms):
        if (arm, "coef") in found:
            np.testing.assert_allclose(fit.coef[j], found[arm, "coef"], rtol=ITERATION)
            np.testing.assert_allclose(fit.std_err[j], found[arm, "std_err"], rtol=ITERATION)
        else:
            assert np.isinf(fit.coef[j])
            assert fit.hazard_ratio[j] in {0.0, np.inf}
            assert (fit.lower[j], fit.upper[j]) == (0.0, np.inf)
