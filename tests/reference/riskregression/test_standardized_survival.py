"""Standardised survival and its errors as R's riskRegression::ate gives them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.survival import standardized_survival
from reference.survival.replay import recorded
from tolerances import ITERATION

if TYPE_CHECKING:
    from reference.survival.replay import CaseOf

FOUND = recorded(Path(__file__).parent / "standardized.csv")


@pytest.mark.parametrize("dataset", FOUND)
@pytest.mark.parametrize("effect", ["stratum", "covariate"])
def test_curves_difference_and_errors(dataset: str, effect: str, case_of: CaseOf) -> None:
    """Three times of each curve. Ties are broken by the order of the subjects."""
    case = case_of(dataset)
    kept = [j for j, name in enumerate(case.names) if name not in case.arms()]
    values = {key[1:]: np.array(pairs) for key, pairs in FOUND[dataset].items() if key[0] == effect}
    times = values["difference", "difference"][:, 0]
    found = standardized_survival(
        case.time + np.arange(1, len(case.time) + 1) / 1000,
        case.event,
        case.group,
        case.covariates[:, kept],
        times=times,
        control=case.control,
        arm_effect=effect,
    )
    for a, label in enumerate(found.groups):
        np.testing.assert_allclose(found.survival[a], values[label, "survival"][:, 1], rtol=ITERATION)
        np.testing.assert_allclose(found.std_err[a], values[label, "std_err"][:, 1], rtol=ITERATION)
    np.testing.assert_allclose(
        found.difference, values["difference", "difference"][:, 1], rtol=1e-7, atol=1e-10
    )
    np.testing.assert_allclose(
        found.difference_std_err, values["difference", "std_err"][:, 1], rtol=ITERATION
    )
