"""Published facts that cannot all hold."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from equipoise.reconstruction import Published, Reconstruction, reconstruct
from equipoise.reconstruction.conflicts import conflicts, split_conflicts
from equipoise.reconstruction.frame import frame_of
from equipoise.reconstruction.grid import grid_of
from equipoise.reconstruction.prior import cumulative, prior_hazards
from equipoise.reconstruction.reconstruct import constraints_of
from equipoise.reconstruction.solve import Solver, solve_with_splits
from equipoise.reconstruction.targets import targets_of
from unit.reconstruction.simulated_trials import simulated_facts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _changed(path: Path, change: Callable[[dict[str, Any]], None]) -> Reconstruction:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    change(document)
    return reconstruct(Published.model_validate(document), seed=1)


def _named(found: Reconstruction) -> list[set[str]]:
    return [set(c.facts) for c in found.conflicts]


def test_an_overall_hazard_ratio_outside_those_of_the_strata_is_named_with_them(aall1731: Path) -> None:
    def change(document: dict[str, Any]) -> None:
        document["hazard_ratio"][0] |= {"value": "0.80", "limits": "0.60 to 1.07"}

    found = _changed(aall1731, change)
    assert not found.agrees
    strata = {"hazard ratio, SR-Average = 0.33", "hazard ratio, SR-High = 0.45"}
    assert any({"hazard ratio = 0.80"} | strata <= names for names in _named(found))
    survival = [f for f in found.facts if f.name.startswith("survival") and f.reached is not None]
    assert all(abs((f.reached or 0.0) - float(f.printed)) < 1.0 for f in survival)
    assert "is missed" in str(found.conflicts[0])


def test_a_survival_of_all_outside_those_of_the_strata_is_given_up_and_they_are_kept(aall1731: Path) -> None:
    def change(document: dict[str, Any]) -> None:
        document["milestone"][0]["by_arm"]["chemotherapy"] = "80.0 ± 2.5"

    found = _changed(aall1731, change)
    day = "survival, day 1095.75"
    assert {
        f"{day}, chemotherapy = 80.0",
        f"{day}, SR-Average, chemotherapy = 90.2",
        f"{day}, SR-High, chemotherapy = 84.8",
    } in _named(found)
    reached = {f.name: f.reached for f in found.facts}
    assert reached[f"{day}, SR-Average, chemotherapy"] == pytest.approx(90.2, abs=0.3)
    assert reached[f"{day}, SR-High, chemotherapy"] == pytest.approx(84.8, abs=0.5)
    # Totals are kept back here, and with few early events not enough are alive after one: both are shown, not met.
    aimed = [f for f in found.facts if f.exact and f.use == "input" and "overall survival" not in f.name]
    assert all(f.met for f in aimed)


def test_errors_of_the_strata_that_no_split_of_the_number_at_risk_gives_are_named(aall1731: Path) -> None:
    def change(document: dict[str, Any]) -> None:
        document["milestone"][1]["by_arm"]["blinatumomab"] = "97.5 ± 3.0"

    found = _changed(aall1731, change)
    assert any("at risk, blinatumomab, day 1095.75 = 241" in names for names in _named(found))


def test_more_counted_relapses_than_the_interval_allows_are_kept_and_the_contradiction_named(
    aall1731: Path,
) -> None:
    def change(document: dict[str, Any]) -> None:
        document["cause"][0]["by_arm"]["chemotherapy"] = 90

    found = _changed(aall1731, change)
    assert any("events of counted causes, chemotherapy = 90" in names for names in _named(found))
    causes = {f.name: f.reached for f in found.facts}
    assert causes["events by cause, relapse, chemotherapy"] == 90


@pytest.mark.parametrize("seed", [0, 5, 7, 8, 10, 17, 18, 31, 36, 41, 43, 56])
def test_facts_of_real_patients_are_never_said_to_contradict_each_other(seed: int) -> None:
    """Printed from one set of patients, they hold together, whatever split over the strata was chosen here."""
    published = Published.model_validate(simulated_facts(seed))
    frame = frame_of(published)
    targets = targets_of(published, frame)
    grid = grid_of(frame, [t.day for t in targets])
    hazards = prior_hazards(published, frame)
    rates = np.array([[h.rate(grid.middle) for h in row] for row in hazards])
    survival = np.exp(-cumulative(hazards, frame.first.astype(np.float64)))
    solver = Solver(frame, grid, targets, rates, survival)
    listed = constraints_of(published, solver, solve_with_splits(solver))
    assert conflicts(listed) == ()
    assert split_conflicts(frame, solver.known, targets) == ()
