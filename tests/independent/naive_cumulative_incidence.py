"""Aalen-Johansen by the definition, its error found three ways; no code shared with the library."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Subjects:
    """Time, cause (0 is censored), entry and weight of each subject."""

    time: Sequence[int]
    cause: Sequence[int]
    entry: Sequence[int]
    weight: Sequence[Fraction]


def subjects(time: Sequence[int], cause: Sequence[int], entry: Sequence[int] | None = None) -> Subjects:
    """Unweighted subjects, at risk from -1 (before time 0) where no entry is given."""
    n = len(time)
    return Subjects(time, cause, [-1] * n if entry is None else entry, [Fraction(1)] * n)


def tables(who: Subjects, until: int, of: int) -> list[tuple[int, Fraction, Fraction, Fraction]]:
    """(time, at risk, events of any cause, events of this cause) at each event time up to `until`."""
    rows = range(len(who.time))
    found = []
    for now in sorted({who.time[i] for i in rows if who.cause[i] and who.time[i] <= until}):
        n = sum((who.weight[i] for i in rows if who.entry[i] < now <= who.time[i]), Fraction(0))
        d = sum((who.weight[i] for i in rows if who.time[i] == now and who.cause[i]), Fraction(0))
        d1 = sum((who.weight[i] for i in rows if who.time[i] == now and who.cause[i] == of), Fraction(0))
        found.append((now, n, d, d1))
    return found


def incidence(who: Subjects, until: int, of: int) -> Fraction:
    """F(t) = sum over event times u <= t of S(u-) d1/n."""
    survival, total = Fraction(1), Fraction(0)
    for _, n, d, d1 in tables(who, until, of):
        total += survival * d1 / n
        survival *= 1 - d / n
    return total


def delta_variance(who: Subjects, until: int, of: int) -> Fraction:
    """The delta method (multinomial increments): Marubini & Valsecchi (1995), section 10.2."""
    last = incidence(who, until, of)
    survival, variance = Fraction(1), Fraction(0)
    for now, n, d, d1 in tables(who, until, of):
        gap = last - incidence(who, now, of)
        if n > d:
            variance += gap**2 * d / (n * (n - d))
        variance += survival**2 * d1 * (n - d1) / n**3 - 2 * gap * survival * d1 / n**2
        survival *= 1 - d / n
    return variance


def aalen_variance(who: Subjects, until: int, of: int) -> Fraction:
    """Aalen's estimate as Gray's program makes it: Aalen (1978), Annals of Statistics 6:534-545.

    The events of this cause (d1) and of the others (d2) are two counting processes that do not jump together. One
    more event of this cause at u adds S(u-)/n and takes away g/n, g = (F(t) - F(u)) S(u-)/S(u), of what would have
    come; one of another cause only takes g/n. The variances of the counts are d1 (n - d1)/(n - 1) and likewise d2;
    the correction for ties, 0/0 in a risk set of one, is then taken as 1.
    """
    last = incidence(who, until, of)
    survival, variance = Fraction(1), Fraction(0)
    for now, n, d, d1 in tables(who, until, of):
        left = 1 - d / n
        lost = (last - incidence(who, now, of)) / left if left else Fraction(0)
        for count, effect in ((d1, survival - lost), (d - d1, lost)):
            ties = (n - count) / (n - 1) if n > 1 else Fraction(1)
            variance += (effect / n) ** 2 * count * ties
        survival *= left
    return variance


def jackknife_std_err(who: Subjects, until: int, of: int) -> float:
    """Infinitesimal jackknife: root of the sum over subjects of (dF/dw)^2, dF/dw by a tiny change of weight."""
    h = Fraction(1, 10**12)
    total = Fraction(0)
    for i in range(len(who.time)):
        nudged = [
            Subjects(
                who.time, who.cause, who.entry, [w + side * h * (i == j) for j, w in enumerate(who.weight)]
            )
            for side in (1, -1)
        ]
        up, down = (incidence(each, until, of) for each in nudged)
        total += ((up - down) / (2 * h)) ** 2
    return math.sqrt(total)
