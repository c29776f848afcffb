"""Log-rank tests as R's survdiff gives them; with late entry as its Mantel-Haenszel test over the event times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.survival import FlemingHarrington, logrank
from reference.survival.replay import HERE, recorded
from tolerances import SUMMATION

if TYPE_CHECKING:
    from reference.survival.replay import CaseOf

TESTS = recorded(HERE / "logrank.csv")
CELLS = [
    (dataset, analysis) for dataset, found in TESTS.items() for analysis in sorted({key[0] for key in found})
]


@pytest.mark.parametrize(("dataset", "analysis"), CELLS)
def test_the_test_is_that_of_r(dataset: str, analysis: str, case_of: CaseOf) -> None:
    """O, E, their covariance, chi-square, degrees of freedom and p; z has R's size and our sign."""
    case = case_of(dataset)
    weight = FlemingHarrington(rho=1) if analysis.startswith("rho1") else None
    strata = case.strata if analysis.endswith("_stratified") else None
    test = logrank(
        case.time,
        case.event,
        case.group,
        control=case.control,
        strata=strata,
        entry=case.entry,
        weight=weight,
    )
    position = {label: i for i, label in enumerate(test.groups)}
    scale = np.abs(test.variance).max()
    checked = set()
    for (which, group, quantity), [(_, theirs)] in TESTS[dataset].items():
        if which != analysis:
            continue
        if quantity == "variance":
            a, b = (position[label] for label in group.split("~"))
            ours, floor = test.variance[a, b], SUMMATION * scale
        elif quantity in {"observed", "expected"}:
            ours, floor = getattr(test, quantity)[position[group]], 0.0
        else:
            ours, floor = getattr(test, quantity), 1e-13
        checked.add(quantity)
        np.testing.assert_allclose(ours, theirs, rtol=SUMMATION, atol=floor, err_msg=f"{group} {quantity}")
    assert "chi2" in checked


TWO_ARMS = [name for name, found in TESTS.items() if any(key[0] == "rho0" and key[2] == "z" for key in found)]


@pytest.mark.parametrize("dataset", TWO_ARMS)
def test_swapping_the_arms_flips_the_sign(dataset: str, case_of: CaseOf) -> None:
    """The other arm as control: z turns, chi-square stays."""
    case = case_of(dataset)
    other = next(arm for arm in case.arms() if arm != case.control)
    given = logrank(case.time, case.event, case.group, control=case.control, entry=case.entry)
    turned = logrank(case.time, case.event, case.group, control=other, entry=case.entry)
    np.testing.assert_allclose(turned.z, -given.z, rtol=SUMMATION)
    np.testing.assert_allclose(turned.chi2, given.chi2, rtol=SUMMATION)
