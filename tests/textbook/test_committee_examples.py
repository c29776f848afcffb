"""Decisions that committees have taken, or that a published plan implies, read by the boundary code."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.design import (
    Exit,
    FutilityP,
    KimDeMets,
    LanDeMetsOBrienFleming,
    OBrienFleming,
    bounds_at,
    efficacy_boundary_at,
    exit_at,
    group_sequential,
)
from equipoise.numerics import normal
from equipoise.numerics.spending_shapes import LinearSpending

if TYPE_CHECKING:
    from pathlib import Path

BHAT_DEATHS = (56.0, 77.0, 126.0, 177.0, 247.0, 318.0)
BHAT_Z = (1.68, 2.24, 2.37, 2.30, 2.34, 2.82)
BHAT_MONTHS = np.array([11.0, 16.0, 21.0, 28.0, 34.0, 40.0]) / 48.0
LINEAR = LinearSpending((1.0,), (1.0,))


def test_bhat_crossed_its_original_boundary_at_the_sixth_look_and_no_earlier() -> None:
    """O'Brien-Fleming for seven equal looks, two-sided 0.05 (DeMets et al. 1984, Controlled Clinical Trials 5:362)."""
    plan = group_sequential(np.arange(1, 8) / 7, alpha=0.05, beta=0.1, sides=2, efficacy=OBrienFleming())
    exits = exit_at(np.array(BHAT_Z), plan.efficacy_z[:6], two_sided=True)
    assert exits.tolist() == [Exit.CONTINUE] * 5 + [Exit.EFFICACY]
    assert plan.efficacy_z[5] == pytest.approx(2.228637, abs=1e-6)


@pytest.mark.parametrize(
    ("spending", "bounds"),
    [
        (LINEAR, (2.5284, 2.5903, 2.6329, 2.5037, 2.5074, 2.4656)),
        (LanDeMetsOBrienFleming(), (4.5380, 3.7122, 3.2196, 2.7417, 2.5057, 2.3099)),
    ],
)
def test_bhat_by_calendar_spending_crosses_at_the_sixth_look(
    spending: LinearSpending | LanDeMetsOBrienFleming, bounds: tuple[float, ...]
) -> None:
    """Alpha spent by months of 48, the covariance by deaths: the two kept apart (Jennison and Turnbull, 7.2.3)."""
    used: list[float] = []
    exits = []
    for k in range(6):
        found = efficacy_boundary_at(
            BHAT_DEATHS[: k + 1],
            planned=400.0,
            spending=spending,
            alpha=0.05,
            sides=2,
            previous=used,
            spending_fraction=BHAT_MONTHS[: k + 1],
        )
        used.append(float(found.efficacy_z[-1]))
        exits.append(int(exit_at(BHAT_Z[k], used[-1], two_sided=True)))
    assert used == pytest.approx(bounds, abs=5e-5)
    assert exits == [Exit.CONTINUE] * 5 + [Exit.EFFICACY]


def test_the_recorded_bounds_of_bhat(outside_data: Path) -> None:
    record = json.loads((outside_data.parent / "reference" / "bhat.json").read_text())
    for name, spending in (
        ("recomputed_linear_spending", LINEAR),
        ("recomputed_LDOF_calendar", LanDeMetsOBrienFleming()),
    ):
        found = efficacy_boundary_at(
            record["deaths"],
            planned=400.0,
            spending=spending,
            alpha=0.05,
            sides=2,
            spending_fraction=np.array(record["calendar_months"]) / record["planned_months"],
        )
        assert found.efficacy_z == pytest.approx(record[name], abs=1e-7), name


def test_bhat_crosses_at_its_sixth_look_by_the_recorded_values(outside_data: Path) -> None:
    """The record's own z against each of its boundaries, and against ours, each look read when it came."""
    record = json.loads((outside_data.parent / "reference" / "bhat.json").read_text())
    assert (tuple(record["z"]), tuple(record["deaths"])) == (BHAT_Z, BHAT_DEATHS)
    plan = group_sequential(np.arange(1, 8) / 7, alpha=0.05, beta=0.1, sides=2, efficacy=OBrienFleming())
    original = record["original_design_OBF_K7_twosided05"]
    assert plan.efficacy_z == pytest.approx(original, abs=1e-7)
    published = record["published_JT_7_2_3_linear_calendar_spending_bounds"]
    assert record["recomputed_linear_spending"] == pytest.approx(published, abs=0.01)
    for bounds in (original[:6], published, record["recomputed_LDOF_calendar"], plan.efficacy_z[:6]):
        status = [Exit(int(exit_at(z, b, two_sided=True))) for z, b in zip(record["z"], bounds, strict=True)]
        assert status == [*[Exit.CONTINUE] * 5, Exit.EFFICACY]


def test_a_one_to_two_trial_stops_for_futility_by_one_sided_p() -> None:
    """AALL1131 very high risk: one-sided P of 0.7664 or more at 41 of about 205 events, 1:2 allocation."""
    plan = group_sequential(
        (0.2, 1.0), alpha=0.025, beta=0.2, sides=1, efficacy=KimDeMets(2.0), futility=FutilityP(0.7664)
    )
    found = bounds_at(plan, [41.0], planned=205.0)
    assert found.futility_z is not None
    bound = float(found.futility_z[0])
    assert bound == pytest.approx(-0.727, abs=5e-4)
    information = 41.0 * 2.0 / 9.0
    assert math.exp(-bound / math.sqrt(information)) == pytest.approx(1.272, abs=5e-4)
    high = float(found.efficacy_z[0])
    assert exit_at(bound, high, bound) == Exit.FUTILITY
    assert exit_at(bound + 1e-9, high, bound) == Exit.CONTINUE


@pytest.mark.parametrize("earlier", [None, 0.25, 0.4, 0.5])
def test_tower_crossed_at_248_of_330_deaths(earlier: float | None) -> None:
    """Two-sided boundary between 0.0185 and 0.0194 by the earlier look; observed P = 0.012 (Kantarjian et al. 2017)."""
    deaths = [248.0] if earlier is None else [round(earlier * 330.0), 248.0]
    found = efficacy_boundary_at(
        deaths, planned=330.0, spending=LanDeMetsOBrienFleming(), alpha=0.05, sides=2
    )
    boundary = float(found.nominal_p[-1])
    assert 0.0185 - 5e-5 <= boundary <= 0.0194 + 5e-5
    assert (
        exit_at(float(normal.upper_quantile(0.006)), float(found.efficacy_z[-1]), two_sided=True)
        == Exit.EFFICACY
    )
