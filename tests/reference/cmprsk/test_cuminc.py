"""Cumulative incidence and Aalen's error of it as R's cmprsk::cuminc gives them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.survival import cumulative_incidence
from reference.survival.replay import recorded
from tolerances import SUMMATION

if TYPE_CHECKING:
    from reference.survival.replay import CaseOf

CURVES = recorded(Path(__file__).parent / "cuminc.csv")


@pytest.mark.parametrize("dataset", CURVES)
def test_incidence_and_aalens_error_are_those_of_cuminc(dataset: str, case_of: CaseOf) -> None:
    """Each cause at seven times of each curve, asked for with variance="aalen"."""
    case = case_of(dataset)
    for (_, where, quantity), pairs in CURVES[dataset].items():
        group, _, cause = where.rpartition(":")
        rows = case.rows(group)
        times, theirs = np.array(pairs).T
        curve = cumulative_incidence(case.time[rows], case.cause[rows], variance="aalen")
        found = curve.at(times + 1e-9)
        mine = np.array([label == int(cause) for label in found.cause])
        ours = getattr(found, quantity)[mine]
        if quantity == "std_err":
            # A variance that falls to 0 at the curve's end is a difference of two: its rounding is 1e-17 of 1.
            np.testing.assert_allclose(ours**2, theirs**2, rtol=SUMMATION, atol=1e-15, err_msg=where)
        else:
            np.testing.assert_allclose(ours, theirs, rtol=SUMMATION, atol=1e-14, err_msg=where)
