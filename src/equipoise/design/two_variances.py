"""Power by one variance under the null and one under the alternative: Lachin-Foulkes, Bernstein-Lagakos.

In each stratum 1 / information is 1 / D0 + 1 / D1, with D the events expected on each arm, and information
adds up over the strata. A fixed design of n patients has z_{1-alpha} sd_0 + z_{1-beta} sd_1 =
log HR_null - log HR, with sd = 1 / sqrt(information); looks multiply n by the design's inflation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scipy.special import ndtri

from equipoise.design.drift import fixed_drift
from equipoise.design.expected_events import expected_events
from equipoise.design.population import piecewise
from equipoise.design.required_events import information_per_event
from equipoise.errors import DesignError

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.design.trial_assumptions import TrialAssumptions


@dataclass(frozen=True, slots=True)
class LachinFoulkes:
    """Null variance at hazards averaged over the arms: control times (1 + r HR) / (1 + r HR_null).

    Reference: Lachin, Foulkes (1986), Biometrics 42:507-519.
    """

    def drift(self, trial: TrialAssumptions, design: GroupSequentialDesign, at: float) -> float:
        """Expected z by a calendar time: (z_{1-alpha} + z_{1-beta}) times the root of the inflation."""
        average = (1.0 + trial.ratio * self.hazard_ratio(trial, at)) / (1.0 + trial.ratio * trial.null)
        return _drift(self.hazard_ratio(trial, at), trial, _under_null(trial, average), design, at)

    def hazard_ratio(self, trial: TrialAssumptions, at: float) -> float:
        """The one hazard ratio of all times and strata."""
        return _one_hazard_ratio(self, trial, at)

    def information(self, trial: TrialAssumptions, events: FloatArray, times: FloatArray) -> FloatArray:
        """Events times r / (1 + r)^2, at which the bounds are read."""
        del times
        return events * information_per_event(trial.ratio)


@dataclass(frozen=True, slots=True)
class BernsteinLagakos:
    """Null variance at the control arm's hazards, HR_null times them on the experimental arm.

    Reference: Bernstein, Lagakos (1978), Journal of Statistical Computation and Simulation 8:65-73.
    """

    def drift(self, trial: TrialAssumptions, design: GroupSequentialDesign, at: float) -> float:
        """Expected z by a calendar time: (z_{1-alpha} + z_{1-beta}) times the root of the inflation."""
        return _drift(self.hazard_ratio(trial, at), trial, _under_null(trial, 1.0), design, at)

    def hazard_ratio(self, trial: TrialAssumptions, at: float) -> float:
        """The one hazard ratio of all times and strata."""
        return _one_hazard_ratio(self, trial, at)

    def information(self, trial: TrialAssumptions, events: FloatArray, times: FloatArray) -> FloatArray:
        """Events times r / (1 + r)^2, at which the bounds are read."""
        del times
        return events * information_per_event(trial.ratio)


def _one_hazard_ratio(convention: object, trial: TrialAssumptions, at: float) -> float:
    constant = trial.constant_hazard_ratio()
    if constant is None:
        raise DesignError(
            f"{convention!r} asks for one hazard ratio at all times and in all strata, and by time {at:g} it "
            "has not been one. Use ExactMoments()."
        )
    return constant


def _drift(
    hazard_ratio: float,
    alternative: TrialAssumptions,
    null: TrialAssumptions,
    design: GroupSequentialDesign,
    at: float,
) -> float:
    effect = math.log(alternative.null) - math.log(hazard_ratio)
    stretch = design.drift * math.sqrt(design.information_fraction[-1])
    stretch /= fixed_drift(design.alpha, design.beta, design.sides)
    critical = -float(ndtri(design.alpha / design.sides))
    planned = _information(alternative, at)
    beyond = effect / stretch * math.sqrt(planned) - critical * math.sqrt(planned / _information(null, at))
    return stretch * (critical + beyond)


def _under_null(trial: TrialAssumptions, factor: float) -> TrialAssumptions:
    """Control hazards times a factor, and the tested hazard ratio."""
    ratio = piecewise("hazard_ratio_null", trial.null)
    strata = (
        replace(s, control_hazard=s.control_hazard.scaled(factor), hazard_ratio=ratio) for s in trial.strata
    )
    return replace(trial, strata=tuple(strata))


def _information(trial: TrialAssumptions, at: float) -> float:
    """Of the log hazard ratio by a calendar time, summed over strata with events on both arms."""
    found = expected_events(trial.strata, trial.accrual, at=[at], ratio=trial.ratio)
    both = (found.control > 0.0) & (found.experimental > 0.0)
    return float((1.0 / (1.0 / found.control[both] + 1.0 / found.experimental[both])).sum())
