"""Would the boundary have been crossed under another plan? For a trial whose plan is not public."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.design import (
    HwangShihDeCani,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    efficacy_boundary_at,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from equipoise.monitoring.interim_result import InterimResult
    from equipoise.numerics.spending import Spending

FINAL_EVENTS = tuple(range(100, 251, 25))
FAMILIES: dict[str, Spending] = {
    "Lan-DeMets O'Brien-Fleming": LanDeMetsOBrienFleming(),
    "Hwang-Shih-DeCani, gamma -4": HwangShihDeCani(gamma=-4.0),
    "Kim-DeMets, rho 3": KimDeMets(rho=3.0),
    "Kim-DeMets, rho 2 (alpha t^2)": KimDeMets(rho=2.0),
    "Lan-DeMets Pocock": LanDeMetsPocock(),
}


@dataclass(frozen=True, slots=True)
class AssumedPlan:
    """One assumed plan: how many events it ends with, how it spends alpha, and how the look reads then."""

    final_events: int
    family: str
    information_fraction: float
    efficacy_z: float
    nominal_p: float
    """One side."""
    z: float
    crossed: bool


@dataclass(frozen=True, slots=True)
class CrossingTable:
    """The look read against the boundary of each assumed plan."""

    plans: tuple[AssumedPlan, ...]
    events: int
    z: float

    @property
    def always(self) -> bool:
        """Whether the boundary is crossed under every plan."""
        return all(p.crossed for p in self.plans)

    def to_frame(self) -> pl.DataFrame:
        """One row a plan."""
        import polars as pl

        return pl.DataFrame([{name: getattr(p, name) for name in AssumedPlan.__slots__} for p in self.plans])


def crossing_table(
    result: InterimResult,
    *,
    final_events: Sequence[int] = FINAL_EVENTS,
    families: Mapping[str, Spending] | None = None,
) -> CrossingTable:
    """Read the current look against plans that differ in final events and spending family.

    Each plan reads this look as its first for efficacy, at the total alpha and sides of the design.
    """
    now = result.current
    plans = []
    for name, spending in (families or FAMILIES).items():
        for final in final_events:
            bound = efficacy_boundary_at(
                [float(now.events)],
                planned=float(final),
                spending=spending,
                alpha=result.alpha,
                sides=result.sides,
            )
            z = float(bound.efficacy_z[0])
            plans.append(
                AssumedPlan(
                    final_events=final,
                    family=name,
                    information_fraction=now.events / final,
                    efficacy_z=z,
                    nominal_p=float(bound.nominal_p[0]) / result.sides,
                    z=now.z,
                    crossed=now.z >= z,
                )
            )
    return CrossingTable(tuple(plans), now.events, now.z)
