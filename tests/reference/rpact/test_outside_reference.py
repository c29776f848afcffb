"""Boundaries that others computed and that stand beside the outside data: spending designs, classical constants, BHAT."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tolerances
from equipoise.design import (
    GivenZ,
    KimDeMets,
    LanDeMetsOBrienFleming,
    efficacy_boundary_at,
    group_sequential,
)
from independent.group_sequential_by_tanh_sinh import crossing, efficacy_bounds
from reference.rpact.spending import rule

if TYPE_CHECKING:
    from pathlib import Path


def _read(outside_data: Path, name: str) -> Any:
    path = outside_data.parent / "reference" / name
    if not path.is_file():
        pytest.skip("outside data are not on this machine (no reference folder beside them)")
    return json.loads(path.read_text())


def _asked(name: str, design: dict[str, Any]) -> tuple[tuple[str, float | None], float]:
    """Spending function and alpha from a name such as eq3_asOF_0.025 or un4_HSD_-8."""
    _, family, value = name.split("_")
    if family in {"asOF", "asP"}:
        return (family.removeprefix("as"), None), float(value)
    return (family, float(value)), round(design["alpha_spent"][-1], 4)


def test_spending_designs(outside_data: Path) -> None:
    """One-sided, beta = 0.1; recorded with rpact's default tolerance of 1e-8."""
    designs = _read(outside_data, "group_sequential_spending.json")["designs"]
    seen = 0
    for name, design in designs.items():
        if name == "beta_spending_binding":
            continue
        spending, alpha = _asked(name, design)
        found = group_sequential(
            information_fraction=[*design["info"][:-1], 1.0],
            alpha=alpha,
            beta=0.1,
            sides=1,
            efficacy=rule(spending),
        )
        assert found.efficacy_z == pytest.approx(design["crit"], abs=tolerances.RPACT_Z), name
        assert found.alpha_spent == pytest.approx(design["alpha_spent"], abs=tolerances.RPACT_ALPHA_SPENT), (
            name
        )
        if "stage_p" in design:
            assert found.nominal_p == pytest.approx(design["stage_p"], abs=tolerances.RPACT_POWER), name
        if "inflation" in design:
            assert found.inflation == pytest.approx(design["inflation"], abs=tolerances.RPACT_EXPECTED), name
        for key, drift in (("ASN_H1", found.drift), ("ASN_H0", 0.0)):
            if key in design:
                expected = found.inflation * found.expected_information(drift)
                assert expected == pytest.approx(design[key], abs=tolerances.RPACT_EXPECTED), name
        seen += 1
    assert seen == 39


def test_beta_spending_design(outside_data: Path) -> None:
    """Three equal looks, one-sided 0.025, beta 0.1, O'Brien-Fleming type for both errors, futility binding."""
    design = _read(outside_data, "group_sequential_spending.json")["designs"]["beta_spending_binding"]
    found = group_sequential(
        information_fraction=(1 / 3, 2 / 3, 1.0),
        alpha=0.025,
        beta=0.1,
        sides=1,
        efficacy=LanDeMetsOBrienFleming(),
        futility=LanDeMetsOBrienFleming(),
        binding=True,
    )
    assert found.efficacy_z == pytest.approx(design["crit"], abs=tolerances.RPACT_Z)
    assert found.futility_z[:2] == pytest.approx(design["futility"], abs=tolerances.RPACT_Z)
    assert found.inflation == pytest.approx(design["inflation"], abs=tolerances.RPACT_EXPECTED)


def test_classical_constants_use_alpha_up(outside_data: Path) -> None:
    """Pocock and O'Brien-Fleming critical values, two-sided, equal information: their crossing sums to alpha.

    A first bound near z = 8 stands there as Inf: its software does not go so far out.
    """
    reference = _read(outside_data, "group_sequential_classical.json")
    assert len(reference["cv"]) == 54
    for name, recorded in reference["cv"].items():
        z = [float(bound) for bound in recorded]
        _, looks, alpha = name.split("_")
        K = int(looks)
        t = [(k + 1) / K for k in range(K)]
        found = group_sequential(
            information_fraction=t, alpha=float(alpha), beta=0.2, sides=2, efficacy=GivenZ(tuple(z))
        )
        exits = found.crossing(0.0)
        assert exits.efficacy.sum() == pytest.approx(float(alpha) / 2, abs=tolerances.RPACT_POWER), name
        above, _ = crossing(t, z, [-b for b in z], 0.0)
        assert exits.efficacy == pytest.approx(above, abs=tolerances.RIVAL_BOUND), name


def test_bhat_bounds(outside_data: Path) -> None:
    """Calendar-time spending in the Beta-Blocker Heart Attack Trial: information in deaths, spending in months of 48."""
    trial = _read(outside_data, "bhat.json")
    months, deaths = trial["calendar_months"], [float(d) for d in trial["deaths"]]
    time = [m / trial["planned_months"] for m in months]
    for spending, key in (
        (KimDeMets(rho=1.0), "recomputed_linear_spending"),
        (LanDeMetsOBrienFleming(), "recomputed_LDOF_calendar"),
    ):
        used: list[float] = []
        for k in range(len(deaths)):
            found = efficacy_boundary_at(
                deaths[: k + 1],
                planned=400.0,
                spending=spending,
                alpha=0.05,
                sides=2,
                previous=used or None,
                spending_fraction=time[: k + 1],
            )
            used.append(float(found.efficacy_z[-1]))
        assert used == pytest.approx(trial[key], abs=tolerances.RPACT_Z)
    exact = efficacy_bounds([d / 400.0 for d in deaths], [0.025 * t for t in time], 2)
    assert exact == pytest.approx(trial["recomputed_linear_spending"], abs=tolerances.RPACT_Z)
    # Jennison and Turnbull (2000), section 7.2.3, prints two decimals of bounds found on a coarse grid.
    printed = trial["published_JT_7_2_3_linear_calendar_spending_bounds"]
    assert np.asarray(exact) == pytest.approx(np.asarray(printed), abs=0.01)


def test_bhat_as_it_was_run(outside_data: Path) -> None:
    """Seven O'Brien-Fleming looks, two-sided 0.05: the first crossing is at the sixth, z = 2.82 against 2.23."""
    trial = _read(outside_data, "bhat.json")
    bounds = trial["original_design_OBF_K7_twosided05"]
    found = group_sequential(
        information_fraction=[(k + 1) / 7 for k in range(7)],
        alpha=0.05,
        beta=0.1,
        sides=2,
        efficacy=GivenZ(tuple(bounds)),
    )
    assert found.crossing(0.0).efficacy.sum() == pytest.approx(0.025, abs=tolerances.RPACT_POWER)
    crossed = [z >= b for z, b in zip(trial["z"], bounds, strict=False)]
    assert crossed == [False] * 5 + [True]
    assert bounds == pytest.approx([bounds[-1] * math.sqrt(7 / (k + 1)) for k in range(7)], abs=1e-6)
