"""Several hypotheses at a meeting: which are rejected, the graph that remains, the bounds now in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.design import (
    GraphicalProcedure,
    HeldLooks,
    efficacy_boundary_at,
    looks_as_held,
)
from equipoise.errors import ArgumentError, DesignError
from equipoise.monitoring.hypothesis_standing import HypothesisStanding

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    import polars as pl

    from equipoise.design import GraphicalDesign, GroupSequentialDesign, SequentialGraphicalTest
    from equipoise.design.trial_design import Design
    from equipoise.monitoring.interim_result import InterimResult
    from equipoise.monitoring.look_result import LookResult
    from equipoise.numerics.hypothesis_graph import HypothesisGraph


@dataclass(frozen=True, slots=True)
class BoundInForce:
    """One look, held or still to come, against the bound at the level that its hypothesis has now."""

    hypothesis: str
    level: float
    """One-sided alpha: at which the hypothesis was rejected, or stands now."""
    look: int
    """From 1, looks held first."""
    label: str
    held: bool
    events: int
    """Observed, or planned for a look to come."""
    information_fraction: float
    efficacy_z: float
    """Infinite where the look is not read for efficacy, or the level is 0."""
    z: float | None
    """None for a look to come."""
    alpha_spent: float
    """By this look at this level, cumulative."""

    @property
    def crossed(self) -> bool:
        """Whether the look was held and lies on its bound or beyond."""
        return self.z is not None and self.z >= self.efficacy_z


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MonitoredHypotheses:
    """What the looks held so far say of all hypotheses together.

    Parameters
    ----------
    trial
        Its name.
    found
        The graph on the sequential p-values.
    bounds
        Looks of each hypothesis in the graph's order, held and to come, at the level now in force.
    protocol_hash, data_hashes
        What it was made from; the data of each hypothesis in the order of `found.looks`.
    synthetic
        Whether any of the data are made up.
    results
        What it was made from, of each hypothesis that has been looked at.

    """

    trial: str
    found: SequentialGraphicalTest
    bounds: tuple[BoundInForce, ...]
    protocol_hash: str
    data_hashes: tuple[str, ...]
    synthetic: bool
    results: tuple[InterimResult, ...] = ()

    @property
    def cutoff(self) -> dt.date | None:
        """Date of the latest data; None where the data have no cut-off."""
        return max((r.cutoff for r in self.results if r.cutoff is not None), default=None)

    @property
    def standings(self) -> tuple[HypothesisStanding, ...]:
        """Each hypothesis as it stands now, in the graph's order, with the look that was read of it."""
        return tuple(self._standing(name) for name in self.found.test.graph.hypotheses)

    @property
    def rejected(self) -> tuple[str, ...]:
        """Ids in the order of rejection."""
        return self.found.rejected

    @property
    def remaining(self) -> HypothesisGraph | None:
        """The graph of what is not rejected; None where all are."""
        return self.found.remaining

    def status(self, hypothesis: str) -> str:
        """One sentence of what the rule implies for a hypothesis; the decision is the committee's."""
        level = self.found.test.level(hypothesis)
        if hypothesis in self.rejected:
            first = self.found.crossed_at(hypothesis)
            return f"rejected at level {level:.5g}, crossed at look {first}"
        if level == 0.0:
            return "not tested yet: nothing has been passed on to it"
        return f"not rejected; stands at level {level:.5g}"

    def _standing(self, name: str) -> HypothesisStanding:
        about: dict[str, Any] = {
            "hypothesis": name,
            "level": self.found.test.level(name),
            "rejected": name in self.rejected,
            "status": self.status(name),
        }
        result = next((r for r in self.results if r.hypothesis == name), None)
        if result is None:
            return HypothesisStanding(**about, not_read="its first look is not due")
        if result.not_read:
            return HypothesisStanding(**about, not_read=result.not_read)
        last = next((b for b in reversed(self.bounds) if b.hypothesis == name and b.held), None)
        if last is None or result.current.overrun:
            return HypothesisStanding(**about, look=result.current)
        return HypothesisStanding(
            **about, look=result.current, efficacy_z=last.efficacy_z, alpha_spent=last.alpha_spent
        )

    def __repr__(self) -> str:
        """One line a hypothesis: what the rule implies."""
        made_up = "SYNTHETIC " if self.synthetic else ""
        ids = self.found.test.graph.hypotheses
        return "\n".join([f"{made_up}{self.trial}", *(f"  {name}: {self.status(name)}" for name in ids)])

    def to_frame(self) -> pl.DataFrame:
        """One row a hypothesis and look, held or to come: level, bound, z, the hypothesis' p and status."""
        import polars as pl

        test = self.found.test
        p = dict(zip(test.graph.hypotheses, zip(test.p_values, test.adjusted_p, strict=True), strict=True))
        rows = [
            {name: getattr(b, name) for name in BoundInForce.__slots__}
            | {
                "crossed": b.crossed,
                "sequential_p": p[b.hypothesis][0],
                "adjusted_p": p[b.hypothesis][1],
                "rejected": b.hypothesis in self.rejected,
                "status": self.status(b.hypothesis),
            }
            for b in self.bounds
        ]
        return pl.DataFrame(rows, schema_overrides={"z": pl.Float64})


def monitor_several(design: GraphicalDesign, results: Iterable[InterimResult]) -> MonitoredHypotheses:
    """Read the looks of all hypotheses together, by the graph; nothing is written.

    Every look held so far is read at the level that its hypothesis has now: when alpha is passed on, bounds
    are solved again at the larger level for looks already held too, so that the rejections are those of the
    graph on the sequential p-values. Looks held after a stop (overrun) are left out. Futility and harm stay
    with each hypothesis' own result; no futility stop is counted on.

    Parameters
    ----------
    design
        Of all hypotheses (`design_hypotheses`).
    results
        The last result of each hypothesis (`monitor`), with all of its looks; a hypothesis that has not been
        looked at yet is left out, or has none.

    Raises
    ------
    ArgumentError
        A hypothesis twice, or none of the graph's.
    DesignError
        A result of another protocol.

    References
    ----------
    Maurer, Bretz (2013), Statistics in Biopharmaceutical Research 5:311-320.

    """
    every = _by_hypothesis(design, results)
    given = {name: result for name, result in every.items() if result.looks}
    graph, alpha = design.procedure.graph, design.procedure.alpha
    plans: dict[str, GroupSequentialDesign] = {}
    looks: dict[str, HeldLooks] = {}
    for name, result in given.items():
        held = [k for k in result.looks if not k.overrun]
        plans[name], looks[name] = _as_held(design.design_of(name), held)
    rules = {name: d.boundaries.efficacy for name, d in zip(graph.hypotheses, design.designs, strict=True)}
    rules |= {name: plan.efficacy for name, plan in plans.items()}
    found = GraphicalProcedure.of(graph, alpha, rules).test(looks)
    bounds = [
        bound
        for one in design.designs
        for bound in _in_force(one, given.get(one.hypothesis.id), plans, looks, found)
    ]
    return MonitoredHypotheses(
        trial=design.protocol.trial.name,
        found=found,
        bounds=tuple(bounds),
        protocol_hash=design.protocol.hash,
        data_hashes=tuple(result.data_hash for result in every.values()),
        synthetic=any(result.synthetic for result in every.values()),
        results=tuple(every.values()),
    )


def _by_hypothesis(design: GraphicalDesign, results: Iterable[InterimResult]) -> dict[str, InterimResult]:
    given: dict[str, InterimResult] = {}
    for result in results:
        design.procedure.graph.index(result.hypothesis)
        if result.hypothesis in given:
            raise ArgumentError(
                "results", result.hypothesis, "must hold each hypothesis once", "Give its last result."
            )
        if result.protocol_hash != design.protocol.hash:
            raise DesignError(
                f"the result of {result.hypothesis} was read under protocol {result.protocol_hash[:8]}, the "
                f"design is of {design.protocol.hash[:8]}. Read it again under the protocol in force."
            )
        given[result.hypothesis] = result
    return given


def _as_held(design: Design, held: Sequence[LookResult]) -> tuple[GroupSequentialDesign, HeldLooks]:
    """The plan over the looks held and to come, and the looks held."""
    t = [k.events / design.events for k in held]
    spent = [k.spending_fraction for k in held]
    final = held[-1].final
    plan = looks_as_held(design.boundaries, t, [k.planned_look for k in held], final=final)
    return plan, HeldLooks(t, [k.z for k in held], None if spent == t else spent, final)


def _in_force(
    design: Design,
    result: InterimResult | None,
    plans: dict[str, GroupSequentialDesign],
    looks: dict[str, HeldLooks],
    found: SequentialGraphicalTest,
) -> list[BoundInForce]:
    """Looks held and to come of one hypothesis; of a rejected one only those held."""
    name = design.hypothesis.id
    level = found.test.level(name)
    held = [] if result is None else [k for k in result.looks if not k.overrun]
    plan = plans.get(name, design.boundaries)
    t = plan.information_fraction.tolist()
    if held:
        t[: len(held)] = list(looks[name].information_fraction)
    if name in found.rejected:
        t = t[: len(held)]
    z, alpha_spent = np.full(len(t), np.inf), np.zeros(len(t))
    if level > 0.0:
        spent = looks[name].spending_fraction if held else None
        found_bounds = efficacy_boundary_at(
            t,
            planned=1.0,
            spending=plan.efficacy,
            alpha=level,
            sides=1,
            spending_fraction=None if spent is None else [*spent, *t[len(held) :]],
            final=len(t) > len(held) or held[-1].final,
        )
        z, alpha_spent = found_bounds.efficacy_z, found_bounds.alpha_spent
    coming = [k for k in design.looks if k.look > (held[-1].planned_look if held else 0)]
    coming = coming[len(coming) - (len(t) - len(held)) :]
    rows = []
    for k, fraction in enumerate(t):
        look = held[k] if k < len(held) else coming[k - len(held)]
        rows.append(
            BoundInForce(
                hypothesis=name,
                level=level,
                look=k + 1,
                label=look.label,
                held=k < len(held),
                events=look.events,
                information_fraction=fraction,
                efficacy_z=float(z[k]),
                z=held[k].z if k < len(held) else None,
                alpha_spent=float(alpha_spent[k]),
            )
        )
    return rows
