"""A graph on normal draws: each hypothesis alone against the exact crossing, the graph against the procedure itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from equipoise.design import (
    GraphicalDesign,
    HeldLooks,
    design_hypotheses,
)
from equipoise.design.crossing import crossing_probabilities
from equipoise.errors import ArgumentError, DesignError
from equipoise.protocol import parse_protocol, read_protocol
from equipoise.simulation import graph_rejection_rates
from equipoise.simulation.canonical_graph import _bounds, _rejected, _scores
from simulation.bands import band

QUESTIONS = Path(__file__).parents[3] / "examples" / "aall1731" / "two_questions.toml"
TRIALS = 100_000


@pytest.fixture(scope="module")
def planned() -> GraphicalDesign:
    return design_hypotheses(read_protocol(QUESTIONS))


def test_nowhere_an_effect_the_familywise_error_is_below_alpha(planned: GraphicalDesign) -> None:
    found = graph_rejection_rates(planned, trials=TRIALS, seed=1, effect_in=())
    assert found.true == planned.procedure.graph.hypotheses
    assert found.familywise_error == found.any_rejected
    assert found.familywise_error.value <= 0.025 + band(5) * found.familywise_error.error
    for rate, level in zip(found.alone, (0.01, 0.01, 0.005), strict=True):
        assert abs(rate.value - level) <= band(5) * (level / TRIALS) ** 0.5


@pytest.mark.parametrize("stratum", ["SR-Average", "SR-High"])
def test_an_effect_in_one_group_leaves_the_other_at_alpha(planned: GraphicalDesign, stratum: str) -> None:
    found = graph_rejection_rates(planned, trials=TRIALS, seed=1, effect_in=[stratum])
    other = next(s for s in ("SR-Average", "SR-High") if s != stratum)
    assert found.true == (other,)
    assert found.familywise_error.value <= 0.025 + band(5) * found.familywise_error.error
    # With the true effect alpha is passed on, so the other is tested at more than it begins with.
    assert found.familywise_error.value > 0.011


def test_alone_each_hypothesis_has_its_own_crossing_probability(planned: GraphicalDesign) -> None:
    found = graph_rejection_rates(planned, trials=TRIALS, seed=2)
    scores = _scores(planned, planned.protocol.strata_ids)
    for i, one in enumerate(planned.designs):
        rows = [planned.protocol.strata_ids.index(s) for s in planned.protocol.population(one.hypothesis)]
        v, mean = (
            scores.v[rows].sum(axis=0)[list(scores.looks[i])],
            scores.mean[rows].sum(axis=0)[list(scores.looks[i])],
        )
        b = planned.procedure.bounds(
            one.hypothesis.id, one.hypothesis.alpha, v / v[-1], final=True
        ).efficacy_z
        # Nearly one drift: the mean score is nearly proportional to the information.
        drift = float((mean / v)[-1])
        nothing = [-np.inf] * 3
        exact = crossing_probabilities(v.tolist(), b.tolist(), nothing, nothing, drift).efficacy.sum()
        assert abs(found.alone[i].value - exact) <= band(3) * found.alone[i].error + 0.002
        assert found.rejected[i].value > found.alone[i].value
    assert found.true == ()
    assert found.familywise_error.value == 0.0
    assert found.any_rejected.value >= max(e.value for e in found.rejected)
    assert found.all_rejected.value <= min(e.value for e in found.rejected)


def test_the_draws_are_read_as_the_procedure_reads_a_trial(planned: GraphicalDesign) -> None:
    ids = planned.procedure.graph.hypotheses
    populations = [planned.protocol.population(d.hypothesis) for d in planned.designs]
    scores = _scores(planned, ("SR-High",))
    information = dict(zip(ids, scores.information(populations), strict=True))
    uniforms = np.random.default_rng(3).uniform(size=(80, scores.columns))
    z = dict(zip(ids, scores.draw(uniforms, populations), strict=True))
    found = _rejected(planned.procedure, _bounds(planned.procedure, information), z)
    for i in range(80):
        looks = {n: HeldLooks(v / v[-1], z[n][i], final=True) for n, v in information.items()}
        assert set(planned.procedure.test(looks).rejected) == {n for n in ids if found[n][i]}


def test_nested_populations_are_correlated_by_the_root_of_the_share(planned: GraphicalDesign) -> None:
    populations = [planned.protocol.population(d.hypothesis) for d in planned.designs]
    scores = _scores(planned, ())
    uniforms = np.random.default_rng(4).uniform(size=(100_000, scores.columns))
    z = scores.draw(uniforms, populations)
    last = scores.looks[0][-1]
    share = scores.v[0, last] / scores.v[:, scores.looks[2][-1]].sum()
    # Both read when the group's information is v: only then is the correlation the root of the share.
    at = min(scores.looks[0][-1], scores.looks[2][-1])
    assert np.corrcoef(z[0][:, -1], z[1][:, -1])[0, 1] == pytest.approx(0.0, abs=0.015)
    first = scores.v[0, at] / np.sqrt(scores.v[0, last] * scores.v[:, scores.looks[2][-1]].sum())
    assert np.corrcoef(z[0][:, -1], z[2][:, -1])[0, 1] == pytest.approx(first, abs=0.015)
    assert 0.3 < share < 0.8


def test_the_same_seed_gives_the_same_rates(planned: GraphicalDesign) -> None:
    one = graph_rejection_rates(planned, trials=2000, seed=9)
    assert one == graph_rejection_rates(planned, trials=2000, seed=9)
    assert one != graph_rejection_rates(planned, trials=2000, seed=10)
    assert one.to_frame()["hypothesis"].to_list() == list(planned.procedure.graph.hypotheses)


def test_what_has_no_known_correlation_is_refused(planned: GraphicalDesign) -> None:
    with pytest.raises(ArgumentError, match="must name strata of 'SR-Average', 'SR-High'"):
        graph_rejection_rates(planned, trials=10, seed=1, effect_in=["SR-Low"])
    text = QUESTIONS.read_text()
    pooled = text.replace(
        'experimental = "blinatumomab"\npower = 0.9',
        'experimental = "blinatumomab"\ntest = "logrank"\npower = 0.9',
    )
    with pytest.raises(DesignError, match="its score is not the sum of theirs"):
        graph_rejection_rates(design_hypotheses(parse_protocol(pooled)), trials=10, seed=1)
