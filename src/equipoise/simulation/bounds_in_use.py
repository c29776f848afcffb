"""The bounds that each simulated look is read against: those of the design's rules at the events observed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from equipoise.design import At, bounds_at, efficacy_boundary_at
from equipoise.errors import DesignError
from equipoise.simulation._look_kernels import PlannedBounds

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.design import GroupSequentialDesign, InterimBounds
    from equipoise.simulation.subject_model import IntArray


class Bounds(NamedTuple):
    """Bounds as z, each of shape (paths, K); infinite where a look is not read."""

    efficacy: FloatArray
    futility: FloatArray
    harm: FloatArray


class _Bound(NamedTuple):
    efficacy: float
    futility: float
    harm: float


@dataclass(slots=True, eq=False)
class BoundsInUse:
    """Bounds by the events observed at each look, solved once for each course of events that occurs.

    At each look the design's rules are applied to the events observed, as a committee's statistician does,
    and what the bounds of the looks before have spent is honoured. The last look spends all that is left.

    Parameters
    ----------
    design
        The rules.
    planned
        Events at information fraction 1.

    """

    design: GroupSequentialDesign
    planned: int
    _known: dict[tuple[int, ...], tuple[_Bound, InterimBounds | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that the decision rule can read these bounds."""
        require_outer_futility(self.design)

    def of(self, events: IntArray) -> Bounds:
        """Bounds of each path, given the events at its looks, shape (paths, K).

        A look with no more events than the one before it, or none, tells nothing new and is not read: no
        error is spent on it. (Its bounds are infinite.)
        """
        courses, which = np.unique(events, axis=0, return_inverse=True)
        solved = np.array([self._course(tuple(c)) for c in courses.tolist()])
        found = solved[which.ravel()]
        return Bounds(found[..., 0], found[..., 1], found[..., 2])

    def held(self, events: tuple[int, ...]) -> InterimBounds | None:
        """The design's bounds of a course of looks; None where one of them came out of order."""
        if any(b <= a for a, b in zip((0, *events), events, strict=False)):
            return None
        return self._interim(events)

    def ahead(self, events: tuple[int, ...]) -> list[float]:
        """Information fractions of the looks to come, as planned, so far as they lie above the present."""
        t = self.design.information_fraction[len(events) :]
        return [float(x) for x in t if x > events[-1] / self.planned + 1e-3]

    def as_planned(self, due_events: IntArray) -> PlannedBounds:
        """Bounds of looks that hold exactly the events at which they are due.

        From a look that is due by the calendar (0 events) on they are switched off.
        """
        found = self.of(due_events[None, :])
        by_events = np.logical_and.accumulate(due_events > 0)
        return PlannedBounds(
            np.where(by_events, found.efficacy[0], np.inf),
            np.where(by_events, found.futility[0], -np.inf),
            np.where(by_events, found.harm[0], -np.inf),
        )

    def _course(self, events: tuple[int, ...]) -> list[_Bound]:
        return [self._look(events[: k + 1]) for k in range(len(events))]

    def _look(self, events: tuple[int, ...]) -> _Bound:
        """Bounds of the last look of a course."""
        before = max((e for e in events[:-1] if e > 0), default=0)
        if events[-1] <= before:
            return _Bound(np.inf, -np.inf, -np.inf)
        if events not in self._known:
            self._known[events] = self._solve(events)
        return self._known[events][0]

    def _solve(self, events: tuple[int, ...]) -> tuple[_Bound, InterimBounds | None]:
        final = len(events) == self.design.looks
        if all(b > a for a, b in zip((0, *events), events, strict=False)):
            earlier = self._interim(events[:-1])
            interim = bounds_at(
                self.design, [float(e) for e in events], planned=self.planned, previous=earlier, final=final
            )
            return _Bound(*(_last(z, off) for z, off in _columns(interim))), interim
        return self._after_a_gap(events, final=final), None

    def _interim(self, events: tuple[int, ...]) -> InterimBounds | None:
        if not events:
            return None
        self._look(events)
        return self._known[events][1]

    def _after_a_gap(self, events: tuple[int, ...], *, final: bool) -> _Bound:
        """Look after one that was not read: for efficacy alone, and for harm where that mirrors it."""
        rule = self.design.efficacy
        if isinstance(rule, At):
            if len(events) not in rule.looks:
                return _Bound(np.inf, -np.inf, -np.inf)
            rule = rule.rule
        read = [k for k in range(len(events) - 1) if events[k] > max((0, *events[:k]))]
        interim = efficacy_boundary_at(
            [*(float(events[k]) for k in read), float(events[-1])],
            planned=self.planned,
            spending=rule,
            alpha=self.design.alpha,
            sides=self.design.sides,
            previous=[self._look(events[: k + 1]).efficacy for k in read],
            final=final,
        )
        harm = -np.inf if interim.harm_z is None else float(interim.harm_z[-1])
        return _Bound(float(interim.efficacy_z[-1]), -np.inf, harm)


def all_looks(looks: int) -> PlannedBounds:
    """Bounds that nothing crosses, so that every look is read."""
    never = np.full(looks, np.inf)
    return PlannedBounds(never, -never, -never)


def require_outer_futility(design: GroupSequentialDesign) -> None:
    """Refuse a futility bound on |z|: the decision rule reads futility as z at or below its bound."""
    if design.inner:
        raise DesignError(
            "a futility bound on |z|, for no difference, is not simulated: trials stop for no benefit. "
            "Design it with inner=False."
        )


def _columns(interim: InterimBounds) -> tuple[tuple[FloatArray | None, float], ...]:
    return (interim.efficacy_z, np.inf), (interim.futility_z, -np.inf), (interim.harm_z, -np.inf)


def _last(z: FloatArray | None, off: float) -> float:
    return off if z is None else float(z[-1])
