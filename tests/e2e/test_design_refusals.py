"""Protocols that give no design: refused with the place or name, the value, the rule and a way out; exit status 2."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from small_trial import PROTOCOL

LOOKS = "look = [{ events = 10 }, { events = 20 }]"
OBF = '{ family = "Lan-DeMets O\'Brien-Fleming" }'
EFFECT = '[[effect]]\nendpoint = "EFS"\narm = "B"\nhazard_ratio = [0.6]\n'
HIGH = '[[assumption]]\nendpoint = "EFS"\nstratum = "high"\nmilestones = [{ time = 24, survival = 0.3 }]\n'
HALF = "milestones = [{ time = 24, survival = 0.5 }]"
ACCRUAL = "[accrual]\npatients = 200\nrates = [20]\nstart_date = 2020-01-01\n"
START, END = PROTOCOL.index("[[hypothesis]]"), PROTOCOL.index("[analyses]")


def looks(written: str) -> tuple[str, str]:
    return LOOKS, f"look = [{written}]"


def beside_power(written: str) -> tuple[str, str]:
    return "power = 0.8", f"power = 0.8\n{written}"


def futility(written: str) -> tuple[str, str]:
    return LOOKS, f"{LOOKS}\nfutility = {written}"


CASES: dict[str, tuple[tuple[str, str], list[str]]] = {
    "information falls": (
        looks("{ fraction = 0.7 }, { fraction = 0.4 }, { fraction = 1.0 }"),
        ["monitoring.look[1].fraction = 0.4", "above the look before (0.7)"],
    ),
    "information stands still": (
        looks("{ fraction = 0.5 }, { fraction = 0.5 }, { fraction = 1.0 }"),
        ["monitoring.look[1].fraction = 0.5", "above the look before"],
    ),
    "a look before any event": (
        looks("{ fraction = 0.0 }, { fraction = 1.0 }"),
        ["monitoring.look[0].fraction = 0.0", "greater than 0"],
    ),
    "information above the plan": (
        looks("{ fraction = 0.5 }, { fraction = 1.5 }"),
        ["monitoring.look[1].fraction = 1.5", "less than or equal to 1"],
    ),
    "fractions in per cent": (
        looks("{ fraction = 50 }, { fraction = 100 }"),
        ["2 mistakes", "monitoring.look[0].fraction = 50", "less than or equal to 1"],
    ),
    "no final analysis": (
        looks("{ fraction = 0.5 }, { fraction = 0.8 }"),
        ["information fraction 0.8", "the final analysis is at 1", "Add a last look"],
    ),
    "no look": (looks(""), ["monitoring.look", "at least 1 item"]),
    "events fall": (
        looks("{ events = 20 }, { events = 10 }"),
        ["monitoring.look[1].events = 10", "above the look before (20)"],
    ),
    "no events": (
        looks("{ events = 0 }, { events = 20 }"),
        ["monitoring.look[0].events = 0", "greater than 0"],
    ),
    "fewer than no events": (
        looks("{ events = -5 }, { events = 20 }"),
        ["monitoring.look[0].events = -5", "greater than 0"],
    ),
    "half an event": (
        looks("{ events = 10.5 }, { events = 20 }"),
        ["monitoring.look[0].events = 10.5", "integer"],
    ),
    "a look due twice": (
        looks("{ events = 10, fraction = 0.5 }, { fraction = 1.0 }"),
        [
            "monitoring.look[0]",
            "exactly one of fraction, events, information, time, calendar_date",
            "2 are given",
        ],
    ),
    "a look never due": (
        looks('{ label = "a" }, { fraction = 1.0 }'),
        ["monitoring.look[0]", "exactly one of", "0 are given"],
    ),
    "more events than patients": (
        looks("{ events = 100 }, { events = 250 }"),
        ["250 events are never expected", "200 patients", "with probability 0", "Plan more patients"],
    ),
    "a look at time 0": (
        looks("{ time = 0 }, { fraction = 1.0 }"),
        ["monitoring.look[0].time = 0", "greater than 0"],
    ),
    "a look before the first patient": (
        looks("{ calendar_date = 2019-01-01 }, { fraction = 1.0 }"),
        ["due on 2019-01-01", "first patient enters on 2020-01-01", "Give a later calendar_date"],
    ),
    "a look after the end": (
        looks("{ time = 400 }, { fraction = 1.0 }"),
        ["look 1 is due at", "no look comes after the end", "Leave it out"],
    ),
    "a hazard ratio that is no list": (
        ("hazard_ratio = [0.6]", "hazard_ratio = 0.6"),
        ["effect[0].hazard_ratio = 0.6", "must be a list: write [0.6]"],
    ),
    "a final analysis not read for efficacy": (
        looks("{ fraction = 0.5 }, { fraction = 1.0, efficacy = false }"),
        ["final analysis must be read for efficacy", "remove efficacy = false"],
    ),
    "a misspelt key": (
        looks("{ fracton = 0.5 }, { fraction = 1.0 }"),
        ["monitoring.look[0].fracton = 0.5", "Did you mean fraction?"],
    ),
    "no alpha": (("alpha = 0.025", "alpha = 0.0"), ["hypothesis[0].alpha = 0.0", "greater than 0"]),
    "alpha in per cent": (("alpha = 0.025", "alpha = 2.5"), ["hypothesis[0].alpha = 2.5", "less than 1"]),
    "alpha in words": (("alpha = 0.025", 'alpha = "2.5 %"'), ["hypothesis[0].alpha = '2.5 %'", "number"]),
    "alpha left out": (("alpha = 0.025\n", ""), ["hypothesis[0].alpha", "is missing", "Add it to the file"]),
    "a sure power": (("power = 0.8", "power = 1.0"), ["hypothesis[0].power = 1.0", "less than 1"]),
    "power in per cent": (("power = 0.8", "power = 80"), ["hypothesis[0].power = 80", "less than 1"]),
    "power below alpha": (("power = 0.8", "power = 0.01"), ["0.99", "a power above the type I error"]),
    "three sides": (beside_power("sides = 3"), ["hypothesis[0].sides = 3", "one of 1, 2"]),
    "sides in words": (beside_power('sides = "two"'), ["hypothesis[0].sides = 'two'", "one of 1, 2"]),
    "an unknown test": (
        beside_power('test = "t-test"'),
        ["hypothesis[0].test = 't-test'", "'stratified-logrank'"],
    ),
    "an unknown population": (
        beside_power('population = ["middle"]'),
        ["hypothesis[0].population[0] = 'middle'", "no stratum", "Known: low, high"],
    ),
    "a margin on two sides": (
        beside_power("sides = 2\nmargin = 1.3"),
        ["hypothesis[0].margin = 1.3", "goes with sides = 1"],
    ),
    "a margin beyond the effect": (
        beside_power("margin = 0.5"),
        ["hazard ratio is 0.6", "below 0.5", "Give a hazard ratio below 0.5"],
    ),
    "power without an effect": (
        ("hazard_ratio = [0.6]", "hazard_ratio = [1.0]"),
        ["hazard ratio is 1", "a power needs an effect", "Give a hazard ratio below 1"],
    ),
    "power of a harm": (
        ("hazard_ratio = [0.6]", "hazard_ratio = [1.4]"),
        ["hazard ratio is 1.4", "a power needs an effect", "Give a hazard ratio below 1"],
    ),
    "a hazard ratio of 0": (
        ("hazard_ratio = [0.6]", "hazard_ratio = [0.0]"),
        ["effect[0].hazard_ratio[0] = 0.0", "greater than 0"],
    ),
    "two hazard ratios from one time": (
        ("hazard_ratio = [0.6]", "hazard_ratio = [1.0, 0.6]"),
        ["effect[0].hazard_ratio", "2 values for 1 starts"],
    ),
    "an effect of no arm": (
        ('arm = "B"\nhazard', 'arm = "C"\nhazard'),
        ["effect[0].arm = 'C'", "Known: A, B"],
    ),
    "an effect of no endpoint": (
        ('endpoint = "EFS"\narm', 'endpoint = "OS"\narm'),
        ["effect[0].endpoint = 'OS'", "Known: EFS"],
    ),
    "an effect left out": ((EFFECT, ""), ["EFS in stratum 'low'", "add [[effect]]"]),
    "an assumption left out": ((HIGH, ""), ["EFS in stratum 'high'", "add [[assumption]]"]),
    "survival above 1": (
        ("survival = 0.5", "survival = 1.5"),
        ["assumption[0].milestones[0].survival = 1.5", "less than or equal to 1"],
    ),
    "survival that rises": (
        (HALF, "milestones = [{ time = 12, survival = 0.5 }, { time = 24, survival = 0.6 }]"),
        ["assumption[0].milestones[1].survival = 0.6", "must not rise"],
    ),
    "more cured than alive": (
        (HALF, f"{HALF}\ncure_fraction = 0.6"),
        ["survival = 0.5", "above the cure fraction 0.6"],
    ),
    "events that cure takes away": (
        (
            f"{HALF}\n{HIGH}",
            f"{HALF}\ncure_fraction = 0.45\n{HIGH}cure_fraction = 0.25\n",
        ),
        ["events are never expected", "however long the follow-up", "with probability", "Plan more patients"],
    ),
    "no patients": (("patients = 200", "patients = 0"), ["accrual.patients = 0", "greater than 0"]),
    "nobody enters": (
        ("rates = [20]", "rates = [0]"),
        ["200 patients never enter at these rates", "at most 0", "Let the last rate be above 0"],
    ),
    "accrual that stops": (
        ("rates = [20]", "starts = [0, 5]\nrates = [20, 0]"),
        ["200 patients never enter", "at most 100 do", "plan fewer patients"],
    ),
    "accrual below nothing": (
        ("rates = [20]", "rates = [-2]"),
        ["accrual.rates[0] = -2", "greater than or equal to 0"],
    ),
    "rates without their times": (
        ("rates = [20]", "starts = [0, 5, 10]\nrates = [20, 30]"),
        ["accrual.rates", "2 values for 3 starts"],
    ),
    "accrual left out": ((ACCRUAL, ""), ["nothing of accrual", "add [accrual] with rates and patients"]),
    "losses below nothing": (
        ("[data]", "[dropout]\nrate = -0.1\n[data]"),
        ["dropout.rate = -0.1", "greater than or equal to 0"],
    ),
    "strata that do not add up": (("prevalence = 0.5", "prevalence = 0.6"), ["must add up to 1", "1.1"]),
    "an unknown unit": (('"months"', '"month"'), ["trial.time_unit = 'month'", "'months'"]),
    "an unknown family": (
        ("Lan-DeMets O'Brien-Fleming", "O'Brien"),
        ["monitoring.efficacy.family", "O'Brien", "Lan-DeMets Pocock"],
    ),
    "a family without its number": (
        ("Lan-DeMets O'Brien-Fleming", "Hwang-Shih-DeCani"),
        ["monitoring.efficacy.gamma", "Hwang-Shih-DeCani needs it"],
    ),
    "a number of another family": (
        (OBF, '{ family = "Kim-DeMets", gamma = -4 }'),
        ["monitoring.efficacy.gamma = -4", "belongs to Hwang-Shih-DeCani only", "Kim-DeMets needs it"],
    ),
    "a power below nothing": (
        (OBF, '{ family = "Kim-DeMets", rho = -1 }'),
        ["monitoring.efficacy.rho = -1", "greater than 0"],
    ),
    "no efficacy rule": ((f"efficacy = {OBF}\n", ""), ["monitoring.efficacy", "is missing", "Add it"]),
    "two futility rules": (
        futility('{ p_value = 0.5, spending = { family = "Lan-DeMets Pocock" } }'),
        ["monitoring.futility", "either spending or p_value"],
    ),
    "futility without a rule": (
        futility("{ binding = true }"),
        ["monitoring.futility", "either spending or p_value"],
    ),
    "futility at a p above 1": (
        futility("{ p_value = 1.2 }"),
        ["monitoring.futility.p_value = 1.2", "less than 1"],
    ),
    "futility that leaves no room": (
        futility("{ p_value = 0.0001 }"),
        ["At look 1 the trial always stops", "2.963", "leave the bound out"],
    ),
    "monitoring of no hypothesis": (
        ('[monitoring]\nhypothesis = "primary"', '[monitoring]\nhypothesis = "second"'),
        ["monitoring.hypothesis = 'second'", "Known: primary"],
    ),
    "control against control": (
        ('experimental = "B"', 'experimental = "A"'),
        ["hypothesis[0].experimental = 'A'", "is the control arm", "Name an experimental arm"],
    ),
    "no hypothesis": (
        (PROTOCOL[START:END], ""),
        ["no hypothesis to design for", "Add [[hypothesis]] with alpha and power"],
    ),
    "no TOML": (("[accrual]", "[accrual"), ["is not TOML", "line 28"]),
}


@pytest.mark.parametrize(("change", "said"), CASES.values(), ids=CASES)
def test_what_gives_no_design_is_refused(
    change: tuple[str, str], said: list[str], equipoise: Callable, trial: Path
) -> None:
    old, new = change
    assert old in PROTOCOL
    text = PROTOCOL.replace(old, new, 1)
    if "cure_fraction = 0.25" in text:
        text = text.replace(LOOKS, "look = [{ fraction = 0.5 }, { fraction = 1.0 }]").replace(
            "[0.6]", "[0.7]"
        )
    (trial / "protocol.toml").write_text(text)
    done = equipoise("design", "protocol.toml", "--out", "plan")
    assert done.returncode == 2, done.stdout
    assert done.stderr.startswith("equipoise: ")
    assert "Traceback" not in done.stderr
    for words in said:
        assert words in done.stderr
    assert done.stdout == ""
    assert not (trial / "plan").exists()


def test_there_are_enough() -> None:
    assert len(CASES) >= 60
