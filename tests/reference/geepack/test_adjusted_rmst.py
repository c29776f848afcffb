"""Adjusted differences and ratios of restricted means as R's geese finds them from leave-one-out pseudo-values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.survival import rmst
from reference.survival.replay import recorded
from tolerances import ITERATION

if TYPE_CHECKING:
    from reference.survival.replay import CaseOf

FOUND = recorded(Path(__file__).parent / "pseudo.csv")


@pytest.mark.parametrize("dataset", FOUND)
@pytest.mark.parametrize("source", ["pooled", "by-arm"])
def test_coefficient_and_robust_error(dataset: str, source: str, case_of: CaseOf) -> None:
    """Identity link: the difference; log link: the logarithm of the ratio."""
    case = case_of(dataset)
    names = [j for j, name in enumerate(case.names) if name not in case.arms()]
    X = case.covariates[:, names]
    found = rmst(
        case.time, case.event, case.group, control=case.control, tau=case.tau, pseudo=source, covariates=X
    ).adjusted
    values = {key[1:]: pairs[0][1] for key, pairs in FOUND[dataset].items() if key[0] == source}
    np.testing.assert_allclose(found.difference, values["identity", "coef"], rtol=ITERATION)
    np.testing.assert_allclose(found.std_err, values["identity", "std_err"], rtol=ITERATION)
    np.testing.assert_allclose(np.log(found.ratio), values["log", "coef"], rtol=1e-6)
    half = np.log(found.ratio_upper / found.ratio) / 1.959963984540054
    np.testing.assert_allclose(half, values["log", "std_err"], rtol=1e-6)
