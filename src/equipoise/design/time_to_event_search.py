"""What a time-to-event design leaves open, found so that the power is reached."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.design.power_conventions import ByEvents, PowerFormula
from equipoise.design.required_events import required_events
from equipoise.design.solve_for import (
    AccrualDuration,
    AccrualRate,
    HazardRatio,
    Power,
    SolveFor,
    StudyDuration,
)
from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics.roots import increasing_root

if TYPE_CHECKING:
    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.design.trial_assumptions import TrialAssumptions

# Shares of the time until the last events at which the power is looked at before its root is closed in on:
# where the last events may never come, the power falls again towards the end.
WAYPOINTS = (0.25, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999)


@dataclass(frozen=True, slots=True)
class Search:
    """A power formula and the boundaries whose drift it must reach."""

    formula: PowerFormula
    design: GroupSequentialDesign

    @property
    def needed(self) -> float:
        """Expected z at the last look that gives the power."""
        return self.design.drift * math.sqrt(self.design.information_fraction[-1])

    def solve(self, trial: TrialAssumptions, solve_for: SolveFor) -> tuple[TrialAssumptions, float, float]:
        """The trial with what was open, its last calendar time and the events by then."""
        match solve_for:
            case StudyDuration():
                end = self._study_duration(trial)
            case AccrualRate(study_duration=end):
                self._require_benefit(trial, end)
                trial = self._accrual_rate(trial, end)
            case AccrualDuration():
                trial, end = self._accrual_duration(trial, solve_for)
            case HazardRatio(events=events, study_duration=end):
                trial = self._hazard_ratio(trial, events, end)
                if end is None and events is not None:
                    return trial, trial.calendar().time_of(events), events
            case Power(events=float() | int() as events):
                return trial, trial.calendar().time_of(float(events)), float(events)
            case Power(study_duration=float() | int() as end):
                pass
            case _:
                raise ArgumentError(
                    "solve_for",
                    solve_for,
                    "must be StudyDuration(), AccrualRate(...), AccrualDuration(...), HazardRatio(...) or "
                    "Power(...)",
                )
        return trial, float(end), trial.calendar().total(float(end))

    def _short(self, trial: TrialAssumptions, at: float) -> float:
        return self.formula.drift(trial, self.design, at) - self.needed

    def _study_duration(self, trial: TrialAssumptions) -> float:
        constant, formula = trial.constant_hazard_ratio(), self.formula
        if isinstance(formula, ByEvents) and constant is not None:
            events = required_events(
                self.needed,
                constant,
                ratio=trial.ratio,
                hazard_ratio_null=trial.null,
                convention=formula.convention,
            )
            return trial.calendar().time_of(events)
        calendar = trial.calendar()
        most = calendar.ever() * trial.accrual.patients
        self._require_benefit(trial, last := trial.last_time())
        low, best = 0.0, -math.inf
        for high in [*(calendar.time_of(share * most) for share in WAYPOINTS), last]:
            if (found := self._short(trial, high)) >= 0.0:
                return self._between(trial, low, high)
            low, best = high, max(best, found)
        raise DesignError(
            "The power is never reached: however long one waits the expected z is about "
            f"{best + self.needed:.4g} at most, and {self.needed:.4g} is needed; {most:.6g} events "
            "are ever expected. Plan more patients or a larger effect."
        )

    def _between(self, trial: TrialAssumptions, low: float, high: float) -> float:
        """The time of the power between one that is too early and one that is not."""

        def short(at: float) -> float:
            if at <= low or at > high:
                return at - high if at > high else min(at - low, -1e-300) - self.needed
            return self._short(trial, at)

        return increasing_root(short, high, self.needed / high, what="the duration that gives the power")

    def _accrual_rate(self, trial: TrialAssumptions, end: float) -> TrialAssumptions:
        guess = (self.needed / max(self.formula.drift(trial, self.design, end), 0.1)) ** 2

        def short(log_factor: float) -> float:
            return self._short(trial.with_rates_times(math.exp(log_factor)), end)

        found = increasing_root(
            short, math.log(guess), 0.5 * self.needed, what="the accrual rate that gives the power"
        )
        return trial.with_rates_times(math.exp(found))

    def _accrual_duration(
        self, trial: TrialAssumptions, goal: AccrualDuration
    ) -> tuple[TrialAssumptions, float]:
        rates, last = trial.accrual.rates, goal.study_duration

        def lasting(duration: float) -> tuple[TrialAssumptions, float]:
            if last is not None:
                return trial.with_duration(min(duration, last)), last
            return trial.with_duration(duration), duration + (goal.follow_up or 0.0)

        def short(log_duration: float) -> float:
            return self._short(*lasting(math.exp(log_duration)))

        longest = min(
            math.inf if last is None else last, math.inf if rates.rates[-1] > 0.0 else rates.starts[-1]
        )
        self._require_benefit(*lasting(trial.accrual.duration))
        if math.isfinite(longest) and short(math.log(longest)) < 0.0:
            closed = trial.with_duration(longest)
            raise DesignError(
                f"The power is never reached: accrual stops at {longest:g} with "
                f"{closed.accrual.patients:g} patients. Let more patients enter, or follow them longer."
            )
        start = math.log(min(trial.accrual.duration, longest))
        found = increasing_root(
            short, start, 0.5 * self.needed, what="the accrual duration that gives the power"
        )
        return lasting(math.exp(found))

    def _hazard_ratio(
        self, trial: TrialAssumptions, events: float | None, end: float | None
    ) -> TrialAssumptions:
        at = trial.last_time() if end is None else end
        self._require_benefit(trial, at)

        def short(log_power: float) -> float:
            other = trial.with_effect(math.exp(log_power))
            return self._short(other, other.calendar().time_of(events) if events is not None else at)

        found = increasing_root(short, 0.0, self.needed, what="the hazard ratio that gives the power")
        return trial.with_effect(math.exp(found))

    def _require_benefit(self, trial: TrialAssumptions, at: float) -> None:
        hazard_ratio = self.formula.hazard_ratio(trial, at)
        if hazard_ratio >= trial.null:
            raise DesignError(
                f"The average hazard ratio {hazard_ratio:.4g} is no benefit over {trial.null:g}, which is "
                "tested: no number of patients gives the power. Give hazard ratios (experimental over "
                "control) below it."
            )
