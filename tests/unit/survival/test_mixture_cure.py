"""Mixture cure models and plateaus: refusals, limits, meaning of signs."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import ArgumentError, DataError
from equipoise.survival import kaplan_meier, mixture_cure, plateau

RNG = np.random.default_rng(7)
N = 400
ARM = np.arange(N) % 2
CURED = RNG.random(N) < np.where(ARM == 1, 0.7, 0.4)
TIMES = np.where(CURED, np.inf, RNG.weibull(1.5, N))
END = RNG.uniform(3.0, 6.0, N)
TIME, EVENT = np.minimum(TIMES, END), TIMES <= END


def test_the_truth_lies_within_the_limits_and_more_cure_is_positive() -> None:
    fit = mixture_cure(TIME, EVENT, covariates=ARM)
    found = fit.cure_fraction([[0], [1]])
    for truth, lower, upper in zip((0.4, 0.7), found.lower, found.upper, strict=True):
        assert lower < truth < upper
    assert fit.z[1] > 4
    assert fit.names == ("cure: intercept", "cure: x1", "latency: intercept", "latency: log scale")
    assert fit.p_without_cure is None
    assert mixture_cure(TIME, EVENT).p_without_cure < 1e-10


def test_survival_falls_to_the_cured_fraction() -> None:
    fit = mixture_cure(TIME, EVENT, covariates=ARM)
    np.testing.assert_allclose(fit.survival([0, 50], [[0], [1]])[:, 0], 1.0)
    np.testing.assert_allclose(
        fit.survival([50], [[0], [1]])[:, 0], fit.cure_fraction([[0], [1]]).cure_fraction
    )
    near = kaplan_meier(TIME, EVENT).at([0.5, 1.0]).survival
    np.testing.assert_allclose(mixture_cure(TIME, EVENT).survival([0.5, 1.0])[0], near, atol=0.03)


def test_a_unit_of_time_changes_only_where_the_uncured_stand() -> None:
    days, years = mixture_cure(TIME * 365.25, EVENT), mixture_cure(TIME, EVENT)
    np.testing.assert_allclose(days.coef - years.coef, [0, np.log(365.25), 0], atol=1e-9)
    np.testing.assert_allclose(days.std_err, years.std_err, rtol=1e-8)


def test_tables_and_texts() -> None:
    fit = mixture_cure(TIME, EVENT, latency="log-normal")
    assert repr(fit).startswith("Mixture cure model, log-normal latency:")
    assert fit.to_frame()["parameter"].to_list() == list(fit.names)
    assert "<table" in fit.cure_fraction(ci="logit")._repr_html_()


def test_without_a_plateau_there_is_no_fit() -> None:
    """Everybody has the event but two who left early."""
    time, event = RNG.weibull(1.5, 200), np.ones(200)
    time[:2], event[:2] = 0.01, 0
    with pytest.raises(DataError, match="the cured fraction falls to 0"):
        mixture_cure(time, event)
    with pytest.raises(DataError, match="none of the 3 subjects has an event"):
        mixture_cure([1, 2, 3], [0, 0, 0])


def test_events_at_one_time_only_are_refused() -> None:
    """The density could be made as high as one likes there."""
    with pytest.raises(DataError, match="too few different times"):
        mixture_cure([1, 2, 3, 4], [0, 1, 0, 0])
    with pytest.raises(DataError, match="too few different times"):
        mixture_cure([1, 2, 3, 4], [0, 1, 1, 0], latency_covariates=[0, 0, 1, 1])


def test_a_level_without_events_is_refused() -> None:
    never = (ARM == 1) & EVENT
    with pytest.raises(DataError, match="goes to 0 or 1"):
        mixture_cure(np.where(never, END, TIME), EVENT & ~never, covariates=ARM)
    with pytest.raises(DataError, match="does not vary"):
        mixture_cure(TIME, EVENT, covariates=np.ones(N))


@pytest.mark.parametrize("change", [{"latency": "gamma"}, {"level": 1.0}, {"time": np.zeros(N)}])
def test_arguments_are_checked(change: dict) -> None:
    with pytest.raises(ArgumentError):
        mixture_cure(**({"time": TIME, "event": EVENT} | change))


def test_rows_must_fit_the_model() -> None:
    fit = mixture_cure(TIME, EVENT, covariates=ARM)
    with pytest.raises(ArgumentError, match="must hold a row of 1 covariates"):
        fit.cure_fraction()
    with pytest.raises(ArgumentError, match="must have 1 columns"):
        fit.survival([1], [[0, 1]])
    with pytest.raises(ArgumentError, match="must be one of 'profile', 'logit'"):
        fit.cure_fraction([[0]], ci="plain")


def test_a_plateau_is_counted_by_hand() -> None:
    """Last event at 6, last time 8: of ten subjects three events lie in (4, 6], so alpha = 0.7 to the 10th."""
    found = plateau([1, 2, 4, 5, 5, 6, 7, 7, 8, 8], [1, 1, 1, 1, 1, 1, 0, 0, 0, 0])
    np.testing.assert_allclose([found.q[0], found.alpha[0], found.survival[0]], [0.3, 0.7**10, 0.4])
    assert (found.last_event[0], found.last_time[0], found.n_after[0]) == (6.0, 8.0, 4)
    assert found.sufficient[0]


def test_no_plateau_and_no_events() -> None:
    found = plateau([1, 2, 3, 1, 2, 3], [1, 0, 1, 0, 0, 0], group=["a"] * 3 + ["b"] * 3)
    assert (found.alpha[0], found.n_after.tolist()) == (1.0, [0, 3])
    assert np.isnan(found.alpha[1])
    assert found.to_frame()["alpha"].to_list() == [1.0, None]
