"""Mean score against a hazard ratio m and its null variance, from the defining integrals; nothing of the library."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scipy.integrate import quad

from independent.expected_events import area, enrolled, piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    Floats = Sequence[float]


def expected_margin_score(
    calendar: float,
    margin: float,
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
    """Sum over strata of the integrals of p (e0 + e1) - e1 and of p (1 - p) (e0 + e1) over time since entry.

    e0 and e1 are the events per unit of time that are expected on the arms, p = m y1 / (y0 + m y1) the chance under
    the margin that an event is on the experimental arm.
    """
    corners = sorted(
        {x for x in (*hazard_from, *(calendar - end for end in accrual_end)) if 0.0 < x < calendar}
    )
    score = variance = 0.0
    for share, control, ratio in zip(prevalence, control_hazard, hazard_ratio, strict=True):
        treated = [h * r for h, r in zip(control, ratio, strict=True)]

        def parts(
            s: float, share: float = share, hazards: tuple[Floats, Floats] = (control, treated)
        ) -> tuple[float, float, float]:
            entered = share * enrolled(accrual_end, accrual_rate, calendar - s) / (1.0 + allocation)
            y0 = entered * math.exp(-area(hazard_from, hazards[0], s) - dropout_control * s)
            y1 = entered * allocation * math.exp(-area(hazard_from, hazards[1], s) - dropout_experimental * s)
            p = 0.0 if entered == 0.0 else margin * y1 / (y0 + margin * y1)
            return p, y0 * piece(hazard_from, hazards[0], s), y1 * piece(hazard_from, hazards[1], s)

        for low, high in zip([0.0, *corners], [*corners, calendar], strict=True):
            if high - low < 1e-9:
                continue
            score += quad(
                lambda s, f=parts: f(s)[0] * (f(s)[1] + f(s)[2]) - f(s)[2], low, high, epsabs=1e-11, limit=200
            )[0]
            variance += quad(
                lambda s, f=parts: f(s)[0] * (1.0 - f(s)[0]) * (f(s)[1] + f(s)[2]),
                low,
                high,
                epsabs=1e-11,
                limit=200,
            )[0]
    return score, variance
