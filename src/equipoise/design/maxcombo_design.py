"""MaxCombo design: the largest of several weighted log-rank statistics at each look of a trial."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from equipoise import _check
from equipoise.design.crossing import Crossing
from equipoise.design.limiting_weights import name_of
from equipoise.design.look_rules import LookRule, look_rule
from equipoise.design.maxcombo_moments import JointNormal, Weights, expected_weighted_tests
from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics.normal import upper_quantile
from equipoise.numerics.roots import increasing_root

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from equipoise._check import FloatArray
    from equipoise.design.maxcombo_moments import WeightedTests
    from equipoise.design.population import Accrual, Stratum
    from equipoise.design.rules import At, Rule
    from equipoise.numerics.logrank_weights import LogrankWeight

# Where less error than this is left for a look, the tests share it by Bonferroni: no integral is as exact.
TINY = 1e-7
TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class MaxComboDesign:
    """Bounds for the largest z of each look, one-sided for benefit.

    Parameters
    ----------
    expected
        The tests of every look together, with the patients that the power needs where that was asked for.
    weights
        Weights of the tests of each look; None is the log-rank test.
    alpha
        Total one-sided type I error.
    efficacy_z
        Reject where the largest z is above it, shape (K,); inf at a look without bound.
    futility_z
        Stop where the largest z is below it, not binding, shape (K,); None without a rule.
    alpha_spent
        Probability under the null of having rejected by each look, without futility stops, shape (K,).
    power
        Probability of rejecting under the assumptions, futility stops obeyed.
    factor
        Patients over those that were assumed.

    """

    expected: WeightedTests
    weights: tuple[Weights, ...]
    alpha: float
    efficacy_z: FloatArray
    futility_z: FloatArray | None
    alpha_spent: FloatArray
    power: float
    factor: float

    @property
    def patients(self) -> float:
        """Patients entered by the last look."""
        return float(self.expected.patients[-1])

    def crossing(self, *, null: bool = False) -> Crossing:
        """Probability of each exit at each look, under the assumptions or the null."""
        joint = self.expected.null if null else self.expected.assumed
        return _crossing(joint, self.efficacy_z, self.futility_z)

    def to_frame(self) -> pl.DataFrame:
        """One row a look: tests, calendar, bounds, probability of each exit."""
        import polars as pl

        k = len(self.efficacy_z)
        null, assumed = self.crossing(null=True), self.crossing()
        fraction = self.expected.events / self.expected.events[-1]
        none = pl.Series([None] * k, dtype=pl.Float64)
        return pl.DataFrame(
            {
                "look": np.arange(1, k + 1),
                "tests": [", ".join(name_of(w) for w in tests) for tests in self.weights],
                "time": self.expected.time,
                "patients": self.expected.patients,
                "events": self.expected.events,
                "event_fraction": fraction,
                "efficacy_z": self.efficacy_z,
                "futility_z": none if self.futility_z is None else pl.Series(self.futility_z),
                "alpha_spent": self.alpha_spent,
                "efficacy_null": null.efficacy,
                "efficacy_assumed": assumed.efficacy,
                "futility_assumed": assumed.futility,
            }
        )


def maxcombo_design(
    strata: Sequence[Stratum],
    accrual: Accrual,
    *,
    at: Sequence[float] | FloatArray,
    weights: Sequence[LogrankWeight | None],
    alpha: float,
    efficacy: Rule | At,
    interim_weights: Sequence[LogrankWeight | None] | None = None,
    futility: Rule | At | None = None,
    beta: float | None = None,
    power: float | None = None,
    ratio: float = 1.0,
    stratified: bool = True,
    by_calendar: bool = False,
    spending_fraction: Sequence[float] | FloatArray | None = None,
) -> MaxComboDesign:
    """Bounds, power and size of a MaxCombo test with one look or several.

    The bound b_k of look k makes P(some z of look k above b_k, none above its bound before) what may be
    spent there, for all z jointly normal with the null correlations over weights and looks.

    Parameters
    ----------
    strata, accrual
        What is assumed in each stratum, and patients entering.
    at
        Calendar times at which the looks are expected, rising, shape (K,).
    weights
        Two weights or more; None is the log-rank test.
    alpha
        One-sided type I error.
    efficacy
        Spending function, or bounds given as z or p.
    interim_weights
        Tests of the looks before the last where they are others, such as (None,) for the log-rank test.
    futility
        Spending function (of beta under the assumptions) or bounds given, not binding.
    beta
        Type II error that futility spends; 1 - power where a power is asked for.
    power
        Asked for: patients are scaled until it is reached. None: the power with the patients assumed.
    ratio, stratified, by_calendar
        As in `expected_weighted_logrank`.
    spending_fraction
        Spending time of each look; unless given, expected events over those of the last look.

    Raises
    ------
    ArgumentError, DesignError
        An argument that breaks its rule; no benefit to have a power for.

    References
    ----------
    Karrison (2016), Stata Journal 16:678-690; Lin, Lin, Roychoudhury et al. (2020), Statistics in
    Biopharmaceutical Research 12:187-198; Wang, Zhang, Xu, Anderson (2021), Pharmaceutical Statistics
    20:531-546 (several looks).

    """
    tests = _tests(weights, interim_weights, len(list(at)))
    error = _check.probability("alpha", alpha, "The one-sided type I error, such as 0.025.")
    wanted = None if power is None else _check.probability("power", power)
    expected = expected_weighted_tests(
        strata, accrual, at=at, weights=tests, ratio=ratio, stratified=stratified, by_calendar=by_calendar
    )
    fraction = _fraction(expected, spending_fraction)
    rule = _rule("efficacy", efficacy, fraction, error)
    high, spent = _efficacy(expected.null, rule)
    idle = None
    if futility is not None:
        missed = beta if beta is not None else None if wanted is None else 1.0 - wanted
        idle = _rule("futility", futility, fraction, missed)
    factor = 1.0 if wanted is None else _factor(expected.assumed, high, idle, wanted, error)
    assumed = expected.assumed.scaled(factor)
    low = None if idle is None else _futility(assumed, high, idle)
    grown = replace(
        expected, patients=expected.patients * factor, events=expected.events * factor, assumed=assumed
    )
    reached = float(_crossing(assumed, high, low).efficacy.sum())
    return MaxComboDesign(grown, tests, error, high, low, spent, reached, factor)


def _tests(
    weights: Sequence[LogrankWeight | None], interim: Sequence[LogrankWeight | None] | None, looks: int
) -> tuple[Weights, ...]:
    if len(weights) < 2 or len(set(weights)) < len(weights):
        raise ArgumentError(
            "weights",
            tuple(weights),
            "must hold two different weights or more",
            "For one weight use expected_weighted_logrank and sequential_test.",
        )
    if interim is not None and not interim:
        raise ArgumentError("interim_weights", (), "must hold a weight", "(None,) is the log-rank test.")
    early = tuple(weights if interim is None else interim)
    return (early,) * (looks - 1) + (tuple(weights),)


def _fraction(expected: WeightedTests, given: Sequence[float] | FloatArray | None) -> FloatArray:
    events = np.asarray(expected.events / expected.events[-1])
    if given is None:
        return events
    fraction = _check.numbers("spending_fraction", given)
    if len(fraction) != len(events):
        rule = f"must hold one fraction for each of {len(events)} looks"
        raise ArgumentError("spending_fraction", len(fraction), rule)
    return fraction


def _rule(name: str, rule: Rule | At, fraction: FloatArray, error: float | None) -> LookRule:
    laid = look_rule(name, rule, fraction, error, len(fraction))
    if laid.shape is not None or laid.scale is not None or laid.unadjusted:
        raise DesignError(f"{name} {rule!r} is not for a MaxCombo test. Give a spending function or bounds.")
    return laid


def _efficacy(null: JointNormal, rule: LookRule) -> tuple[FloatArray, FloatArray]:
    high: list[float] = []
    spent: list[float] = []
    for k, given in enumerate(rule.given):
        used = spent[-1] if spent else 0.0
        z = _efficacy_bound(null, rule.target[k], used, high) if given is None else given
        high.append(min(z, rule.cap))
        spent.append(used if z == np.inf else 1.0 - null.below(high))
    return np.array(high), np.array(spent)


def _efficacy_bound(null: JointNormal, target: float, used: float, before: list[float]) -> float:
    left, tests = target - used, int((null.look == len(before)).sum())
    if left <= 0.0:
        return float(np.inf)
    if left < TINY:
        return float(upper_quantile(left / tests))

    def excess(z: float) -> float:
        return _probit(null.below([*before, z])) - _probit(1.0 - target)

    start = float(upper_quantile(left / tests**0.5))
    return increasing_root(excess, start, 1.0, tolerance=TOLERANCE, what="the bound of the MaxCombo test")


def _futility(assumed: JointNormal, high: FloatArray, rule: LookRule) -> FloatArray:
    low: list[float] = []
    used = 0.0
    for k, given in enumerate(rule.given[:-1]):
        z = given
        if z is None:
            left = rule.target[k] - used
            z = _futility_bound(assumed, high, low, left) if left > 0.0 else -np.inf
        low.append(min(z, float(high[k])))
        used += _through(assumed, high, low[:-1], low[-1])
    return np.array([*low, high[-1]])


def _futility_bound(assumed: JointNormal, high: FloatArray, low: list[float], left: float) -> float:
    k = len(low)

    def excess(z: float) -> float:
        return _probit(_through(assumed, high, low, z)) - _probit(left)

    start = float(assumed.mean[assumed.look == k].max() + ndtri(left))
    return increasing_root(excess, start, 1.0, tolerance=TOLERANCE, what="a futility bound")


def _through(joint: JointNormal, high: FloatArray, low: Sequence[float], cap: float) -> float:
    """P(go on through the looks before, largest z of the next at most `cap`), by inclusion and exclusion."""
    total = 0.0
    for stopped in product((False, True), repeat=len(low)):
        caps = [float(a if s else b) for s, a, b in zip(stopped, low, high, strict=False)]
        if any(c == -np.inf for c in caps):
            continue
        total += (-1.0) ** sum(stopped) * joint.below([*caps, cap])
    return max(total, 0.0)


def _crossing(joint: JointNormal, high: FloatArray, low: FloatArray | None) -> Crossing:
    looks = len(high)
    floor = np.full(looks, -np.inf) if low is None else low
    up, idle = np.zeros(looks), np.zeros(looks)
    going = 1.0
    for k in range(looks):
        before = floor[:k].tolist()
        staying = _through(joint, high, before, float(high[k]))
        up[k] = max(going - staying, 0.0)
        idle[k] = staying if k == looks - 1 else 0.0
        if k < looks - 1 and floor[k] > -np.inf:
            idle[k] = _through(joint, high, before, float(floor[k]))
        going = staying - idle[k]
    return Crossing(np.asarray(np.nan), up, idle, np.zeros(looks))


def _factor(
    assumed: JointNormal, high: FloatArray, idle: LookRule | None, power: float, alpha: float
) -> float:
    last = float(assumed.mean[assumed.look == assumed.look[-1]].max())
    if last <= 0.0:
        raise DesignError(f"the largest expected z at the last look is {last:.4g}: a power needs a benefit.")

    def excess(root: float) -> float:
        if root <= 0.0:
            return root - 1.0 - _probit(power)
        scaled = assumed.scaled(root * root)
        low = None if idle is None else _futility(scaled, high, idle)
        return _probit(float(_crossing(scaled, high, low).efficacy.sum())) - _probit(power)

    start = float(ndtri(power) - ndtri(alpha)) / last
    root = increasing_root(excess, start, last, tolerance=TOLERANCE, what="the patients for the power")
    return root * root


def _probit(p: float) -> float:
    return float(ndtri(min(max(p, 1e-300), 1.0 - 1e-16)))
