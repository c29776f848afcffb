"""The law of the simulated looks against subjects of a plain-loop rival, recorded in whole days as trials are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from equipoise.design import Exit, decide, design_trial
from equipoise.simulation._replicate_kernels import run_replicates
from equipoise.simulation.bounds_in_use import BoundsInUse, all_looks
from equipoise.simulation.chunks import room_for_outcomes
from equipoise.simulation.look_plan import look_plan
from equipoise.simulation.scenario import ALTERNATIVE, NULL
from equipoise.simulation.subject_model import subject_model
from equipoise.simulation.tally import standardised
from independent.naive_trial_simulator import Assumptions, Subjects, draw_subjects
from simulation.bands import band
from simulation.small_trials import small_trial

YEAR = 365.25
LOOKS = [40, 60, 80]
FUTILITY = """
[monitoring]
hypothesis = "primary"
efficacy = { family = "Lan-DeMets O'Brien-Fleming" }
futility = { p_value = 0.6 }
[[monitoring.look]]
events = 40
[[monitoring.look]]
events = 60
[[monitoring.look]]
events = 80
"""
PROTOCOL = small_trial(
    randomization="[randomization]\nratio = { control = 1, treatment = 1 }\nblock_sizes = [4]",
    monitoring=FUTILITY,
)


def _assumptions(late_ratio: float) -> Assumptions:
    """PROTOCOL once more, in the rival's words."""
    return Assumptions(
        prevalence=[0.6, 0.4],
        hazard_from=[0.0, 0.5, 1.0],
        control_hazard=[[0.08, 0.08, 0.15], [0.30, 0.30, 0.30]],
        hazard_ratio=[[1.0, late_ratio, late_ratio]] * 2,
        accrual_end=[1.0, 6.0],
        accrual_rate=[100.0, 160.0],
        look_events=LOOKS,
        efficacy_z=[np.inf] * 3,
        dropout_control=0.03,
        dropout_experimental=0.03,
        last_patient=400,
        block=(0, 0, 1, 1),
    )


def _logrank_in_days(stratum: np.ndarray, arm: np.ndarray, time: np.ndarray, event: np.ndarray) -> tuple:
    """Expected minus observed events on arm 1 and the hypergeometric variance, day by day."""
    score = variance = 0.0
    for s in np.unique(stratum):
        t, a, e = time[stratum == s], arm[stratum == s], event[stratum == s]
        for day in np.unique(t[e]):
            there, failed = t >= day, (t == day) & e
            n, n1, d = there.sum(), (there & (a == 1)).sum(), failed.sum()
            score += d * n1 / n - (failed & (a == 1)).sum()
            if n > 1:
                variance += d * n1 * (n - n1) * (n - d) / (n * n * (n - 1))
    return score, variance


def _read_in_days(people: Subjects) -> list[tuple[float, ...]]:
    """Day, events, enrolled, z and V of each look, each held on the day of its d-th event."""
    entry = np.floor(people.entry * YEAR)
    day = np.floor(people.time * YEAR) + 1
    ends = entry + day - 1
    rows = []
    for d in LOOKS:
        cutoff = np.sort(ends[people.event])[d - 1]
        there = entry <= cutoff
        time = np.minimum(day, cutoff - entry + 1)[there]
        event = (people.event & (ends <= cutoff))[there]
        u, v = _logrank_in_days(people.stratum[there], people.arm[there], time, event)
        rows.append((cutoff, event.sum(), there.sum(), u / np.sqrt(v), v))
    return rows


class Looks(NamedTuple):
    """Each of shape (trials, K)."""

    day: np.ndarray
    events: np.ndarray
    enrolled: np.ndarray
    z: np.ndarray
    information: np.ndarray


def _naive(scenario: str, trials: int, seed: int) -> Looks:
    trial = _assumptions(0.55 if scenario == "alternative" else 1.0)
    children = np.random.SeedSequence(seed).spawn(trials)
    read = [_read_in_days(draw_subjects(trial, np.random.default_rng(child))) for child in children]
    return Looks(*np.moveaxis(np.array(read), 2, 0))


def _fast(scenario: str, trials: int, seed: int) -> Looks:
    plan = look_plan(design_trial(PROTOCOL))
    truth = NULL if scenario == "null" else ALTERNATIVE
    model = subject_model(PROTOCOL, "DFS", truth)
    out = room_for_outcomes(trials, len(LOOKS))
    every = all_looks(len(LOOKS))
    run_replicates(model, plan.looks, every, np.uint64(seed), truth.code, 0, plan.until, out)
    return Looks(out.day, out.events, out.enrolled, standardised(out), out.information)


def _exits(looks: Looks) -> dict[str, np.ndarray]:
    plan = look_plan(design_trial(PROTOCOL))
    bounds = BoundsInUse(plan.boundaries, plan.planned_events).of(looks.events.astype(np.int64))
    look, reason = decide(looks.z, *bounds)
    kinds = (Exit.EFFICACY, Exit.FUTILITY)
    return {f"{e.name} at look {k + 1}": (look == k) & (reason == e) for e in kinds for k in range(3)}


def _compare(fast: Looks, naive: Looks) -> None:
    """Every gap between the two, in its standard errors, inside one band for all."""
    found: dict[str, float] = {}

    def mean(name: str, a: np.ndarray, b: np.ndarray) -> None:
        spread = np.concatenate((a, b)).var()
        error = np.sqrt(spread * (1.0 / len(a) + 1.0 / len(b)))
        if error > 0.0:
            found[name] = float((a.mean() - b.mean()) / error)
        else:
            assert a.mean() == b.mean(), name

    for k in range(len(LOOKS)):
        for name in Looks._fields:
            mean(f"{name} at look {k + 1}", getattr(fast, name)[:, k], getattr(naive, name)[:, k])
        for name in ("z", "day"):
            a, b = getattr(fast, name)[:, k], getattr(naive, name)[:, k]
            mean(f"spread of {name} at look {k + 1}", (a - a.mean()) ** 2, (b - b.mean()) ** 2)
        for z in (1.0, 1.645, 1.96):
            mean(f"z beyond {z} at look {k + 1}", fast.z[:, k] > z, naive.z[:, k] > z)
    two = zip(_exits(fast).items(), _exits(naive).values(), strict=True)
    for (name, a), b in two:
        mean(name, a, b)
    outside = {name: gap for name, gap in found.items() if abs(gap) > band(len(found))}
    assert not outside


@pytest.mark.parametrize("scenario", ["null", "alternative"])
def test_the_looks_agree_in_law(scenario: str) -> None:
    _compare(_fast(scenario, 40_000, 31), _naive(scenario, 400, 32))


@pytest.mark.long
@pytest.mark.parametrize("scenario", ["null", "alternative"])
def test_the_looks_agree_in_law_over_many_trials(scenario: str) -> None:
    _compare(_fast(scenario, 400_000, 33), _naive(scenario, 20_000, 34))
