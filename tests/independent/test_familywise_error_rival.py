"""The familywise error of a graph when nothing is true, by the multivariate normal distribution.

A hypothesis is rejected first at the level that it begins with, so the error is one minus the probability that every z of
every hypothesis lies below its bound: nine correlated normals, integrated by Genz's method in SciPy.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from equipoise.design import design_hypotheses, expected_score
from equipoise.design.protocol_population import hypothesis_accrual, hypothesis_strata
from equipoise.protocol import parse_protocol
from equipoise.simulation import graph_rejection_rates
from independent.group_sequential_by_tanh_sinh import efficacy_bounds
from simulation.bands import band

QUESTIONS = Path(__file__).parents[2] / "examples" / "aall1731" / "two_questions.toml"
WEIGHTS = {
    "as planned": (0.4, 0.4, 0.2),
    "half on the whole": (0.25, 0.25, 0.5),
    "all on the groups": (0.5, 0.5, 0.0),
}
TRIALS = 200_000


@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
def test_one_minus_the_probability_that_nothing_is_crossed(weights: tuple[float, ...]) -> None:
    average, high, both = weights
    text = QUESTIONS.read_text().replace(
        "weights = { SR-Average = 0.4, SR-High = 0.4, both = 0.2 }",
        f"weights = {{ SR-Average = {average}, SR-High = {high}, both = {both} }}",
    )
    planned = design_hypotheses(parse_protocol(text))
    protocol, cells, bounds = planned.protocol, [], []
    for one, weight in zip(planned.designs, weights, strict=True):
        if weight == 0.0:
            continue
        of_look = []
        for look in one.looks:
            by_stratum = {}
            for stratum in protocol.population(one.hypothesis):
                here = one.hypothesis.model_copy(update={"population": (stratum,)})
                strata, accrual = hypothesis_strata(protocol, here), hypothesis_accrual(protocol, here)
                by_stratum[stratum] = float(expected_score(strata, accrual, at=[look.time]).information[0])
            of_look.append(by_stratum)
        total = np.array([sum(v.values()) for v in of_look])
        t = total / total[-1]
        bounds += efficacy_bounds(t.tolist(), (0.025 * weight * t**2).tolist(), 1)
        cells += of_look
    n = len(cells)
    covariance = np.eye(n)
    for i in range(n):
        for j in range(n):
            shared = sum(min(cells[i][s], cells[j][s]) for s in set(cells[i]) & set(cells[j]))
            covariance[i, j] = shared / np.sqrt(sum(cells[i].values()) * sum(cells[j].values()))
    below = multivariate_normal.cdf(
        np.array(bounds),
        cov=covariance,
        allow_singular=True,
        maxpts=1_000_000,
        abseps=1e-6,
        releps=1e-6,
        rng=np.random.default_rng(1),
    )
    wanted = 1.0 - float(below)
    found = graph_rejection_rates(planned, trials=TRIALS, seed=21, effect_in=()).familywise_error
    assert abs(found.value - wanted) <= band(len(WEIGHTS)) * found.error
    assert wanted < 0.025
