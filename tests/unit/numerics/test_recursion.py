"""The recursion against closed forms, the bivariate normal, and itself with more nodes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr

from equipoise.numerics import recursion_nodes
from equipoise.numerics.recursion import Continuation
from equipoise.numerics.recursion_bounds import inner_bound, lower_bound, upper_bound
from equipoise.numerics.recursion_nodes import gauss_legendre
from tolerances import QUADRATURE

if TYPE_CHECKING:
    from equipoise._check import FloatArray


def going_past(
    information: list[float], bounds: list[list[tuple[float, float]]], following: float, drift: float = 0.0
) -> Continuation:
    going = Continuation.start(drift)
    ahead = [*information[1:], following]
    for at, region, after in zip(information, bounds, ahead, strict=True):
        going = going.advance(at, region, after)
    return going


def test_the_first_look_is_the_normal_distribution_itself() -> None:
    start = Continuation.start()
    assert start.above(0.3, 9.0, 0.0) == pytest.approx(float(ndtr(-9.0)), rel=1e-13)
    assert start.above(0.25, 2.0, 3.0) == pytest.approx(float(ndtr(-0.5)), rel=1e-13)
    assert start.below(0.25, 2.0, 3.0) == pytest.approx(float(ndtr(0.5)), rel=1e-13)


@pytest.mark.parametrize(("t", "drift"), [(0.5, 0.0), (0.99, 0.0), (0.1, 3.0), (0.6, -2.0)])
def test_two_looks_agree_with_adaptive_quadrature(t: float, drift: float) -> None:
    a, b, c = -1.0, 2.2, 1.9
    going = going_past([t], [[(a, b)]], 1.0, drift)

    def path(z: float) -> float:
        mean, sd = z * math.sqrt(t) + drift * (1 - t), math.sqrt(1 - t)
        return (
            math.exp(-0.5 * (z - drift * math.sqrt(t)) ** 2) / math.sqrt(2 * math.pi) * ndtr((mean - c) / sd)
        )

    want = quad(path, a, b, epsabs=1e-14, epsrel=1e-12, limit=200, points=[min(max(c / math.sqrt(t), a), b)])[
        0
    ]
    assert going.above(1.0, c, drift) == pytest.approx(want, abs=1e-12)
    inside = going.above(1.0, -9.0, drift) - going.above(1.0, c, drift)
    assert going.between(1.0, -9.0, c, drift) == pytest.approx(inside, abs=1e-12)


def test_a_drift_read_by_the_likelihood_ratio_is_the_drift_carried_along() -> None:
    bounds = [[(-0.5, 3.0)], [(0.2, 2.5)]]
    carried = going_past([0.3, 0.7], bounds, 1.0, 2.8)
    read = going_past([0.3, 0.7], bounds, 1.0, 0.0)
    assert read.above(1.0, 2.0, 2.8) == pytest.approx(carried.above(1.0, 2.0, 2.8), rel=1e-11)


def test_two_intervals_are_the_sum_of_each() -> None:
    both = going_past([0.4], [[(-2.5, -0.5), (0.5, 2.5)]], 1.0)
    one = going_past([0.4], [[(0.5, 2.5)]], 1.0)
    assert both.above(1.0, 2.0, 0.0) == pytest.approx(
        one.above(1.0, 2.0, 0.0) + one.below(1.0, -2.0, 0.0), rel=1e-12
    )


def test_an_empty_region_lets_no_path_go_on() -> None:
    none = going_past([0.4], [[(2.0, 2.0)]], 1.0)
    assert none.above(1.0, 0.0, 0.0) == 0.0
    assert upper_bound(none, 1.0, 0.01, 0.0) == -math.inf


@pytest.mark.parametrize("probability", [1e-60, 1e-15, 0.001, 0.02, 0.4, 0.9])
@pytest.mark.parametrize("drift", [0.0, 3.0])
def test_bounds_are_crossed_with_the_probability_asked_for(probability: float, drift: float) -> None:
    going = going_past([0.4], [[(-math.inf, 3.5)]], 1.0, drift)
    high = upper_bound(going, 1.0, probability, drift)
    low = lower_bound(going, 1.0, probability, drift)
    assert going.above(1.0, high, drift) == pytest.approx(probability, rel=1e-10)
    assert going.below(1.0, low, drift) == pytest.approx(probability, rel=1e-10)
    if probability > 1e-15:
        inner = inner_bound(going, 1.0, probability, drift)
        assert going.between(1.0, -inner, inner, drift) == pytest.approx(probability, abs=1e-12)


def test_an_inner_bound_is_found_across_a_hole() -> None:
    """Paths near 0 have stopped before, and the looks are close: below some z there is nobody."""
    going = going_past([0.5], [[(-2.5, -1.5), (1.5, 2.5)]], 0.501)
    inner = inner_bound(going, 0.501, 1e-4, 0.0)
    assert going.between(0.501, -inner, inner, 0.0) == pytest.approx(1e-4, rel=1e-9)
    upper = inner_bound(going, 0.501, 1e-4, 0.0, floor=-1.0)
    assert going.between(0.501, -1.0, upper, 0.0) == pytest.approx(1e-4, rel=1e-9)
    assert inner_bound(going, 0.501, 0.9, 0.0) == math.inf


def test_between_infinite_ends_are_all_paths() -> None:
    going = going_past([0.5], [[(-1.0, 2.0)]], 1.0)
    everything = going.between(1.0, -math.inf, math.inf, 0.0)
    assert everything == pytest.approx(float(ndtr(2.0) - ndtr(-1.0)), rel=1e-12)
    assert going.between(1.0, 0.3, math.inf, 0.0) == pytest.approx(going.above(1.0, 0.3, 0.0), rel=1e-12)


def test_bounds_at_the_ends() -> None:
    start = Continuation.start()
    assert upper_bound(start, 1.0, 0.0, 0.0) == math.inf
    assert lower_bound(start, 1.0, 1.0, 0.0) == math.inf
    assert inner_bound(start, 1.0, 0.0, 0.0) == 0.0


@pytest.mark.parametrize(
    "information",
    [
        np.arange(1, 101) / 100,
        np.array([0.5, 0.501, 0.52, 0.9, 0.91, 1.0]),
        np.array([0.01, 0.9, 0.99, 1.0]),
        np.array([0.5, 0.5001, 1.0]),
    ],
    ids=["100 looks", "close looks", "uneven looks", "looks at one ten-thousandth"],
)
def test_more_nodes_change_nothing(information: FloatArray, monkeypatch: pytest.MonkeyPatch) -> None:
    def bounds() -> FloatArray:
        going, out = Continuation.start(), []
        for k, at in enumerate(information):
            out.append(upper_bound(going, at, 0.05 / len(information), 0.0))
            if k + 1 < len(information):
                going = going.advance(at, [(-out[-1] - 1.0, out[-1])], information[k + 1])
        return np.array(out)

    plain = bounds()
    monkeypatch.setattr(recursion_nodes, "FREQUENCY", 15.0)
    monkeypatch.setattr(recursion_nodes, "SPARE", 24)
    assert plain == pytest.approx(bounds(), abs=QUADRATURE)


def test_nodes_integrate_a_narrow_bump_on_a_wide_interval() -> None:
    for width in (1.0, 0.1, 0.003):
        x, w = gauss_legendre(-8.0, 9.0, width)
        assert w.sum() == pytest.approx(17.0, rel=1e-13)
        bump = np.exp(-0.5 * ((x - 1.234) / width) ** 2) / (width * math.sqrt(2 * math.pi))
        assert float(w @ bump) == pytest.approx(1.0, abs=1e-12)
