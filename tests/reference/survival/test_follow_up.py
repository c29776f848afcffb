"""Follow-up by reverse Kaplan-Meier as R's survfit of the censorings gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.survival import follow_up
from reference.survival.replay import HERE, recorded

if TYPE_CHECKING:
    from reference.survival.replay import CaseOf

QUARTILES = recorded(HERE / "follow_up.csv")


@pytest.mark.parametrize("dataset", QUARTILES)
def test_median_quartiles_and_limits_are_those_of_r(dataset: str, case_of: CaseOf) -> None:
    """For everybody and by arm; what R gives as NA is nan here."""
    case = case_of(dataset)
    for group in ["all", *case.arms()]:
        rows = case.rows(group)
        found = follow_up(case.time[rows], case.event[rows])
        values = dict(QUARTILES[dataset]["quantile:log-log", group, "value"])
        lower = dict(QUARTILES[dataset]["quantile:log-log", group, "lower"])
        upper = dict(QUARTILES[dataset]["quantile:log-log", group, "upper"])
        ours = [
            found.first_quartile[0],
            found.median[0],
            found.third_quartile[0],
            found.lower[0],
            found.upper[0],
        ]
        theirs = [values[0.25], values[0.5], values[0.75], lower[0.5], upper[0.5]]
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, err_msg=group)
        assert found.n[0] == rows.sum()
        assert (found.shortest[0], found.longest[0]) == (case.time[rows].min(), case.time[rows].max())


@pytest.mark.parametrize("dataset", QUARTILES)
def test_by_group_it_is_each_group_alone(dataset: str, case_of: CaseOf) -> None:
    """One call with group= gives what a call for each group gives."""
    case = case_of(dataset)
    together = follow_up(case.time, case.event, group=case.group)
    for i, label in enumerate(together.groups):
        rows = case.rows(label)
        alone = follow_up(case.time[rows], case.event[rows])
        for quantity in ("n", "median", "lower", "upper", "first_quartile", "third_quartile"):
            np.testing.assert_allclose(
                getattr(together, quantity)[i], getattr(alone, quantity)[0], rtol=1e-12
            )
