"""Mean survival time within a window: the area under the Kaplan-Meier curve between two horizons."""

from __future__ import annotations

from equipoise import _check
from equipoise.errors import ArgumentError
from equipoise.survival.rmst import Rmst, means_between


def window_mean(
    time: object,
    event: object,
    group: object | None = None,
    *,
    control: object | None = None,
    start: float,
    end: float,
    level: float = 0.95,
    timefix: bool = True,
) -> Rmst:
    """Mean time ∫ S(t) dt lived between start and end, its Greenwood variance, and the arms compared.

    Variance Σ A(s)² d/(n (n-d)) over event times s <= end, with A(s) the area under S from max(s, start) to
    end. With start = 0 it is the restricted mean of `rmst`. A window that begins where the curves part says
    more about a delayed effect.

    Parameters
    ----------
    time, event : shape (n,); `event` True or 1 where the event was observed.
    group : two arms, or None for everybody together.
    control : label of the control arm; required where the arms have no order of their own (names).
    start, end : the window, 0 <= start < end, in units of time; `end` may not pass the smaller of the arms'
        last times.
    level : of the limits.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Raises
    ------
    DataError : two arms without an event before the window's end: their difference has no error.

    Reference: Paukner, Chappell (2021), Statistics in Medicine 40:2411-2420.
    """
    begin, stop = _check.not_negative("start", start), _check.positive("end", end)
    if begin >= stop:
        raise ArgumentError("start", start, f"must be before end = {end!r}")
    return means_between(
        time, event, group, control=control, start=begin, tau=stop, level=level, timefix=timefix
    )
