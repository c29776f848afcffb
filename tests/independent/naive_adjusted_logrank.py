"""The covariate-adjusted log-rank test and hazard ratio by plain loops over subjects and event times."""

from __future__ import annotations

from dataclasses import dataclass

import mpmath as mp


@dataclass(frozen=True)
class Adjusted:
    """U, its variance (sums, not means), theta unadjusted and adjusted, and the latter's error."""

    score: float
    variance: float
    unadjusted: float
    theta: float
    std_err: float


class NaiveTrial:
    """Subjects on arm 0 or 1 with one or more covariates, in strata."""

    def __init__(self, time: list, event: list, arm: list, x: list[list[float]], strata: list) -> None:
        self.time, self.event, self.arm, self.x, self.strata = time, event, arm, x, strata
        self.everybody = range(len(time))

    def event_times(self) -> list[tuple[object, object]]:
        """Stratum and time of every event, once each."""
        return sorted({(self.strata[i], self.time[i]) for i in self.everybody if self.event[i]})

    def counts(self, z: object, t: object) -> tuple[int, int, int, int]:
        """At risk on arms 0 and 1, events in all and on arm 1."""
        at_risk = [i for i in self.everybody if self.strata[i] == z and self.time[i] >= t]
        dead = [i for i in at_risk if self.time[i] == t and self.event[i]]
        on_1 = sum(self.arm[i] for i in at_risk)
        return len(at_risk) - on_1, on_1, len(dead), sum(self.arm[i] for i in dead)

    def score(self, theta: object, *, tied: bool = False) -> tuple[object, object]:
        """U and V, the latter with the correction for ties where asked."""
        ratio, u, v = mp.exp(theta), mp.mpf(0), mp.mpf(0)
        for z, t in self.event_times():
            n0, n1, d, d1 = self.counts(z, t)
            whole = n0 + ratio * n1
            u += d1 - d * ratio * n1 / whole
            correction = (whole - d) / (whole - 1) if tied and d > 1 else 1
            v += d * ratio * n0 * n1 / whole**2 * correction
        return u, v

    def outcome(self, i: int, theta: object) -> object:
        """O_i of the paper: integral of the other arm's share against the subject's own martingale."""
        ratio, total = mp.exp(theta), mp.mpf(0)
        for z, t in self.event_times():
            if z != self.strata[i] or t > self.time[i]:
                continue
            n0, n1, d, _ = self.counts(z, t)
            whole = n0 + ratio * n1
            own = 1 if self.event[i] and self.time[i] == t else 0
            if self.arm[i] == 1:
                total += n0 / whole * (own - ratio * d / whole)
            else:
                total += ratio * n1 / whole * (own - mp.mpf(d) / whole)
        return total

    def mean(self, members: list[int]) -> list:
        """Mean covariates of some subjects."""
        return [mp.fsum(self.x[i][j] for i in members) / len(members) for j in range(len(self.x[0]))]

    def slopes(self, arm: int, theta: object) -> object:
        """Least squares of the outcomes on covariates centred by stratum within the arm."""
        q = len(self.x[0])
        left, right = mp.matrix(q, q), mp.matrix(q, 1)
        for z in sorted(set(self.strata)):
            members = [i for i in self.everybody if self.strata[i] == z and self.arm[i] == arm]
            if not members:
                continue
            centre = self.mean(members)
            for i in members:
                c = mp.matrix([a - b for a, b in zip(self.x[i], centre, strict=True)])
                left += c * c.T
                right += c * self.outcome(i, theta)
        return mp.lu_solve(left, right)

    def adjustment(self, theta: object) -> tuple[object, object]:
        """What is taken off U and off its variance."""
        b = [self.slopes(arm, theta) for arm in (0, 1)]
        q, n = len(self.x[0]), len(self.time)
        off, spread = mp.mpf(0), mp.matrix(q, q)
        for z in sorted(set(self.strata)):
            members = [i for i in self.everybody if self.strata[i] == z]
            centre = self.mean(members)
            covariance = mp.matrix(q, q)
            for i in members:
                c = mp.matrix([p - m for p, m in zip(self.x[i], centre, strict=True)])
                off += (c.T * b[1])[0] if self.arm[i] == 1 else -(c.T * b[0])[0]
                covariance += c * c.T
            if len(members) > 1:
                spread += mp.mpf(len(members)) / n * covariance / (len(members) - 1)
        pi = mp.mpf(sum(self.arm)) / n
        both = b[0] + b[1]
        return off, n * pi * (1 - pi) * (both.T * spread * both)[0]

    def adjusted(self) -> Adjusted:
        """Test and estimate."""
        u, v = self.score(0, tied=True)
        off, saved = self.adjustment(mp.mpf(0))
        plain = mp.findroot(lambda x: self.score(x)[0], 0)
        target, saved_there = self.adjustment(plain)
        theta = mp.findroot(lambda x: self.score(x)[0] - target, plain)
        information = self.score(theta)[1]
        error = mp.sqrt(information - saved_there) / information
        return Adjusted(float(u - off), float(v - saved), float(plain), float(theta), float(error))
