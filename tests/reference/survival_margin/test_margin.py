"""The log-rank score test against a hazard ratio, and its interval, beside R's score test of a Cox model."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.errors import DataError
from equipoise.survival import hazard_ratio_interval, logrank
from reference.survival.replay import recorded
from tolerances import ITERATION, SUMMATION

if TYPE_CHECKING:
    from reference.survival.replay import CaseOf

FOUND = recorded(Path(__file__).parent / "margin.csv")


@pytest.mark.parametrize("dataset", FOUND)
def test_score_and_variance_at_each_margin(dataset: str, case_of: CaseOf) -> None:
    """U is R's; V is R's at Breslow's ties times (n - d)/(n - 1); without ties z² is R's score test."""
    case = case_of(dataset)
    compared = 0
    for by in ("whole", "strata"):
        rows: dict[float, dict[str, float]] = {}
        for (analysis, _, quantity), pairs in FOUND[dataset].items():
            if analysis == by:
                for m, value in pairs:
                    rows.setdefault(m, {})[quantity] = value
        for m, theirs in rows.items():
            if not math.isfinite(m):
                continue
            strata = case.strata if by == "strata" else None
            given = (case.time, case.event, case.group)
            try:
                ours = logrank(
                    *given, control=case.control, strata=strata, entry=case.entry, hazard_ratio_null=m
                )
            except DataError:
                assert abs(theirs["information"]) < SUMMATION
                continue
            floor = 1e-12 * ours.observed.sum()
            np.testing.assert_allclose(ours.score, theirs["score"], rtol=SUMMATION, atol=floor)
            np.testing.assert_allclose(ours.information, theirs["information"], rtol=SUMMATION)
            if theirs["breslow"] == pytest.approx(theirs["information"], rel=1e-12):
                np.testing.assert_allclose(ours.chi2, theirs["chi2"], rtol=SUMMATION, atol=1e-14)
            compared += 1
    assert compared or dataset == "all_events_at_once"


# Where everybody has the event at one time no comparison is left, and Breslow's estimate is of ties alone.
COMPARED = [name for name in FOUND if name != "all_events_at_once"]


@pytest.mark.parametrize("dataset", COMPARED)
def test_estimate_and_limits(dataset: str, case_of: CaseOf) -> None:
    """The estimate is R's with Breslow's ties; R's uniroot finds the same limits."""
    case = case_of(dataset)
    for by in ("whole", "strata"):
        if (by, "", "hazard_ratio") not in FOUND[dataset]:
            continue
        ours = hazard_ratio_interval(
            case.time,
            case.event,
            case.group,
            control=case.control,
            strata=case.strata if by == "strata" else None,
            entry=case.entry,
        )
        for quantity in ("hazard_ratio", "lower", "upper"):
            for _, theirs in FOUND[dataset].get((by, "", quantity), []):
                np.testing.assert_allclose(getattr(ours, quantity), theirs, rtol=ITERATION, err_msg=quantity)
