"""When a look is held: by events, information or date, and not before or after what the protocol says."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from equipoise.protocol.monitoring import Look


@dataclass(frozen=True, slots=True)
class WhenDue:
    """What a look is due by and between which limits it is held: one rule for plan, trial and simulation.

    Exactly one of events, information and time is given. The look is held at

        min(max(due, not_before, last entry + follow_up), not_after),

    so that all of what it waits for has come, or else at its latest time, whichever comes first.

    Parameters
    ----------
    events
        Events at which it is due; 0 where it is due by something else.
    information
        Null variance V of the log-rank score at which it is due: on the day of the event with which V reaches
        it. 0 where it is due by something else.
    time
        Time after the first patient at which it is due; None where it is due by something else.
    not_before, not_after
        Times after the first patient between which it is held.
    follow_up
        Time after the last patient's entry before which it is not held; None where there is no such.

    """

    events: int = 0
    information: float = 0.0
    time: float | None = None
    not_before: float = 0.0
    follow_up: float | None = None
    not_after: float = math.inf

    @classmethod
    def of(cls, look: Look, *, events: int = 0, time: float | None = None) -> WhenDue:
        """Of a protocol's look, with its events or its time as the design has them."""
        return cls(
            events=events,
            information=look.information or 0.0,
            time=time,
            not_before=look.not_before or 0.0,
            follow_up=look.minimum_follow_up,
            not_after=math.inf if look.not_after is None else look.not_after,
        )

    @property
    def limited(self) -> bool:
        """Whether there is any limit."""
        return self.not_before > 0.0 or self.follow_up is not None or self.not_after < math.inf

    def in_days(self, days_per_unit: float) -> WhenDue:
        """The same in whole days."""

        def days(time: float) -> float:
            return float(round(time * days_per_unit)) if time < math.inf else time

        return replace(
            self,
            time=None if self.time is None else days(self.time),
            not_before=days(self.not_before),
            follow_up=None if self.follow_up is None else days(self.follow_up),
            not_after=days(self.not_after),
        )

    def held(self, due: float, last_entry: float) -> float:
        """Time at which the look is held that is due at a time; infinite where that never comes."""
        waits = due if self.follow_up is None else max(due, last_entry + self.follow_up)
        return min(max(waits, self.not_before), self.not_after)
