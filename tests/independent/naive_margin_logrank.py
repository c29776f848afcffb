"""The log-rank score against a hazard ratio from its definitions; no code shared with the library.

Two ways. Subject by subject in rational numbers: at each event time the chance that a failing subject is of arm 1 is
m n1 / (n0 + m n1). And by calculus: slope and curvature, at log m, of the logarithm of Breslow's partial likelihood,
written as a sum over failing subjects and differentiated by mpmath.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import mpmath as mp

if TYPE_CHECKING:
    from collections.abc import Sequence


def margin_score(
    time: Sequence[float],
    event: Sequence[bool],
    experimental: Sequence[bool],
    strata: Sequence[object],
    margin: Fraction,
) -> tuple[Fraction, Fraction]:
    """Expected minus observed events on the experimental arm at the hazard ratio `margin`, and the variance.

    The variance of d draws at once from n subjects is that of one draw, d p (1 - p), times (n - d)/(n - 1).
    """
    score = variance = Fraction(0)
    for stratum in set(strata):
        mine = [i for i in range(len(time)) if strata[i] == stratum]
        for now in {time[i] for i in mine if event[i]}:
            there = [i for i in mine if time[i] >= now]
            failed = [i for i in there if time[i] == now and event[i]]
            n, d = len(there), len(failed)
            odds = [margin if experimental[i] else Fraction(1) for i in there]
            p = sum((o for o, i in zip(odds, there, strict=True) if experimental[i]), Fraction(0)) / sum(odds)
            score += d * p - sum(experimental[i] for i in failed)
            if n > 1:
                variance += d * p * (1 - p) * Fraction(n - d, n - 1)
    return score, variance


def partial_likelihood_slopes(
    time: Sequence[float],
    event: Sequence[bool],
    experimental: Sequence[bool],
    strata: Sequence[object],
    margin: float,
) -> tuple[float, float]:
    """Minus the first and minus the second derivative of Breslow's log partial likelihood at log(margin)."""

    def likelihood(beta: mp.mpf) -> mp.mpf:
        total = mp.mpf(0)
        for i in range(len(time)):
            if event[i]:
                there = [j for j in range(len(time)) if strata[j] == strata[i] and time[j] >= time[i]]
                total += beta * int(experimental[i])
                total -= mp.log(mp.fsum(mp.exp(beta * int(experimental[j])) for j in there))
        return total

    with mp.workdps(40):
        at = mp.log(mp.mpf(margin))
        return float(-mp.diff(likelihood, at)), float(-mp.diff(likelihood, at, 2))
