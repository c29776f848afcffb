"""Sliding windows and their effects, against windows grown one value at a time and tables in rational numbers."""

from __future__ import annotations

import random

import numpy as np

from equipoise.survival import stepp
from independent.naive_logrank import exact_logrank, one
from tolerances import ROUNDING


def grown(values: list[float], window: int, overlap: int) -> list[list[float]]:
    """Windows as lists of values: add the next value with all its subjects until full, drop the lowest until few."""
    distinct = sorted(set(values))
    inside, out, after = [], [], 0
    while after < len(distinct):
        while after < len(distinct) and sum(values.count(v) for v in inside) < window:
            inside.append(distinct[after])
            after += 1
        out.append([v for v in sorted(values) if v in inside])
        before = len(inside)
        while inside and (sum(values.count(v) for v in inside) > overlap or len(inside) == before):
            inside.pop(0)
    return out


def test_windows_effects_and_permutation_p() -> None:
    """Log hazard ratios U/V with V the exact hypergeometric variance; p within its Monte-Carlo band."""
    draw = random.Random("stepp")  # noqa: S311 - test data, no secret
    n = 60
    x = [float(draw.randint(1, 25)) for _ in range(n)]
    arm = [i % 2 for i in range(n)]
    time = [
        1 + int(draw.expovariate(0.15 * (2.5 if a and v < 10 else 1))) for a, v in zip(arm, x, strict=True)
    ]
    event = [draw.random() < 0.8 for _ in range(n)]
    found = stepp(time, event, arm, x, window=20, overlap=12, seed=4, permutations=400)
    expected = grown(x, 20, 12)
    assert found.n.tolist() == [len(w) for w in expected]
    assert found.lowest.tolist() == [w[0] for w in expected]
    assert found.highest.tolist() == [w[-1] for w in expected]

    def effect(members: list[int]) -> tuple[float, float]:
        test = exact_logrank(
            [time[i] for i in members],
            [event[i] for i in members],
            [str(arm[i]) for i in members],
            weight=one,
        )
        if len(test.groups) < 2 or not test.variance[1][1]:
            return float("nan"), float("nan")
        v = float(test.variance[1][1])
        return float(test.observed[1] - test.expected[1]) / v, v**-0.5

    ours = np.array([found.effect, found.std_err]).T
    theirs = [effect([i for i in range(n) if w[0] <= x[i] <= w[-1]]) for w in expected]
    np.testing.assert_allclose(ours, theirs, rtol=ROUNDING)
    overall = effect(list(range(n)))[0]
    statistic = max(abs(b - overall) / e for b, e in theirs)
    np.testing.assert_allclose([found.overall, found.statistic], [overall, statistic], rtol=ROUNDING)
    larger, many = 0, 150
    for _ in range(many):
        moved = list(x)
        for a in (0, 1):
            mine = [i for i in range(n) if arm[i] == a]
            for i, v in zip(mine, draw.sample([x[j] for j in mine], len(mine)), strict=True):
                moved[i] = v
        by_value = sorted(range(n), key=lambda i: moved[i])
        position = {w: (sorted(x).index(w[0]), len(w)) for w in map(tuple, expected)}
        deviations = [effect(by_value[low : low + size]) for low, size in position.values()]
        larger += max(abs(b - overall) / e for b, e in deviations if e == e) >= statistic - 1e-12  # noqa: PLR0124 - nan
    band = 4 * (found.p * (1 - found.p) * (1 / many + 1 / 400)) ** 0.5 + 0.01
    assert abs(found.p - larger / many) < band
