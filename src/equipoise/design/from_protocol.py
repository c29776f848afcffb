"""Protocol to Design: events for the power, looks in whole events, bounds solved again, dates expected."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.design.drift import fixed_drift
from equipoise.design.expected_events import EventCalendar
from equipoise.design.expected_score import ExpectedScore, expected_score
from equipoise.design.group_sequential import group_sequential
from equipoise.design.planned_rules import PlannedRules, planned_rules
from equipoise.design.protocol_population import hypothesis_accrual, hypothesis_ratio, hypothesis_strata
from equipoise.design.trial_design import Design, PlannedLook
from equipoise.errors import ConvergenceError, DesignError
from equipoise.protocol.monitoring import Look

if TYPE_CHECKING:
    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.design.population import Stratum
    from equipoise.protocol.endpoints import Hypothesis
    from equipoise.protocol.protocol import Protocol

MOST_ROUNDS = 100


def design_trial(protocol: Protocol, hypothesis: str | None = None) -> Design:
    """Design the trial of one hypothesis.

    The drift d of the group-sequential design gives D = d^2 (1 + r)^2 / (r theta^2) events (Schoenfeld), r to
    1 allocated, theta the mean of log(margin / hazard ratio) over the events expected by the final analysis,
    with margin 1 where benefit is tested. D and the looks' events are whole numbers, the bounds solved again
    for them.

    Parameters
    ----------
    protocol
        With accrual, assumptions and effect.
    hypothesis
        Its id; the monitored one, or else the first, unless given.

    Raises
    ------
    DesignError
        A part of the plan is missing, the assumed effect is none or harm, or the events never come: with what
        probability they would.

    References
    ----------
    Schoenfeld (1981), Biometrika 68:316-319.

    """
    plan = _hypothesis(protocol, hypothesis)
    monitoring = protocol.monitoring_of(plan.id)
    looks = monitoring.look if monitoring is not None else (Look(fraction=1.0),)
    strata = hypothesis_strata(protocol, plan)
    ratio = hypothesis_ratio(protocol, plan)
    calendar = EventCalendar.of(strata, hypothesis_accrual(protocol, plan), ratio)
    search = _Search(
        protocol, plan, tuple(looks), strata, calendar, ratio, planned_rules(protocol, plan, looks)
    )
    boundaries, events, effect = search.solve()
    return search.lay_out(boundaries, events, effect)


def _hypothesis(protocol: Protocol, wanted: str | None) -> Hypothesis:
    if wanted is not None:
        return protocol.hypothesis_of(wanted)
    leading = protocol.leading_hypothesis
    if leading is None:
        raise DesignError(
            "the protocol has no hypothesis to design for. Add [[hypothesis]] with alpha and power."
        )
    return leading


@dataclass(frozen=True, slots=True)
class _Search:
    """Events, look fractions and mean effect that agree with one another."""

    protocol: Protocol
    hypothesis: Hypothesis
    looks: tuple[Look, ...]
    strata: tuple[Stratum, ...]
    calendar: EventCalendar
    ratio: float
    rules: PlannedRules

    def solve(self) -> tuple[GroupSequentialDesign, int, float]:
        """The design in whole events."""
        events, effect = self._given_final(), 0.0
        planned = (
            events if events is not None else self.calendar.ever() * self.calendar.accrual.patients / 2.0
        )
        for _ in range(MOST_ROUNDS):
            effect = self._effect(planned)
            design = self._boundaries([self._events_of(look, planned) / planned for look in self.looks])
            needed = events if events is not None else (design.drift / effect) ** 2 / self._per_event()
            if abs(needed - planned) <= 1e-9 * planned:
                break
            planned = needed
        else:
            raise ConvergenceError(f"The planned events did not settle; reached {planned!r}.")
        whole = math.ceil(planned - 1e-6)
        counts = [min(math.ceil(self._events_of(look, whole) - 1e-6), whole) for look in self.looks]
        return self._boundaries([c / whole for c in counts]), whole, self._effect(float(whole))

    def lay_out(self, boundaries: GroupSequentialDesign, events: int, effect: float) -> Design:
        """Put calendar, hazard ratios and exit probabilities beside the bounds."""
        drift = effect * math.sqrt(events * self._per_event())
        null, planned = boundaries.crossing(0.0), boundaries.crossing(drift)
        fixed = fixed_drift(self.hypothesis.alpha, 1.0 - self.hypothesis.power, self.hypothesis.sides)
        futility, margin = boundaries.futility_z, self.hypothesis.margin
        looks = []
        for k, look in enumerate(self.looks):
            count = round(float(boundaries.information_fraction[k]) * events)
            time = self._time_of(look, count)
            root = math.sqrt(count * self._per_event())
            low = -math.inf if futility is None else float(futility[k])
            high = float(boundaries.efficacy_z[k])
            looks.append(
                PlannedLook(
                    look=k + 1,
                    label=look.label or ("final analysis" if k + 1 == len(self.looks) else f"look {k + 1}"),
                    events=count,
                    by_calendar=look.time is not None or look.calendar_date is not None,
                    information_fraction=count / events,
                    time=time,
                    date=self._date_of(time),
                    patients=float(self.calendar.accrual.entered(time)),
                    efficacy_z=high,
                    futility_z=low,
                    nominal_p=float(boundaries.nominal_p[k]),
                    hazard_ratio=margin * math.exp(-high / root),
                    futility_hazard_ratio=margin * math.exp(-low / root) if math.isfinite(low) else math.inf,
                    alpha_spent=float(boundaries.alpha_spent[k]),
                    efficacy_under_null=float(null.efficacy[k]),
                    efficacy_under_effect=float(planned.efficacy[k]),
                    futility_under_null=float(null.futility[k]),
                    futility_under_effect=float(planned.futility[k]),
                )
            )
        return Design(
            protocol=self.protocol,
            hypothesis=self.hypothesis,
            boundaries=boundaries,
            looks=tuple(looks),
            events=events,
            fixed_events=math.ceil((fixed / effect) ** 2 / self._per_event() - 1e-6),
            information=events * self._per_event(),
            ratio=self.ratio,
            log_hazard_ratio=math.log(margin) - effect,
            power=boundaries.power(drift),
            power_by_score=boundaries.power(float(self._score(float(events)).drift[0])),
            accrual_duration=self.calendar.accrual.duration,
            patients=self.calendar.accrual.patients,
            probability_events_come=self.calendar.probability_of(events),
        )

    def _per_event(self) -> float:
        """Null information that one event carries: r / (1 + r)^2."""
        return self.ratio / (1.0 + self.ratio) ** 2

    def _boundaries(self, fractions: list[float]) -> GroupSequentialDesign:
        h, rules = self.hypothesis, self.rules
        return group_sequential(
            fractions,
            alpha=h.alpha,
            beta=1.0 - h.power,
            sides=h.sides,
            efficacy=rules.efficacy,
            futility=rules.futility,
            binding=rules.binding,
            # A protocol's futility is want of benefit, on either number of sides: z below its bound.
            inner=False,
        )

    def _score(self, events: float) -> ExpectedScore:
        """What the log-rank score is expected to be when so many events are."""
        at = self.calendar.time_of(events)
        return expected_score(
            self.strata,
            self.calendar.accrual,
            at=[at],
            ratio=self.ratio,
            hazard_ratio_null=self.hypothesis.margin,
        )

    def _effect(self, events: float) -> float:
        """Mean of log(margin / hazard ratio) over the events expected by the time of so many events."""
        log_ratio, margin = float(self._score(events).log_hazard_ratio[0]), self.hypothesis.margin
        effect = math.log(margin) - log_ratio
        if effect <= 0.0:
            tested = "a power needs an effect" if margin == 1.0 else f"a power needs one below {margin:g}"
            raise DesignError(
                f"the assumed mean hazard ratio is {math.exp(log_ratio):.4g}: {tested}. "
                f"Give a hazard ratio below {margin:g} in [[effect]]."
            )
        return effect

    def _given_final(self) -> float | None:
        """Events of the final analysis where the plan gives them, by number or by date."""
        last = self.looks[-1]
        if last.events is not None:
            return float(last.events)
        if last.time is not None or last.calendar_date is not None:
            return self.calendar.total(self._due(last))
        if last.fraction != 1.0:
            raise DesignError(
                f"the last look is due at information fraction {last.fraction}: the final analysis is at 1. "
                "Add a last look with fraction = 1.0."
            )
        return None

    def _events_of(self, look: Look, final: float) -> float:
        if look.fraction is not None:
            return look.fraction * final
        return float(look.events) if look.events is not None else self.calendar.total(self._due(look))

    def _due(self, look: Look) -> float:
        """Time after the first patient of a look due by calendar."""
        if look.time is not None:
            return look.time
        start = self.protocol.accrual.start_date if self.protocol.accrual else None
        if start is None or look.calendar_date is None:
            raise DesignError("a look is due at a date, but accrual.start_date is not given. Add it.")
        return (look.calendar_date - start).days / self.protocol.trial.days_per_unit

    def _time_of(self, look: Look, events: int) -> float:
        by_calendar = look.time is not None or look.calendar_date is not None
        return self._due(look) if by_calendar else self.calendar.time_of(float(events))

    def _date_of(self, time: float) -> dt.date | None:
        start = self.protocol.accrual.start_date if self.protocol.accrual else None
        days = round(time * self.protocol.trial.days_per_unit)
        far = start is None or days > (dt.date.max - start).days
        return None if start is None or far else start + dt.timedelta(days=days)
