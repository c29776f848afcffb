"""Restricted means as R's survfit integrates them, and their contrasts by survRM2's formulas written out in R."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.errors import DataError
from equipoise.survival import rmst
from reference.survival.replay import HERE, recorded
from tolerances import SUMMATION

if TYPE_CHECKING:
    from reference.survival.replay import CaseOf

MEANS = recorded(HERE / "rmst.csv")
ALL = sorted({(dataset, key[1]) for dataset, found in MEANS.items() for key in found if key[0] == "contrast"})
CERTAIN = [(dataset, arm) for dataset, arm in ALL if MEANS[dataset]["contrast", arm, "std_err"][0][1] == 0]
CONTRASTS = [each for each in ALL if each not in CERTAIN]


@pytest.mark.parametrize(("dataset", "arm"), CONTRASTS)
def test_means_and_contrast_are_those_of_r(dataset: str, arm: str, case_of: CaseOf) -> None:
    """Both means with errors; difference and ratio, experimental against control, with limits."""
    case = case_of(dataset)
    pair = (case.group == case.control) | (case.group == arm)
    found = rmst(case.time[pair], case.event[pair], case.group[pair], control=case.control, tau=case.tau)
    for i, label in enumerate(found.groups):
        [(_, mean)] = MEANS[dataset]["arm", label, "rmst"]
        [(_, std_err)] = MEANS[dataset]["arm", label, "std_err"]
        np.testing.assert_allclose(found.mean[i], mean, rtol=SUMMATION)
        np.testing.assert_allclose(found.mean_std_err[i], std_err, rtol=SUMMATION, atol=1e-13)
    quantities = [key[2] for key in MEANS[dataset] if key[:2] == ("contrast", arm)]
    assert len(quantities) == 7
    for quantity in quantities:
        [(_, theirs)] = MEANS[dataset]["contrast", arm, quantity]
        ours = getattr(found.comparison, quantity)
        np.testing.assert_allclose(ours, theirs, rtol=SUMMATION, atol=1e-12 * case.tau, err_msg=quantity)


@pytest.mark.parametrize(("dataset", "arm"), CERTAIN)
def test_without_any_error_there_is_no_contrast(dataset: str, arm: str, case_of: CaseOf) -> None:
    """No event before tau: R's difference has standard error 0; the comparison is refused and says why."""
    case = case_of(dataset)
    pair = (case.group == case.control) | (case.group == arm)
    with pytest.raises(DataError, match="no event before tau"):
        rmst(case.time[pair], case.event[pair], case.group[pair], control=case.control, tau=case.tau)


@pytest.mark.parametrize("dataset", MEANS)
def test_one_arm_alone_has_the_same_mean(dataset: str, case_of: CaseOf) -> None:
    """Without group= the mean of everybody given."""
    case = case_of(dataset)
    for arm in case.arms():
        rows = case.rows(arm)
        found = rmst(case.time[rows], case.event[rows], tau=case.tau)
        [(_, mean)] = MEANS[dataset]["arm", arm, "rmst"]
        np.testing.assert_allclose(found.mean, [mean], rtol=SUMMATION)
        assert found.comparison is None
