"""Gray's tests and Fine-Gray models as R's cmprsk gives them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.survival import fine_gray, gray_test
from reference.survival.replay import recorded
from tolerances import CRR_GROUPED, ROBUST, SUMMATION

if TYPE_CHECKING:
    from reference.survival.replay import CaseOf

FOUND = recorded(Path(__file__).parent / "tests.csv")


def cells(start: str) -> list[tuple[str, str]]:
    """Data sets and analyses whose name begins so."""
    return [
        (name, analysis)
        for name, found in FOUND.items()
        for analysis in sorted({key[0] for key in found})
        if analysis.startswith(start)
    ]


@pytest.mark.parametrize(("dataset", "analysis"), cells("gray"))
def test_gray(dataset: str, analysis: str, case_of: CaseOf) -> None:
    """Every cause, with and without strata, rho 0 and 1; two or three groups."""
    case = case_of(dataset)
    strata = case.strata if analysis.endswith("_stratified") else None
    for (which, cause, quantity), pairs in FOUND[dataset].items():
        if which == analysis:
            test = gray_test(
                case.time, case.cause, case.group, of=int(cause), strata=strata, rho=float(analysis[4])
            )
            np.testing.assert_allclose(getattr(test, quantity), pairs[0][1], rtol=SUMMATION, atol=1e-12)


@pytest.mark.parametrize(("dataset", "analysis"), cells("crr"))
def test_fine_gray(dataset: str, analysis: str, case_of: CaseOf) -> None:
    """Coefficients, log-likelihoods and robust errors; censoring curves by stratum as `cengroup`.

    With several censoring groups cmprsk's errors are not the sandwich of its own paper's formula, which the
    naive rival confirms here: they differ by less than one part in a hundred.
    """
    case = case_of(dataset)
    grouped = analysis.endswith("_censoring")
    fit = fine_gray(
        case.time,
        case.cause,
        case.covariates,
        of=int(analysis[3]),
        censoring_group=case.strata if grouped else None,
    )
    found = FOUND[dataset]
    np.testing.assert_allclose(fit.coef, np.array(found[analysis, "", "coef"])[:, 1], rtol=ROBUST)
    for i, quantity in enumerate(("loglik_null", "loglik")):
        np.testing.assert_allclose(fit.loglik[i], found[analysis, "", quantity][0][1], rtol=SUMMATION)
    std_err = np.array(found[analysis, "", "std_err"])[:, 1]
    np.testing.assert_allclose(fit.std_err, std_err, rtol=CRR_GROUPED if grouped else ROBUST)
