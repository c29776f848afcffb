"""Expected patients, events and dropouts by calendar time, straight from the defining integrals.

Plain lists in, scipy.integrate.quad inside, nothing shared with the package. Times are in one unit, hazards per
that unit. A piecewise rate is (starts, rates): rates[j] holds from starts[j] to starts[j + 1], the last for good.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from scipy.integrate import quad
from scipy.optimize import brentq

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Floats = Sequence[float]


def piece(starts: Floats, rates: Floats, t: float) -> float:
    """The rate that holds at t."""
    value = rates[0]
    for start, rate in zip(starts, rates, strict=True):
        if t >= start:
            value = rate
    return value


def area(starts: Floats, rates: Floats, t: float) -> float:
    """Integral of the piecewise rate from 0 to t."""
    total = 0.0
    for j, start in enumerate(starts):
        end = min(starts[j + 1] if j + 1 < len(starts) else math.inf, t)
        if end > start:
            total += rates[j] * (end - start)
    return total


def enrolled(accrual_end: Floats, accrual_rate: Floats, calendar: float) -> float:
    """Patients who have entered by `calendar`; accrual_rate[j] holds up to accrual_end[j]."""
    total, start = 0.0, 0.0
    for end, rate in zip(accrual_end, accrual_rate, strict=True):
        total += rate * max(0.0, min(calendar, end) - start)
        start = end
    return total


def _quad(function: Callable[[float], float], low: float, high: float, breaks: Iterable[float]) -> float:
    """Adaptive quadrature from break to break."""
    cuts = [low, *sorted(b for b in set(breaks) if low < b < high), high]
    return sum(
        quad(function, a, b, epsabs=1e-12, epsrel=1e-12, limit=200)[0]
        for a, b in pairwise(cuts)
        if b - a > 1e-9
    )


def event_probability(
    hazard_from: Floats, hazard: Floats, dropout: float, follow_up: float, cure: float = 0.0
) -> float:
    """P(event seen within `follow_up` of entry): integral of h(s) exp(-H(s)) exp(-dropout s); a cured patient has none."""
    if follow_up <= 0:
        return 0.0
    return (1.0 - cure) * _quad(
        lambda s: (
            piece(hazard_from, hazard, s) * math.exp(-area(hazard_from, hazard, s)) * math.exp(-dropout * s)
        ),
        0.0,
        follow_up,
        hazard_from,
    )


def expected_events(
    calendar: float,
    *,
    accrual_end: Floats,
    accrual_rate: Floats,
    hazard_from: Floats,
    hazard: Floats,
    dropout: float,
    cure: float = 0.0,
) -> float:
    """Events expected by `calendar` in one group: integral over s of enrolled(calendar - s) h(s) exp(-H(s) - dropout s).

    Those who entered by calendar - s have been followed for s; of them the density of events at s is what it is.
    """
    if calendar <= 0:
        return 0.0
    return (1.0 - cure) * _quad(
        lambda s: (
            enrolled(accrual_end, accrual_rate, calendar - s)
            * piece(hazard_from, hazard, s)
            * math.exp(-area(hazard_from, hazard, s) - dropout * s)
        ),
        0.0,
        calendar,
        [*hazard_from, *(calendar - end for end in accrual_end)],
    )


def expected_events_by_entry(
    calendar: float,
    *,
    accrual_end: Floats,
    accrual_rate: Floats,
    hazard_from: Floats,
    hazard: Floats,
    dropout: float,
) -> float:
    """The same number from the other side: integral over entry times e of rate(e) P(event within calendar - e)."""
    starts = [0.0, *accrual_end[:-1]]
    return _quad(
        lambda e: (
            piece(starts, accrual_rate, e) * event_probability(hazard_from, hazard, dropout, calendar - e)
        ),
        0.0,
        min(calendar, accrual_end[-1]),
        [*accrual_end, *(calendar - s for s in hazard_from)],
    )


def expected_events_of_trial(
    calendar: float,
    *,
    accrual_end: Floats,
    accrual_rate: Floats,
    hazard_from: Floats,
    prevalence: Floats,
    control_hazard: Sequence[Floats],
    hazard_ratio: Sequence[Floats],
    dropout_control: float,
    dropout_experimental: float,
    allocation: float = 1.0,
    cure: Floats | None = None,
) -> list[tuple[float, float]]:
    """Events expected by `calendar`: (control, experimental) for each stratum.

    prevalence[s]; control_hazard[s] and hazard_ratio[s] over hazard_from; allocation = experimental : control;
    cure[s] = probability of never having an event, in both arms.
    """
    out = []
    for s, share in enumerate(prevalence):
        arms = []
        for experimental in (False, True):
            part = share * (allocation if experimental else 1.0) / (1.0 + allocation)
            hazard = [
                h * (hr if experimental else 1.0)
                for h, hr in zip(control_hazard[s], hazard_ratio[s], strict=True)
            ]
            arms.append(
                expected_events(
                    calendar,
                    accrual_end=accrual_end,
                    accrual_rate=[part * rate for rate in accrual_rate],
                    hazard_from=hazard_from,
                    hazard=hazard,
                    dropout=dropout_experimental if experimental else dropout_control,
                    cure=0.0 if cure is None else cure[s],
                )
            )
        out.append(tuple(arms))
    return out


def calendar_of_events(events: float, trial: dict) -> float:
    """Calendar time at which `events` are expected; `trial` holds the arguments of `expected_events_of_trial`."""

    def short(calendar: float) -> float:
        return sum(map(sum, expected_events_of_trial(calendar, **trial))) - events

    latest = trial["accrual_end"][-1]
    while short(latest) < 0.0:
        latest *= 1.5
    return brentq(short, 1e-3, latest, xtol=1e-9)


def schoenfeld_events(
    drift: float, hazard_ratio: float, allocation: float = 1.0, hazard_ratio_null: float = 1.0
) -> float:
    """Events for E(z) = drift: d = drift^2 (1 + r)^2 / (r log(HR / HR0)^2). Schoenfeld (1981), Biometrika 68:316-319."""
    return drift**2 * (1.0 + allocation) ** 2 / (allocation * math.log(hazard_ratio / hazard_ratio_null) ** 2)
