"""Sequential p-values: the smallest alpha at which a group-sequential test would have rejected by now."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.design.inference_repeated import LARGEST_P, SMALLEST_P
from equipoise.design.interim_boundary import InterimBounds, efficacy_boundary_at
from equipoise.design.look_rules import look_rule
from equipoise.design.plan import Plan
from equipoise.design.rules import At, require_spending
from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics import normal
from equipoise.numerics.roots import increasing_root

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray
    from equipoise.design.rules import Rule

LEVELS_TRIED = 64


@dataclass(frozen=True, slots=True, eq=False)
class HeldLooks:
    """The looks that were held at one hypothesis, in order.

    Parameters
    ----------
    information_fraction
        Observed over planned information, rising, shape (k,).
    z
        Statistics, above 0 is benefit, shape (k,).
    spending_fraction
        Spending time where it is not the information, shape (k,).
    final
        The last look was the last analysis, however little information there was: all of alpha is spent.
    """

    information_fraction: Sequence[float] | FloatArray
    z: Sequence[float] | FloatArray
    spending_fraction: Sequence[float] | FloatArray | None = None
    final: bool = False

    def __post_init__(self) -> None:
        """Check the numbers."""
        way_out = "Divide the information, or events, by the planned maximum."
        t = _check.increasing("information_fraction", self.information_fraction, way_out)
        z = _check.numbers("z", self.z, "Positive is benefit of the experimental arm.")
        if t.size == 0 or t[0] <= 0.0:
            raise ArgumentError("information_fraction", tuple(t.tolist()), "must be above 0 at every look")
        if z.size != t.size:
            raise ArgumentError("z", z.size, f"must hold one statistic for each of {t.size} looks")
        if self.spending_fraction is not None:
            used = _check.numbers("spending_fraction", self.spending_fraction)
            if used.size != t.size:
                raise ArgumentError(
                    "spending_fraction", used.size, f"must hold one for each of {t.size} looks"
                )

    def bounds(self, spending: Rule | At, alpha: float) -> InterimBounds:
        """The efficacy bounds of these looks at a one-sided alpha, all solved again at it."""
        return efficacy_boundary_at(
            self.information_fraction,
            planned=1.0,
            spending=spending,
            alpha=alpha,
            sides=1,
            spending_fraction=self.spending_fraction,
            final=self.final,
        )


def sequential_p_value(looks: HeldLooks, spending: Rule | At) -> float:
    """Smallest one-sided alpha at which one of the looks held would have crossed its efficacy bound.

    p = min over looks k of the alpha at which z_k lies on b_k(alpha), b_k solved from the spending function
    at alpha and the information of looks 1..k, with no futility stop counted on. P(p <= u) is at most u under
    the hypothesis for every u and however many looks are held, so that a multiple test may take p where it
    takes the p-value of one look. It falls from look to look. Below 1e-12 it is given as 1e-12, above 1/2
    as 1.

    Parameters
    ----------
    looks
        Information and statistics of the looks held.
    spending
        Spending function of the hypothesis, at some looks only if it is an `At`.

    Raises
    ------
    DesignError
        A rule that holds for one alpha only, such as bounds given as z.

    References
    ----------
    Liu, Anderson (2008), Journal of the American Statistical Association 103:1621-1630.
    Maurer, Bretz (2013), Statistics in Biopharmaceutical Research 5:311-320.
    """
    require_growing(looks, spending)
    z = np.asarray(looks.z, dtype=np.float64)
    t = np.asarray(looks.information_fraction, dtype=np.float64)
    spent = t if looks.spending_fraction is None else np.asarray(looks.spending_fraction, dtype=np.float64)

    def excess(probit: float) -> float:
        alpha = float(normal.cdf(probit))
        rule = look_rule("efficacy", spending, spent, alpha, looks=None)
        if looks.final:
            rule = rule.spending_all(alpha)
        plan = Plan(tuple(t.tolist()), rule, None, None, 1, binding=False)
        return float((z - np.array(plan.without_futility().efficacy)).max())

    lowest, highest = -float(normal.upper_quantile(SMALLEST_P)), -float(normal.upper_quantile(LARGEST_P))
    if excess(highest) < 0.0:
        return 1.0
    if excess(lowest) >= 0.0:
        return SMALLEST_P
    start = min(max(-float(z.max()), lowest), -0.5)
    probit = increasing_root(excess, start, 1.0, tolerance=1e-13, what="the sequential p-value")
    return float(normal.cdf(probit))


def require_growing(looks: HeldLooks, spending: Rule | At, alpha: float = LARGEST_P / 2) -> None:
    """Refuse a rule by which a larger alpha could make a bound harder to cross.

    Enough for the bounds to fall as alpha grows is that what is spent between any two looks grows with it
    (Maurer, Bretz 2013).
    """
    inner = spending.rule if isinstance(spending, At) else spending
    require_spending("spending", inner)
    fraction = np.asarray(
        looks.information_fraction if looks.spending_fraction is None else looks.spending_fraction,
        dtype=np.float64,
    )
    if isinstance(spending, At):
        fraction = fraction[[k - 1 for k in sorted(spending.looks) if k <= fraction.size]]
    levels = np.linspace(0.0, alpha, LEVELS_TRIED + 1)[1:]
    spent = np.array([inner.spent(fraction, float(a)) for a in levels]).reshape(len(levels), -1)  # type: ignore[union-attr]
    if looks.final and fraction.size:
        spent[:, -1] = levels
    steps = np.diff(spent, axis=1, prepend=0.0)
    if (np.diff(steps, axis=0) < -1e-12 * alpha).any() or not math.isfinite(float(spent.sum())):
        raise DesignError(
            f"{spending!r} spends less between two looks at a larger alpha, so that a bound would rise when "
            "alpha is passed on. Take a function whose steps grow with alpha, such as KimDeMets."
        )
