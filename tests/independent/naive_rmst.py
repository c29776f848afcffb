"""Restricted mean survival by the definition, in rational numbers; no code shared with the library."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def restricted_mean(time: Sequence[int], event: Sequence[bool], tau: Fraction) -> tuple[Fraction, Fraction]:
    """Area under S up to tau, and sum over event times u <= tau of (area from u to tau)^2 d / (n (n - d))."""
    drops: list[tuple[Fraction, int, int]] = []
    for now in sorted({t for t, seen in zip(time, event, strict=True) if seen and t <= tau}):
        n = sum(t >= now for t in time)
        d = sum(t == now and seen for t, seen in zip(time, event, strict=True))
        drops.append((Fraction(now), n, d))

    def area(start: Fraction) -> Fraction:
        """Sum of S times length over the pieces of [start, tau] between drops."""
        edges = [start, *(u for u, _, _ in drops if start < u < tau), tau]
        total = Fraction(0)
        for left, right in pairwise(edges):
            survival = Fraction(1)
            for u, n, d in drops:
                survival *= Fraction(n - d, n) if u <= left else 1
            total += survival * (right - left)
        return total

    variance = sum((area(u) ** 2 * Fraction(d, n * (n - d)) for u, n, d in drops if n > d), Fraction(0))
    return area(Fraction(0)), variance


def contrast(
    experimental: tuple[Fraction, Fraction], control: tuple[Fraction, Fraction], level: float
) -> dict[str, float]:
    """Difference with plain limits and ratio with limits on the log scale (delta method)."""
    (m1, v1), (m0, v0) = experimental, control
    q = NormalDist().inv_cdf((1 + level) / 2)
    difference, std_err = float(m1 - m0), math.sqrt(v1 + v0)
    ratio, log_se = float(m1 / m0), math.sqrt(v1 / m1**2 + v0 / m0**2)
    return {
        "difference": difference,
        "std_err": std_err,
        "lower": difference - q * std_err,
        "upper": difference + q * std_err,
        "ratio": ratio,
        "ratio_lower": ratio * math.exp(-q * log_se),
        "ratio_upper": ratio * math.exp(q * log_se),
    }


def mean_between(
    time: Sequence[int], event: Sequence[bool], start: Fraction, end: Fraction
) -> tuple[Fraction, Fraction]:
    """Area under S from start to end as Σ S_i l_i over steps, and its variance ΣΣ l_i l_j Cov(S_i, S_j).

    Greenwood: Cov(S(u), S(v)) = S(u) S(v) Σ d / (n (n - d)) over event times up to the earlier of u and v.
    """
    died = sorted({t for t, seen in zip(time, event, strict=True) if seen and t < end})
    edges = sorted({start, end, *(Fraction(t) for t in died if start < t < end)})

    def curve(u: Fraction) -> tuple[Fraction, Fraction]:
        survival, sum_of_terms = Fraction(1), Fraction(0)
        for now in (t for t in died if t <= u):
            n = sum(t >= now for t in time)
            d = sum(t == now and seen for t, seen in zip(time, event, strict=True))
            survival *= Fraction(n - d, n)
            if n > d:
                sum_of_terms += Fraction(d, n * (n - d))
        return survival, sum_of_terms

    steps = [(right - left, *curve(left)) for left, right in pairwise(edges)]
    area = sum((length * s for length, s, _ in steps), Fraction(0))
    variance = sum(
        (la * lb * sa * sb * min(ga, gb) for la, sa, ga in steps for lb, sb, gb in steps), Fraction(0)
    )
    return area, variance
