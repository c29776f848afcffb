"""Two proportions compared by their difference or ratio: effect and information by numbers of patients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from equipoise import _check
from equipoise.design.expected_statistic import ExpectedStatistic, correlation_of_estimates
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray

Measure = Literal["difference", "ratio"]
Better = Literal["lower", "higher"]


def expected_proportions(
    control: float,
    experimental: float,
    *,
    patients: Sequence[float] | FloatArray,
    better: Better,
    measure: Measure = "difference",
    pooled: bool = True,
    ratio: float = 1.0,
) -> ExpectedStatistic:
    """Difference p1 - p0, or log ratio log(p1 / p0), with sign so that above 0 is benefit.

    With n0 and n1 patients the variance of the difference is p0 q0 / n0 + p1 q1 / n1, of the log ratio
    q0 / (n0 p0) + q1 / (n1 p1). A pooled test reckons with p = (p0 + r p1) / (1 + r) on both arms instead.

    Parameters
    ----------
    control, experimental
        Proportions p0 and p1 assumed.
    patients
        In all at each look, with their outcome known, rising, shape (K,).
    better
        Whether "lower" or "higher" proportions are benefit.
    measure
        "difference", or "ratio" on the log scale.
    pooled
        Whether the test's variance is that of equal proportions.
    ratio
        Patients on the experimental arm for each one on the control arm.

    Raises
    ------
    ArgumentError
        A proportion that is not between 0 and 1.

    References
    ----------
    Fleiss, Levin, Paik (2003), Statistical Methods for Rates and Proportions, chapter 4; Jennison, Turnbull
    (2000), Group Sequential Methods, section 3.6.

    """
    p0 = _check.probability("control", control)
    p1 = _check.probability("experimental", experimental)
    _check.one_of("better", better, ("lower", "higher"), "Are the events harm or benefit?")
    _check.one_of("measure", measure, ("difference", "ratio"))
    r = _check.positive("ratio", ratio)
    n = rising_patients(patients)
    together = (p0 + r * p1) / (1.0 + r)
    p = np.array([p0, p1])
    reckoned = np.full(2, together) if pooled else p
    effect = float(np.log(p1 / p0)) if measure == "ratio" else p1 - p0
    by_arm = np.array([1.0 + r, (1.0 + r) / r])
    true = float(by_arm @ _variance(p, measure))
    used = float(by_arm @ _variance(reckoned, measure))
    sign = 1.0 if better == "higher" else -1.0
    kind = "pooled" if pooled else "unpooled"
    return ExpectedStatistic(
        name=f"{kind} test of two proportions",
        measure="log ratio of proportions" if measure == "ratio" else "difference of proportions",
        effect=np.full(len(n), sign * effect),
        information=n / used,
        sd=np.full(len(n), np.sqrt(true / used)),
        correlation=correlation_of_estimates(1.0 / n),
        patients=n,
    )


def expected_proportion(
    null: float, assumed: float, *, patients: Sequence[float] | FloatArray, better: Better
) -> ExpectedStatistic:
    """One arm's proportion against a fixed one, p - p_null, by the null variance p_null q_null / n.

    Parameters
    ----------
    null, assumed
        The proportion that is tested, and the one that is assumed.
    patients
        At each look, with their outcome known, rising, shape (K,).
    better
        Whether "lower" or "higher" proportions are benefit.

    """
    p0, p1 = _check.probability("null", null), _check.probability("assumed", assumed)
    _check.one_of("better", better, ("lower", "higher"), "Are the events harm or benefit?")
    n = rising_patients(patients)
    return ExpectedStatistic(
        name="test of one proportion",
        measure="difference from the proportion tested",
        effect=np.full(len(n), p1 - p0 if better == "higher" else p0 - p1),
        information=n / (p0 * (1.0 - p0)),
        sd=np.full(len(n), np.sqrt(p1 * (1.0 - p1) / (p0 * (1.0 - p0)))),
        correlation=correlation_of_estimates(1.0 / n),
        patients=n,
    )


def _variance(p: FloatArray, measure: Measure) -> FloatArray:
    """Of one patient's part in a proportion, or in its logarithm."""
    return np.asarray((1.0 - p) / p if measure == "ratio" else p * (1.0 - p))


def rising_patients(patients: Sequence[float] | FloatArray) -> FloatArray:
    """Numbers of patients at the looks: above 0 and rising."""
    n = _check.increasing("patients", patients)
    if n.size == 0 or n[0] <= 0.0:
        raise ArgumentError("patients", tuple(n.tolist()), "must hold numbers above 0, one a look")
    return n
