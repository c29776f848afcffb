"""Probabilities of boxes under correlated normal variables, against products, halves and draws."""

import numpy as np
import pytest
from scipy.special import ndtr

import tolerances
from equipoise.numerics.normal_region import all_within, region_probability


def test_independent_variables_multiply() -> None:
    low = np.array([-1.0, -np.inf, 0.2, -2.0])
    high = np.array([0.5, 1.3, np.inf, 1.0])
    for m in (1, 2, 3):
        expected = np.prod(ndtr(high[:m]) - ndtr(low[:m]))
        found = region_probability(np.eye(m), low[:m], high[:m])
        assert found == pytest.approx(expected, abs=1e-9)
    expected = np.prod(ndtr(high) - ndtr(low))
    assert region_probability(np.eye(4), low, high) == pytest.approx(expected, abs=tolerances.LATTICE)


def test_two_halves_by_the_arcsine_formula() -> None:
    for rho in (-0.95, -0.3, 0.0, 0.5, 0.99):
        r = np.array([[1.0, rho], [rho, 1.0]])
        found = region_probability(r, np.full(2, -np.inf), np.zeros(2))
        assert found == pytest.approx(0.25 + np.arcsin(rho) / (2.0 * np.pi), abs=1e-9)


def test_equal_correlation_by_one_integral() -> None:
    """With R = rho + (1 - rho) I all variables are independent given a common one."""
    for m in (3, 5, 9):
        rho, high = 0.4, np.linspace(0.1, 1.7, m)
        y, w = np.polynomial.hermite_e.hermegauss(80)
        given = ndtr((high - np.sqrt(rho) * y[:, None]) / np.sqrt(1.0 - rho)).prod(axis=1)
        expected = w @ given / np.sqrt(2.0 * np.pi)
        r = np.full((m, m), rho) + (1.0 - rho) * np.eye(m)
        found = region_probability(r, np.full(m, -np.inf), high)
        assert found == pytest.approx(expected, abs=1e-9 if m == 3 else tolerances.LATTICE)


def test_a_variable_with_its_own_opposite_is_an_interval() -> None:
    r = np.array([[1.0, -1.0], [-1.0, 1.0]])
    found = region_probability(r, np.full(2, -np.inf), np.array([1.2, 0.7]))
    assert found == pytest.approx(ndtr(1.2) - ndtr(-0.7), abs=1e-12)


def test_a_variable_without_bounds_changes_nothing_and_crossed_bounds_leave_nothing() -> None:
    r = np.array([[1.0, 0.6], [0.6, 1.0]])
    free = np.array([-np.inf, -1.0]), np.array([np.inf, 1.0])
    assert region_probability(r, *free) == pytest.approx(ndtr(1.0) - ndtr(-1.0), abs=1e-12)
    assert region_probability(r, np.array([1.0, -1.0]), np.array([0.0, 1.0])) == 0.0
    assert region_probability(r, np.full(2, -np.inf), np.full(2, np.inf)) == 1.0


def test_one_bound_for_all_is_a_box() -> None:
    r = np.array([[1.0, 0.7, 0.2], [0.7, 1.0, 0.5], [0.2, 0.5, 1.0]])
    box = region_probability(r, np.full(3, -1.8), np.full(3, 1.8))
    assert all_within(r, 1.8, two_sided=True) == pytest.approx(box, abs=1e-12)
    assert all_within(r, 1.8, two_sided=False) > box
