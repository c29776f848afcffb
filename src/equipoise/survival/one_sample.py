"""The one-sample log-rank test: events in one group against those a reference population would have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri, ndtr

from equipoise import _check
from equipoise.errors import ArgumentError, DataError
from equipoise.survival import _arrays
from equipoise.survival._display import Displayed, p_text
from equipoise.survival._frames import frame

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl


@dataclass(frozen=True, slots=True, repr=False)
class OneSampleLogrank(Displayed):
    """Observed and expected events; z > 0 means fewer events than the reference would have.

    `z` is (E - O)/√E with two-sided `p` (and `chi2` = z²); `ratio` is O/E, the standardised mortality ratio,
    with exact Poisson limits `lower`, `upper`.
    """

    observed: int
    expected: float
    z: float
    chi2: float
    p: float
    ratio: float
    lower: float
    upper: float
    level: float

    def headline(self) -> str:
        """Observed, expected, z and p."""
        return (
            f"One-sample log-rank test: {self.observed} observed, {self.expected:.4g} expected, "
            f"z = {self.z:.4g}, {p_text(self.p)} (z > 0: fewer events than the reference)"
        )

    def to_frame(self) -> pl.DataFrame:
        """One row: observed, expected, z, chi2, p, ratio, lower, upper."""
        names = ("observed", "expected", "z", "chi2", "p", "ratio", "lower", "upper")
        return frame({name: [getattr(self, name)] for name in names})


def one_sample_logrank(
    time: object,
    event: object,
    cumulative_hazard: object | Callable[[_arrays.FloatArray], object],
    *,
    entry: object | None = None,
    level: float = 0.95,
) -> OneSampleLogrank:
    """One-sample log-rank test: z = (E - O)/√E, E = Σ H(time) - H(entry), H of the reference.

    Parameters
    ----------
    time, event : shape (n,); `event` True or 1 where the event was observed.
    cumulative_hazard : function of an array of times; or, shape (n,), each subject's own cumulative hazard
        over its time of observation (by age, sex and year, say), and then `entry` is not given.
    entry : times of coming under observation, each before `time`.
    level : of the ratio's limits.

    Raises
    ------
    ArgumentError : a cumulative hazard below 0, or one that falls. DataError : no events are expected at all.

    References
    ----------
    Breslow (1975), Int Stat Rev 43:45-57.
    Finkelstein, Muzikansky, Schoenfeld (2003), J Natl Cancer Inst 95:1434-1439.
    """
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    _check.same_length(time=t, event=d)
    _check.probability("level", level)
    came = _arrays.entries(entry, t)
    if callable(cumulative_hazard):
        own = _check.numbers("cumulative_hazard(time)", cumulative_hazard(t))
        _check.same_length(time=t, **{"cumulative_hazard(time)": own})
        if came is not None:
            own = own - _check.numbers("cumulative_hazard(entry)", cumulative_hazard(came))
    else:
        if came is not None:
            remedy = "Give a function of time, or take the hazard before entry off the array."
            raise ArgumentError("entry", "given", "cannot go with an array of hazards", remedy)
        own = _check.numbers("cumulative_hazard", cumulative_hazard)
        _check.same_length(time=t, cumulative_hazard=own)
    if own.min() < 0.0:
        i = int(np.argmin(own))
        rule = "must be 0 or more over every subject's time"
        raise ArgumentError(f"cumulative_hazard[{i}]", float(own[i]), rule, "Does it rise with time?")
    observed, expected = int(d.sum()), float(own.sum())
    if expected <= 0.0:
        raise DataError(
            "cumulative_hazard: no events are expected at all, so there is nothing to compare with."
        )
    z = (expected - observed) / float(np.sqrt(expected))
    tail = 0.5 * (1.0 - level)
    lower = 0.5 * float(chdtri(2 * observed, 1.0 - tail)) if observed else 0.0
    upper = 0.5 * float(chdtri(2 * observed + 2, tail))
    return OneSampleLogrank(
        observed,
        expected,
        z,
        z * z,
        float(2.0 * ndtr(-abs(z))),
        observed / expected,
        lower / expected,
        upper / expected,
        level,
    )
