"""Cause-specific hazard ratios as R's coxph finds them with the other causes censored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.survival import cause_specific_cox
from reference.survival.replay import recorded
from tolerances import ITERATION, SUMMATION

if TYPE_CHECKING:
    from reference.survival.replay import CaseOf

FOUND = recorded(Path(__file__).parent / "causes.csv")
FITS = sorted({(dataset, key[0], key[1]) for dataset, found in FOUND.items() for key in found})


@pytest.mark.parametrize(("dataset", "ties", "cause"), FITS)
def test_coefficients_errors_and_likelihood(dataset: str, ties: str, cause: str, case_of: CaseOf) -> None:
    """Every cause of every data set, by both usual rules for ties."""
    case = case_of(dataset)
    found = cause_specific_cox(
        case.time,
        case.cause,
        case.covariates,
        of=int(cause),
        strata=case.strata,
        entry=case.entry,
        ties=ties,
    )
    theirs = {
        quantity: [v for _, v in FOUND[dataset][ties, cause, quantity]]
        for quantity in ("coef", "std_err", "loglik", "events")
    }
    np.testing.assert_allclose(np.abs(found.coef - theirs["coef"]) / found.std_err, 0.0, atol=ITERATION)
    np.testing.assert_allclose(found.std_err, theirs["std_err"], rtol=ITERATION)
    np.testing.assert_allclose(found.loglik[1], theirs["loglik"][0], rtol=SUMMATION)
    assert found.n_events == theirs["events"][0]
