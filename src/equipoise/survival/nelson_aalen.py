"""Nelson-Aalen: the cumulative hazard, and the survival that Fleming and Harrington take from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from equipoise import _check
from equipoise.survival import _arrays
from equipoise.survival._display import Displayed
from equipoise.survival._frames import frame
from equipoise.survival._limits import LimitScale, limits
from equipoise.survival._step_kernels import in_turn, running_sum
from equipoise.survival.risk_table import RiskTable, count_at_risk

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray

HazardTies = Literal["together", "in turn"]


@dataclass(frozen=True, slots=True, repr=False)
class CumulativeHazard(Displayed):
    """Cumulative hazards by group: rows of `risk`, whose strata are the groups.

    Attributes
    ----------
    hazard, std_err : shape (rows,), from that row's time on.
    survival : exp(-hazard), the Fleming-Harrington estimate, with its error and limits.
    """

    risk: RiskTable
    hazard: FloatArray
    std_err: FloatArray
    ties: HazardTies
    ci: LimitScale
    level: float

    @property
    def groups(self) -> tuple[Any, ...]:
        """Labels of the groups."""
        return self.risk.strata

    @property
    def survival(self) -> FloatArray:
        """exp(-H), shape (rows,)."""
        return np.exp(-self.hazard)

    @property
    def survival_std_err(self) -> FloatArray:
        """Its error, exp(-H) times that of H."""
        return self.survival * self.std_err

    def headline(self) -> str:
        """What the rows are."""
        return f"Nelson-Aalen cumulative hazard and exp(-hazard), {self.level:g} {self.ci} limits"

    def to_frame(self) -> pl.DataFrame:
        """Columns group, time, n_risk, n_event, hazard, std_err, survival, survival_std_err, lower, upper.

        Limits are those of the survival.
        """
        lower, upper = limits(self.survival, self.survival_std_err, self.ci, self.level)
        return frame(
            {
                "group": [self.groups[g] for g in self.risk.stratum.tolist()],
                "time": self.risk.time,
                "n_risk": self.risk.counts(self.risk.at_risk[:, 0]),
                "n_event": self.risk.counts(self.risk.events[:, 0]),
                "hazard": self.hazard,
                "std_err": self.std_err,
                "survival": self.survival,
                "survival_std_err": self.survival_std_err,
                "lower": lower,
                "upper": upper,
            }
        )


def nelson_aalen(
    time: object,
    event: object,
    *,
    group: object | None = None,
    entry: object | None = None,
    ties: HazardTies = "together",
    ci: LimitScale = "log-log",
    level: float = 0.95,
    timefix: bool = True,
) -> CumulativeHazard:
    """Nelson-Aalen estimate H(t) = Σ d(s)/n(s) over event times s <= t, with variance Σ d/n².

    Parameters
    ----------
    time, event : shape (n,); `event` True or 1 where the event was observed.
    group : labels, shape (n,); None is one group called "all".
    entry : times of coming under observation (left truncation), each before `time`.
    ties : "together", as above; "in turn", as if tied events came one after the other: Σ 1/n + 1/(n-1) + ...
        (d terms), with variance the sum of the squares (Fleming and Harrington; R's ctype = 2).
    ci : scale of the limits of exp(-H); level : of the limits.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    References
    ----------
    Nelson (1972), Technometrics 14:945-966. Aalen (1978), Ann Stat 6:701-726.
    Fleming, Harrington (1984), Commun Stat Theory Methods 13:2469-2486.
    """
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    _check.same_length(time=t, event=d)
    groups = _arrays.everybody(t) if group is None else _arrays.levels("group", group, t)
    _check.one_of("ties", ties, get_args(HazardTies))
    _check.one_of("ci", ci, get_args(LimitScale))
    _check.probability("level", level)
    entered = _arrays.entries(entry, t)
    risk = count_at_risk(
        t, d, group=_arrays.everybody(t), stratum=groups, entry=entered, weight=None, timefix=timefix
    )
    n, events = risk.at_risk[:, 0], risk.events[:, 0]
    if ties == "together":
        rise, square = events / n, events / n**2
    else:
        rise, square = in_turn(n, events)
    hazard, variance = running_sum(risk.stratum, rise), running_sum(risk.stratum, square)
    return CumulativeHazard(risk, hazard, np.sqrt(variance), ties, ci, level)
