"""Mean score and null variance of the stratified log-rank test by calendar time, from the defining integrals."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from scipy.integrate import quad

from independent.expected_events import area, enrolled, piece

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Floats = Sequence[float]


def expected_score(
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
) -> tuple[float, float]:
    """Expected minus observed events on the experimental arm, and V, with numbers at risk put at their means.

    At time s since entry, y = part * enrolled(calendar - s) exp(-H(s) - dropout s) are at risk on an arm; the
    difference in hazards h0 - h1 is seen with weight y0 y1 / (y0 + y1), the variance p (1 - p) at each event.
    """
    cuts = sorted(
        {0.0, calendar}
        | {x for x in (*hazard_from, *(calendar - end for end in accrual_end)) if 0.0 < x < calendar}
    )
    score = variance = 0.0
    for share, control, ratio in zip(prevalence, control_hazard, hazard_ratio, strict=True):
        treated = [h * r for h, r in zip(control, ratio, strict=True)]

        def at_risk(
            s: float, share: float = share, hazards: tuple = (control, treated)
        ) -> tuple[float, float]:
            entered = share * enrolled(accrual_end, accrual_rate, calendar - s) / (1.0 + allocation)
            return (
                entered * math.exp(-area(hazard_from, hazards[0], s) - dropout_control * s),
                entered * allocation * math.exp(-area(hazard_from, hazards[1], s) - dropout_experimental * s),
            )

        def gain(
            s: float, at_risk: Callable = at_risk, control: Floats = control, treated: Floats = treated
        ) -> float:
            y0, y1 = at_risk(s)
            if y0 + y1 == 0.0:
                return 0.0
            return y0 * y1 / (y0 + y1) * (piece(hazard_from, control, s) - piece(hazard_from, treated, s))

        def spread(
            s: float, at_risk: Callable = at_risk, control: Floats = control, treated: Floats = treated
        ) -> float:
            y0, y1 = at_risk(s)
            if y0 + y1 == 0.0:
                return 0.0
            events = piece(hazard_from, control, s) * y0 + piece(hazard_from, treated, s) * y1
            return y0 * y1 / (y0 + y1) ** 2 * events

        for low, high in pairwise(cuts):
            if high - low > 1e-9:
                score += quad(gain, low, high, epsabs=1e-12, epsrel=1e-12, limit=200)[0]
                variance += quad(spread, low, high, epsabs=1e-12, epsrel=1e-12, limit=200)[0]
    return score, variance
