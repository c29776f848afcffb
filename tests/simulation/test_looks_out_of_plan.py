"""Type I error where looks do not go as planned, on canonical normal draws through the boundary and exit code.

Where the time of a look does not depend on the effect it is kept: bands of 99.9 % fixed beforehand. Where it does, the
rate is measured, and for two stages held to quadrature in plain loops.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from equipoise.design import (
    Exit,
    GroupSequentialDesign,
    HwangShihDeCani,
    KimDeMets,
    LanDeMetsOBrienFleming,
    group_sequential,
)
from independent.two_stages_by_quadrature import NORMAL, last_bound, rejected, spent_as_obrien_fleming
from simulation.bands import band
from simulation.held_courses import as_planned, fixed, play, rejections
from simulation.late_corrections import readings, rejected_as_read, rejected_if_acted_on
from simulation.looks_by_effect import added_when_close, ended_when_good, resized, resized_for_the_worst
from simulation.schedules import DESIGNS, SCHEDULES, chance_schedule, three_looks

DRAWS = 200_000
SEED = 20_240_630
CHANCE_SCHEDULES = 50
COMPARISONS = len(DESIGNS) * (len(SCHEDULES) + 1) + 8


def error_of(rate: float, draws: int = DRAWS) -> float:
    return math.sqrt(rate * (1.0 - rate) / draws)


def rejection_rate(design: GroupSequentialDesign, name: str, *, obey_futility: bool = True) -> float:
    looks = SCHEDULES[name]
    seed = SEED + list(SCHEDULES).index(name)
    stops = play(design, looks[0], fixed(looks), paths=DRAWS, seed=seed, obey_futility=obey_futility)
    exits = (Exit.EFFICACY,) if design.sides == 1 else (Exit.EFFICACY, Exit.HARM)
    return rejections(stops, *exits) / DRAWS


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_that_does_not_depend_on_the_effect_keeps_alpha(name: str, schedule: str) -> None:
    design = DESIGNS[name]
    rate = rejection_rate(design, schedule)
    assert abs(rate - design.alpha) < band(COMPARISONS) * error_of(design.alpha)


@pytest.mark.parametrize("name", DESIGNS)
def test_looks_at_chance_times_keep_alpha(name: str) -> None:
    design, rng, found = DESIGNS[name], np.random.default_rng(SEED), 0
    each = DRAWS // CHANCE_SCHEDULES
    for i in range(CHANCE_SCHEDULES):
        looks = chance_schedule(rng)
        stops = play(design, looks[0], fixed(looks), paths=each, seed=SEED + i)
        found += rejections(stops, Exit.EFFICACY, *((Exit.HARM,) if design.sides == 2 else ()))
    assert abs(found / DRAWS - design.alpha) < band(COMPARISONS) * error_of(design.alpha)


@pytest.mark.parametrize("schedule", ["as planned", "one look added", "ended short of its events"])
def test_futility_that_does_not_bind_costs_no_alpha_when_passed_over(schedule: str) -> None:
    design = three_looks(efficacy=LanDeMetsOBrienFleming(), futility=HwangShihDeCani(gamma=-2.0))
    passed_over = rejection_rate(design, schedule, obey_futility=False)
    assert abs(passed_over - design.alpha) < band(COMPARISONS) * error_of(design.alpha)


def test_futility_that_does_not_bind_lowers_the_rate_when_obeyed() -> None:
    design = three_looks(efficacy=LanDeMetsOBrienFleming(), futility=HwangShihDeCani(gamma=-2.0))
    exact = float(design.crossing(0.0, futility=True).efficacy.sum())
    wide = band(COMPARISONS) * error_of(exact)
    assert abs(rejection_rate(design, "as planned") - exact) < wide
    assert exact < design.alpha - wide


def test_futility_that_binds_keeps_alpha_obeyed_and_loses_it_passed_over() -> None:
    design = three_looks(efficacy=KimDeMets(rho=2.0), futility=KimDeMets(rho=1.0), binding=True)
    obeyed = rejection_rate(design, "one look added")
    assert abs(obeyed - design.alpha) < band(COMPARISONS) * error_of(design.alpha)
    passed_over = rejection_rate(design, "one look added", obey_futility=False)
    assert passed_over > design.alpha + band(COMPARISONS) * error_of(design.alpha)


TWO_STAGES = group_sequential((0.5, 1.0), alpha=0.025, beta=0.1, sides=1, efficacy=LanDeMetsOBrienFleming())
FIRST = NORMAL.inv_cdf(1.0 - spent_as_obrien_fleming(0.5, 0.025))
"""The bound at half of the information, by the formula."""


def by_effect(design: GroupSequentialDesign, choose: object, draws: int = 2 * DRAWS) -> float:
    first = as_planned(design)[0]
    return rejections(play(design, first, choose, paths=draws, seed=SEED), Exit.EFFICACY) / draws  # type: ignore[arg-type]


@pytest.mark.parametrize("least", [1.6, 1.96])
def test_a_trial_ended_because_z_is_good_rejects_as_often_as_quadrature_says(least: float) -> None:
    soon, late = last_bound(FIRST, 0.5, 0.52, 0.025), last_bound(FIRST, 0.5, 1.0, 0.025)
    exact = rejected(FIRST, 0.5, lambda z: (0.52, soon) if z >= least else (1.0, late))
    rate = by_effect(TWO_STAGES, ended_when_good(TWO_STAGES, least=least))
    assert abs(rate - exact) < band(COMPARISONS) * error_of(exact, 2 * DRAWS)
    # What the reports warn of.
    assert exact > 0.035


def test_a_maximum_raised_for_a_poor_z_rejects_as_often_as_quadrature_says() -> None:
    bounds = {s: last_bound(FIRST, 0.5, s, 0.025) for s in (1.0, 2.0)}
    root = math.sqrt(0.5)

    def size(z: float) -> float:
        trend = 2.0 * z * root
        return 2.0 if NORMAL.cdf((trend - bounds[1.0]) / root) < 0.5 else 1.0

    exact = rejected(FIRST, 0.5, lambda z: (size(z), bounds[size(z)]))
    rate = by_effect(TWO_STAGES, resized(TWO_STAGES, (2.0, 1.0), (0.5,)))
    assert abs(rate - exact) < band(COMPARISONS) * error_of(exact, 2 * DRAWS)
    assert exact > 0.029


def test_the_worst_choice_of_a_maximum_is_the_worst() -> None:
    factors = (0.75, 1.0, 2.0)
    worst = by_effect(TWO_STAGES, resized_for_the_worst(TWO_STAGES, factors))
    others = [by_effect(TWO_STAGES, resized(TWO_STAGES, (2.0, 1.0, f), (0.5, 0.8))) for f in factors]
    assert worst > max(others)


def test_looks_added_when_z_is_close_reject_a_little_more_than_alpha() -> None:
    """Less than a tenth more: the spending function takes most of it back."""
    design = DESIGNS["O'Brien-Fleming type"]
    rate = by_effect(design, added_when_close(design, within=0.5, after=0.05, most=3), 5 * DRAWS)
    assert design.alpha < rate < 1.1 * design.alpha


def test_corrections_that_come_whatever_z_is_raise_the_error_little() -> None:
    design = DESIGNS["O'Brien-Fleming type"]
    right = readings(design, wrong=0.0, paths=DRAWS, seed=SEED)
    assert (right.then == right.now).all()
    rate = rejected_as_read(design, right).mean()
    assert abs(rate - design.alpha) < band(COMPARISONS) * error_of(design.alpha)
    wrong = readings(design, wrong=0.1, paths=DRAWS, seed=SEED)
    # The two readings of one look share nine tenths of their information.
    assert np.corrcoef(wrong.then[:, 0], wrong.now[:, 0])[0, 1] == pytest.approx(0.9, abs=0.003)
    assert design.alpha < rejected_as_read(design, wrong).mean() < 1.1 * design.alpha


def test_a_past_look_acted_on_after_correction_is_a_second_try() -> None:
    design = DESIGNS["Pocock type"]
    read = readings(design, wrong=0.1, paths=DRAWS, seed=SEED)
    once, twice = rejected_as_read(design, read), rejected_if_acted_on(design, read)
    near = rejected_if_acted_on(design, read, within=0.25)
    assert once.mean() < near.mean() < twice.mean()
    assert twice.mean() > design.alpha + band(COMPARISONS) * error_of(design.alpha)
