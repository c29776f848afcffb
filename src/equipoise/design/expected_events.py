"""Expected events by calendar time under piecewise accrual, hazards and dropout."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betainc

from equipoise import _check
from equipoise.design.arm_outcome import ArmOutcome
from equipoise.design.population import Accrual, Stratum, require_strata
from equipoise.errors import ArgumentError, ConvergenceError, DesignError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from equipoise._check import FloatArray

MOST_STEPS = 200


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedEvents:
    """Expected numbers by calendar time since the first patient.

    Parameters
    ----------
    time
        Calendar times, shape (T,).
    patients
        Entered by then, shape (T,).
    control, experimental
        Events by then in each stratum, shape (T, S).
    strata
        Names, S of them.

    """

    time: FloatArray
    patients: FloatArray
    control: FloatArray
    experimental: FloatArray
    strata: tuple[str, ...]

    @property
    def total(self) -> FloatArray:
        """Events in all by each time, shape (T,)."""
        return np.asarray((self.control + self.experimental).sum(axis=1))

    def to_frame(self) -> pl.DataFrame:
        """One row for each time, stratum and arm: time, patients, stratum, arm, events."""
        import polars as pl

        times, count = len(self.time), len(self.strata)
        return pl.DataFrame(
            {
                "time": np.tile(np.repeat(self.time, count), 2),
                "patients": np.tile(np.repeat(self.patients, count), 2),
                "stratum": list(self.strata) * (2 * times),
                "arm": ["control"] * (times * count) + ["experimental"] * (times * count),
                "events": np.concatenate([self.control.ravel(), self.experimental.ravel()]),
            }
        )


@dataclass(frozen=True, slots=True, eq=False)
class EventCalendar:
    """Expected events as a function of calendar time: accrual carried through every arm of every stratum.

    Parameters
    ----------
    accrual
        Patients entering.
    outcomes
        (share of the patients, outcome) for each stratum's control arm, then each one's experimental arm.
    strata
        Names.

    """

    accrual: Accrual
    outcomes: tuple[tuple[float, ArmOutcome], ...]
    strata: tuple[str, ...]

    @classmethod
    def of(cls, strata: Sequence[Stratum], accrual: Accrual, ratio: float) -> EventCalendar:
        """Lay out strata and arms, `ratio` experimental patients for each control."""
        given = require_strata(strata)
        share = _check.positive("ratio", ratio) / (1.0 + ratio)
        control = tuple(
            (s.prevalence * (1.0 - share), ArmOutcome.of(s.control_hazard, s.control_dropout)) for s in given
        )
        experimental = tuple(
            (s.prevalence * share, ArmOutcome.of(s.experimental_hazard, s.experimental_dropout))
            for s in given
        )
        return cls(accrual, control + experimental, tuple(s.name for s in given))

    def by_arm(self, at: FloatArray) -> FloatArray:
        """Events by calendar times, shape (T, 2 S): control arm of each stratum, then experimental."""
        times, jumps = self.accrual.jumps()
        since = at[:, None] - times
        return np.stack([share * (arm.event_area(since) @ jumps) for share, arm in self.outcomes], axis=1)

    def total(self, at: float) -> float:
        """Events in all by a calendar time."""
        return float(self.by_arm(np.array([at])).sum())

    def speed(self, at: float) -> float:
        """Events per unit of calendar time, the derivative of `total`."""
        times, jumps = self.accrual.jumps()
        since = at - times
        return math.fsum(share * float(arm.event_probability(since) @ jumps) for share, arm in self.outcomes)

    def ever(self) -> float:
        """Share of the patients that is ever seen to have an event."""
        return math.fsum(share * arm.ever() for share, arm in self.outcomes)

    def probability_of(self, events: float) -> float:
        """Probability that so many events ever come, however long one waits: binomial over the patients.

        Between whole numbers it is the incomplete beta function that runs through them.
        """
        patients = self.accrual.patients
        if events <= 0.0 or events >= patients + 1.0:
            return float(events <= 0.0)
        return float(betainc(events, patients - events + 1.0, min(self.ever(), 1.0)))

    def time_of(self, events: float) -> float:
        """Calendar time at which so many events are expected.

        Raises
        ------
        DesignError
            So many are never expected, with the probability that they come nevertheless.

        """
        most = self.ever() * self.accrual.patients
        if events >= most * (1.0 - 1e-12):
            raise DesignError(
                f"{events:g} events are never expected: of {self.accrual.patients:g} patients {most:.6g} are "
                f"expected to have one, however long the follow-up (so many come with probability "
                f"{self.probability_of(events):.3g}). Plan more patients, fewer events or a larger effect."
            )
        low, high = 0.0, self.accrual.duration
        while self.total(high) < events:
            low, high = high, 2.0 * high
        at = 0.5 * (low + high)
        for _ in range(MOST_STEPS):
            excess = self.total(at) - events
            # Where the last events come the curve is flat, and rounding would keep the steps going.
            if abs(excess) <= 1e-14 * events:
                return at
            low, high = (low, at) if excess > 0.0 else (at, high)
            speed = self.speed(at)
            following = at - excess / speed if speed > 0.0 else high
            if not low <= following <= high:
                following = 0.5 * (low + high)
            if abs(following - at) <= 1e-13 * max(high, 1.0):
                return following
            at = following
        if high - low <= 1e-9 * max(high, 1.0):
            return at
        raise ConvergenceError(f"The time of {events!r} events was not found; reached {at!r}.")


def expected_events(
    strata: Sequence[Stratum], accrual: Accrual, *, at: Sequence[float] | FloatArray, ratio: float = 1.0
) -> ExpectedEvents:
    """Expected patients and events by calendar time, in each stratum and arm.

    With accrual rate r(s) and F(x) the probability of an observed event within x of entry, the events by
    calendar time u are the integral of r(s) F(u - s) over s from 0 to u; in closed form, piece by piece.

    Parameters
    ----------
    strata
        What is assumed in each stratum.
    accrual
        Patients entering.
    at
        Calendar times since the first patient, shape (T,).
    ratio
        Patients on the experimental arm for each one on the control arm.

    """
    times = _check.numbers("at", at)
    if (times < 0.0).any():
        raise ArgumentError(
            "at", tuple(times.tolist()), "must be 0 or more", "Times count from the first patient."
        )
    calendar = EventCalendar.of(strata, accrual, ratio)
    by_arm = calendar.by_arm(times)
    count = len(calendar.strata)
    return ExpectedEvents(
        time=times,
        patients=accrual.entered(times),
        control=by_arm[:, :count],
        experimental=by_arm[:, count:],
        strata=calendar.strata,
    )


def time_of_events(
    strata: Sequence[Stratum], accrual: Accrual, *, events: Sequence[float] | FloatArray, ratio: float = 1.0
) -> FloatArray:
    """Calendar times at which numbers of events are expected, shape as `events`; `DesignError` if never."""
    wanted = _check.numbers("events", events)
    if (wanted <= 0.0).any():
        raise ArgumentError("events", tuple(wanted.tolist()), "must be above 0")
    calendar = EventCalendar.of(strata, accrual, ratio)
    return np.array([calendar.time_of(float(d)) for d in wanted])
