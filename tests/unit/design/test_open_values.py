"""What a protocol leaves out is solved so that giving the solution designs the same trial."""

from __future__ import annotations

import pytest

from equipoise.design import (
    AccrualDuration,
    LanDeMetsOBrienFleming,
    design_trial,
    group_sequential,
    time_to_event,
)
from equipoise.design.protocol_population import hypothesis_accrual, hypothesis_strata
from equipoise.errors import DesignError, ProtocolError
from equipoise.protocol import parse_protocol
from small_trial import PROTOCOL

PLAN = PROTOCOL.replace("{ events = 10 }, { events = 20 }", "{ fraction = 0.5 }, { fraction = 1.0 }")
PATIENTS, POWER, EFFECT = "patients = 200\n", "power = 0.8\n", "hazard_ratio = [0.6]\n"
FOLLOWED = {"rates = [20]": "rates = [20]\nfollow_up = 24"}
BY_TIME = {"{ fraction = 1.0 }": "{ time = 36 }"}
BY_EVENTS = {"{ fraction = 1.0 }": "{ events = 120 }"}


def text(left_out: str, changed: dict[str, str], plan: str = PLAN) -> str:
    assert left_out in plan
    plan = plan.replace(left_out, "", 1)
    for old, new in changed.items():
        assert old in plan
        plan = plan.replace(old, new, 1)
    return plan


@pytest.mark.parametrize(
    ("left_out", "changed", "path"),
    [
        (PATIENTS, FOLLOWED, "accrual.patients"),
        (PATIENTS, BY_TIME, "accrual.patients"),
        (PATIENTS, {"rates = [20]": "rates = [20]\nduration = 15\nfollow_up = 24"}, "accrual.rates"),
        (PATIENTS, {"rates = [20]": "rates = [20]\nduration = 15", **BY_TIME}, "accrual.rates"),
        (POWER, FOLLOWED, "hypothesis.power"),
        (POWER, BY_TIME, "hypothesis.power"),
        (POWER, BY_EVENTS, "hypothesis.power"),
        (EFFECT, FOLLOWED, "effect.hazard_ratio"),
        (EFFECT, BY_TIME, "effect.hazard_ratio"),
        (EFFECT, BY_EVENTS, "effect.hazard_ratio"),
    ],
)
def test_the_completed_protocol_designs_the_same_trial_with_nothing_left_to_solve(
    left_out: str, changed: dict[str, str], path: str
) -> None:
    protocol = parse_protocol(text(left_out, changed))
    assert protocol.leaves_open
    design = design_trial(protocol)
    assert design.solved[-1].path == path
    assert not design.protocol.leaves_open
    assert design.protocol.hash == protocol.hash
    again = design_trial(design.protocol)
    assert again.solved == ()
    assert again.events == design.events
    assert again.power == pytest.approx(design.power, abs=1e-9)
    assert design.power == pytest.approx(design.hypothesis.planned_power(), abs=0.004)


def test_patients_are_those_of_the_design_with_given_rates_and_follow_up() -> None:
    protocol = parse_protocol(text(PATIENTS, FOLLOWED))
    design = design_trial(protocol)
    sequential = group_sequential(
        (0.5, 1.0), alpha=0.025, beta=0.2, sides=1, efficacy=LanDeMetsOBrienFleming()
    )
    strata = hypothesis_strata(design.protocol, design.hypothesis)
    accrual = hypothesis_accrual(design.protocol, design.hypothesis)
    direct = time_to_event(sequential, strata, accrual, solve_for=AccrualDuration(24.0))
    assert design.patients == pytest.approx(direct.patients, abs=1.0)
    assert design.patients >= direct.patients
    assert design.looks[-1].time == pytest.approx(direct.study_duration, abs=0.4)


def test_the_hazard_ratio_found_is_the_one_whose_power_is_planned() -> None:
    found = design_trial(parse_protocol(text(EFFECT, BY_EVENTS))).solved[0].value
    power = design_trial(parse_protocol(text("nothing", BY_EVENTS, PLAN + "#nothing"))).power
    given = PLAN.replace("[0.6]", f"[{found!r}]").replace("{ fraction = 1.0 }", "{ events = 120 }")
    assert design_trial(parse_protocol(given)).power == pytest.approx(0.8, abs=1e-6)
    assert (found < 0.6) == (power < 0.8)


def test_a_part_of_the_patients_may_be_the_question() -> None:
    whole = design_trial(parse_protocol(text(PATIENTS, FOLLOWED)))
    half = text(PATIENTS, FOLLOWED).replace(
        'experimental = "B"\nalpha', 'experimental = "B"\npopulation = ["high"]\nalpha'
    )
    found = design_trial(parse_protocol(half))
    assert found.patients == pytest.approx(0.5 * found.protocol.accrual.patients)
    assert found.protocol.accrual.patients > whole.protocol.accrual.patients


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (text(PATIENTS, {}), "the end of the trial must be given"),
        (text(PATIENTS, BY_EVENTS), "the end of the trial must be given"),
        (text(POWER, {}), "the end of the trial must be given"),
        (text(EFFECT, {}), "the end of the trial must be given"),
        (text(PATIENTS, {POWER: "", **FOLLOWED}), "is left out beside accrual.patients"),
        (text(POWER, {EFFECT: "", **FOLLOWED}), "is left out beside"),
        (text("", FOLLOWED), "leaves nothing open"),
        (text("", {"rates = [20]": "rates = [20]\nduration = 10"}), "goes with patients left out"),
    ],
)
def test_check_says_what_is_missing_or_too_much(plan: str, words: str) -> None:
    with pytest.raises(ProtocolError, match=words):
        parse_protocol(plan)


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (
            text(PATIENTS, {**FOLLOWED, "rates = [20]": "starts = [0, 3]\nrates = [5, 0]\nfollow_up = 24"}),
            "accrual stops at 3 with 15 patients",
        ),
        (text(PATIENTS, {"{ fraction = 1.0 }": "{ time = 4 }"}), "accrual stops at 4 with 80 patients"),
        (text(PATIENTS, {**FOLLOWED, "[0.6]": "[1.1]"}), "no benefit over 1"),
        (text(POWER, {**FOLLOWED, "[0.6]": "[1.1]"}), "a power needs one below 1"),
        (text(POWER, {"{ fraction = 1.0 }": "{ events = 205 }"}), "never expected"),
    ],
)
def test_what_cannot_be_solved_is_refused_with_the_reason(plan: str, words: str) -> None:
    with pytest.raises(DesignError, match=words):
        design_trial(parse_protocol(plan))


def test_values_left_open_are_not_read_as_if_they_were_there() -> None:
    patients = parse_protocol(text(PATIENTS, FOLLOWED))
    with pytest.raises(DesignError, match=r"accrual\.patients is left open"):
        patients.accrual.number()
    power = parse_protocol(text(POWER, FOLLOWED))
    with pytest.raises(DesignError, match=r"hypothesis\.power is left open"):
        power.hypothesis[0].planned_power()
    effect = parse_protocol(text(EFFECT, FOLLOWED))
    with pytest.raises(DesignError, match=r"effect\.hazard_ratio is left open"):
        effect.hazard_ratio("EFS", "low", "B")
