"""Rates by pieces: the integral by quadrature, the inverse by the integral."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from equipoise.errors import ArgumentError
from equipoise.numerics.piecewise import PiecewiseConstant
from tolerances import ROUNDING


@st.composite
def pieces(draw: st.DrawFn) -> PiecewiseConstant:
    widths = draw(st.lists(st.floats(0.01, 5.0), min_size=0, max_size=5))
    rates = draw(st.lists(st.floats(0.0, 3.0), min_size=len(widths) + 1, max_size=len(widths) + 1))
    return PiecewiseConstant((0.0, *np.cumsum(widths).tolist()), tuple(rates))


@given(pieces(), st.floats(0.0, 30.0))
def test_cumulative_is_the_integral(p: PiecewiseConstant, t: float) -> None:
    edges = [e for e in p.starts if e < t] + [t]
    area = math.fsum(quad(p.rate, a, b)[0] for a, b in itertools.pairwise(edges))
    assert float(p.cumulative(t)) == pytest.approx(area, rel=1e-9, abs=1e-9)


@given(pieces(), st.floats(0.0, 50.0))
def test_inverse_is_the_first_time_that_reaches(p: PiecewiseConstant, total: float) -> None:
    t = float(p.inverse_cumulative(total))
    if math.isinf(t):
        assert float(p.cumulative(1e6)) < total or p.rates[-1] < 1e-4
    else:
        assert float(p.cumulative(t)) == pytest.approx(total, rel=1e-9, abs=1e-9)
        if t > 1e-6:
            assert float(p.cumulative(t * (1 - 1e-9))) <= total * (1 + ROUNDING) + ROUNDING


def test_product_multiplies_at_every_time() -> None:
    hazard, ratio = PiecewiseConstant((0, 1, 3), (0.1, 0.2, 0.05)), PiecewiseConstant((0, 2), (0.8, 0.3))
    product = hazard.times(ratio)
    t = np.linspace(0, 5, 101)
    assert product.starts == (0, 1, 2, 3)
    np.testing.assert_allclose(product.rate(t), hazard.rate(t) * ratio.rate(t), rtol=ROUNDING)


def test_finer_unit_gives_the_same_integral() -> None:
    yearly = PiecewiseConstant((0, 1.5), (0.04, 0.01))
    np.testing.assert_allclose(
        yearly.in_unit(365.25).cumulative(2.0 * 365.25), yearly.cumulative(2.0), rtol=ROUNDING
    )


@pytest.mark.parametrize(
    ("starts", "rates", "word"),
    [
        ((1.0,), (0.1,), "begin at 0"),
        ((0.0, 2.0, 1.0), (0.1, 0.2, 0.3), "increase"),
        ((0.0, 1.0), (0.1,), "one rate"),
        ((0.0,), (-0.1,), "0 or more"),
        ((0.0,), (math.nan,), "finite"),
    ],
)
def test_what_is_no_rate_is_refused(starts: tuple[float, ...], rates: tuple[float, ...], word: str) -> None:
    with pytest.raises(ArgumentError, match=word):
        PiecewiseConstant(starts, rates)


def test_a_rate_next_to_nothing_never_gets_there() -> None:
    assert float(PiecewiseConstant.constant(2e-309).inverse_cumulative(1.0)) == math.inf
