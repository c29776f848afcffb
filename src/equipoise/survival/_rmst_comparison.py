"""Two mean survival times compared: their difference and ratio, with limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr


@dataclass(frozen=True, slots=True)
class RmstComparison:
    """Experimental arm against control; difference > 0, ratio > 1 and z > 0 mean benefit.

    `std_err`, `lower`, `upper`, `z` and the two-sided `p` are of the difference; the ratio's limits and p are
    computed on its logarithm.
    """

    difference: float
    std_err: float
    lower: float
    upper: float
    z: float
    p: float
    ratio: float
    ratio_lower: float
    ratio_upper: float
    ratio_p: float


def comparison_of(
    difference: float, std_err: float, log_ratio: float, log_std_err: float, q: float
) -> RmstComparison:
    """Normal limits and two-sided p of a difference, and of a ratio on its logarithm."""
    z = difference / std_err
    return RmstComparison(
        difference=difference,
        std_err=std_err,
        lower=difference - q * std_err,
        upper=difference + q * std_err,
        z=z,
        p=float(2.0 * ndtr(-abs(z))),
        ratio=float(np.exp(log_ratio)),
        ratio_lower=float(np.exp(log_ratio - q * log_std_err)),
        ratio_upper=float(np.exp(log_ratio + q * log_std_err)),
        ratio_p=float(2.0 * ndtr(-abs(log_ratio) / log_std_err)),
    )
