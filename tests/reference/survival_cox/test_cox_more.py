"""Exact ties, offset, robust errors, residuals, prediction, proportional hazards, concordance, Firth, as R's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.survival import cox
from reference.survival.replay import recorded
from tolerances import BFGS, ITERATION, ROBUST, SUMMATION, ZPH

if TYPE_CHECKING:
    from equipoise.survival import CoxFit
    from reference.survival.replay import Case, CaseOf

FOUND = recorded(Path(__file__).parent / "cox.csv")


def cells(*starts: str) -> list[tuple[str, str]]:
    """Data sets and analyses whose name begins with one of these."""
    return [
        (name, analysis)
        for name, found in FOUND.items()
        for analysis in sorted({key[0] for key in found})
        if analysis.startswith(starts)
    ]


def fit(case: Case, ties: str = "efron", *, stratified: bool = True, **options: object) -> CoxFit:
    """The library's fit with the case's columns."""
    return cox(
        case.time,
        case.event,
        case.covariates,
        strata=case.strata if stratified else None,
        entry=case.entry,
        weights=case.weights,
        ties=ties,
        **options,
    )


def agree(ours: CoxFit, dataset: str, analysis: str, tolerance: float) -> None:
    """Coefficients, errors and log-likelihoods."""
    found = FOUND[dataset]
    for quantity in ("coef", "std_err"):
        theirs = np.array(found[analysis, "", quantity])[:, 1]
        np.testing.assert_allclose(
            getattr(ours, quantity), theirs, rtol=tolerance, atol=tolerance * 1e-2, err_msg=quantity
        )
    for i, quantity in enumerate(("loglik_null", "loglik")):
        np.testing.assert_allclose(ours.loglik[i], found[analysis, "", quantity][0][1], rtol=SUMMATION)


@pytest.mark.parametrize(("dataset", "analysis"), cells("exact", "time_varying"))
def test_exact_ties_and_effects_that_change(dataset: str, analysis: str, case_of: CaseOf) -> None:
    case = case_of(dataset)
    if analysis == "exact":
        agree(fit(case, "exact"), dataset, analysis, ITERATION)
        return
    last = f"x{case.covariates.shape[1]}"
    changing = fit(case, time_varying={last: lambda x, t: x * np.log(t)})
    assert changing.names[-1] == f"tt({last})"
    agree(changing, dataset, analysis, ITERATION)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("dataset", [name for name, _ in cells("efron_robust")])
def test_offset_and_robust_errors(dataset: str, ties: str, case_of: CaseOf) -> None:
    """Clusters of three neighbouring rows."""
    case = case_of(dataset)
    n = len(case.time)
    agree(fit(case, ties, offset=np.sin(np.arange(1, n + 1))), dataset, f"{ties}_offset", ITERATION)
    ours = fit(case, ties, cluster=np.arange(n) // 3)
    agree(ours, dataset, f"{ties}_robust", ROBUST)
    [(_, wald)] = FOUND[dataset][f"{ties}_robust", "", "wald_chi2"]
    np.testing.assert_allclose(ours.wald_test.chi2, wald, rtol=ROBUST)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("dataset", [name for name, _ in cells("efron_martingale")])
def test_residuals(dataset: str, ties: str, case_of: CaseOf) -> None:
    ours, found = fit(case_of(dataset), ties), FOUND[dataset]
    for kind in ("martingale", "deviance"):
        which, theirs = _rows(found[f"{ties}_{kind}", "", "residual"])
        np.testing.assert_allclose(ours.residuals(kind)[which], theirs, rtol=ITERATION, atol=1e-7)
    for kind in ("score", "dfbeta"):
        residual = ours.residuals(kind)
        for j in range(residual.shape[1]):
            which, theirs = _rows(found[f"{ties}_{kind}", str(j + 1), "residual"])
            floor = 1e-7 * np.abs(residual[:, j]).max()
            np.testing.assert_allclose(residual[which, j], theirs, rtol=1e-7, atol=floor, err_msg=kind)
    schoenfeld = ours.schoenfeld().residual
    for j in range(schoenfeld.shape[1]):
        [(_, theirs)] = found[f"{ties}_schoenfeld", str(j + 1), "sum_of_squares"]
        np.testing.assert_allclose(np.sum(schoenfeld[:, j] ** 2), theirs, rtol=ITERATION)


def _rows(pairs: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    k, value = np.array(pairs).T
    return k.astype(int) - 1, value


@pytest.mark.parametrize(("dataset", "analysis"), cells("efron_zph", "breslow_zph"))
def test_proportional_hazards(dataset: str, analysis: str, case_of: CaseOf) -> None:
    """cox.zph of survival >= 3.0 on four scales of time, by covariate and global."""
    case = case_of(dataset)
    ties, transform = analysis.split("_zph_")
    ours = fit(case, ties).proportional_hazards_test(transform)
    theirs = [pairs[0][1] for (a, _, q), pairs in FOUND[dataset].items() if (a, q) == (analysis, "chi2")]
    np.testing.assert_allclose(ours.chi2, theirs, rtol=ZPH)
    p = [pairs[0][1] for (a, _, q), pairs in FOUND[dataset].items() if (a, q) == (analysis, "p")]
    np.testing.assert_allclose(ours.p, p, rtol=1e-4, atol=1e-12)


@pytest.mark.parametrize(("dataset", "analysis"), cells("efron_predict", "breslow_predict"))
def test_predicted_survival(dataset: str, analysis: str, case_of: CaseOf) -> None:
    """Curves at x = 0 and at the first subject's x, with errors and limits."""
    case = case_of(dataset)
    ties, which = analysis.split("_predict_")
    x = np.zeros_like(case.covariates[:1]) if which == "zero" else case.covariates[:1]
    frame = fit(case, ties, stratified=False).predict(x).to_frame()
    own = frame["time"].to_numpy()
    for quantity in ("hazard", "hazard_std_err", "survival", "lower", "upper"):
        if (analysis, "", quantity) not in FOUND[dataset]:
            continue
        times, theirs = np.array(FOUND[dataset][analysis, "", quantity]).T
        rows = np.abs(own[:, None] - times).argmin(axis=0)
        np.testing.assert_allclose(
            frame[quantity].to_numpy()[rows].astype(float), theirs, rtol=1e-7, atol=1e-12, err_msg=quantity
        )


@pytest.mark.parametrize(("dataset", "analysis"), cells("concordance"))
def test_concordance(dataset: str, analysis: str, case_of: CaseOf) -> None:
    ours = fit(case_of(dataset)).concordance()
    for quantity in ("value", "concordant", "discordant", "tied"):
        [(_, theirs)] = FOUND[dataset][analysis, "", quantity]
        np.testing.assert_allclose(getattr(ours, quantity), theirs, rtol=SUMMATION, err_msg=quantity)


@pytest.mark.parametrize(("dataset", "analysis"), cells("firth"))
def test_firth(dataset: str, analysis: str, case_of: CaseOf) -> None:
    """Breslow ties, no strata; R's maximiser is coarse in the estimate, not in the penalised likelihood."""
    case = case_of(dataset)
    ours = fit(case, "breslow", stratified=False, penalty="firth")
    found = FOUND[dataset]
    theirs = np.array(found[analysis, "", "coef"])[:, 1]
    np.testing.assert_allclose((ours.coef - theirs) / ours.std_err, 0.0, atol=BFGS)
    np.testing.assert_allclose(ours.std_err, np.array(found[analysis, "", "std_err"])[:, 1], rtol=BFGS)
    np.testing.assert_allclose(ours.loglik[0], found[analysis, "", "loglik_null"][0][1], rtol=SUMMATION)
    np.testing.assert_allclose(ours.loglik[1], found[analysis, "", "loglik"][0][1], rtol=1e-9)
