"""Assumed survival: the hazard meets every milestone, with and without a cure fraction."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.protocol import parse_protocol
from equipoise.protocol.assumptions import Assumption, Weibull
from equipoise.protocol.enrollment import MilestoneSurvival
from tolerances import ROUNDING


@pytest.mark.parametrize("cure", [0.0, 0.5, 0.79])
def test_hazard_meets_the_milestones(cure: float) -> None:
    milestones = [
        {"time": 12, "survival": 0.95},
        {"time": 36, "survival": 0.85},
        {"time": 60, "survival": 0.80},
    ]
    a = Assumption(endpoint="E", stratum="s", milestones=milestones, cure_fraction=cure)
    survival = np.exp(-a.control_hazard().cumulative([12.0, 36.0, 60.0]))
    np.testing.assert_allclose(survival, [0.95, 0.85, 0.80], rtol=ROUNDING)


def test_cure_makes_a_plateau_that_no_cure_has_not() -> None:
    one = [{"time": 36, "survival": 0.85}]
    cured = Assumption(endpoint="E", stratum="s", milestones=one, cure_fraction=0.8).control_hazard()
    uncured = Assumption(endpoint="E", stratum="s", milestones=one).control_hazard()
    assert np.exp(-cured.cumulative(36.0 * 7)) == pytest.approx(0.8, abs=1e-3)
    assert np.exp(-uncured.cumulative(36.0 * 7)) == pytest.approx(0.85**7, rel=1e-12)


@pytest.mark.parametrize(("survival", "cure"), [(0.9, 0.5), (0.9, 0.89), (0.5, 0.0001)])
def test_the_plateau_is_the_cure_fraction(survival: float, cure: float) -> None:
    one = [{"time": 3, "survival": survival}]
    hazard = Assumption(endpoint="E", stratum="s", milestones=one, cure_fraction=cure).control_hazard()
    assert hazard.rates[-1] == 0.0
    assert np.exp(-hazard.cumulative(1e9)) == pytest.approx(cure, rel=1e-6)


def test_cured_survival_follows_the_mixture_between_milestones() -> None:
    a = Assumption(endpoint="E", stratum="s", milestones=[{"time": 3, "survival": 0.9}], cure_fraction=0.7)
    rate = -np.log((0.9 - 0.7) / 0.3) / 3
    t = np.linspace(0.0, 12.0, 49)
    mixture = 0.7 + 0.3 * np.exp(-rate * t)
    # The hazard is constant within pieces of 1/96 of 3 years: between piece ends S is off by less than 1e-6.
    np.testing.assert_allclose(np.exp(-a.control_hazard().cumulative(t)), mixture, atol=1e-6)


def test_effect_holds_in_its_strata_only(small: str) -> None:
    text = small.replace('arm = "B"\n', 'arm = "B"\nstrata = ["low"]\n', 1)
    p = parse_protocol(text)
    assert p.hazard_ratio("EFS", "low", "B").rates == (0.6,)
    assert p.hazard_ratio("EFS", "high", "B") is None
    assert p.control_hazard("EFS", "high").rates == (0.02, 0.01)
    assert p.control_hazard("OS", "high") is None


def test_a_median_is_a_milestone_of_one_half() -> None:
    by_median = Assumption(endpoint="E", stratum="S", median=18.0).control_hazard()
    assert float(np.exp(-by_median.cumulative(18.0))) == pytest.approx(0.5, rel=1e-14)
    cured = Assumption(endpoint="E", stratum="S", median=18.0, cure_fraction=0.3).control_hazard()
    assert float(np.exp(-cured.cumulative(18.0))) == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize("cure", [0.0, 0.4])
@pytest.mark.parametrize("shape", [0.6, 1.0, 1.7])
def test_a_weibull_runs_through_its_milestone(shape: float, cure: float) -> None:
    weibull = Weibull(shape=shape, milestone=MilestoneSurvival(time=24.0, survival=0.7))
    hazard = Assumption(endpoint="E", stratum="S", weibull=weibull, cure_fraction=cure).control_hazard()
    scale = 24.0 / (-np.log((0.7 - cure) / (1.0 - cure))) ** (1.0 / shape)
    t = np.array([1.0, 6.0, 24.0, 60.0, 200.0])
    expected = cure + (1.0 - cure) * np.exp(-((t / scale) ** shape))
    # Met to rounding at the ends of pieces, and to the bend of a piece between them.
    assert np.exp(-hazard.cumulative(t)) == pytest.approx(expected, abs=5e-5)
    assert float(np.exp(-hazard.cumulative(24.0))) == pytest.approx(0.7, rel=1e-12)
    assert weibull.scale_for(cure) == pytest.approx(scale, rel=1e-12)
    if cure:
        assert float(np.exp(-hazard.cumulative(1e9))) == pytest.approx(cure, abs=1e-9)
