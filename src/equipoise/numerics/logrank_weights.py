"""Weights of log-rank tests: how much the events at one time count, by what was known just before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    FloatArray = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class WeightRows:
    """What a weight may look at, at each event time of a stratum (or of all strata together); shape (rows,).

    `survival` is the Kaplan-Meier estimate S(t-) of all groups together just before t; `events` and `at_risk`
    are theirs at t.
    """

    time: FloatArray
    survival: FloatArray
    at_risk: FloatArray
    events: FloatArray


class LogrankWeight(Protocol):
    """Anything that weighs events by the risk rows of all groups together."""

    def of_rows(self, rows: WeightRows) -> FloatArray:
        """Weights of the rows of one stratum, in order of time; same shape."""
        ...


@dataclass(frozen=True, slots=True)
class FlemingHarrington:
    """Fleming-Harrington G(rho, gamma): w(t) = S(t-)^rho (1 - S(t-))^gamma, rho and gamma 0 or more.

    S(t-) is the Kaplan-Meier estimate of all groups together just before t, within stratum. (0, 0) is the
    log-rank test, (1, 0) near Wilcoxon's (early differences), (0, 1) looks at late differences; 0^0 is 1.
    R's survdiff has rho only.

    Reference: Fleming, Harrington (1991), Counting Processes and Survival Analysis, section 7.2;
    Harrington, Fleming (1982), Biometrika 69:553-566.
    """

    rho: float = 0.0
    gamma: float = 0.0

    def __post_init__(self) -> None:
        """Refuse exponents below 0."""
        _check.not_negative("rho", self.rho)
        _check.not_negative("gamma", self.gamma)

    def of_survival(self, survival: FloatArray) -> FloatArray:
        """S^rho (1 - S)^gamma for an array of S(t-)."""
        return np.asarray(survival**self.rho * (1.0 - survival) ** self.gamma)

    def of_rows(self, rows: WeightRows) -> FloatArray:
        """The same for the rows of one stratum."""
        return self.of_survival(rows.survival)


@dataclass(frozen=True, slots=True)
class Gehan:
    """Gehan's generalised Wilcoxon test: w(t) = n(t), the number at risk.

    Reference: Gehan (1965), Biometrika 52:203-223; Breslow (1970), Biometrika 57:579-594.
    """

    def of_rows(self, rows: WeightRows) -> FloatArray:
        """Numbers at risk."""
        return rows.at_risk


@dataclass(frozen=True, slots=True)
class TaroneWare:
    """Tarone and Ware: w(t) = √n(t).

    Reference: Tarone, Ware (1977), Biometrika 64:156-160.
    """

    def of_rows(self, rows: WeightRows) -> FloatArray:
        """Square roots of the numbers at risk."""
        return np.sqrt(rows.at_risk)


@dataclass(frozen=True, slots=True)
class PetoPeto:
    """Peto and Peto's Wilcoxon test: w(t) = Π over event times s <= t of 1 - d(s)/(n(s) + 1).

    The estimate includes t itself, unlike S(t-) of Fleming and Harrington. `modified` multiplies by
    n(t)/(n(t) + 1), as Andersen, Borgan, Gill and Keiding.

    Reference: Peto, Peto (1972), JRSS A 135:185-207; Andersen et al. (1982), Int Stat Rev 50:219-258.
    """

    modified: bool = False

    def of_rows(self, rows: WeightRows) -> FloatArray:
        """Peto's survival at the rows of one stratum, in order of time."""
        survival = np.cumprod(1.0 - rows.events / (rows.at_risk + 1.0))
        return np.asarray(survival * rows.at_risk / (rows.at_risk + 1.0) if self.modified else survival)


@dataclass(frozen=True, slots=True)
class MagirrBurman:
    """Modestly weighted test for a late effect: w(t) = 1 / max(S(t-), s*), which never falls.

    s* is given as `least_survival`, or as the survival of all groups together at the time `delay`. Unlike
    G(0, 1) it gives early events weight, so that harm early is not rewarded. s* = 1 is the log-rank test.

    Reference: Magirr, Burman (2019), Statistics in Medicine 38:3782-3790.
    """

    delay: float | None = None
    least_survival: float | None = None

    def __post_init__(self) -> None:
        """Exactly one of the two, in its range."""
        if (self.delay is None) == (self.least_survival is None):
            given = (self.delay, self.least_survival)
            rule = "must hold exactly one value"
            raise ArgumentError("(delay, least_survival)", given, rule, "Say when, or at which survival.")
        if self.delay is not None:
            _check.not_negative("delay", self.delay)
        elif _check.fraction("least_survival", self.least_survival) == 0.0:
            raise ArgumentError("least_survival", self.least_survival, "must be above 0")

    def of_rows(self, rows: WeightRows) -> FloatArray:
        """1 / max(S(t-), s*)."""
        floor = 0.0 if self.least_survival is None else self.least_survival
        if self.delay is not None:
            by_then = rows.time <= self.delay
            floor = float(np.prod(1.0 - rows.events[by_then] / rows.at_risk[by_then]))
        return np.asarray(1.0 / np.maximum(rows.survival, floor))
