"""Cumulative incidence and its delta-method error as R's multi-state survfit gives them (infinitesimal jackknife)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.survival import cumulative_incidence
from reference.survival.replay import HERE, recorded
from tolerances import SUMMATION

if TYPE_CHECKING:
    from reference.survival.replay import CaseOf

CURVES = recorded(HERE / "aalen_johansen.csv")


@pytest.mark.parametrize("dataset", CURVES)
def test_incidence_and_error_are_those_of_r(dataset: str, case_of: CaseOf) -> None:
    """Each cause at R's times; a cause that R lists but nobody had has incidence 0.

    With late entry the jackknife and the delta method are two estimates, and only the incidence is compared
    (the rival in independent/ gives R's error there, by the jackknife, and ours, by the delta method).
    """
    case = case_of(dataset)
    for (_, where, quantity), pairs in CURVES[dataset].items():
        if quantity == "std_err" and case.entry is not None:
            continue
        group, _, cause = where.rpartition(":")
        rows = case.rows(group)
        times, theirs = np.array(pairs).T
        if int(cause) not in case.cause[rows]:
            assert not theirs.any()
            continue
        curve = cumulative_incidence(
            case.time[rows], case.cause[rows], entry=None if case.entry is None else case.entry[rows]
        ).to_frame()
        curve = curve.filter(curve["cause"] == int(cause))
        own = curve["time"].to_numpy()
        nearest = np.abs(own[:, None] - times).argmin(axis=0)
        np.testing.assert_allclose(own[nearest], times, rtol=1e-9)
        ours = curve[quantity].to_numpy()[nearest]
        np.testing.assert_allclose(ours, theirs, rtol=SUMMATION, atol=1e-14, err_msg=f"{where} {quantity}")
