"""Events, patients, calendar and power of a trial that compares times to event by the log-rank test."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.design.group_sequential import group_sequential
from equipoise.design.population import Accrual, Stratum, require_strata
from equipoise.design.power_conventions import PowerConvention, power_formula
from equipoise.design.required_events import SCHOENFELD
from equipoise.design.solve_for import AccrualDuration, AccrualRate, HazardRatio, Power, SolveFor
from equipoise.design.time_to_event_design import TimeToEventDesign
from equipoise.design.time_to_event_search import Search
from equipoise.design.trial_assumptions import TrialAssumptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray
    from equipoise.design.group_sequential_design import GroupSequentialDesign


def time_to_event(
    sequential: GroupSequentialDesign,
    strata: Sequence[Stratum],
    accrual: Accrual,
    *,
    solve_for: SolveFor,
    ratio: float = 1.0,
    hazard_ratio_null: float = 1.0,
    convention: PowerConvention = SCHOENFELD,
    stratified: bool = True,
    whole: bool = False,
) -> TimeToEventDesign:
    """Events, patients and calendar of a group-sequential trial under piecewise accrual, hazards and dropout.

    Parameters
    ----------
    sequential
        Boundaries and the drift that they need; information fractions are fractions of the events.
    strata
        Prevalence, hazards, hazard ratios and dropout.
    accrual
        Patients entering.
    solve_for
        `StudyDuration()`, `AccrualRate(study_duration)`, `AccrualDuration(follow_up)`,
        `HazardRatio(events=...)` or `Power(events=...)`, the last two also by `study_duration=...`. Patients
        follow from accrual rate or duration.
    ratio
        Patients on the experimental arm for each one on the control arm.
    hazard_ratio_null
        The hazard ratio that is tested; above 1 for a non-inferiority margin.
    convention
        What power is reckoned by. `Schoenfeld()`, `Freedman()` and `HsiehFreedman()` know the events and the
        hazard ratio averaged over them; `LachinFoulkes()` and `BernsteinLagakos()` variances under null and
        alternative; `NullVariance()` the expected score over the root of its null variance; `ExactMoments()`
        mean, variance and correlation of z under any hazard ratios.
    stratified
        Whether the test is stratified, for `NullVariance()` and `ExactMoments()`.
    whole
        Whole events at each look (up at the last, nearest at the others) and whole patients, with the
        boundaries solved again at the fractions that result.

    Raises
    ------
    DesignError
        No effect, or events that never come, with the probability that they do.

    References
    ----------
    Schoenfeld (1983), Biometrics 39:499-503; Kim, Tsiatis (1990), Biometrics 46:81-92, for accrual at given
    rates until the power is reached.

    """
    formula = power_formula(convention)
    trial = TrialAssumptions(
        require_strata(strata),
        accrual,
        _check.positive("ratio", ratio),
        _check.positive("hazard_ratio_null", hazard_ratio_null),
        stratified,
    )
    trial, end, events = Search(formula, sequential).solve(trial, solve_for)
    if whole:
        trial, end, events = _whole(trial, solve_for, end, events)
    return _result(sequential, convention, trial, end, events, whole=whole)


def _whole(
    trial: TrialAssumptions, solve_for: SolveFor, end: float, events: float
) -> tuple[TrialAssumptions, float, float]:
    """Whole patients where accrual was solved, whole events, and the time at which they come."""
    if isinstance(solve_for, AccrualRate | AccrualDuration):
        patients = math.ceil(trial.accrual.patients - 1e-9)
        if isinstance(solve_for, AccrualRate):
            trial = trial.with_rates_times(patients / trial.accrual.patients)
        else:
            trial = replace(trial, accrual=Accrual.of_patients(patients, trial.accrual.rates))
    wanted = float(math.ceil(events - 1e-9))
    if isinstance(solve_for, Power | HazardRatio) and solve_for.study_duration is not None:
        wanted = float(math.floor(events + 1e-9))
    return trial, trial.calendar().time_of(wanted) if wanted != events else end, wanted


def _result(
    sequential: GroupSequentialDesign,
    convention: PowerConvention,
    trial: TrialAssumptions,
    end: float,
    events: float,
    *,
    whole: bool,
) -> TimeToEventDesign:
    calendar, formula = trial.calendar(), power_formula(convention)
    fraction = sequential.information_fraction / sequential.information_fraction[-1]
    look_events = fraction * events
    if whole:
        look_events = np.append(np.rint(look_events[:-1]), events)
        sequential = _again(sequential, look_events)
    look_times = np.array([*(calendar.time_of(float(d)) for d in look_events[:-1]), end])
    drift = formula.drift(trial, sequential, end)
    return TimeToEventDesign(
        sequential=sequential,
        convention=convention,
        strata=trial.strata,
        accrual=trial.accrual,
        ratio=trial.ratio,
        hazard_ratio=formula.hazard_ratio(trial, end),
        hazard_ratio_null=trial.null,
        drift=drift,
        power=sequential.power(drift / math.sqrt(sequential.information_fraction[-1])),
        look_events=look_events,
        look_times=look_times,
        look_patients=trial.accrual.entered(look_times),
        look_information=formula.information(trial, look_events, look_times),
        reach_probability=calendar.probability_of(events),
    )


def _again(design: GroupSequentialDesign, look_events: FloatArray) -> GroupSequentialDesign:
    """The same rules at the fractions that whole events give."""
    return group_sequential(
        look_events / look_events[-1] * design.information_fraction[-1],
        alpha=design.alpha,
        beta=design.beta,
        sides=design.sides,
        efficacy=design.efficacy,
        futility=design.futility,
        harm=design.harm,
        harm_alpha=design.harm_alpha,
        binding=design.binding,
        inner=design.inner,
        spending_fraction=design.spending_fraction,
    )
