"""Sample size by a variance under the null and one under the alternative, written from the formula; strata may enter apart."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from scipy.integrate import quad

from independent.expected_events import area, enrolled, piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    Floats = Sequence[float]


class Part(NamedTuple):
    """One stratum, with its own accrual; the rates of hazard and dropout change at the same times."""

    accrual_end: Floats
    accrual_rate: Floats
    starts: Floats
    hazard: Floats
    dropout: Floats

    @property
    def patients(self) -> float:
        """All who enter."""
        return enrolled(self.accrual_end, self.accrual_rate, self.accrual_end[-1])


def events(part: Part, factor: float, calendar: float) -> float:
    """Events by a calendar time if all were on one arm with the hazard times a factor."""

    def born(s: float) -> float:
        hazard = factor * piece(part.starts, part.hazard, s)
        staying = math.exp(-factor * area(part.starts, part.hazard, s) - area(part.starts, part.dropout, s))
        return hazard * staying * enrolled(part.accrual_end, part.accrual_rate, calendar - s)

    kinks = {0.0, calendar, *part.starts, *(calendar - e for e in part.accrual_end)}
    cuts = sorted(k for k in kinks if 0.0 <= k <= calendar)
    return sum(quad(born, a, b, epsabs=1e-12, epsrel=1e-12)[0] for a, b in pairwise(cuts))


def multiple_of_accrual(
    parts: Sequence[Part], ratio: float, null_factor: float, calendar: float, z: tuple[float, float]
) -> tuple[float, list[tuple[float, float]]]:
    """How many times the accrual a fixed 1:1 design needs, and its (control, experimental) events in each stratum.

    null_factor: hazards under the null over the control arm's, 1 or (1 + ratio) / 2. z: of alpha and of beta.
    """
    alternative = [(0.5 * events(p, 1.0, calendar), 0.5 * events(p, ratio, calendar)) for p in parts]
    null = [(0.5 * events(p, null_factor, calendar),) * 2 for p in parts]
    sd_1, sd_0 = (
        1.0 / math.sqrt(sum(1.0 / (1.0 / c + 1.0 / e) for c, e in found)) for found in (alternative, null)
    )
    times = ((z[0] * sd_0 + z[1] * sd_1) / math.log(ratio)) ** 2
    return times, [(times * c, times * e) for c, e in alternative]
