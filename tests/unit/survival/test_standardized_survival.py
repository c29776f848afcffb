"""Standardised curves: special cases, signs, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import ArgumentError, DataError
from equipoise.survival import cox, standardized_survival
from unit.survival.trials import trial

T = trial(21, 200)
X = np.random.default_rng(4).normal(size=(200, 1)) - 0.05 * T.time[:, None]


def test_swapping_the_arms_flips_the_difference() -> None:
    one = standardized_survival(T.time, T.event, T.arm, X, times=[3, 8], control=0)
    other = standardized_survival(T.time, T.event, T.arm, X, times=[3, 8], control=1)
    np.testing.assert_allclose(one.difference, -other.difference, rtol=1e-9)
    np.testing.assert_allclose(one.survival[0], other.survival[1], rtol=1e-9)
    assert repr(one).startswith("Survival standardised over all subjects, arm as stratum")
    assert one.to_frame()["measure"].to_list()[::2] == ["survival 0", "survival 1", "difference"]


def test_the_curve_is_the_mean_of_the_predicted_curves() -> None:
    found = standardized_survival(T.time, T.event, T.arm, X, times=[6], arm_effect="covariate")
    fit = cox(T.time, T.event, np.column_stack((T.arm, X)), ties="breslow")
    curves = fit.predict(np.column_stack((np.ones(200), X)))
    inside = curves.time <= 6
    last = [curves.survival[inside & (np.array(curves.subject) == i)][-1] for i in range(200)]
    np.testing.assert_allclose(found.survival[1, 0], np.mean(last), rtol=1e-10)


def test_the_unit_of_a_covariate_does_not_matter() -> None:
    one = standardized_survival(T.time, T.event, T.arm, X, times=[6], strata=T.stratum)
    other = standardized_survival(T.time, T.event, T.arm, 1000 * X + 5, times=[6], strata=T.stratum)
    np.testing.assert_allclose(one.std_err, other.std_err, rtol=1e-8)


def test_unknown_curves_are_refused() -> None:
    with pytest.raises(ArgumentError, match="smallest of the arms' last times"):
        standardized_survival(T.time, T.event, T.arm, X, times=[1e4])
    with pytest.raises(DataError, match="has nobody on arm"):
        standardized_survival(T.time, T.event, T.arm, X, times=[1], strata=np.where(T.arm, "u", T.stratum))
    with pytest.raises(ArgumentError, match="arm_effect"):
        standardized_survival(T.time, T.event, T.arm, X, times=[1], arm_effect="both")
