"""The log-rank statistic from risk rows: the one score and variance that analyses and simulations share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray


@kernel
def two_group_row(d: float, d1: float, n: float, n1: float, hazard_ratio_null: float) -> tuple[float, float]:
    """Observed minus expected events on arm 1, and the variance, of one risk row, at a tested hazard ratio m.

    d events among n at risk in all, of which d1 and n1 on arm 1; p = m n1 / (n0 + m n1), at m = 1 to the bit
    n1 / n: o - e = d1 - d p and v = d p (1 - p) (n - d)/(n - 1), with v = 0 where n = 1.
    """
    weighted = hazard_ratio_null * n1
    share = weighted / (n - n1 + weighted)
    variance = d * share * (1.0 - share) * (n - d) / (n - 1.0) if n > 1.0 else 0.0
    return d1 - d * share, variance


@kernel
def two_group_sum(  # noqa: PLR0917 -- kernels take their arguments by position
    d: FloatArray,
    d1: FloatArray,
    n: FloatArray,
    n1: FloatArray,
    weight: FloatArray,
    hazard_ratio_null: float,
) -> tuple[float, float]:
    """Σ w (o - e) and Σ w² v over risk rows, shapes (rows,); an empty `weight` is 1 throughout."""
    difference, variance = 0.0, 0.0
    weighted = len(weight) > 0
    for r in range(len(d)):
        if d[r] > 0.0:
            w = weight[r] if weighted else 1.0
            o_minus_e, v = two_group_row(d[r], d1[r], n[r], n1[r], hazard_ratio_null)
            difference += w * o_minus_e
            variance += w * w * v
    return difference, variance


@kernel
def many_group_sum(
    events: FloatArray, at_risk: FloatArray, weight: FloatArray, expected: FloatArray, variance: FloatArray
) -> None:
    """Add Σ w d n_g/n to `expected` (k,), Σ w² d (n-d)/(n-1) (δ n_g/n - n_g n_h/n²) to `variance` (k, k)."""
    k = events.shape[1]
    weighted = len(weight) > 0
    for r in range(len(events)):
        d, n = 0.0, 0.0
        for g in range(k):
            d += events[r, g]
            n += at_risk[r, g]
        if d <= 0.0:
            continue
        w = weight[r] if weighted else 1.0
        scale = w * w * d * (n - d) / (n - 1.0) if n > 1.0 else 0.0
        for g in range(k):
            share = at_risk[r, g] / n
            expected[g] += w * d * share
            variance[g, g] += scale * share
            for h in range(k):
                variance[g, h] -= scale * share * at_risk[r, h] / n
