"""Events by each named formula; a hazard ratio above 1 is benefit the other way round, as rpact has it."""

from __future__ import annotations

import pytest

from equipoise.design import (
    Accrual,
    AccrualRate,
    Freedman,
    GivenZ,
    HsiehFreedman,
    Schoenfeld,
    Stratum,
    drift_of_events,
    group_sequential,
    required_events,
    time_to_event,
)
from equipoise.errors import DesignError
from reference.rpact.recorded import number, rows

CONVENTIONS = {"Schoenfeld": Schoenfeld(), "Freedman": Freedman(), "HsiehFreedman": HsiehFreedman()}
FIXED_DRIFT = 1.959963984540054 + 1.2815515655446004


@pytest.mark.parametrize(
    "row", rows("events_by_convention.csv"), ids=lambda r: f"{r['convention']}-{r['ratio'][:3]}"
)
def test_events_are_rpacts(row: dict[str, str]) -> None:
    hazard_ratio, ratio = number(row["hazard_ratio"]), number(row["ratio"])
    convention = CONVENTIONS[row["convention"]]
    drift = FIXED_DRIFT if hazard_ratio < 1.0 else -FIXED_DRIFT
    events = (drift / drift_of_events(1.0, hazard_ratio, ratio=ratio, convention=convention)) ** 2
    assert events == pytest.approx(number(row["events"]), rel=1e-9)
    if hazard_ratio < 1.0:
        assert required_events(drift, hazard_ratio, ratio=ratio, convention=convention) == pytest.approx(
            events
        )


@pytest.mark.parametrize(
    "row",
    [r for r in rows("events_by_convention.csv") if number(r["hazard_ratio"]) < 1.0],
    ids=lambda r: f"{r['convention']}-{r['ratio'][:3]}-{r['hazard_ratio'][:3]}",
)
def test_patients_are_rpacts(row: dict[str, str]) -> None:
    """Accrual over 12 months, 12 months of follow-up, control hazard 0.02 a month."""
    fixed = group_sequential((1.0,), alpha=0.025, beta=0.1, sides=1, efficacy=GivenZ(1.959963984540054))
    found = time_to_event(
        fixed,
        [Stratum(1.0, 0.02, number(row["hazard_ratio"]))],
        Accrual(1.0, 12.0),
        solve_for=AccrualRate(24.0),
        ratio=number(row["ratio"]),
        convention=CONVENTIONS[row["convention"]],
    )
    assert found.patients == pytest.approx(number(row["subjects"]), rel=1e-8)
    assert found.events == pytest.approx(number(row["events"]), rel=1e-9)


@pytest.mark.parametrize("convention", [Freedman(), HsiehFreedman()])
def test_a_margin_needs_schoenfelds(convention: Freedman | HsiehFreedman) -> None:
    with pytest.raises(DesignError, match=r"Use Schoenfeld\(\)"):
        required_events(3.24, 1.0, hazard_ratio_null=1.3, convention=convention)
