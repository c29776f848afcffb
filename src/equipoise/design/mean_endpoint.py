"""Two means compared: effect and information by numbers of patients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.design.binary_endpoint import Better, rising_patients
from equipoise.design.expected_statistic import ExpectedStatistic, correlation_of_estimates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray


def expected_means(
    difference: float,
    *,
    sd: float | tuple[float, float],
    patients: Sequence[float] | FloatArray,
    better: Better,
    ratio: float = 1.0,
) -> ExpectedStatistic:
    """Difference of means m1 - m0, with sign so that above 0 is benefit; variance sd0² / n0 + sd1² / n1.

    The standard deviations are taken as known: a t test of few patients needs a few more.

    Parameters
    ----------
    difference
        Experimental minus control, as assumed.
    sd
        Standard deviation of one patient's value, or one for the control arm and one for the experimental.
    patients
        In all at each look, with their value known, rising, shape (K,).
    better
        Whether "lower" or "higher" means are benefit.
    ratio
        Patients on the experimental arm for each one on the control arm.

    References
    ----------
    Jennison, Turnbull (2000), Group Sequential Methods, section 3.1.

    """
    delta = _check.number("difference", difference)
    sd0, sd1 = sd if isinstance(sd, tuple) else (sd, sd)
    _check.positive("sd", sd0)
    _check.positive("sd", sd1)
    _check.one_of("better", better, ("lower", "higher"))
    r = _check.positive("ratio", ratio)
    n = rising_patients(patients)
    variance = (sd0**2 * (1.0 + r) + sd1**2 * (1.0 + r) / r) / n
    return ExpectedStatistic(
        name="test of two means",
        measure="difference of means",
        effect=np.full(len(n), delta if better == "higher" else -delta),
        information=1.0 / variance,
        sd=np.ones(len(n)),
        correlation=correlation_of_estimates(variance),
        patients=n,
    )
