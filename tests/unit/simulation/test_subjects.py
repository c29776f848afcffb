"""Simulated subjects: each drawn quantity against its exact law, and the arms against the randomisation list."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from equipoise.errors import DesignError
from equipoise.numerics.piecewise import PiecewiseConstant
from equipoise.numerics.streams import Stream
from equipoise.randomization import randomization_list
from equipoise.simulation import Scenario
from equipoise.simulation._log_kernels import fill_minus_log
from equipoise.simulation._subject_kernels import draw_fates, draw_subjects, room_for_subjects
from equipoise.simulation.scenario import ALTERNATIVE, NULL
from equipoise.simulation.subject_model import GUIDE, HORIZON, guide_table, subject_model, survival_by_day
from simulation.small_trials import small_trial
from tolerances import ROUNDING

if TYPE_CHECKING:
    from equipoise.protocol import Protocol
    from equipoise.simulation.subject_model import SubjectModel

YEAR = 365.25
# A standard normal passes this once in a million.
ONE_IN_A_MILLION = 4.9


class Drawn(NamedTuple):
    """Subjects of one or more replicates."""

    entry: np.ndarray
    stratum: np.ndarray
    arm: np.ndarray
    day: np.ndarray
    event: np.ndarray


ALWAYS = 2 * HORIZON


def _draw(model: SubjectModel, stream: Stream, until: int = ALWAYS) -> Drawn:
    subjects = room_for_subjects(model)
    n = draw_subjects(model, np.uint64(stream.seed), stream.scenario, stream.replicate, subjects)
    gone = draw_fates(model, n, until, subjects)
    assert np.array_equal(subjects.gone[:gone], np.flatnonzero(subjects.day[:n] <= HORIZON))
    return Drawn(*(part[:n].copy() for part in subjects[:5]))


def _many(protocol: Protocol, scenario: Scenario = ALTERNATIVE, replicates: int = 60) -> Drawn:
    model = subject_model(protocol, "DFS", scenario)
    parts = [_draw(model, Stream(5, 1, k)) for k in range(replicates)]
    return Drawn(*(np.concatenate(p) for p in zip(*parts, strict=True)))


def _law(times: np.ndarray, hazard: PiecewiseConstant, days: np.ndarray) -> np.ndarray:
    """Distance of the share beyond each day from exp(-H), in standard errors."""
    survival = np.exp(-hazard.cumulative(days / YEAR))
    share = (times[:, None] > days).mean(axis=0)
    return (share - survival) / np.sqrt(survival * (1.0 - survival) / len(times))


def test_survival_by_day_is_the_exponential_of_the_cumulated_hazard() -> None:
    survival = survival_by_day(PiecewiseConstant((0.0, 100.0), (0.001, 0.0)))
    assert survival[0] == 1.0
    assert survival[50] == pytest.approx(math.exp(-0.05), rel=ROUNDING)
    assert survival[100] == survival[HORIZON] == pytest.approx(math.exp(-0.1), rel=ROUNDING)


@pytest.mark.parametrize(
    "hazard",
    [
        PiecewiseConstant((0.0,), (0.0,)),
        PiecewiseConstant((0.0,), (1e-4,)),
        PiecewiseConstant((0.0, 30.0, 60.0), (0.0, 0.3, 0.0)),
        PiecewiseConstant((0.0, 3.0), (5.0, 1e-6)),
    ],
)
def test_the_guide_leads_to_the_first_day_on_which_survival_falls_below_u(hazard: PiecewiseConstant) -> None:
    survival = survival_by_day(hazard)[None, :]
    guide = guide_table(survival)[0]
    u = np.concatenate(
        (Stream(3).uniforms(1, 400, 1).ravel(), np.arange(1, 100) / 100, survival[0, [0, 1, 40, HORIZON]])
    )
    for x in u[(u > 0.0) & (u < 1.0)]:
        plain = int((survival[0] >= x).sum())
        assert guide[int(x * GUIDE) + 1] <= plain <= guide[int(x * GUIDE)]


def test_days_to_event_follow_the_assumed_hazards_in_each_stratum_and_arm() -> None:
    protocol = small_trial(dropout="")
    drawn = _many(protocol)
    days = np.array([1, 30, 180, 365, 366, 700, 1500, 4000])
    for s, stratum in enumerate(protocol.strata_ids):
        for a, arm in enumerate(("control", "treatment")):
            hazard = protocol.control_hazard("DFS", stratum)
            if arm == "treatment":
                hazard = hazard.times(protocol.hazard_ratio("DFS", stratum, arm))
            mine = (drawn.stratum == s) & (drawn.arm == a)
            assert mine.sum() > 4000
            assert np.abs(_law(drawn.day[mine], hazard, days)).max() < ONE_IN_A_MILLION
    assert np.array_equal(drawn.event, drawn.day <= HORIZON)


def test_event_and_loss_compete_as_their_hazards_say() -> None:
    constant = """
[[assumption]]
endpoint = "DFS"
stratum = "low"
hazard = { rates = [0.2] }
[[assumption]]
endpoint = "DFS"
stratum = "high"
hazard = { rates = [0.2] }
[[effect]]
endpoint = "DFS"
arm = "treatment"
hazard_ratio = [1.0]
"""
    drawn = _many(small_trial(assumptions=constant, dropout="[dropout]\nrate = 0.1"))
    both = PiecewiseConstant.constant(0.3)
    days = np.array([10, 200, 1000, 3000])
    assert np.abs(_law(drawn.day, both, days)).max() < ONE_IN_A_MILLION
    # An event on the day of loss counts: the share is 2/3 plus half of the chance of both on one day, 2e-4.
    share, n = drawn.event.mean(), len(drawn.day)
    assert abs(share - 2 / 3) < ONE_IN_A_MILLION * math.sqrt(2 / 9 / n) + 2e-4


def test_loss_may_differ_between_arms() -> None:
    drawn = _many(small_trial(dropout="[dropout]\nrate = 0.0\nby_arm = { treatment = 0.5 }"))
    control = drawn.arm == 0
    assert np.array_equal(drawn.event[control], drawn.day[control] <= HORIZON)
    assert 0.5 < (~drawn.event[drawn.arm == 1]).mean() < 0.9


def test_under_the_null_scenario_the_arms_are_alike() -> None:
    protocol = small_trial(dropout="")
    drawn = _many(protocol, NULL)
    days = np.array([100, 400, 1200])
    for s, stratum in enumerate(protocol.strata_ids):
        mine = (drawn.stratum == s) & (drawn.arm == 1)
        hazard = protocol.control_hazard("DFS", stratum)
        assert np.abs(_law(drawn.day[mine], hazard, days)).max() < ONE_IN_A_MILLION


def test_a_scenario_s_own_effect_replaces_the_protocol_s() -> None:
    protocol = small_trial(dropout="")
    drawn = _many(protocol, Scenario("late", PiecewiseConstant((0.0, 2.0), (1.0, 0.2))))
    mine = (drawn.stratum == 1) & (drawn.arm == 1)
    late = PiecewiseConstant((0.0, 2.0), (0.30, 0.06))
    assert np.abs(_law(drawn.day[mine], late, np.array([300, 730, 1500, 5000]))).max() < ONE_IN_A_MILLION


def test_strata_come_by_prevalence() -> None:
    drawn = _many(small_trial())
    n = len(drawn.stratum)
    assert abs((drawn.stratum == 1).mean() - 0.4) < ONE_IN_A_MILLION * math.sqrt(0.24 / n)


def test_patients_enter_by_a_poisson_process_with_the_rates_of_accrual() -> None:
    model = subject_model(small_trial(), "DFS", NULL)
    replicates = 400
    counted = np.empty((replicates, 3))
    edges = np.round(np.array([0.0, 0.5, 1.0, 1.7]) * YEAR)
    for k in range(replicates):
        counted[k] = np.histogram(_draw(model, Stream(8, 0, k)).entry, edges)[0]
    rate = PiecewiseConstant((0.0, 1.0), (100.0, 160.0))
    expected = np.diff(rate.cumulative(edges / YEAR))
    mean, variance = counted.mean(axis=0), counted.var(axis=0, ddof=1)
    assert np.abs((mean - expected) / np.sqrt(expected / replicates)).max() < ONE_IN_A_MILLION
    # A Poisson count has variance equal to its mean; the estimate's relative error is sqrt(2 / replicates).
    assert np.abs(variance / expected - 1.0).max() < ONE_IN_A_MILLION * math.sqrt(2.1 / replicates)
    assert np.abs(np.corrcoef(counted.T)[np.triu_indices(3, 1)]).max() < ONE_IN_A_MILLION / math.sqrt(
        replicates
    )


def test_accrual_stops_at_the_planned_number_and_days_do_not_fall() -> None:
    drawn = _draw(subject_model(small_trial(), "DFS", NULL), Stream(1))
    assert len(drawn.entry) == 400
    assert (np.diff(drawn.entry) >= 0).all()
    assert drawn.entry[0] >= 0


def test_fewer_come_where_accrual_ends_before_the_planned_number() -> None:
    short = "[accrual]\npatients = 400\nstarts = [0.0, 1.0]\nrates = [100.0, 0.0]"
    sizes = [
        len(_draw(subject_model(small_trial(accrual=short), "DFS", NULL), Stream(2, 0, k)).entry)
        for k in range(200)
    ]
    assert abs(np.mean(sizes) - 100.0) < ONE_IN_A_MILLION * math.sqrt(100.0 / 200)


def test_nobody_enters_while_accrual_pauses() -> None:
    pause = "[accrual]\npatients = 400\nstarts = [0.0, 1.0, 2.0]\nrates = [150.0, 0.0, 300.0]"
    entry = _draw(subject_model(small_trial(accrual=pause), "DFS", NULL), Stream(6)).entry
    assert len(entry) == 400
    assert 110 < (entry <= 365).sum() < 190
    assert not ((entry > 365) & (entry < 730)).any()


@pytest.mark.parametrize(
    "plan",
    [
        "[randomization]\nratio = { control = 1, treatment = 1 }\nblock_sizes = [4, 6]",
        "[randomization]\nratio = { control = 1, treatment = 2 }\nblock_sizes = [3, 9, 6]",
        "[randomization]\nratio = { control = 1, treatment = 1 }\nblock_sizes = [2]\nfactors = []",
    ],
)
def test_arms_are_those_of_the_randomisation_list_of_the_same_stream(plan: str) -> None:
    protocol = small_trial(randomization=plan)
    model = subject_model(protocol, "DFS", ALTERNATIVE)
    for replicate in range(3):
        stream = Stream(77, 5, replicate)
        drawn = _draw(model, stream)
        lists = randomization_list(protocol, seed=stream)
        which = model.list_of[drawn.stratum]
        for i, name in enumerate(lists.strata):
            mine = drawn.arm[which == i]
            assert [("control", "treatment")[a] for a in mine] == list(lists.arms(name)[: len(mine)])


def test_a_later_day_finds_the_same_and_more() -> None:
    model = subject_model(small_trial(), "DFS", ALTERNATIVE)
    far = _draw(model, Stream(4))
    for until in (0, 30, 500, 1500):
        near = _draw(model, Stream(4), until=until)
        seen = far.entry + far.day - 1 <= until
        assert until < 500 or 0 < seen.sum() < len(seen)
        assert np.array_equal(near.day, np.where(seen, far.day, HORIZON + 1))
        assert np.array_equal(near.event, seen & far.event)


def test_minus_the_logarithm_is_exact_to_rounding() -> None:
    words = np.concatenate(
        ([0, 1, 2, 2**31, 2**31 - 1, 2**32 - 1, 2**32 - 2], np.random.default_rng(1).integers(0, 2**32, 5000))
    ).astype(np.uint64)
    found = np.empty(len(words))
    fill_minus_log(words, np.empty(len(words), dtype=np.int64), found)
    exact = [-math.log((2 * int(w) + 1) / 2**33) for w in words]
    assert found == pytest.approx(exact, rel=ROUNDING, abs=1e-18)
    assert (found > 0.0).all()


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"accrual": ""}, r"no \[accrual\]"),
        ({"randomization": ""}, r"\[randomization\]"),
        ({"assumptions": ""}, "assumes nothing about DFS in stratum low"),
    ],
)
def test_a_protocol_that_leaves_something_open_is_refused(section: dict[str, str], message: str) -> None:
    with pytest.raises(DesignError, match=message):
        subject_model(small_trial(**section), "DFS", NULL)


def test_an_effect_that_is_not_assumed_is_refused_unless_the_scenario_gives_it() -> None:
    sections = """
[[assumption]]
endpoint = "DFS"
stratum = "low"
hazard = { rates = [0.1] }
[[assumption]]
endpoint = "DFS"
stratum = "high"
hazard = { rates = [0.3] }
"""
    protocol = small_trial(assumptions=sections)
    with pytest.raises(DesignError, match="no effect of treatment on DFS in stratum low"):
        subject_model(protocol, "DFS", ALTERNATIVE)
    assert subject_model(protocol, "DFS", NULL).patients == 400
