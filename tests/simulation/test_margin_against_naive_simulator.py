"""Looks against a margin: the simulator beside subjects of a plain-loop rival and a statistic day by day."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.design import design_trial
from equipoise.simulation._replicate_kernels import run_replicates
from equipoise.simulation.bounds_in_use import all_looks
from equipoise.simulation.chunks import room_for_outcomes
from equipoise.simulation.look_plan import look_plan
from equipoise.simulation.scenario import Scenario
from equipoise.simulation.subject_model import subject_model
from equipoise.simulation.tally import standardised
from independent.naive_trial_simulator import Assumptions, Subjects, draw_subjects
from simulation.bands import band
from simulation.small_trials import small_trial

YEAR, MARGIN, TRIALS = 365.25, 1.75, 1500
LOOKS = (40, 80)
PROTOCOL = small_trial(
    hypothesis="""
[[hypothesis]]
id = "primary"
endpoint = "DFS"
experimental = "treatment"
margin = 1.75
alpha = 0.025
power = 0.8
""",
    assumptions="""
[[assumption]]
endpoint = "DFS"
stratum = "low"
hazard = { starts = [0.0, 1.0], rates = [0.08, 0.15] }
[[assumption]]
endpoint = "DFS"
stratum = "high"
hazard = { rates = [0.30] }
[[effect]]
endpoint = "DFS"
arm = "treatment"
hazard_ratio = [1.0]
""",
    randomization="[randomization]\nratio = { control = 1, treatment = 1 }\nblock_sizes = [4]",
    monitoring="""
[monitoring]
hypothesis = "primary"
efficacy = { family = "Lan-DeMets O'Brien-Fleming" }
look = [{ events = 40 }, { events = 80 }]
""",
)


def naive_z(people: Subjects) -> list[float]:
    """Z of each look, held on the day of its last event, by tables of each day in each stratum."""
    entry = np.floor(people.entry * YEAR)
    day = np.floor(people.time * YEAR) + 1
    ends, found = entry + day - 1, []
    for d in LOOKS:
        cutoff = np.sort(ends[people.event])[d - 1]
        there = entry <= cutoff
        time = np.minimum(day, cutoff - entry + 1)[there]
        event, arm = (people.event & (ends <= cutoff))[there], people.arm[there]
        score = variance = 0.0
        for s in (0, 1):
            mine = people.stratum[there] == s
            t, a, e = time[mine], arm[mine], event[mine]
            for now in np.unique(t[e]):
                at_risk, failed = t >= now, (t == now) & e
                n, n1, k = at_risk.sum(), (at_risk & (a == 1)).sum(), failed.sum()
                p = MARGIN * n1 / (n - n1 + MARGIN * n1)
                score += k * p - (failed & (a == 1)).sum()
                variance += k * p * (1 - p) * (n - k) / max(n - 1, 1)
        found.append(score / np.sqrt(variance))
    return found


@pytest.mark.parametrize("hazard_ratio", [1.0, MARGIN])
def test_both_simulators_have_one_law_of_z(hazard_ratio: float) -> None:
    """Means, spreads and tails of z at each look, each gap inside one band for all."""
    truth = Assumptions(
        prevalence=[0.6, 0.4],
        hazard_from=[0.0, 1.0],
        control_hazard=[[0.08, 0.15], [0.30, 0.30]],
        hazard_ratio=[[hazard_ratio] * 2] * 2,
        accrual_end=[1.0, 6.0],
        accrual_rate=[100.0, 160.0],
        look_events=LOOKS,
        efficacy_z=[np.inf] * 2,
        dropout_control=0.03,
        dropout_experimental=0.03,
        last_patient=400,
        block=(0, 0, 1, 1),
    )
    children = np.random.SeedSequence(88).spawn(TRIALS)
    naive = np.array([naive_z(draw_subjects(truth, np.random.default_rng(c))) for c in children])
    plan = look_plan(design_trial(PROTOCOL))
    out = room_for_outcomes(20 * TRIALS, len(LOOKS))
    played = Scenario("truth", hazard_ratio)
    model = subject_model(PROTOCOL, "DFS", played)
    run_replicates(model, plan.looks, all_looks(2), np.uint64(5), played.code, 0, plan.until, out)
    fast = standardised(out)
    gaps = []
    for k in range(len(LOOKS)):
        pairs = [(fast[:, k], naive[:, k]), ((fast[:, k] - 1) ** 2, (naive[:, k] - 1) ** 2)]
        pairs += [(fast[:, k] > c, naive[:, k] > c) for c in (-1.0, 0.0, 1.0, 1.645, 1.96, 2.3)]
        for a, b in pairs:
            error = np.sqrt(a.var() / len(a) + b.var() / len(b))
            gaps.append((a.mean() - b.mean()) / error)
    assert np.abs(gaps).max() < band(len(gaps))
    if hazard_ratio == MARGIN:
        assert abs(fast[:, 1].mean()) < 0.05
