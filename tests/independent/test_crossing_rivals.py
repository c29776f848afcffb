"""The rivals for group-sequential boundaries against one another and against printed numbers."""

from __future__ import annotations

import math

import mpmath
import pytest

from independent.crossing_by_nested_quadrature import (
    mpmath_bounds,
    mpmath_crossing,
    multivariate_normal_crossing,
    nested_crossing,
)
from independent.group_sequential_by_tanh_sinh import (
    crossing,
    drift_for_power,
    efficacy_bounds,
    fixed_drift,
    power,
    spent,
    with_beta_spending,
)

DOUBLE_EXPONENTIAL = 1e-11  # nodes doubled, nothing moves beyond this
GENZ = 2e-7  # quasi-Monte Carlo of a million points in up to four dimensions

ONE_SIDED = [
    ((0.5, 1.0), 0.025, "OF", None),
    ((0.2, 0.7, 1.0), 0.05, "P", None),
    ((0.9, 0.93, 1.0), 0.01, "HSD", -2.0),
    ((0.25, 0.5, 0.75, 1.0), 0.025, "HSD", -4.0),
    ((0.3, 0.33, 0.8, 1.0), 0.1, "KD", 2.0),
]


@pytest.mark.parametrize(("t", "alpha", "name", "parameter"), ONE_SIDED)
@pytest.mark.parametrize("sides", [1, 2])
def test_bounds_spend_what_they_should_by_nested_quadrature(
    t: tuple[float, ...], alpha: float, name: str, parameter: float | None, sides: int
) -> None:
    cumulative = [spent(name, parameter, x, alpha / sides) for x in t]
    z = efficacy_bounds(t, cumulative, sides)
    lower = [-b for b in z] if sides == 2 else [-math.inf] * len(t)
    looks = range(1, min(len(t), 3) + 1)
    found = [nested_crossing(t[:k], z[:k], lower[:k], 0.0)[0] for k in looks]
    wanted = [b - a for a, b in zip([0.0, *cumulative], cumulative, strict=False)]
    assert found == pytest.approx(wanted[: len(found)], abs=1e-10)


def test_four_looks_by_iterated_adaptive_quadrature() -> None:
    t, theta = (0.25, 0.5, 0.75, 1.0), 3.0
    z = efficacy_bounds(t, [spent("OF", None, x, 0.025) for x in t], 1)
    low = [-0.2, 0.6, 1.3, 2.0]
    up, down = crossing(t, z, low, theta)
    above, below = nested_crossing(t, z, low, theta, tolerance=1e-8)
    assert above == pytest.approx(up[3], abs=1e-9)
    assert below == pytest.approx(down[3], abs=1e-9)


@pytest.mark.parametrize(("t", "alpha", "name", "parameter"), ONE_SIDED)
@pytest.mark.parametrize("theta", [0.0, 2.5])
def test_crossing_by_the_multivariate_normal_distribution(
    t: tuple[float, ...], alpha: float, name: str, parameter: float | None, theta: float
) -> None:
    z = efficacy_bounds(t, [spent(name, parameter, x, alpha) for x in t], 1)
    low = [b - 2.5 for b in z]
    up, _ = crossing(t, z, low, theta)
    for k in range(1, len(t) + 1):
        found = multivariate_normal_crossing(t[:k], z[:k], low[:k], theta)
        assert found == pytest.approx(up[k - 1], abs=GENZ)


def test_two_looks_to_15_digits() -> None:
    """mpmath, 15 digits and more: the tail far out and a second look close to the first."""
    with mpmath.workdps(40):
        alpha = mpmath.mpf("0.025")
        tenth = 2 * mpmath.ncdf(-mpmath.erfinv(1 - alpha) * mpmath.sqrt(2) / mpmath.sqrt(mpmath.mpf("0.1")))
        (z,) = mpmath_bounds([mpmath.mpf("0.1")], [tenth], 1, 25)
    assert mpmath.nstr(z, 12) == "6.99135170708"
    assert efficacy_bounds([0.1], [spent("OF", None, 0.1, 0.025)], 1)[0] == pytest.approx(float(z), abs=1e-11)
    for t, sides in (((0.5, 1.0), 1), ((0.5, 1.0), 2), ((0.97, 1.0), 1)):
        share = [spent("KD", 1.0, x, 0.025) for x in t]
        exact = mpmath_bounds(t, [mpmath.mpf(x) for x in share], sides, 15)
        assert efficacy_bounds(t, share, sides) == pytest.approx(
            [float(b) for b in exact], abs=DOUBLE_EXPONENTIAL
        )


def test_three_looks_close_together_to_15_digits() -> None:
    t = (0.5, 0.52, 1.0)
    share = [spent("P", None, x, 0.025) for x in t]
    z = efficacy_bounds(t, share, 1)
    with mpmath.workdps(16):
        third = mpmath_crossing(t, z, [-math.inf] * 3, 0.0)
    assert float(third) == pytest.approx(share[2] - share[1], abs=1e-13)


def test_published_boundaries() -> None:
    """Lan and DeMets (1983), O'Brien-Fleming type, five looks, two-sided 0.05; Jennison and Turnbull (2000), ch. 7."""
    t = [0.2, 0.4, 0.6, 0.8, 1.0]
    z = efficacy_bounds(t, [spent("OF", None, x, 0.025) for x in t], 2)
    assert [round(b, 2) for b in z] == [4.88, 3.36, 2.68, 2.29, 2.03]


@pytest.mark.parametrize("binding", [False, True])
def test_beta_spending_uses_both_errors_up(binding: bool) -> None:  # noqa: FBT001 - a parametrized test
    t = [0.3, 0.55, 0.8, 1.0]
    alphas = [spent("OF", None, x, 0.025) for x in t]
    betas = [spent("HSD", -2.0, x, 0.1) for x in t]
    z, low, theta = with_beta_spending(t, alphas, betas, binding=binding)
    assert z[-1] == pytest.approx(low[-1], abs=1e-9)
    assert power(t, z, low, theta) == pytest.approx(0.9, abs=1e-10)
    _, down = crossing(t, z, low, theta)
    assert [sum(down[: k + 1]) for k in range(4)] == pytest.approx(betas, abs=1e-9)
    stops = low if binding else [-math.inf] * 4
    up, _ = crossing(t, z, stops, 0.0)
    assert [sum(up[: k + 1]) for k in range(4)] == pytest.approx(alphas, abs=1e-11)


def test_one_look_is_the_fixed_design() -> None:
    z = efficacy_bounds([1.0], [0.025], 1)
    assert z[0] == pytest.approx(1.959963984540054, abs=1e-13)
    assert drift_for_power([1.0], z, [-math.inf], 0.1) == pytest.approx(fixed_drift(0.025, 0.1, 1), abs=1e-12)
