"""Bounds, power and size of a trial by any statistic that is about normal at every look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from equipoise import _check
from equipoise.design.crossing_by_look import LookMoments
from equipoise.design.drift import fixed_drift
from equipoise.design.group_sequential import group_sequential
from equipoise.design.look_rules import CLOSEST_LOOKS, LookRule, look_rule
from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics.roots import increasing_root

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from equipoise._check import FloatArray
    from equipoise.design.crossing import Crossing
    from equipoise.design.expected_statistic import ExpectedStatistic
    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.design.rules import At, Rule


@dataclass(frozen=True, slots=True, eq=False)
class SequentialTest:
    """Bounds of a statistic at its looks, and how the trial ends under the assumptions.

    Parameters
    ----------
    expected
        The statistic, with as many patients as the power needs where that was asked for.
    sequential
        Efficacy and harm bounds, which hold whatever is done about futility. Its drift is that of an effect
        that stays the same; power and futility here are those of the effect as it is at each look.
    futility_z
        Stop for futility at z below it, shape (K,), the last the last efficacy bound; None without a rule.
    power
        Probability of crossing for benefit under the assumptions, futility stops obeyed.
    factor
        Patients over those that were assumed.

    """

    expected: ExpectedStatistic
    sequential: GroupSequentialDesign
    futility_z: FloatArray | None
    power: float
    factor: float

    @property
    def patients(self) -> float:
        """Patients entered by the last look."""
        return float(self.expected.patients[-1])

    @property
    def efficacy_effect(self) -> FloatArray:
        """The estimate that is just enough for efficacy, z / √information, shape (K,)."""
        return np.asarray(self.sequential.efficacy_z / np.sqrt(self.expected.information))

    def crossing(self, *, null: bool = False) -> Crossing:
        """Probability of each exit at each look, under the assumptions or the null."""
        k = len(self.expected.effect)
        moments = self.expected.moments
        if null:
            moments = LookMoments.canonical(np.zeros(k), self.expected.information)
        return moments.crossing(self.sequential.efficacy_z, self.futility_z, self.sequential.harm_z)

    def to_frame(self) -> pl.DataFrame:
        """One row a look: what is expected, the bounds, and the probability of each exit."""
        import polars as pl

        null, assumed = self.crossing(null=True), self.crossing()
        none = pl.Series([None] * len(null.efficacy), dtype=pl.Float64)
        return self.expected.to_frame().with_columns(
            efficacy_z=pl.Series(self.sequential.efficacy_z),
            futility_z=none if self.futility_z is None else pl.Series(self.futility_z),
            nominal_p=pl.Series(self.sequential.nominal_p),
            sides=pl.lit(self.sequential.sides),
            efficacy_effect=pl.Series(self.efficacy_effect),
            alpha_spent=pl.Series(self.sequential.alpha_spent),
            efficacy_null=pl.Series(null.efficacy),
            efficacy_assumed=pl.Series(assumed.efficacy),
            futility_assumed=pl.Series(assumed.futility),
            harm_assumed=pl.Series(assumed.harm),
        )


def sequential_test(
    expected: ExpectedStatistic,
    *,
    alpha: float,
    efficacy: Rule | At,
    sides: int = 1,
    futility: Rule | At | None = None,
    harm: Rule | At | None = None,
    harm_alpha: float | None = None,
    beta: float | None = None,
    power: float | None = None,
    spending_fraction: Sequence[float] | FloatArray | None = None,
) -> SequentialTest:
    """Bounds at a statistic's information fractions, and the power, or the patients that the power needs.

    One look is a fixed design. The null distribution of z is the canonical one (variance 1, independent
    increments of information); under the assumptions each look has its own mean, standard deviation and
    correlation with the next.

    Parameters
    ----------
    expected
        The statistic at its looks, as `expected_weighted_logrank`, `expected_rmst` and their kin give it.
    alpha
        Total type I error; with sides=2 half of it on each side.
    efficacy
        Spending function or other rule for rejecting.
    sides
        1 tests for benefit, 2 for a difference, with the harm bound mirrored.
    futility
        Rule for stopping for want of benefit, not binding: spending (of beta under the assumptions), or
        bounds given as z or p.
    harm, harm_alpha
        Rule for stopping for harm, and with sides=1 the error that it spends, as in `group_sequential`.
    beta
        Type II error that futility spends; 1 - power where a power is asked for.
    power
        Asked for: patients (and events) are scaled, their calendar as it is, until it is reached. None: the
        power with the patients assumed.
    spending_fraction
        Spending time where it is not the information fraction, shape (K,).

    Raises
    ------
    ArgumentError
        An argument that breaks its rule.
    DesignError
        No effect to have a power for, or a rule that this statistic has no scale for.

    References
    ----------
    Jennison, Turnbull (2000), Group Sequential Methods, chapter 11; Tsiatis (1982), Journal of the American
    Statistical Association 77:855-861.

    """
    wanted = None if power is None else _check.probability("power", power, "Such as 0.9.")
    error = _type_two(beta, wanted, futility)
    _require_news(expected)
    sequential = group_sequential(
        expected.information_fraction,
        alpha=alpha,
        beta=error,
        sides=sides,
        efficacy=efficacy,
        harm=harm,
        harm_alpha=harm_alpha,
        spending_fraction=spending_fraction,
    )
    rule = None if futility is None else _futility(futility, sequential, error)
    factor = 1.0 if wanted is None else _factor(expected, sequential, rule, wanted)
    scaled = expected.scaled(factor)
    bound = _futility_z(scaled.moments, sequential, rule)
    return SequentialTest(scaled, sequential, bound, _power(scaled.moments, sequential, bound), factor)


def _require_news(expected: ExpectedStatistic) -> None:
    stale = np.flatnonzero(np.diff(expected.information_fraction) < CLOSEST_LOOKS)
    if stale.size:
        raise DesignError(
            f"look {stale[0] + 2} adds nothing to the {expected.name}: all that it sees was seen at the look "
            "before. Hold it earlier, or leave it out."
        )


def _type_two(beta: float | None, power: float | None, futility: Rule | At | None) -> float:
    if beta is not None:
        if futility is None:
            raise ArgumentError(
                "beta", beta, "is what futility spends", "Give a futility rule, or leave it out."
            )
        return _check.probability("beta", beta)
    # Bounds do not depend on it unless futility spends it, which then asks for it below.
    return 0.1 if power is None else 1.0 - power


def _futility(rule: Rule | At, sequential: GroupSequentialDesign, beta: float) -> LookRule:
    t = sequential.spending_fraction
    laid = look_rule(
        "futility", rule, sequential.information_fraction if t is None else t, beta, sequential.looks
    )
    if laid.follows:
        raise DesignError(
            f"futility {rule!r} has no scale where the effect differs from look to look. "
            "Give a spending function, GivenZ or GivenP."
        )
    return laid


def _futility_z(
    moments: LookMoments, sequential: GroupSequentialDesign, rule: LookRule | None
) -> FloatArray | None:
    if rule is None:
        return None
    harm = None if sequential.harm_z is None else sequential.harm_z.tolist()
    bound = np.array(moments.futility(sequential.efficacy_z.tolist(), rule, harm))
    bound.flags.writeable = False
    return bound


def _power(moments: LookMoments, sequential: GroupSequentialDesign, futility: FloatArray | None) -> float:
    crossed = moments.crossing(sequential.efficacy_z, futility, sequential.harm_z)
    return float(crossed.efficacy.sum())


def _factor(
    expected: ExpectedStatistic, sequential: GroupSequentialDesign, rule: LookRule | None, power: float
) -> float:
    """How many times the patients give the power: on the probit scale nearly a line in their root."""
    last = float(expected.mean[-1])
    if last <= 0.0:
        raise DesignError(
            f"the expected z of {expected.name} at the last look is {last:.4g}: a power needs a benefit. "
            "Assume one, or look later."
        )

    def excess(root: float) -> float:
        if root <= 0.0:
            return root - 1.0 - float(ndtri(power))
        moments = expected.moments.scaled(root * root)
        reached = _power(moments, sequential, _futility_z(moments, sequential, rule))
        return float(ndtri(min(max(reached, 1e-300), 1.0 - 1e-16))) - float(ndtri(power))

    start = fixed_drift(sequential.alpha, 1.0 - power, sequential.sides) / last
    root = increasing_root(excess, start, last, tolerance=1e-11, what="the patients that give the power")
    return root * root
