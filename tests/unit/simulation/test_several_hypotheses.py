"""Several hypotheses on simulated subjects: rejections are those that a committee reads from the records."""

from __future__ import annotations

import datetime as dt
import warnings
from pathlib import Path

import pytest

from equipoise.design import GraphicalDesign, design_hypotheses
from equipoise.errors import DesignError
from equipoise.monitoring import Occasion, monitor, monitor_several
from equipoise.numerics.streams import Stream
from equipoise.protocol import read_protocol
from equipoise.records import TrialRecords, cut
from equipoise.simulation import GraphCharacteristics, Scenario, graph_rejection_rates, simulate_hypotheses
from equipoise.simulation.chunks import Chunk
from equipoise.simulation.look_plan import opening_date
from equipoise.simulation.replicate import full_replicate
from equipoise.simulation.several_hypotheses import (
    HypothesisReader,
    _chunk,
    hypotheses_played,
    rejection_days,
)
from simulation.bands import band
from simulation.played_models import BOTH, LAG, PROGRESSION, protocol_of

QUESTIONS = Path(__file__).parents[3] / "examples" / "aall1731" / "two_questions.toml"
TWO = """
[[hypothesis]]
id = "progression"
endpoint = "DFS"
experimental = "treatment"
power = 0.8
[[hypothesis]]
id = "survival"
endpoint = "OS"
experimental = "treatment"
power = 0.8
[graph]
alpha = 0.1
weights = { progression = 0.6, survival = 0.4 }
transitions = { progression = { survival = 1.0 }, survival = { progression = 1.0 } }
"""
LOOKS = """
[[monitoring]]
hypothesis = "progression"
efficacy = { family = "Lan-DeMets Pocock" }
look = [{ events = 50 }, { events = 90 }, { events = 130 }]
[[monitoring]]
hypothesis = "survival"
efficacy = { family = "Lan-DeMets O'Brien-Fleming" }
look = [{ time = 2.5 }, { events = 90 }]
"""
STRONG = {"starts": "hazard_ratio = [1.0, 0.55]", "now": "hazard_ratio = [0.7, 0.5]"}


def _both(data: str = PROGRESSION + LAG) -> GraphicalDesign:
    assumed = {"assumptions": BOTH["assumptions"].replace(STRONG["starts"], STRONG["now"])}
    return design_hypotheses(
        protocol_of(BOTH | assumed | {"hypothesis": TWO, "monitoring": LOOKS, "data": data})
    )


def _as_monitored(
    design: GraphicalDesign, records: TrialRecords, cutoffs: dict[str, list[dt.date]]
) -> dict[str, dt.date]:
    """First date on which the committee's reading of all looks held by then rejects each hypothesis."""
    first: dict[str, dt.date] = {}
    results: dict[str, dict[dt.date, object]] = {}
    for one in design.designs:
        name, history = one.hypothesis.id, ()
        results[name] = {}
        for k, day in enumerate(cutoffs[name], start=1):
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="the analysis leaves out")
                found = monitor(one, cut(records, day), history=history, occasion=Occasion(planned_look=k))
            history = found.looks
            results[name][day] = found
    for today in sorted({day for days in cutoffs.values() for day in days}):
        known = [
            held[max(d for d in held if d <= today)]
            for held in results.values()
            if any(d <= today for d in held)
        ]
        for name in monitor_several(design, known).rejected:
            first.setdefault(name, today)
    return first


def _assert_as_monitored(design: GraphicalDesign, scenario: Scenario, *, seed: int, trials: int) -> int:
    played, names = hypotheses_played(design, scenario), design.procedure.graph.hypotheses
    stream = Stream(seed).of_scenario(scenario.code)
    outcomes = {n: _chunk(p, stream, Chunk(0, trials)) for n, p in zip(names, played, strict=True)}
    readers = {n: HypothesisReader(d) for n, d in zip(names, design.designs, strict=True)}
    days, opening = rejection_days(design.procedure, readers, outcomes), opening_date(design.protocol)
    rejected = 0
    for i in range(trials):
        records = full_replicate(played[0], scenario.name, Stream(seed, scenario.code, i)).records
        cutoffs = {n: [opening + dt.timedelta(days=int(d)) for d in outcomes[n].day[i]] for n in names}
        expected = _as_monitored(design, records, cutoffs)
        assert {n: opening + dt.timedelta(days=int(days[n][i])) for n in names if days[n][i] >= 0} == expected
        rejected += len(expected)
    return rejected


def test_progression_and_survival_are_rejected_when_the_committee_rejects_them() -> None:
    weak = Scenario("weak", hazard_ratio=0.75)
    assert 4 < _assert_as_monitored(_both(), weak, seed=5, trials=12) < 24


def test_risk_groups_and_the_whole_are_rejected_when_the_committee_rejects_them() -> None:
    design, weak = design_hypotheses(read_protocol(QUESTIONS)), Scenario("weak", hazard_ratio=0.7)
    assert 3 < _assert_as_monitored(design, weak, seed=6, trials=8) < 24


@pytest.fixture(scope="module")
def found() -> dict[str, GraphCharacteristics]:
    several = simulate_hypotheses(read_protocol(QUESTIONS), trials=6000, seed=8, workers=2)
    return {one.scenario: one for one in several}


def test_nowhere_an_effect_the_familywise_error_is_alpha_or_below(
    found: dict[str, GraphCharacteristics],
) -> None:
    null = found["null"]
    assert all(h.true for h in null.hypotheses)
    assert null.familywise_error == null.any_rejected
    # Log-rank statistics are nearly lattices: beside the band, 0.002 for what they are off the normal law.
    assert null.familywise_error.value <= 0.025 + band(3) * null.familywise_error.error + 0.002
    assert null.familywise_error.value > 0.01


def test_rates_are_those_of_normal_draws(found: dict[str, GraphCharacteristics]) -> None:
    design = design_hypotheses(read_protocol(QUESTIONS))
    normal = graph_rejection_rates(design, trials=100_000, seed=3)
    alternative = found["alternative"]
    assert not any(h.true for h in alternative.hypotheses)
    assert alternative.familywise_error.value == 0.0
    for h, rejected in zip(alternative.hypotheses, normal.rejected, strict=True):
        assert abs(h.rejected.value - rejected.value) < band(4) * h.rejected.error + 0.02
        assert sum(e.value for e in h.at_look) == pytest.approx(h.rejected.value)
        assert h.rejected.value >= h.alone.value
    assert abs(alternative.all_rejected.value - normal.all_rejected.value) < 0.04
    table = alternative.to_frame()
    assert table.height == 3 + sum(3 + 2 * len(h.at_look) for h in alternative.hypotheses)


def test_an_effect_in_one_group_leaves_the_other_true() -> None:
    effect = {"endpoint": "DFS", "arm": "blinatumomab"}
    effects = [
        effect | {"strata": ["SR-Average"], "hazard_ratio": [1.0]},
        effect | {"strata": ["SR-High"], "hazard_ratio": [0.45]},
    ]
    only = Scenario("high alone", changes=(("effect", effects),))
    (one,) = simulate_hypotheses(read_protocol(QUESTIONS), trials=6000, seed=2, scenarios=only, workers=2)
    (true,) = (h for h in one.hypotheses if h.true)
    assert one.familywise_error == true.rejected
    assert 0.01 < true.rejected.value <= 0.025 + band(3) * true.rejected.error + 0.002
    assert true.rejected.value > true.alone.value, "alpha of the groups with an effect is passed on"


def test_workers_and_other_scenarios_change_nothing() -> None:
    protocol = read_protocol(QUESTIONS)
    one = simulate_hypotheses(protocol, trials=1200, seed=4, scenarios="null", workers=1)
    two = simulate_hypotheses(protocol, trials=1200, seed=4, scenarios=["alternative", "null"], workers=2)
    assert repr(one[0]) == repr(two[1])


def test_endpoints_of_one_patient_need_a_joint_law() -> None:
    design = _both(data="")
    with pytest.raises(DesignError, match=r"Add \[simulation.illness_death\]"):
        simulate_hypotheses(design.protocol, trials=1, seed=1)
    planned = Scenario("x", changes=(("accrual.patients", 500),))
    with pytest.raises(DesignError, match="which is planned"):
        simulate_hypotheses(read_protocol(QUESTIONS), trials=1, seed=1, scenarios=planned)


def test_progress_is_told_and_what_is_found_says_what_it_is_of() -> None:
    protocol, told = read_protocol(QUESTIONS), []
    found = simulate_hypotheses(
        protocol, trials=700, seed=4, workers=1, progress=lambda done, total: told.append((done, total))
    )
    assert told == [(500, 1400), (700, 1400), (1200, 1400), (1400, 1400)]
    assert {(one.protocol_hash, one.seed, one.alpha) for one in found} == {(protocol.hash, 4, 0.025)}
    assert found[0]["both"].labels == ("first efficacy look", "second efficacy look", "final analysis")


def test_what_comes_after_a_stop_is_not_played_of_several() -> None:
    going_on = Scenario("x", changes=(("simulation.after_stop.overrun", 0.2),))
    with pytest.raises(DesignError, match="several do not stop at once"):
        simulate_hypotheses(read_protocol(QUESTIONS), trials=1, seed=1, scenarios=going_on)
