"""Log-rank weights as they become in a large trial: functions of the survival of both arms together."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from equipoise.errors import ArgumentError
from equipoise.numerics.logrank_weights import FlemingHarrington, MagirrBurman, PetoPeto
from equipoise.numerics.running_integral import RunningIntegral

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray
    from equipoise.design.score_influence import TrialCourse
    from equipoise.numerics.logrank_weights import LogrankWeight
    from equipoise.numerics.running_integral import Panels

# Panels shrink by 8 towards the first event, where (1 - S)^gamma bends like a root of time.
SHRINKING, SHRUNK = 8.0, 8
BISECTIONS = 50


@dataclass(frozen=True, slots=True, eq=False)
class LimitingWeight:
    """w(t) = S^rho (1 - S)^gamma / max(S, s*)^kappa with S the survival of the test stratum's arms together.

    Parameters
    ----------
    hazard
        Cumulative hazard -log S of each cell's test stratum, C of them.
    rho, gamma, kappa
        Exponents: (rho, gamma, 0) is Fleming and Harrington's weight, (0, 0, 1) Magirr and Burman's.
    floor
        s* of each cell's test stratum, shape (C, 1).
    frozen_from
        Time at which s* is read off the estimate of S; inf where it is given, or not used.

    """

    hazard: tuple[RunningIntegral, ...]
    rho: float
    gamma: float
    kappa: float
    floor: FloatArray
    frozen_from: float

    def value(self, t: FloatArray) -> FloatArray:
        """w(t) in each cell, shape (C, T)."""
        s = self._survival(t)
        return np.asarray(s**self.rho * (1.0 - s) ** self.gamma / np.maximum(s, self.floor) ** self.kappa)

    def slope(self, t: FloatArray) -> FloatArray:
        """Slope dw / d log S, by which an error in the estimate of S moves the weight, shape (C, T)."""
        if self.kappa > 0.0:
            s = self._survival(t)
            moves = (s > self.floor) | np.isfinite(self.frozen_from)
            return np.where(moves, -self.kappa * self.value(t), 0.0)
        bend: FloatArray = np.zeros(1)
        if self.gamma > 0.0:
            s = self._survival(t)
            failed = np.where(s < 1.0, 1.0 - s, 1.0)
            bend = np.where(s < 1.0, self.gamma * s ** (self.rho + 1.0) * failed ** (self.gamma - 1.0), 0.0)
        return np.asarray(self.rho * self.value(t) - bend)

    def _survival(self, t: FloatArray) -> FloatArray:
        return np.asarray(np.exp(-on_each_cell(self.hazard, t)))


def of_each_test(course: TrialCourse, panels: Panels, values: FloatArray) -> tuple[RunningIntegral, ...]:
    """Running integrals of functions that are one and the same in all cells of a test stratum."""
    tests = {c.test: i for i, c in enumerate(course.cells)}
    found = {test: RunningIntegral.of(panels, values[i]) for test, i in tests.items()}
    return tuple(found[c.test] for c in course.cells)


def on_each_cell(functions: tuple[RunningIntegral, ...], t: FloatArray) -> FloatArray:
    """Their values at times t, shape (C, T), each function asked once."""
    values = {id(f): f(t) for f in {id(f): f for f in functions}.values()}
    return np.array([values[id(f)] for f in functions])


def name_of(weight: LogrankWeight | None) -> str:
    """A weight as tables name it."""
    match weight:
        case None:
            return "log-rank"
        case FlemingHarrington(rho=rho, gamma=gamma):
            return f"Fleming-Harrington({rho:g}, {gamma:g})"
        case MagirrBurman(delay=float() | int() as delay):
            return f"Magirr-Burman(delay {delay:g})"
        case MagirrBurman(least_survival=least):
            return f"Magirr-Burman(survival {least:g})"
        case _:
            return repr(weight)


def course_for(course: TrialCourse, weights: Sequence[LogrankWeight | None], until: float) -> TrialCourse:
    """The course up to a calendar time, cut also where the weights bend."""
    modest = [w for w in weights if isinstance(w, MagirrBurman)]
    cuts = [float(w.delay) for w in modest if w.delay is not None]
    cuts += [t for w in modest if w.least_survival for t in _reached(course, w.least_survival, until)]
    if any(isinstance(w, FlemingHarrington) and w.gamma % 1.0 != 0.0 for w in weights):
        dying = course.risk_sets(course.breaks).dying.sum(axis=0)
        at = int(np.argmax(dying > 0.0))
        start, after = course.breaks[at], course.breaks[at + 1 :]
        width = min([1.0 / course.steepest, *(after[:1] - start)]) if course.steepest > 0.0 else 1.0
        cuts += (start + width * SHRINKING ** -np.arange(1.0, SHRUNK + 1.0)).tolist()
    return replace(course, breaks=np.union1d(course.breaks, cuts))


def _reached(course: TrialCourse, survival: float, until: float) -> list[float]:
    """Times at which the survival of each test stratum's arms together comes down to a value."""
    panels = course.panels(until)
    wanted, found = -math.log(survival), []
    for pooled in course.risk_sets(panels.nodes).pooled:
        hazard, low, high = RunningIntegral.of(panels, pooled), 0.0, until
        if float(hazard(np.array([high]))[0]) <= wanted:
            continue
        for _ in range(BISECTIONS):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if float(hazard(np.array([middle]))[0]) < wanted else (low, middle)
        found.append(high)
    return found


def limiting_weight(course: TrialCourse, weight: LogrankWeight | None, until: float) -> LimitingWeight:
    """The weight that the analysis' own comes to, up to a calendar time.

    Raises
    ------
    ArgumentError
        A weight that counts the patients at risk: its looks would not be on one scale.

    """
    panels = course.panels(until)
    pooled = course.risk_sets(panels.nodes).pooled
    hazard = of_each_test(course, panels, pooled)
    none = np.zeros((len(hazard), 1))
    match weight:
        case None:
            return LimitingWeight(hazard, 0.0, 0.0, 0.0, none, np.inf)
        case FlemingHarrington(rho=rho, gamma=gamma):
            return LimitingWeight(hazard, rho, gamma, 0.0, none, np.inf)
        case PetoPeto():
            return LimitingWeight(hazard, 1.0, 0.0, 0.0, none, np.inf)
        case MagirrBurman(delay=float() | int() as delay):
            floor = np.exp(-on_each_cell(hazard, np.array([delay])))
            return LimitingWeight(hazard, 0.0, 0.0, 1.0, floor, float(delay))
        case MagirrBurman(least_survival=float() | int() as least):
            return LimitingWeight(hazard, 0.0, 0.0, 1.0, none + least, np.inf)
        case _:
            rule = "must be None, FlemingHarrington, MagirrBurman or PetoPeto in a design"
            remedy = "Weights by the number at risk change from look to look."
            raise ArgumentError("weight", weight, rule, remedy)
