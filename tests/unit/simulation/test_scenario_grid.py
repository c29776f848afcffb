"""Scenarios in TOML: paths, ranges, what is the truth and what the plan, and every mistake with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from equipoise.design import design_trial
from equipoise.errors import ProtocolError
from equipoise.numerics.piecewise import PiecewiseConstant
from equipoise.protocol import Protocol, parse_protocol
from equipoise.simulation import Scenario, read_scenarios, simulate
from equipoise.simulation.changed_protocol import changed, is_planned, value_at
from equipoise.simulation.played import Played
from equipoise.simulation.scenario_grid import own_scenarios
from simulation.small_trials import SECTIONS, small_trial

PROTOCOL = small_trial()


def _read(tmp_path: Path, text: str, protocol: Protocol = PROTOCOL) -> tuple[Scenario, ...]:
    file = tmp_path / "scenarios.toml"
    file.write_text(text)
    return read_scenarios(file, protocol)


def test_ranges_are_crossed_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = _read(tmp_path, "[scenario.effect]\nhazard_ratio = [0.5, 0.7]\ndelay = [0, 0.5, 1]\n")
    assert [(s.hazard_ratio, s.delay) for s in found] == [
        (0.5, 0), (0.5, 0.5), (0.5, 1), (0.7, 0), (0.7, 0.5), (0.7, 1)
    ]  # fmt: skip
    assert found[1].name == "effect: hazard_ratio 0.5, delay 0.5"
    assert dict(found[1].settings) == {"family": "effect", "hazard_ratio": 0.5, "delay": 0.5}


def test_a_scenario_of_single_values_keeps_its_name(tmp_path: Path) -> None:
    (one,) = _read(tmp_path, "[scenario.worse]\nhazard_ratio = 1.2\ndropout.rate = 0.1\n")
    assert (one.name, one.hazard_ratio, one.changes) == ("worse", 1.2, (("dropout.rate", 0.1),))


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("{ from = 0.5, to = 0.8, step = 0.1 }", [0.5, 0.6, 0.7, 0.8]),
        ("{ from = 0.5, to = 0.75, step = 0.1 }", [0.5, 0.6, 0.7]),
        ("{ from = 0.4, to = 1.0, count = 4 }", [0.4, 0.6, 0.8, 1.0]),
        ("{ values = [0.9, 0.3] }", [0.9, 0.3]),
    ],
)
def test_ranges_can_be_written_by_their_ends(tmp_path: Path, written: str, values: list[float]) -> None:
    assert [s.hazard_ratio for s in _read(tmp_path, f"[scenario.x]\nhazard_ratio = {written}\n")] == values


def test_a_list_where_a_list_stands_is_one_value_and_a_list_of_lists_a_range(tmp_path: Path) -> None:
    one = _read(tmp_path, "[scenario.x]\naccrual.rates = [50, 90]\n")
    two = _read(tmp_path, "[scenario.x]\naccrual.rates = [[50, 90], [200, 200]]\n")
    assert [s.changes for s in one] == [(("accrual.rates", (50, 90)),)]
    assert [s.changes[0][1] for s in two] == [(50, 90), (200, 200)]


def test_pieces_of_a_hazard_ratio_are_one_effect(tmp_path: Path) -> None:
    (one,) = _read(tmp_path, "[scenario.x]\nhazard_ratio = { starts = [0, 1], hazard_ratio = [1.3, 0.6] }\n")
    assert one.hazard_ratio == PiecewiseConstant((0.0, 1.0), (1.3, 0.6))


def test_delay_sets_the_effect_to_none_before_it_and_leaves_it_after() -> None:
    assumed = PiecewiseConstant((0.0, 0.5, 2.0), (0.9, 0.55, 0.4))
    assert Scenario("a", delay=1.0).effect(assumed) == PiecewiseConstant((0, 1.0, 2.0), (1.0, 0.55, 0.4))
    assert Scenario("a", 0.5, 1.0).effect(assumed) == PiecewiseConstant((0.0, 1.0), (1.0, 0.5))
    assert Scenario("a").effect(None) is None
    assert Scenario("a").effect(assumed) == assumed


def test_entries_of_arrays_are_named_by_number_or_id(tmp_path: Path) -> None:
    text = """
[scenario.x]
"stratum[low].prevalence" = 0.3
"stratum[1].prevalence" = 0.7
"assumption[1].hazard.rates" = [0.2]
"""
    (one,) = _read(tmp_path, text)
    truth = changed(PROTOCOL, one.changes, "x")
    assert [s.prevalence for s in truth.stratum] == [0.3, 0.7]
    assert truth.assumption[1].control_hazard() == PiecewiseConstant((0.0,), (0.2,))
    assert value_at(PROTOCOL, "stratum[high].prevalence") == 0.4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[scenario.x]\ndropuot.rate = 1\n", "dropuot: is not a known key. Did you mean dropout"),
        ("[scenario.x]\ndropout.rate = -1\n", "dropout.rate = -1: must be greater"),
        ('[scenario.x]\n"stratum[9].prevalence" = 1\n', "leads nowhere: there is no 9"),
        ('[scenario.x]\n"stratum[middle].prevalence" = 1\n', "leads nowhere: there is no middle"),
        ('[scenario.x]\n"stratum[low].prevalence" = 0.5\n', "must add up to 1"),
        ("[scenario.x]\nhazard_ratio = -0.5\n", r"scenario.x.hazard_ratio = -0.5: must be above 0"),
        ('[scenario.x]\nhazard_ratio = "much"\n', "scenario.x.hazard_ratio = 'much': must be a number"),
        ("[scenario.x]\nhazard_ratio = []\n", "must hold at least one value"),
        ("[scenario.x]\nhazard_ratio = { from = 1, to = 0.5, step = 0.1 }\n", "must run from a number up"),
        ("[scenario.x]\nhazard_ratio = { from = 0, to = 1, step = 1e-9 }\n", "must run from a number up"),
        ("[scenario.x]\ndelay = -1\n", "scenario.x.delay = -1: must be 0 or more"),
        ("[scenario]\nx = 3\n", "scenario.x = 3: must be a table"),
        ("[trial]\nname = 'X'\n", "trial: must hold [scenario.NAME] tables alone"),
        ("", "must hold [scenario.NAME] tables alone"),
        (
            "[scenario.x]\nhazard_ratio = { from = 1, to = 2, count = 200 }\ndelay.from = 0\ndelay.to = 2\ndelay.count = 200\n",
            "more than 10000 scenarios",
        ),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ProtocolError) as error:
        _read(tmp_path, text)
    assert message in str(error.value)


def test_a_truth_leaves_the_design_alone_and_a_plan_makes_another() -> None:
    assert is_planned("monitoring.efficacy.family")
    assert is_planned("accrual.patients")
    assert not is_planned("accrual.rates")
    assert not is_planned("effect[0].hazard_ratio")
    plans = Played(PROTOCOL)
    base = plans.of(Scenario("base"))
    truth = plans.of(Scenario("truth", changes=(("assumption[1].hazard.rates", (0.9,)),)))
    plan = plans.of(Scenario("plan", changes=(("hypothesis[primary].alpha", 0.05),)))
    assert truth.plan is base.plan
    assert (truth.model.no_event != base.model.no_event).any()
    assert plan.plan.boundaries.alpha == 0.05
    assert (plan.model.no_event == base.model.no_event).all()
    patients = plans.of(Scenario("more", changes=(("accrual.patients", 500),)))
    assert patients.model.patients == 500
    assert patients.plan.planned_events == design_trial(PROTOCOL).events


def test_a_protocol_s_own_scenarios_are_played_and_named() -> None:
    sections = SECTIONS | {"data": "[scenario.late]\ndelay = [0.5, 2]\n"}
    protocol = parse_protocol("\n".join(sections.values()), source="own")
    assert [s.name for s in own_scenarios(protocol)] == ["late: delay 0.5", "late: delay 2"]
    found = simulate(protocol, trials=40, seed=1, workers=1)
    assert [s.scenario for s in found.scenarios] == ["late: delay 0.5", "late: delay 2"]
    one = simulate(protocol, trials=40, seed=1, workers=1, scenarios=["null", "late: delay 2"])
    assert one["late: delay 2"] == found["late: delay 2"]
    again = simulate(protocol, seed=1, scenarios="late: delay 2", replicate=3)
    assert again.scenario == "late: delay 2"


def test_a_changed_protocol_gives_the_trials_of_the_protocol_written_so() -> None:
    written = small_trial(dropout="[dropout]\nrate = 0.2\n")
    scenario = Scenario("lossy", changes=(("dropout.rate", 0.2),))
    ours = simulate(PROTOCOL, trials=100, seed=5, scenarios=[scenario], workers=1)["lossy"]
    theirs = simulate(written, trials=100, seed=5, scenarios=[Scenario("lossy")], workers=1)["lossy"]
    assert ours.looks == theirs.looks


def test_the_summary_has_one_row_a_scenario_with_its_settings() -> None:
    grid = [
        Scenario(f"hr {ratio}", ratio, settings=(("hazard_ratio", ratio), ("arm", "x")))
        for ratio in (0.5, 1.0)
    ]
    found = simulate(PROTOCOL, trials=60, seed=2, scenarios=[*grid, "null"], workers=1)
    table = found.summary()
    assert table["scenario"].to_list() == ["hr 0.5", "hr 1.0", "null"]
    assert table["hazard_ratio"].to_list() == [0.5, 1.0, None]
    assert table["rejection"].to_list() == [s.rejection.value for s in found.scenarios]
    assert table["events"].to_list() == [s.events.mean.value for s in found.scenarios]
