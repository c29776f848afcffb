"""The curve of an effect over time, through scaled Schoenfeld residuals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from equipoise.errors import DataError
from equipoise.survival import cox
from equipoise.survival._schoenfeld_trend import effect_trend
from tolerances import SUMMATION

TIME = np.arange(1.0, 41.0) ** 1.3
AT = np.linspace(-5.0, 150.0, 60)


def test_a_natural_cubic_spline_is_found_again() -> None:
    """Any spline with the same knots, straight beyond them, is reproduced; its error is then 0."""
    knots = np.quantile(TIME, [0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0])
    spline = CubicSpline(knots, [0.3, -1.0, 2.0, 0.5], bc_type="natural")
    inside = (TIME[0] <= AT) & (TIME[-1] >= AT)
    found = effect_trend(TIME, spline(TIME)[:, None], AT)
    np.testing.assert_allclose(found.value[inside, 0], spline(AT[inside]), atol=SUMMATION)
    np.testing.assert_allclose(found.std_err, 0.0, atol=SUMMATION)
    beyond = found.value[TIME[-1] < AT, 0]
    np.testing.assert_allclose(np.diff(beyond, 2), 0.0, atol=SUMMATION)


def test_its_error_is_that_of_least_squares() -> None:
    """By refitting to noise many times: the spread of the value at each time."""
    rng = np.random.default_rng(7)
    fits = effect_trend(TIME, rng.normal(size=(40, 4000)), TIME[::10])
    spread = fits.value.std(axis=1)
    np.testing.assert_allclose(np.sqrt(np.mean(fits.std_err**2, axis=1)), spread, rtol=0.05)


def test_residuals_carry_names_and_their_mean_is_the_coefficient() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(60, 2))
    fit = cox(rng.exponential(np.exp(-x[:, 0])), rng.random(60) < 0.8, x)
    residuals = fit.schoenfeld()
    np.testing.assert_allclose(residuals.scaled.mean(axis=0), fit.coef, atol=1e-8)
    table = residuals.to_frame()
    assert table["covariate"][:2].to_list() == ["x1", "x2"]
    assert table.height == 2 * fit.n_events
    assert residuals.trend([0.1, 0.5]).value.shape == (2, 2)


def test_few_events_give_no_curve() -> None:
    with pytest.raises(DataError, match="too few for a curve"):
        effect_trend(np.arange(4.0), np.zeros((4, 1)), AT)
