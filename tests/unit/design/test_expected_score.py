"""Expected score and null variance of the log-rank test against quadrature and against simulated limits."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from equipoise.design import Accrual, PiecewiseConstant, Stratum, expected_events, expected_score
from equipoise.errors import ArgumentError
from tolerances import SUMMATION

ACCRUAL = Accrual(PiecewiseConstant((0.0, 4.0, 9.0), (10.0, 2.0, 25.0)), 20.0)
DELAYED = PiecewiseConstant((0.0, 6.0), (1.0, 0.4))
STRATA = (
    Stratum(0.6, PiecewiseConstant((0.0, 5.0, 18.0), (0.08, 0.02, 0.0)), DELAYED, 0.003, 0.01),
    Stratum(0.4, 0.3, 0.7),
)


def by_quadrature(stratum: Stratum, until: float, ratio: float) -> tuple[float, float]:
    q1 = ratio / (1.0 + ratio)

    def at_risk(t: float) -> tuple[float, float, float, float]:
        h0, h1 = stratum.control_hazard, stratum.experimental_hazard
        entered = stratum.prevalence * float(ACCRUAL.entered(until - t))
        c0 = math.exp(-float(h0.cumulative(t)) - float(stratum.control_dropout.cumulative(t)))
        c1 = math.exp(-float(h1.cumulative(t)) - float(stratum.experimental_dropout.cumulative(t)))
        return (1 - q1) * entered * c0, q1 * entered * c1, float(h0.rate(t)), float(h1.rate(t))

    def score(t: float) -> float:
        y0, y1, h0, h1 = at_risk(t)
        return y0 * y1 / (y0 + y1) * (h0 - h1)

    def variance(t: float) -> float:
        y0, y1, h0, h1 = at_risk(t)
        return y0 * y1 / (y0 + y1) ** 2 * (h0 * y0 + h1 * y1)

    corners = {0.0, 5.0, 6.0, 18.0, *(until - ACCRUAL.jumps()[0]), until}
    edges = sorted(c for c in corners if 0.0 <= c <= until)
    edges[-1] -= 1e-13
    pieces = list(pairwise(edges))
    return (
        math.fsum(quad(score, a, b, epsabs=1e-13, limit=200)[0] for a, b in pieces),
        math.fsum(quad(variance, a, b, epsabs=1e-13, limit=200)[0] for a, b in pieces),
    )


@pytest.mark.parametrize("until", [3.0, 15.0, 60.0])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_score_and_information_are_the_integrals_over_time(until: float, ratio: float) -> None:
    found = expected_score(STRATA, ACCRUAL, at=[until], ratio=ratio)
    score, information = (
        sum(parts) for parts in zip(*(by_quadrature(s, until, ratio) for s in STRATA), strict=True)
    )
    assert found.score[0] == pytest.approx(score, rel=1e-9)
    assert found.information[0] == pytest.approx(information, rel=1e-9)
    total = expected_events(STRATA, ACCRUAL, at=[until], ratio=ratio).total[0]
    assert found.events[0] == pytest.approx(total, rel=SUMMATION)


def test_without_effect_there_is_no_drift_and_a_quarter_of_the_events_is_information() -> None:
    null = [Stratum(0.6, 0.08, 1.0, 0.01, 0.01), Stratum(0.4, 0.3, 1.0)]
    found = expected_score(null, ACCRUAL, at=[10.0, 30.0])
    assert found.score == pytest.approx([0.0, 0.0], abs=1e-12)
    assert found.information == pytest.approx(found.events / 4.0, rel=1e-12)
    assert found.log_hazard_ratio == pytest.approx([0.0, 0.0], abs=1e-15)


def test_close_to_the_null_the_average_is_the_hazard_ratio() -> None:
    found = expected_score([Stratum(1.0, 0.05, 0.98)], ACCRUAL, at=[25.0])
    assert found.hazard_ratio[0] == pytest.approx(0.98, abs=1e-4)
    assert found.log_hazard_ratio[0] == pytest.approx(math.log(0.98), rel=1e-12)


def test_swapping_the_arms_turns_the_sign() -> None:
    forth = expected_score([Stratum(1.0, 0.05, 0.5)], ACCRUAL, at=[25.0])
    back = expected_score([Stratum(1.0, 0.025, 2.0)], ACCRUAL, at=[25.0])
    assert forth.score[0] > 0.0
    assert back.score == pytest.approx(-forth.score, rel=1e-12)
    assert back.information == pytest.approx(forth.information, rel=1e-12)


def test_the_mean_effect_of_a_delay_weighs_by_events() -> None:
    stratum = Stratum(1.0, 0.05, DELAYED)
    until = 40.0
    early = Stratum(1.0, PiecewiseConstant((0.0, 6.0), (0.05, 0.0)), 1.0)
    first = expected_events([early], ACCRUAL, at=[until]).total[0]
    total = expected_events([stratum], ACCRUAL, at=[until]).total[0]
    found = expected_score([stratum], ACCRUAL, at=[until])
    assert found.log_hazard_ratio[0] == pytest.approx(math.log(0.4) * (1.0 - first / total), rel=1e-11)


def test_many_patients_have_this_score_and_variance() -> None:
    """One trial of 400 000 patients lies within 4.5 standard errors of what is expected."""
    rng = np.random.default_rng(20260101)
    n, until = 400_000, 45.0
    entry = rng.uniform(0.0, 20.0, n)
    arm = rng.integers(0, 2, n)
    exposure = rng.exponential(size=n)
    edge = 6.0 * 0.05
    late = 6.0 + (exposure - edge) / np.where(arm == 1, 0.02, 0.05)
    own = np.where(exposure < edge, exposure / 0.05, late)
    time = np.minimum(own, until - entry)
    event = own <= until - entry
    order = np.argsort(time)
    arm, event = arm[order], event[order]
    at_risk = np.arange(n, 0, -1)
    share = np.cumsum(arm[::-1])[::-1] / at_risk
    score = float((share[event] - arm[event]).sum())
    variance = float((share[event] * (1.0 - share[event])).sum())
    found = expected_score([Stratum(1.0, 0.05, DELAYED)], Accrual(n / 20.0, 20.0), at=[until])
    assert score == pytest.approx(found.score[0], abs=4.5 * math.sqrt(variance))
    assert variance == pytest.approx(found.information[0], rel=0.005)


def test_frame_and_refusals() -> None:
    assert expected_score(STRATA, ACCRUAL, at=[5.0, 9.0]).to_frame().height == 2
    with pytest.raises(ArgumentError, match="above 0"):
        expected_score(STRATA, ACCRUAL, at=[0.0])
