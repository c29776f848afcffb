"""Strong control of the familywise error by a graph of group-sequential hypotheses, on canonical normal draws.

Two risk groups with independent scores and the whole population, whose score is their sum: the correlation of a
group's z with the whole's is the square root of the group's share of the information. The band is fixed beforehand.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from equipoise.design import (
    GraphicalProcedure,
    HeldLooks,
    HypothesisGraph,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    bonferroni,
    holm,
)
from simulation.bands import band

DRAWS = 200_000
SHARE = 0.58
ALPHA = 0.025
IDS = ("average", "high", "all")
LOOKS = {"average": (0.5, 0.8, 1.0), "high": (0.4, 0.7, 1.0)}
GRAPH = HypothesisGraph.of(
    {"average": 0.4, "high": 0.4, "all": 0.2},
    {
        "average": {"high": 0.5, "all": 0.5},
        "high": {"average": 0.5, "all": 0.5},
        "all": {"average": 0.5, "high": 0.5},
    },
)
RULES = {"average": KimDeMets(rho=2.0), "high": LanDeMetsOBrienFleming(), "all": LanDeMetsPocock()}
PROCEDURE = GraphicalProcedure.of(GRAPH, ALPHA, RULES)
# Drift of each group at its own full information; which hypotheses are then true.
TRUTHS = {
    "no effect anywhere": ((0.0, 0.0), ("average", "high", "all")),
    "an effect in one group": ((3.0, 0.0), ("high",)),
    "an effect in the other group": ((0.0, 3.2), ("average",)),
    # The whole is sqrt(share) drift_average + sqrt(1 - share) drift_high: here benefit and harm cancel.
    "benefit and harm that cancel": ((2.5, -2.5 * math.sqrt(SHARE / (1.0 - SHARE))), ("high", "all")),
}
COMPARISONS = len(TRUTHS) + 2


@cache
def draws(drift: tuple[float, float], seed: int) -> dict[str, np.ndarray]:
    """Z of each hypothesis at its looks, shape (draws, 3): Brownian motions read at their own information.

    Analysis k reads the whole where its groups stand: at share t_average + (1 - share) t_high of the whole.
    """
    rng = np.random.default_rng(seed)
    z, score = {}, []
    for name, d in zip(IDS, drift, strict=False):
        t = np.array(LOOKS[name])
        steps = np.diff(t, prepend=0.0)
        b = np.cumsum(rng.normal(size=(DRAWS, 3)) * np.sqrt(steps) + d * steps, axis=1)
        z[name] = b / np.sqrt(t)
        score.append(b)
    whole = math.sqrt(SHARE) * score[0] + math.sqrt(1.0 - SHARE) * score[1]
    z["all"] = whole / np.sqrt(information("all"))
    return z


def information(name: str) -> np.ndarray:
    """Information fractions at which a hypothesis is read."""
    if name == "all":
        return SHARE * np.array(LOOKS["average"]) + (1.0 - SHARE) * np.array(LOOKS["high"])
    return np.array(LOOKS[name])


def rejected(procedure: GraphicalProcedure, z: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Stepwise over all draws at once: which have rejected each hypothesis by the last look, shape (draws,)."""
    ids = procedure.graph.hypotheses
    done = {name: np.zeros(DRAWS, dtype=bool) for name in ids}
    for gone, left in sorted(procedure.graph.remaining(), key=lambda pair: len(pair[0])):
        here = np.all([done[name] == (name in gone) for name in ids], axis=0)
        for name in left.hypotheses:
            level = left.weight(name) * procedure.alpha
            if level > 0.0:
                bounds = procedure.bounds(name, level, information(name), final=True)
                crossed = (z[name] >= bounds.efficacy_z).any(axis=1)
                # One at a time: whoever has just been rejected stands in a larger set, which comes later.
                now = here & crossed
                done[name] |= now
                here &= ~now
    return done


def rate(found: dict[str, np.ndarray], true: tuple[str, ...]) -> float:
    return float(np.any([found[name] for name in true], axis=0).mean())


@pytest.mark.parametrize("truth", TRUTHS)
def test_true_hypotheses_are_rejected_with_probability_alpha_at_most(truth: str) -> None:
    drift, true = TRUTHS[truth]
    found = rejected(PROCEDURE, draws(drift, 20_261_122))
    error = math.sqrt(ALPHA * (1.0 - ALPHA) / DRAWS)
    assert rate(found, true) <= ALPHA + band(COMPARISONS) * error
    # A shortcut that never tests would pass the line above.
    for name in set(IDS) - set(true):
        assert found[name].mean() > 0.25


def test_two_independent_hypotheses_by_holm_err_as_often_as_the_formula_says() -> None:
    """Both true and independent, each at alpha / 2 at first: 1 - (1 - alpha / 2)^2."""
    procedure = GraphicalProcedure.of(holm(("average", "high")), ALPHA, {n: RULES[n] for n in IDS[:2]})
    found = rejected(procedure, draws((0.0, 0.0), 7))
    wanted = 1.0 - (1.0 - ALPHA / 2) ** 2
    error = math.sqrt(wanted * (1.0 - wanted) / DRAWS)
    assert abs(rate(found, ("average", "high")) - wanted) <= band(COMPARISONS) * error


def test_the_whole_of_alpha_for_each_would_not_be_held() -> None:
    """What the graph guards against is seen by these draws: three times alpha shared by nobody."""
    alone = GraphicalProcedure.of(bonferroni(IDS), 3.0 * ALPHA, RULES)
    found = rejected(alone, draws((0.0, 0.0), 20_261_122))
    assert rate(found, IDS) > ALPHA * 1.5


def test_draws_are_read_as_the_procedure_reads_a_trial() -> None:
    z = draws((1.5, 2.0), 3)
    found = rejected(PROCEDURE, z)
    for i in range(150):
        looks = {name: HeldLooks(information(name), z[name][i], final=True) for name in IDS}
        assert set(PROCEDURE.test(looks).rejected) == {name for name in IDS if found[name][i]}
