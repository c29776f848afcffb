"""The weighted log-rank test in rational numbers, table by table; no code shared with the library."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Matrix = list[list[Fraction]]


@dataclass(frozen=True)
class ExactTest:
    """Sums over strata and event times; everything exact."""

    groups: list[str]
    observed: list[Fraction]
    expected: list[Fraction]
    variance: Matrix

    def chi2(self) -> Fraction | None:
        """(O - E)' V^-1 (O - E) over all groups at risk but one; None where V is singular."""
        used = [i for i, e in enumerate(self.expected) if e > 0][1:]
        if not used:
            return None
        gap = [self.observed[i] - self.expected[i] for i in used]
        solution = solve([[self.variance[i][j] for j in used] for i in used], gap)
        return None if solution is None else sum(a * b for a, b in zip(gap, solution, strict=True))

    def z(self, experimental: str) -> float:
        """(E - O) / sqrt(V) of one arm: positive where it had fewer events than expected."""
        i = self.groups.index(experimental)
        return float(self.expected[i] - self.observed[i]) / math.sqrt(self.variance[i][i])


def solve(A: Matrix, b: list[Fraction]) -> list[Fraction] | None:
    """Gauss elimination without rounding; None where A is singular."""
    rows = [[*line, right] for line, right in zip(A, b, strict=True)]
    for k in range(len(rows)):
        pivot = next((r for r in range(k, len(rows)) if rows[r][k] != 0), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for r in range(len(rows)):
            if r != k:
                factor = rows[r][k] / rows[k][k]
                rows[r] = [a - factor * c for a, c in zip(rows[r], rows[k], strict=True)]
    return [rows[k][-1] / rows[k][k] for k in range(len(rows))]


def one(_survival: Fraction, _at_risk: int) -> Fraction:
    """Weight of the ordinary log-rank test."""
    return Fraction(1)


def fleming_harrington(rho: int, gamma: int) -> Callable[[Fraction, int], Fraction]:
    """Weight S(t-)^rho (1 - S(t-))^gamma."""
    return lambda survival, _at_risk: survival**rho * (1 - survival) ** gamma


def exact_logrank(
    time: Sequence[float],
    event: Sequence[bool],
    group: Sequence[str],
    *,
    strata: Sequence[str] | None = None,
    entry: Sequence[float] | None = None,
    weight: Callable[[Fraction, int], Fraction] = one,
) -> ExactTest:
    """O, E and the hypergeometric covariance, weighted by w(S(t-)) with the curve of the stratum."""
    n_all = len(time)
    strata = ["all"] * n_all if strata is None else strata
    entry = [-math.inf] * n_all if entry is None else entry
    groups = sorted(set(group))
    k = len(groups)
    observed, expected = [Fraction(0)] * k, [Fraction(0)] * k
    variance = [[Fraction(0)] * k for _ in range(k)]
    for stratum in sorted(set(strata)):
        survival = Fraction(1)
        members = [i for i in range(n_all) if strata[i] == stratum]
        for now in sorted({time[i] for i in members if event[i]}):
            at_risk = [i for i in members if entry[i] < now <= time[i]]
            failed = [i for i in at_risk if time[i] == now and event[i]]
            n, d = len(at_risk), len(failed)
            w = weight(survival, n)
            share = [Fraction(sum(group[i] == g for i in at_risk), n) for g in groups]
            for a in range(k):
                observed[a] += w * sum(group[i] == groups[a] for i in failed)
                expected[a] += w * d * share[a]
                for b in range(k):
                    if n > 1:
                        spread = share[a] * ((a == b) - share[b])
                        variance[a][b] += w * w * d * spread * Fraction(n - d, n - 1)
            survival *= Fraction(n - d, n)
    return ExactTest(groups, observed, expected, variance)
