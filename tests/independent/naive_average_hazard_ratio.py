"""The odds that the experimental subject of a pair dies first, by weighted counting; no code shared with the library."""

from __future__ import annotations

import mpmath as mp

Subjects = list[tuple[int, bool]]


def curve(arm: Subjects, weights: list, until: float) -> list[tuple[int, object, object]]:
    """Kaplan-Meier steps (time, S before, S after) of weighted subjects."""
    steps, survival = [], mp.mpf(1)
    for now in sorted({t for t, seen in arm if seen and t <= until}):
        n = mp.fsum(w for (t, _), w in zip(arm, weights, strict=True) if t >= now)
        d = mp.fsum(w for (t, seen), w in zip(arm, weights, strict=True) if t == now and seen)
        steps.append((now, survival, survival * (1 - d / n)))
        survival = steps[-1][2]
    return steps


def first_to_die(one: list, other: list) -> object:
    """P(the one dies before the other), ties half: the mass of each step times the other's survival there."""

    def survival(at: int, place: int) -> object:
        """Just before (place 1) or just after (place 2) a time."""
        passed = [step for step in other if step[0] < at or (place == 2 and step[0] == at)]
        return passed[-1][2] if passed else mp.mpf(1)

    return mp.fsum((b - a) * (survival(now, 1) + survival(now, 2)) / 2 for now, b, a in one)


def log_average_hazard_ratio(control: Subjects, experimental: Subjects, tau: float) -> tuple[object, object]:
    """The logarithm, and the infinitesimal jackknife: the root of the sum of squared derivatives by weight."""
    both = control + experimental
    size = len(control)

    def value(*weights: object) -> object:
        low = curve(control, list(weights[:size]), tau)
        high = curve(experimental, list(weights[size:]), tau)
        return mp.log(first_to_die(high, low) / first_to_die(low, high))

    with mp.workdps(40):
        ones = [mp.mpf(1)] * len(both)
        step = mp.mpf(10) ** -12
        square = mp.mpf(0)
        for i in range(len(both)):
            up = [w + step * (j == i) for j, w in enumerate(ones)]
            down = [w - step * (j == i) for j, w in enumerate(ones)]
            square += ((value(*up) - value(*down)) / (2 * step)) ** 2
        return value(*ones), mp.sqrt(square)
