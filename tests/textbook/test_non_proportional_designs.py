"""Published tables of designs under non-proportional hazards, and of the one-sample log-rank test.

Printed in the reference pages of the R package gsDesign2 (Merck, versions 0.1 and 1.1: ahr, fixed_design,
gs_power_wlr, gs_power_combo, gs_design_combo), and by Wu (2015), Pharmaceutical Statistics 14:26-33, section 5, as
worked in the R package logRank1s. gsDesign2 takes the variance of z as 1, which is why the mean of z is compared
where the spread differs; its weighted score before accrual has ended is smaller by the share that has entered.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

import tolerances
from equipoise.design import (
    Accrual,
    FlemingHarrington,
    GivenZ,
    LanDeMetsOBrienFleming,
    PiecewiseConstant,
    Stratum,
    expected_hazard_ratio,
    expected_milestone,
    expected_one_sample_logrank,
    expected_proportions,
    expected_rmst,
    expected_weighted_logrank,
    maxcombo_design,
    sequential_test,
)

LATE = PiecewiseConstant((0.0, 4.0), (1.0, 0.6))
MEDIAN_12 = [Stratum(1.0, np.log(2) / 12, LATE, 0.001, 0.001)]
MEDIAN_15 = [Stratum(1.0, np.log(2) / 15, LATE, 0.001, 0.001)]
STEADY = [Stratum(1.0, np.log(2) / 12, 0.7, 0.001, 0.001)]
MONTHLY_20 = Accrual(20.0, 18.0)
YEAR_500 = Accrual(500 / 12, 12.0)
OBF = LanDeMetsOBrienFleming()


def test_average_hazard_ratio() -> None:
    """ahr(): times 15 and 30, AHR 0.786 and 0.695, 30.3 and 58.5 events, information 7.44 and 14.3."""
    hazard = PiecewiseConstant((0.0, 3.0), (np.log(2) / 9, np.log(2) / 18))
    strata = [Stratum(1.0, hazard, PiecewiseConstant((0.0, 3.0), (0.9, 0.6)), 0.001, 0.001)]
    accrual = Accrual(PiecewiseConstant((0.0, 2.0, 4.0), (3.0, 6.0, 9.0)), 14.0)
    found = expected_hazard_ratio(strata, accrual, at=[15.0, 30.0])
    np.testing.assert_allclose(found.by_events, [0.786, 0.695], atol=tolerances.THREE_DIGITS)
    np.testing.assert_allclose(found.events, [30.3, 58.5], atol=0.05)


def test_average_hazard_ratio_of_two_strata() -> None:
    """Strata with accrual of their own: AHR 0.733 and 0.718, 113 and 166 events."""
    low = [
        Stratum(
            1.0, PiecewiseConstant((0, 1), (0.1, 0.2)), PiecewiseConstant((0, 1), (0.9, 0.75)), 0.001, 0.001
        )
    ]
    high = [
        Stratum(
            1.0, PiecewiseConstant((0, 1), (0.3, 0.4)), PiecewiseConstant((0, 1), (0.8, 0.6)), 0.001, 0.001
        )
    ]
    a = expected_hazard_ratio(low, Accrual(PiecewiseConstant((0, 2), (5, 10)), 12.0), at=[15.0, 30.0])
    b = expected_hazard_ratio(high, Accrual(PiecewiseConstant((0, 4, 8), (0, 3, 6)), 16.0), at=[15.0, 30.0])
    events = a.events + b.events
    mean = np.exp((a.events * np.log(a.by_events) + b.events * np.log(b.by_events)) / events)
    np.testing.assert_allclose(mean, [0.733, 0.718], atol=tolerances.THREE_DIGITS)
    np.testing.assert_allclose(events, [113.0, 166.0], atol=0.5)


def test_expected_score_and_information() -> None:
    """gs_power_wlr(), times 24 and 30: theta 0.3334865, 0.3630247, information 61.35217, 72.91885."""
    found = expected_weighted_logrank(MEDIAN_15, YEAR_500, at=[24.0, 30.0], weight=None)
    assert found.events is not None
    np.testing.assert_allclose(found.events, [246.28341, 293.69568], rtol=1e-6)
    np.testing.assert_allclose(found.effect, [0.3334865, 0.3630247], rtol=tolerances.NUMERIC_INTEGRAL)
    np.testing.assert_allclose(found.information, [61.35217, 72.91885], rtol=tolerances.NUMERIC_INTEGRAL)


def test_fleming_harrington_power() -> None:
    """fixed_design_fh(rho = 1, gamma = 1) with 360 patients: power 0.906; 0.9 needs 352."""
    found = expected_weighted_logrank(
        MEDIAN_12, MONTHLY_20, at=[36.0], weight=FlemingHarrington(1, 1), by_calendar=True
    )
    power = sequential_test(found, alpha=0.025, efficacy=OBF).power
    needed = sequential_test(found, alpha=0.025, efficacy=OBF, power=0.9).patients
    assert power == pytest.approx(0.906, abs=tolerances.GSDESIGN2_INFO0)
    assert needed == pytest.approx(352.0, rel=tolerances.GSDESIGN2_INFO0_PATIENTS)


def test_restricted_mean_power() -> None:
    """fixed_design_rmst(tau = 18) with 360 patients: power 0.661, with z of variance 1."""
    found = expected_rmst(STEADY, MONTHLY_20, at=[36.0], tau=18.0)
    assert ndtr(found.mean[0] - 1.959964) == pytest.approx(0.661, abs=tolerances.THREE_DIGITS)


def test_milestone_power() -> None:
    """fixed_design_milestone(tau = 18) with 360 patients: power 0.705, with z of variance 1."""
    found = expected_milestone(STEADY, MONTHLY_20, at=[36.0], milestone=18.0)
    assert ndtr(found.mean[0] - 1.959964) == pytest.approx(0.705, abs=tolerances.THREE_DIGITS)


def test_maxcombo_with_one_look() -> None:
    """fixed_design_maxcombo() of FH(0, 0) and FH(0.5, 0): bound 2.02, power 0.797 of 360, 483 for 0.9."""
    asked = {
        "at": [36.0],
        "weights": [None, FlemingHarrington(0.5, 0)],
        "alpha": 0.025,
        "efficacy": OBF,
        "by_calendar": True,
    }
    found = maxcombo_design(MEDIAN_12, MONTHLY_20, **asked)
    assert found.efficacy_z[0] == pytest.approx(2.02, abs=0.005)
    assert found.power == pytest.approx(0.797, abs=tolerances.THREE_DIGITS)
    assert maxcombo_design(MEDIAN_12, MONTHLY_20, power=0.9, **asked).patients == pytest.approx(
        483.0, abs=0.5
    )


COMBO = {
    "at": [12.0, 24.0, 36.0],
    "weights": [None, FlemingHarrington(0, 0.5), FlemingHarrington(0.5, 0.5)],
    "interim_weights": [None],
    "alpha": 0.025,
    "by_calendar": True,
}


def test_maxcombo_with_three_looks_and_bounds_given() -> None:
    """gs_power_combo(): crossed by each look 0.0175, 0.7261, 0.9674; under the null 0.0013, 0.0233, 0.1956."""
    found = maxcombo_design(
        MEDIAN_15, YEAR_500, efficacy=GivenZ((3.0, 2.0, 1.0)), futility=GivenZ((-1.0, 0.0, 1.0)), **COMBO
    )
    np.testing.assert_allclose(
        np.cumsum(found.crossing().efficacy), [0.0175, 0.7261, 0.9674], atol=tolerances.MAXCOMBO_PRINTED
    )
    assert found.alpha_spent[1] == pytest.approx(0.0233, abs=tolerances.MAXCOMBO_PRINTED)


def test_maxcombo_with_three_looks_and_error_spending() -> None:
    """gs_power_combo(), gs_design_combo() with spending: z 6.1754, 2.7987, 2.0974; power 0.9016; 301 patients for 0.8.

    Spending time is what its printed alpha of the first two looks, 3.300e-10 and 0.0025658, says.
    """
    t = (ndtri(0.0125) / ndtri(np.array([3.299865e-10, 0.002565830]) / 2.0)) ** 2
    spending = {"efficacy": OBF, "futility": OBF, "spending_fraction": [*t, 1.0]}
    found = maxcombo_design(MEDIAN_15, YEAR_500, beta=0.2, **spending, **COMBO)
    np.testing.assert_allclose(
        found.efficacy_z, [6.1754, 2.7987, 2.0974], atol=tolerances.MAXCOMBO_CORRELATED
    )
    assert found.futility_z is not None
    np.testing.assert_allclose(found.futility_z[:2], [-2.5165, 1.2377], atol=tolerances.MAXCOMBO_FUTILITY)
    assert found.power == pytest.approx(0.9016, abs=tolerances.GSDESIGN2_INFO0)
    sized = maxcombo_design(MEDIAN_15, YEAR_500, power=0.8, **spending, **COMBO)
    assert sized.patients == pytest.approx(301.28, rel=tolerances.GSDESIGN2_INFO0_PATIENTS)


@pytest.mark.parametrize(("power", "patients"), [(0.8, 88), (0.85, 100), (0.9, 117)])
def test_one_sample_logrank_by_wu(power: float, patients: int) -> None:
    """Weibull of shape 1.22 and median 9 years, hazard ratio 1 / 1.75, 5 years of accrual, 3 of follow-up."""
    t = np.linspace(0.0, 8.0, 2001)
    cumulative = np.log(2) * (t / 9.0) ** 1.22
    reference = PiecewiseConstant(tuple(t[:-1]), tuple(np.diff(cumulative) / np.diff(t)))
    expected = expected_one_sample_logrank(
        reference,
        reference.scaled(1 / 1.75),
        Accrual(10.0, 5.0),
        at=[8.0],
        studentized=False,
        by_calendar=True,
    )
    found = sequential_test(expected, alpha=0.05, efficacy=OBF, power=power)
    assert np.ceil(found.patients) == patients


def test_proportions() -> None:
    """fixed_design_rd(0.15, 0.1): 1835 patients for 0.9; 2000 give 0.923."""
    expected = expected_proportions(0.15, 0.1, patients=[2000.0], better="lower")
    assert sequential_test(expected, alpha=0.025, efficacy=OBF).power == pytest.approx(
        0.923, abs=tolerances.THREE_DIGITS
    )
    assert sequential_test(expected, alpha=0.025, efficacy=OBF, power=0.9).patients == pytest.approx(
        1835.0, abs=0.5
    )
