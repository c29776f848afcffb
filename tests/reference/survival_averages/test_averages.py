"""Average hazard ratios and window means by R's survfit and the influence of each subject on its curves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.survival import average_hazard_ratio, window_mean
from reference.survival.replay import recorded
from tolerances import SUMMATION

if TYPE_CHECKING:
    from reference.survival.replay import CaseOf

FOUND = recorded(Path(__file__).parent / "averages.csv")


@pytest.mark.parametrize("dataset", FOUND)
def test_the_average_hazard_ratio_and_its_error(dataset: str, case_of: CaseOf) -> None:
    """Up to the horizon of the restricted means."""
    case = case_of(dataset)
    found = average_hazard_ratio(case.time, case.event, case.group, control=case.control, tau=case.tau)
    theirs = {key[2]: pairs[0][1] for key, pairs in FOUND[dataset].items() if key[0] == "average"}
    np.testing.assert_allclose(np.log(found.hazard_ratio), theirs["log_ratio"], rtol=SUMMATION)
    np.testing.assert_allclose(found.log_std_err, theirs["std_err"], rtol=SUMMATION)


@pytest.mark.parametrize("dataset", FOUND)
def test_the_mean_of_a_window_and_its_error(dataset: str, case_of: CaseOf) -> None:
    """From a quarter of the horizon to it, by arm."""
    case = case_of(dataset)
    found = window_mean(
        case.time, case.event, case.group, control=case.control, start=case.tau / 4, end=case.tau
    )
    for a, arm in enumerate(("control", "experimental")):
        theirs = {key[2]: pairs[0][1] for key, pairs in FOUND[dataset].items() if key[:2] == ("window", arm)}
        np.testing.assert_allclose(found.mean[a], theirs["mean"], rtol=SUMMATION)
        np.testing.assert_allclose(found.mean_std_err[a], theirs["std_err"], rtol=SUMMATION)
