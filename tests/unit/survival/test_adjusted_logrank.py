"""Adjusted log-rank tests: signs, identities, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import ArgumentError, DataError
from equipoise.survival import adjusted_hazard_ratio, adjusted_logrank, cox, logrank
from unit.survival.trials import trial

T = trial(11, 200)
X = np.random.default_rng(2).normal(size=(200, 2)) - 0.1 * T.time[:, None]


def test_swapping_the_arms_flips_the_sign() -> None:
    one = adjusted_logrank(T.time, T.event, T.arm, X, control=0, strata=T.stratum)
    other = adjusted_logrank(T.time, T.event, T.arm, X, control=1, strata=T.stratum)
    np.testing.assert_allclose([one.z, one.information], [-other.z, other.information])
    a = adjusted_hazard_ratio(T.time, T.event, T.arm, X, control=0)
    b = adjusted_hazard_ratio(T.time, T.event, T.arm, X, control=1)
    np.testing.assert_allclose([a.hazard_ratio, a.lower], [1 / b.hazard_ratio, 1 / b.upper])


def test_the_unadjusted_parts_are_logrank_and_cox() -> None:
    test = adjusted_logrank(T.time, T.event, T.arm, X, strata=T.stratum)
    np.testing.assert_allclose(test.unadjusted_z, logrank(T.time, T.event, T.arm, strata=T.stratum).z)
    assert test.variance_ratio < 0.9
    ratio = adjusted_hazard_ratio(T.time, T.event, T.arm, X, strata=T.stratum)
    plain = cox(T.time, T.event, T.arm, strata=T.stratum, ties="breslow")
    np.testing.assert_allclose(
        [ratio.unadjusted, ratio.unadjusted_log_std_err], [plain.hazard_ratio[0], plain.std_err[0]]
    )
    assert ratio.log_std_err < ratio.unadjusted_log_std_err


def test_a_covariate_without_any_relation_changes_next_to_nothing() -> None:
    noise = np.tile([1.0, -1.0, -1.0, 1.0], 50)
    test = adjusted_logrank(T.time, T.event, T.arm, noise)
    assert abs(test.z - test.unadjusted_z) < 0.3
    assert 0.95 < test.variance_ratio <= 1.0


def test_scale_and_origin_of_covariates_do_not_matter() -> None:
    one = adjusted_logrank(T.time, T.event, T.arm, X)
    other = adjusted_logrank(T.time, T.event, T.arm, X * [1e6, 1e-6] + [1e7, 3.0])
    np.testing.assert_allclose(one.z, other.z, rtol=1e-8)
    twice = adjusted_logrank(T.time, T.event, T.arm, np.column_stack((X, X[:, 0] + X[:, 1])))
    np.testing.assert_allclose(one.z, twice.z, rtol=1e-8)


def test_alternatives_and_texts() -> None:
    two = adjusted_logrank(T.time, T.event, T.arm, X)
    benefit = adjusted_logrank(T.time, T.event, T.arm, X, alternative="benefit")
    np.testing.assert_allclose(min(benefit.p, 1 - benefit.p), two.p / 2)
    assert "adjusted for x1, x2 (benefit)" in repr(benefit)
    assert repr(adjusted_hazard_ratio(T.time, T.event, T.arm, X)).startswith(
        "Hazard ratio of 1 over 0 adjusted"
    )


def test_what_cannot_be_adjusted_is_refused() -> None:
    with pytest.raises(DataError, match="x1 does not vary"):
        adjusted_logrank(T.time, T.event, T.arm, np.ones(200))
    with pytest.raises(DataError, match="are too many for the 4 subjects"):
        adjusted_logrank(T.time[:8], T.event[:8], [0, 1] * 4, X[:8, [0, 1, 0, 1]])
    with pytest.raises(DataError, match="none of the 2 groups has an event"):
        adjusted_logrank(T.time, np.zeros(200), T.arm, X)
    with pytest.raises(ArgumentError, match="alternative"):
        adjusted_logrank(T.time, T.event, T.arm, X, alternative="less")
    with pytest.raises(DataError, match="no finite estimate"):
        adjusted_hazard_ratio(T.time, T.event & (T.arm == 1), T.arm, X)
