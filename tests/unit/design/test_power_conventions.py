"""Every convention solves for everything; they differ as their formulas say; what none can reach is refused."""

from __future__ import annotations

import pytest

from equipoise.design import (
    Accrual,
    AccrualDuration,
    AccrualRate,
    BernsteinLagakos,
    ExactMoments,
    Freedman,
    HazardRatio,
    HsiehFreedman,
    HwangShihDeCani,
    LachinFoulkes,
    LanDeMetsOBrienFleming,
    NullVariance,
    PiecewiseConstant,
    Power,
    Schoenfeld,
    Stratum,
    StudyDuration,
    group_sequential,
    time_to_event,
)
from equipoise.errors import ArgumentError, DesignError

ALL = [
    Schoenfeld(),
    Freedman(),
    HsiehFreedman(),
    LachinFoulkes(),
    BernsteinLagakos(),
    NullVariance(),
    ExactMoments(),
]
LOOKS = group_sequential(
    (0.5, 0.75, 1.0),
    alpha=0.025,
    beta=0.2,
    sides=1,
    efficacy=LanDeMetsOBrienFleming(),
    futility=HwangShihDeCani(-4.0),
)
ACCRUAL = Accrual(PiecewiseConstant((0.0, 6.0), (8.0, 16.0)), 24.0)
STRATA = [
    Stratum(0.6, PiecewiseConstant((0.0, 12.0), (0.02, 0.01)), 0.6, 0.003, 0.003, "low"),
    Stratum(0.4, 0.05, 0.6, 0.003, 0.003, "high"),
]
GOALS = [
    StudyDuration(),
    AccrualRate(60.0),
    AccrualDuration(18.0),
    AccrualDuration(study_duration=60.0),
    HazardRatio(events=150.0),
    HazardRatio(study_duration=48.0),
]
DELAYED = [Stratum(1.0, 0.03, PiecewiseConstant((0.0, 4.0), (1.0, 0.55)), 0.003, 0.003)]
CURED = [Stratum(1.0, PiecewiseConstant((0.0, 24.0), (0.01, 0.0)), 0.6)]


@pytest.mark.parametrize("goal", GOALS, ids=repr)
@pytest.mark.parametrize("convention", ALL, ids=repr)
def test_whatever_is_solved_has_the_power(goal, convention) -> None:  # noqa: ANN001 - table
    found = time_to_event(LOOKS, STRATA, ACCRUAL, solve_for=goal, convention=convention)
    assert found.power == pytest.approx(0.8, abs=1e-8)
    again = time_to_event(
        LOOKS,
        found.strata,
        found.accrual,
        solve_for=Power(study_duration=found.study_duration),
        convention=convention,
    )
    assert again.power == pytest.approx(0.8, abs=1e-8)
    assert repr(convention) in repr(found)


@pytest.mark.parametrize("convention", [Schoenfeld(), NullVariance(), ExactMoments()], ids=repr)
def test_a_delayed_effect_keeps_its_shape_while_its_size_is_solved(convention) -> None:  # noqa: ANN001 - table
    found = time_to_event(LOOKS, DELAYED, ACCRUAL, solve_for=HazardRatio(events=150.0), convention=convention)
    early, late = found.strata[0].hazard_ratio.rates
    assert early == 1.0
    assert late < 0.8
    assert found.power == pytest.approx(0.8, abs=1e-8)


def test_patients_asked_for_by_each_convention_stand_in_the_known_order() -> None:
    sizes = {
        c: time_to_event(LOOKS, STRATA, ACCRUAL, solve_for=AccrualRate(60.0), convention=c).patients
        for c in ALL
    }
    assert sizes[BernsteinLagakos()] < sizes[LachinFoulkes()] < sizes[Schoenfeld()] < sizes[Freedman()]
    assert sizes[Freedman()] == pytest.approx(sizes[HsiehFreedman()])
    assert sizes[ExactMoments()] == pytest.approx(sizes[NullVariance()], rel=0.02)


def test_exact_moments_count_trials_whose_events_never_come_as_without_rejection() -> None:
    accrual, end = Accrual(20.0, 60.0), Power(events=207.0)
    found = time_to_event(LOOKS, CURED, accrual, solve_for=end, convention=ExactMoments())
    by_mean = time_to_event(LOOKS, CURED, accrual, solve_for=end, convention=NullVariance())
    assert found.reach_probability < 0.9995
    assert found.power < by_mean.power - 0.01


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"strata": DELAYED, "convention": LachinFoulkes()}, "one hazard ratio at all times"),
        ({"strata": DELAYED, "convention": BernsteinLagakos()}, r"Use ExactMoments\(\)"),
        ({"strata": CURED, "solve_for": StudyDuration(), "convention": ExactMoments()}, "never reached"),
        ({"strata": CURED, "solve_for": StudyDuration()}, "come with probability"),
        ({"solve_for": AccrualDuration(study_duration=8.0)}, "accrual stops at 8 "),
        ({"strata": [Stratum(1.0, 0.03, 1.0)], "solve_for": HazardRatio(events=90.0)}, "no benefit over 1"),
        ({"solve_for": HazardRatio(events=1e4)}, "never expected"),
        ({"solve_for": Power(events=1e4)}, "come with probability 0"),
        ({"hazard_ratio_null": 1.3, "convention": Freedman()}, r"Use Schoenfeld\(\)"),
    ],
)
def test_refuses_in_words(changed: dict[str, object], words: str) -> None:
    given = {"strata": STRATA, "solve_for": AccrualRate(60.0)} | changed
    with pytest.raises(DesignError, match=words):
        time_to_event(LOOKS, given.pop("strata"), ACCRUAL, **given)


@pytest.mark.parametrize(
    "make",
    [
        AccrualDuration,
        lambda: AccrualDuration(3.0, 9.0),
        HazardRatio,
        lambda: HazardRatio(events=-1.0),
        lambda: AccrualDuration(study_duration=0.0),
    ],
)
def test_options_are_checked_at_birth(make) -> None:  # noqa: ANN001 - a call to be made
    with pytest.raises(ArgumentError):
        make()
