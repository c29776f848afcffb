"""The looks that a protocol plans for a hypothesis: when each is due, and the bounds at their fractions."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from equipoise.design.group_sequential import group_sequential
from equipoise.design.planned_rules import PlannedRules, planned_rules
from equipoise.design.protocol_population import hypothesis_ratio
from equipoise.design.required_events import information_per_event
from equipoise.design.when_due import WhenDue
from equipoise.errors import DesignError
from equipoise.protocol.monitoring import Look

if TYPE_CHECKING:
    from equipoise.design.expected_events import EventCalendar
    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.protocol.endpoints import Hypothesis
    from equipoise.protocol.protocol import Protocol


@dataclass(frozen=True, slots=True)
class PlannedLooks:
    """Looks and rules of one hypothesis; a single look at the end where it is not monitored."""

    protocol: Protocol
    hypothesis: Hypothesis
    looks: tuple[Look, ...]
    rules: PlannedRules

    @classmethod
    def of(cls, protocol: Protocol, hypothesis: Hypothesis) -> PlannedLooks:
        """Read them from the protocol."""
        monitoring = protocol.monitoring_of(hypothesis.id)
        looks = tuple(monitoring.look) if monitoring is not None else (Look(fraction=1.0),)
        return cls(protocol, hypothesis, looks, planned_rules(protocol, hypothesis, looks))

    def boundaries(self, fractions: list[float], power: float) -> GroupSequentialDesign:
        """Bounds at information fractions."""
        h, rules = self.hypothesis, self.rules
        return group_sequential(
            fractions,
            alpha=h.alpha,
            beta=1.0 - power,
            sides=h.sides,
            efficacy=rules.efficacy,
            futility=rules.futility,
            binding=rules.binding,
            # A protocol's futility is want of benefit, on either number of sides: z below its bound.
            inner=False,
        )

    def fractions(self, final: float, calendar: EventCalendar) -> list[float]:
        """Information fractions of the looks where the last has so many events."""
        events = [self.events_of(look, final, calendar) for look in self.looks[:-1]]
        for number, due in enumerate(events, start=1):
            if due >= final:
                raise DesignError(
                    f"look {number} is due at {due:.4g} events and the final analysis at {final:.4g}: no "
                    "look comes after the end. Leave it out, or let it come earlier."
                )
        for number, (before, due) in enumerate(pairwise(events), start=1):
            if due <= before and WhenDue.of(self.looks[number - 1]).limited:
                raise DesignError(
                    f"look {number}, which may wait, is expected with {before:.4g} events, and look "
                    f"{number + 1} with {due:.4g}: both would be held at once. Leave one out, or let it wait "
                    "less."
                )
        return [*(due / final for due in events), 1.0]

    def first_guess(self, events: float, calendar: EventCalendar) -> float:
        """Events of the final analysis to begin a search with: no fewer than the looks before it ask for."""
        due = max((self.events_of(look, 0.0, calendar) for look in self.looks[:-1]), default=0.0)
        most = calendar.ever() * calendar.accrual.patients
        if due < events:
            return events
        return 0.5 * (due + most) if due < most else 1.25 * due

    def final_events(self, calendar: EventCalendar) -> float | None:
        """Events of the final analysis where the plan gives them, by number or by date."""
        last = self.looks[-1]
        due = self._due_events(last, 0.0)
        if due:
            latest = WhenDue.of(last).not_after
            return due if latest == math.inf else min(due, calendar.total(latest))
        end = self.final_time()
        if end is not None:
            return calendar.total(end)
        if last.fraction != 1.0:
            raise DesignError(
                f"the last look is due at information fraction {last.fraction}: the final analysis is at 1. "
                "Add a last look with fraction = 1.0."
            )
        return None

    def final_time(self) -> float | None:
        """Time of the final analysis where the plan gives it."""
        last = self.looks[-1]
        return self.due(last) if is_by_calendar(last) else None

    def events_of(self, look: Look, final: float, calendar: EventCalendar) -> float:
        """Events at a look; expected where it is due by calendar, or waits for a date or for follow-up.

        The final analysis has the events that it is due at, however long it waits: they are the plan's.
        """
        due = self._due_events(look, final)
        if due is not None and (look is self.looks[-1] or not WhenDue.of(look).limited):
            return due
        return calendar.total(self.time_of(look, final, calendar))

    def _due_events(self, look: Look, final: float) -> float | None:
        """Events at which a look is due, of one by information those that carry it; None by calendar."""
        if look.fraction is not None:
            return look.fraction * final
        if look.information is not None:
            ratio = hypothesis_ratio(self.protocol, self.hypothesis)
            return look.information / information_per_event(ratio)
        return None if look.events is None else float(look.events)

    def due(self, look: Look) -> float:
        """Time after the first patient of a look due by calendar."""
        if look.time is not None:
            return look.time
        start = self.start_date
        if start is None or look.calendar_date is None:
            raise DesignError("a look is due at a date, but accrual.start_date is not given. Add it.")
        if look.calendar_date <= start:
            raise DesignError(
                f"a look is due on {look.calendar_date}, and the first patient enters on {start}: no look "
                "comes before. Give a later calendar_date, or an earlier accrual.start_date."
            )
        return (look.calendar_date - start).days / self.protocol.trial.days_per_unit

    @property
    def start_date(self) -> dt.date | None:
        """Date of the first randomisation."""
        return self.protocol.accrual.start_date if self.protocol.accrual else None

    def time_of(self, look: Look, final: float, calendar: EventCalendar) -> float:
        """When a look is expected to be held, with so many events at the final analysis."""
        when, events = WhenDue.of(look), self._due_events(look, final)
        if events is None:
            due = self.due(look)
        elif when.not_after < math.inf and events >= calendar.total(when.not_after):
            due = when.not_after
        else:
            due = calendar.time_of(events) if events > 0.0 else 0.0
        return when.held(due, calendar.accrual.duration)

    def when_due(self, look: Look, final: int) -> WhenDue:
        """What the look is due by in whole events, and its limits."""
        if is_by_calendar(look):
            return WhenDue.of(look, time=self.due(look))
        due = self._due_events(look, float(final)) or 0.0
        return WhenDue.of(look, events=0 if look.information else min(math.ceil(due - 1e-6), final))

    def require_in_time(self, calendar: EventCalendar, events: float) -> None:
        """Refuse a final analysis whose latest date comes before its events are expected."""
        latest = WhenDue.of(self.looks[-1]).not_after
        if latest < math.inf and calendar.total(latest) < events - 1e-6:
            raise DesignError(
                f"the final analysis needs {events:.4g} events and is held at {latest:g} at the latest, when "
                f"{calendar.total(latest):.4g} are expected. Let it come later, or plan more patients."
            )

    def date_of(self, time: float) -> dt.date | None:
        """Date of a time after the first patient, where that is known and before the year 10000."""
        start = self.start_date
        days = round(time * self.protocol.trial.days_per_unit)
        far = start is None or days > (dt.date.max - start).days
        return None if start is None or far else start + dt.timedelta(days=days)


def is_by_calendar(look: Look) -> bool:
    """Whether a look is due at a time, however many events there are by then."""
    return look.time is not None or look.calendar_date is not None
