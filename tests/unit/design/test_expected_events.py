"""Expected events against adaptive quadrature of their definition, and the times at which they come."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import binom

from equipoise.design import Accrual, PiecewiseConstant, Stratum, expected_events, time_of_events
from equipoise.design.arm_outcome import ArmOutcome, first_exponential, second_exponential
from equipoise.design.expected_events import EventCalendar
from equipoise.errors import ArgumentError, DesignError
from tolerances import ROUNDING, SUMMATION

HAZARD = PiecewiseConstant((0.0, 6.0, 12.0, 30.0), (0.03, 0.05, 0.0, 0.004))
DROPOUT = PiecewiseConstant((0.0, 10.0), (0.002, 0.01))
ACCRUAL = Accrual(PiecewiseConstant((0.0, 4.0, 9.0), (10.0, 0.0, 25.0)), 20.0)
STRATA = (
    Stratum(0.7, HAZARD, PiecewiseConstant((0.0, 8.0), (1.0, 0.5)), DROPOUT, 0.004, "low"),
    Stratum(0.3, 0.02, 0.6, 0.0, 0.001, "high"),
)


def by_quadrature(stratum: Stratum, accrual: Accrual, until: float, *, experimental: bool) -> float:
    """The integral over t since entry of h(t) C(t) (entered by until - t), split at every corner."""
    hazard = stratum.experimental_hazard if experimental else stratum.control_hazard
    dropout = stratum.experimental_dropout if experimental else stratum.control_dropout

    def born(t: float) -> float:
        staying = math.exp(-float(hazard.cumulative(t)) - float(dropout.cumulative(t)))
        return float(hazard.rate(t)) * staying * float(accrual.entered(until - t))

    corners = {*hazard.starts, *dropout.starts, *(until - accrual.jumps()[0]), 0.0, until}
    edges = sorted(c for c in corners if 0.0 <= c <= until)
    return math.fsum(quad(born, a, b, epsabs=1e-13, epsrel=1e-12)[0] for a, b in pairwise(edges))


@pytest.mark.parametrize("until", [0.0, 3.0, 9.0, 15.0, 20.0, 47.0, 200.0])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_expected_events_are_the_integral_over_entries(until: float, ratio: float) -> None:
    found = expected_events(STRATA, ACCRUAL, at=[until], ratio=ratio)
    for j, stratum in enumerate(STRATA):
        each = stratum.prevalence / (1.0 + ratio)
        control = each * by_quadrature(stratum, ACCRUAL, until, experimental=False)
        experimental = ratio * each * by_quadrature(stratum, ACCRUAL, until, experimental=True)
        assert found.control[0, j] == pytest.approx(control, rel=SUMMATION, abs=SUMMATION)
        assert found.experimental[0, j] == pytest.approx(experimental, rel=SUMMATION, abs=SUMMATION)
    assert found.patients[0] == pytest.approx(float(ACCRUAL.rates.cumulative(min(until, 20.0))))


def test_uniform_accrual_and_one_hazard_has_its_textbook_form() -> None:
    """N (1 - (exp(-h (u - A)) - exp(-h u)) / (h A)): Lachin and Foulkes (1986), Biometrics 42:507-519."""
    h, a, u = 0.01, 24.0, 60.0
    want = 24.0 * 5.0 * (1.0 - (math.exp(-h * (u - a)) - math.exp(-h * u)) / (h * a))
    found = expected_events([Stratum(1.0, h, 1.0)], Accrual(5.0, a), at=[u])
    assert found.total[0] == pytest.approx(want, rel=ROUNDING)


@settings(max_examples=60, deadline=None)
@given(share=st.floats(0.001, 0.999))
def test_the_time_of_events_is_the_inverse(share: float) -> None:
    calendar = EventCalendar.of(STRATA, ACCRUAL, 1.0)
    events = share * calendar.ever() * ACCRUAL.patients
    at = time_of_events(STRATA, ACCRUAL, events=[events])[0]
    assert calendar.total(at) == pytest.approx(events, rel=1e-10)


def test_speed_is_the_derivative() -> None:
    calendar = EventCalendar.of(STRATA, ACCRUAL, 1.0)
    for at in (2.1, 8.3, 19.1, 33.7):
        slope = (calendar.total(at + 1e-4) - calendar.total(at - 1e-4)) / 2e-4
        assert calendar.speed(at) == pytest.approx(slope, rel=1e-7)


def test_waiting_for_ever_brings_the_share_that_ever_has_an_event() -> None:
    calendar = EventCalendar.of(STRATA, ACCRUAL, 1.0)
    assert calendar.total(1e5) == pytest.approx(calendar.ever() * ACCRUAL.patients, rel=SUMMATION)
    cured = ArmOutcome.of(PiecewiseConstant((0.0, 5.0), (0.1, 0.0)), PiecewiseConstant.constant(0.0))
    assert cured.ever() == pytest.approx(-math.expm1(-0.5), rel=ROUNDING)


def test_events_that_never_come_are_refused_with_their_probability() -> None:
    cured = [Stratum(1.0, PiecewiseConstant((0.0, 60.0), (0.002, 0.0)), 0.5)]
    accrual = Accrual(20.0, 50.0)
    calendar = EventCalendar.of(cured, accrual, 1.0)
    mean = 1000.0 * 0.5 * (-math.expm1(-0.12) - math.expm1(-0.06))
    assert calendar.ever() * 1000.0 == pytest.approx(mean, rel=ROUNDING)
    assert calendar.probability_of(90) == pytest.approx(binom.sf(89, 1000, mean / 1000.0), rel=1e-10)
    with pytest.raises(DesignError, match=r"100 events are never expected.*probability 0\.06"):
        time_of_events(cured, accrual, events=[100.0])
    assert calendar.probability_of(1001) == 0.0
    assert calendar.probability_of(0) == 1.0


def test_exponential_helpers_do_not_cancel_near_zero() -> None:
    y = np.array([0.0, 1e-12, 1e-4, 0.49999, 0.5, 3.0, 700.0])
    first = [1.0, 1.0 - 5e-13, *(-math.expm1(-v) / v for v in y[2:])]
    assert first_exponential(y) == pytest.approx(first, rel=ROUNDING)
    assert second_exponential(y)[:3] == pytest.approx([0.5, 0.5, 0.5 - 1e-4 / 6.0 + 1e-8 / 24.0], rel=1e-12)
    assert second_exponential(y)[3:] == pytest.approx([(v + math.expm1(-v)) / v**2 for v in y[3:]], rel=1e-12)


def test_frames_have_a_row_for_each_time_stratum_and_arm() -> None:
    found = expected_events(STRATA, ACCRUAL, at=[10.0, 30.0], ratio=2.0)
    frame = found.to_frame()
    assert frame.height == 8
    high = frame.filter((frame["stratum"] == "high") & (frame["arm"] == "experimental"))
    assert high["events"].to_list() == found.experimental[:, 1].tolist()
    assert frame["events"].sum() == pytest.approx(found.total.sum())


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: expected_events([Stratum(0.6, 0.1, 1.0)], ACCRUAL, at=[1.0]), ArgumentError, "add up to 1"),
        (lambda: expected_events(STRATA, ACCRUAL, at=[-1.0]), ArgumentError, "first patient"),
        (lambda: expected_events(STRATA, ACCRUAL, at=[1.0], ratio=0.0), ArgumentError, "ratio"),
        (lambda: time_of_events(STRATA, ACCRUAL, events=[0.0]), ArgumentError, "events"),
        (lambda: Stratum(0.0, 0.1, 1.0), ArgumentError, "prevalence"),
        (lambda: Stratum(1.0, -0.1, 1.0), ArgumentError, "control_hazard"),
        (lambda: Stratum(1.0, 0.1, 0.0), ArgumentError, "hazard_ratio"),
        (lambda: Accrual(0.0, 5.0), ArgumentError, "let patients in"),
        (lambda: Accrual(1.0, 0.0), ArgumentError, "duration"),
        (
            lambda: Accrual.of_patients(50, PiecewiseConstant((0.0, 4.0), (5.0, 0.0))),
            DesignError,
            "at most 20",
        ),
    ],
)
def test_refuses_in_words(call, error: type[Exception], text: str) -> None:  # noqa: ANN001 - a call to be made
    with pytest.raises(error, match=text):
        call()


def test_accrual_until_so_many_patients() -> None:
    accrual = Accrual.of_patients(140, ACCRUAL.rates)
    assert accrual.duration == pytest.approx(9.0 + 100.0 / 25.0)
    assert accrual.patients == pytest.approx(140.0)
