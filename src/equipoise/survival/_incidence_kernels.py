"""Aalen-Johansen incidence of one cause along the risk rows, with either of its usual variances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray, IntArray


@kernel
def _delta_terms(before: float, n: float, d: float, d_cause: float) -> tuple[float, float, float]:
    """Coefficients a, b, c of (F(t)-F(s))², -2 (F(t)-F(s)) and 1 by the delta method."""
    a = d / (n * (n - d)) if n > d else 0.0
    return a, before * d_cause / n**2, before**2 * d_cause * (n - d_cause) / n**3


@kernel
def _aalen_terms(before: float, n: float, d: float, d_cause: float) -> tuple[float, float, float]:
    """The same coefficients from Aalen's product of counting-process variances, corrected for ties."""
    d_other = d - d_cause
    after = before * (n - d) / n
    own = before**2 * d_cause / n**2
    if d_cause > 1.0:
        own *= (n - d_cause) / (n - 1.0)
    if after <= 0.0:
        return 0.0, 0.0, own
    other = before**2 * d_other / n**2
    if d_other > 1.0:
        other *= (n - d_other) / (n - 1.0)
    return (own + other) / after**2, own / after, own


@kernel
def incidence_and_variance(  # noqa: PLR0917 -- kernels take their arguments by position
    stratum: IntArray,
    n: FloatArray,
    d: FloatArray,
    d_cause: FloatArray,
    aalen: bool,  # noqa: FBT001 -- likewise
    incidence: FloatArray,
    variance: FloatArray,
) -> None:
    """F(t) = Σ S(s-) d_cause/n and its variance Σ [a (F(t)-F(s))² - 2 b (F(t)-F(s)) + c], within stratum.

    The sums are carried from row to row, so that nothing large is subtracted: where F rises by r,
    Σ a (F-F(s))² rises by 2 r Σ a (F-F(s)) + r² Σ a. A variance that is all rounding error is 0.
    """
    survival, f, square, linear, sum_a, cross, sum_b, sum_c = 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for row in range(len(n)):
        if row == 0 or stratum[row] != stratum[row - 1]:
            survival, f, square, linear = 1.0, 0.0, 0.0, 0.0
            sum_a, cross, sum_b, sum_c = 0.0, 0.0, 0.0, 0.0
        if d[row] > 0.0:
            rise = survival * d_cause[row] / n[row]
            f += rise
            square += 2.0 * rise * linear + rise * rise * sum_a
            linear += rise * sum_a
            cross += rise * sum_b
            if aalen:
                a, b, c = _aalen_terms(survival, n[row], d[row], d_cause[row])
            else:
                a, b, c = _delta_terms(survival, n[row], d[row], d_cause[row])
            sum_a += a
            sum_b += b
            sum_c += c
            survival *= max(n[row] - d[row], 0.0) / n[row]
        incidence[row] = f
        value = square - 2.0 * cross + sum_c
        variance[row] = value if value > 1e-14 * (square + sum_c) else 0.0
