"""What counts as more extreme when a trial may stop at several looks: three orderings of its outcomes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from equipoise.errors import ArgumentError, DesignError

if TYPE_CHECKING:
    from equipoise.design.inference_look import InterimLook
    from equipoise.design.stopping_regions import StoppingRegions


class Ordering(Protocol):
    """Anything that orders outcomes (look, z) from least to most in favour of the experimental arm."""

    def at_least(self, at: InterimLook, regions: StoppingRegions, drift: float) -> float:
        """Probability, under a drift, of an outcome as much in favour as (at.look, at.z) or more."""
        ...


@dataclass(frozen=True, slots=True)
class StageWise:
    """An earlier stop for efficacy is more in favour than any later outcome; within a look z orders.

    Needs nothing of the looks to come, so that it holds whatever is done about them.
    Reference: Armitage (1957), Biometrika 44:9-26; Tsiatis, Rosner, Mehta (1984), Biometrics 40:797-803.
    """

    def at_least(self, at: InterimLook, regions: StoppingRegions, drift: float) -> float:
        """P(efficacy before) + P(this look, z or more)."""
        if any(regions.floor[k] > regions.harm[k] for k in range(at.look - 1)):
            raise DesignError(
                "Stops between two continuation regions have no place in the stage-wise ordering. "
                "Use SampleMean() or LikelihoodRatio(), or leave futility out of account (futility=False)."
            )
        total = 0.0
        for k, information, going in regions.paths(drift):
            if k == at.look - 1:
                return total + going.above(information, at.z, drift)
            total += going.above(information, regions.efficacy[k], drift)
        raise AssertionError(at.look)


@dataclass(frozen=True, slots=True)
class SampleMean:
    """Outcomes ordered by the estimate z / sqrt(I). Needs the looks to come as they would have been held.

    Reference: Emerson, Fleming (1990), Biometrika 77:875-892.
    """

    def at_least(self, at: InterimLook, regions: StoppingRegions, drift: float) -> float:
        """P(estimate at stopping as large or larger)."""
        mean = at.z / math.sqrt(at.fraction)
        return _at_least(at, regions, drift, [mean * math.sqrt(t) for t in regions.information])


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """Outcomes ordered by the signed root of the likelihood ratio against a drift: z - drift sqrt(I).

    Needs the looks to come as they would have been held.
    Reference: Rosner, Tsiatis (1988), Biometrika 75:723-729; Chang (1989), Biometrics 45:247-254.
    """

    def at_least(self, at: InterimLook, regions: StoppingRegions, drift: float) -> float:
        """P(z - drift sqrt(I) at stopping as large or larger)."""
        root = at.z - drift * math.sqrt(at.fraction)
        return _at_least(at, regions, drift, [root + drift * math.sqrt(t) for t in regions.information])


def _at_least(at: InterimLook, regions: StoppingRegions, drift: float, least: list[float]) -> float:
    """Probability of stopping at any look with z of at least its entry of `least`."""
    if not regions.stops(at.look - 1, at.z):
        raise ArgumentError(
            "z",
            at.z,
            f"stops no trial at look {at.look}, and this ordering is one of outcomes that do",
            "Use StageWise(), or futility=True if the trial stopped for futility.",
        )
    total, last = 0.0, len(regions.information) - 1
    for k, information, going in regions.paths(drift):
        x, b, h = least[k], regions.efficacy[k], regions.harm[k]
        if k == last:
            return total + going.above(information, x, drift)
        if b < math.inf:
            total += going.above(information, max(b, x), drift)
        low, high = regions.idle(k)
        total += going.between(information, max(low, x), high, drift)
        if h > -math.inf:
            total += going.between(information, x, h, drift)
    raise AssertionError(last)
