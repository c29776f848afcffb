"""Time-to-event designs: whatever is solved for, the drift is the one that the boundaries need."""

from __future__ import annotations

import math

import numpy as np
import pytest

from equipoise.design import (
    Accrual,
    AccrualDuration,
    AccrualRate,
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    NullVariance,
    PiecewiseConstant,
    Power,
    Schoenfeld,
    Stratum,
    StudyDuration,
    expected_events,
    expected_score,
    group_sequential,
    time_to_event,
)
from equipoise.errors import ArgumentError, DesignError

OF = LanDeMetsOBrienFleming()
SEQUENTIAL = group_sequential(
    (0.5, 0.75, 1.0), alpha=0.025, beta=0.2, sides=1, efficacy=OF, futility=HwangShihDeCani(-4.0)
)
ACCRUAL = Accrual(PiecewiseConstant((0.0, 6.0), (8.0, 16.0)), 36.0)
STRATA = (
    Stratum(0.6, PiecewiseConstant((0.0, 12.0), (0.02, 0.01)), 0.6, 0.003, 0.003, "low"),
    Stratum(0.4, 0.05, 0.6, 0.003, 0.003, "high"),
)
MIXED = (
    Stratum(
        0.6,
        PiecewiseConstant((0.0, 12.0), (0.02, 0.01)),
        PiecewiseConstant((0.0, 4.0), (1.0, 0.5)),
        name="low",
    ),
    Stratum(0.4, 0.05, 0.7, name="high"),
)
GOALS = [StudyDuration(), AccrualRate(60.0), AccrualDuration(18.0)]


@pytest.mark.parametrize("solve_for", GOALS, ids=repr)
@pytest.mark.parametrize("convention", [Schoenfeld(), NullVariance()])
@pytest.mark.parametrize("strata", [STRATA, MIXED], ids=["one hazard ratio", "several"])
def test_whatever_is_solved_the_power_is_the_planned_one(solve_for, convention, strata) -> None:  # noqa: ANN001 - table
    found = time_to_event(SEQUENTIAL, strata, ACCRUAL, solve_for=solve_for, convention=convention, ratio=1.5)
    assert found.power == pytest.approx(0.8, abs=1e-9)
    assert found.drift == pytest.approx(SEQUENTIAL.drift, rel=1e-9)
    at = expected_events(strata, found.accrual, at=found.look_times, ratio=1.5)
    assert at.total == pytest.approx(found.look_events, rel=1e-9)
    assert at.patients == pytest.approx(found.look_patients, rel=1e-12)
    assert found.look_events / found.events == pytest.approx(SEQUENTIAL.information_fraction, rel=1e-9)


def test_events_are_schoenfelds_where_one_hazard_ratio_holds() -> None:
    found = time_to_event(SEQUENTIAL, STRATA, ACCRUAL, solve_for=StudyDuration())
    assert found.events == pytest.approx(4.0 * (SEQUENTIAL.drift / math.log(0.6)) ** 2, rel=1e-12)
    assert found.hazard_ratio == 0.6
    assert found.patients == ACCRUAL.patients
    z = -np.log(found.efficacy_hazard_ratio) * np.sqrt(found.look_events / 4.0)
    assert z == pytest.approx(SEQUENTIAL.efficacy_z, rel=1e-12)
    assert found.futility_hazard_ratio is not None
    assert found.futility_hazard_ratio[-1] == pytest.approx(found.efficacy_hazard_ratio[-1])


def test_accrual_rate_keeps_the_calendar_and_the_shape() -> None:
    found = time_to_event(SEQUENTIAL, STRATA, ACCRUAL, solve_for=AccrualRate(60.0))
    assert found.study_duration == pytest.approx(60.0)
    assert found.accrual.duration == ACCRUAL.duration
    assert found.accrual.rates.rates[1] == pytest.approx(2.0 * found.accrual.rates.rates[0])


def test_accrual_duration_keeps_the_rates_and_the_follow_up() -> None:
    found = time_to_event(SEQUENTIAL, STRATA, ACCRUAL, solve_for=AccrualDuration(18.0))
    assert found.accrual.rates == ACCRUAL.rates
    assert found.study_duration == pytest.approx(found.accrual.duration + 18.0)


@pytest.mark.parametrize("convention", [Schoenfeld(), NullVariance()])
def test_power_of_a_planned_trial_is_that_of_its_solution(convention) -> None:  # noqa: ANN001 - a literal
    solved = time_to_event(SEQUENTIAL, MIXED, ACCRUAL, solve_for=StudyDuration(), convention=convention)
    for end in (Power(events=solved.events), Power(study_duration=solved.study_duration)):
        again = time_to_event(SEQUENTIAL, MIXED, ACCRUAL, solve_for=end, convention=convention)
        assert again.power == pytest.approx(0.8, abs=1e-9)
    fewer = time_to_event(
        SEQUENTIAL, MIXED, ACCRUAL, solve_for=Power(events=0.7 * solved.events), convention=convention
    )
    assert fewer.power < 0.75


def test_score_information_is_the_expected_null_variance() -> None:
    found = time_to_event(SEQUENTIAL, MIXED, ACCRUAL, solve_for=StudyDuration(), convention=NullVariance())
    expected = expected_score(MIXED, ACCRUAL, at=found.look_times)
    assert found.look_information == pytest.approx(expected.information, rel=1e-12)
    assert found.drift == pytest.approx(float(expected.drift[-1]), rel=1e-9)
    assert (found.look_information < found.look_events / 4.0).all()


@pytest.mark.parametrize("solve_for", [*GOALS, Power(study_duration=50.0), Power(events=150.3)], ids=repr)
def test_whole_numbers_keep_alpha_and_reach_the_power(solve_for) -> None:  # noqa: ANN001 - table
    exact = time_to_event(SEQUENTIAL, STRATA, ACCRUAL, solve_for=solve_for)
    whole = time_to_event(SEQUENTIAL, STRATA, ACCRUAL, solve_for=solve_for, whole=True)
    assert (whole.look_events == np.rint(whole.look_events)).all()
    assert whole.sequential.alpha_spent[-1] == pytest.approx(0.025, abs=1e-11)
    assert whole.sequential.information_fraction == pytest.approx(whole.look_events / whole.events, rel=1e-12)
    assert whole.power == pytest.approx(exact.power, abs=0.004)
    if not isinstance(solve_for, Power):
        assert whole.power >= 0.8 - 1e-4
        assert whole.events == math.ceil(exact.events)
    if isinstance(solve_for, AccrualRate | AccrualDuration):
        assert whole.patients == pytest.approx(math.ceil(exact.patients))


def test_non_inferiority_margin_is_tested_against() -> None:
    equal = [Stratum(1.0, 0.03, 1.0)]
    found = time_to_event(SEQUENTIAL, equal, ACCRUAL, solve_for=AccrualRate(72.0), hazard_ratio_null=1.3)
    assert found.events == pytest.approx(4.0 * (SEQUENTIAL.drift / math.log(1.3)) ** 2, rel=1e-10)
    assert found.efficacy_hazard_ratio[-1] < 1.3


def test_the_score_against_a_margin_is_near_schoenfeld_s_where_allocation_is_even() -> None:
    equal = [Stratum(1.0, 0.03, 1.0)]
    by_score, by_events = (
        time_to_event(
            SEQUENTIAL,
            equal,
            ACCRUAL,
            solve_for=AccrualRate(72.0),
            hazard_ratio_null=1.3,
            convention=convention,
        )
        for convention in (NullVariance(), Schoenfeld())
    )
    assert by_score.events == pytest.approx(by_events.events, rel=0.03)
    assert by_score.drift == pytest.approx(SEQUENTIAL.drift, rel=1e-8)
    # Under the alternative one event carries p (1 - p), with p = m y1 / (y0 + m y1).
    assert by_score.look_information[-1] / by_score.events == pytest.approx(1.3 / 2.3**2, rel=0.01)
    assert by_score.hazard_ratio == pytest.approx(1.0, abs=0.01)


def test_expected_numbers_at_stopping_lie_between_first_and_last_look() -> None:
    found = time_to_event(SEQUENTIAL, STRATA, ACCRUAL, solve_for=StudyDuration())
    stop = SEQUENTIAL.crossing(SEQUENTIAL.drift).stop
    events, patients, time = found.expected()
    assert events == pytest.approx(float(stop @ found.look_events), rel=1e-9)
    assert found.look_times[0] < time < found.look_times[-1]
    assert patients <= found.patients
    assert found.expected(0.0)[0] != pytest.approx(events)


def test_a_cure_fraction_leaves_the_chance_of_waiting_for_ever() -> None:
    cured = [Stratum(1.0, PiecewiseConstant((0.0, 24.0), (0.02, 0.0)), 0.6)]
    found = time_to_event(SEQUENTIAL, cured, Accrual(12.0, 36.0), solve_for=StudyDuration())
    assert 0.5 < found.reach_probability < 1.0


def test_the_table_and_the_print() -> None:
    found = time_to_event(SEQUENTIAL, STRATA, ACCRUAL, solve_for=StudyDuration())
    assert found.to_frame()["events"].to_list() == found.look_events.tolist()
    assert "HR at efficacy" in repr(found)


CURED = [Stratum(1.0, PiecewiseConstant((0.0, 6.0), (0.02, 0.0)), PiecewiseConstant((0.0, 1.0), (0.9, 0.6)))]
HARM = [Stratum(1.0, 0.03, 1.2)]


@pytest.mark.parametrize(
    ("changed", "error", "text"),
    [
        ({"strata": HARM, "solve_for": StudyDuration()}, DesignError, "no benefit"),
        ({"strata": HARM, "solve_for": AccrualRate(60.0)}, DesignError, "no benefit"),
        ({"strata": HARM, "solve_for": AccrualDuration(12.0)}, DesignError, "no benefit"),
        ({"strata": CURED, "solve_for": StudyDuration()}, DesignError, "power is never reached"),
        ({"strata": [Stratum(1.0, 0.0, 0.5)], "solve_for": StudyDuration()}, DesignError, "never expected"),
        ({"solve_for": Power(events=1e4)}, DesignError, "never expected"),
        (
            {
                "accrual": Accrual(PiecewiseConstant((0.0, 6.0), (5.0, 0.0)), 5.0),
                "solve_for": AccrualDuration(9.0),
            },
            DesignError,
            "accrual stops at 6",
        ),
        ({"solve_for": "duration"}, ArgumentError, "solve_for"),
        ({"convention": "freedman"}, ArgumentError, "convention"),
        ({"hazard_ratio_null": 0.0}, ArgumentError, "hazard_ratio_null"),
        ({"ratio": -1.0}, ArgumentError, "ratio"),
    ],
)
def test_refuses_in_words(changed, error: type[Exception], text: str) -> None:  # noqa: ANN001 - table
    given = {"strata": STRATA, "accrual": ACCRUAL, "solve_for": StudyDuration()} | changed
    with pytest.raises(error, match=text):
        time_to_event(SEQUENTIAL, given.pop("strata"), given.pop("accrual"), **given)


@pytest.mark.parametrize(
    "make",
    [
        Power,
        lambda: Power(events=10, study_duration=5),
        lambda: AccrualRate(0.0),
        lambda: AccrualDuration(-1),
    ],
)
def test_options_are_checked_at_birth(make) -> None:  # noqa: ANN001 - a call to be made
    with pytest.raises(ArgumentError):
        make()
