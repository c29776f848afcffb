"""The paragraph for a protocol: every number of it comes from the design, and another design gives another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from equipoise.design import design_trial
from equipoise.design.trial_design import Design
from equipoise.protocol import read_protocol
from equipoise.report.document import Shown
from equipoise.report.protocol_text import protocol_paragraphs, protocol_text
from equipoise.report.tabulate_design import design_table
from small_trial import PROTOCOL

EXAMPLE = Path(__file__).parents[3] / "examples" / "aall1731" / "protocol.toml"
LOOKS = "look = [{ events = 10 }, { events = 20 }]"
THREE = "look = [{ fraction = 0.4 }, { fraction = 0.7 }, { fraction = 1.0 }]"
FUTILE = THREE + '\nfutility = { spending = { family = "Hwang-Shih-DeCani", gamma = -4 }, binding = %s }'
ONE_LOOK = PROTOCOL[: PROTOCOL.index("[monitoring]")] + PROTOCOL[PROTOCOL.index("[analyses]") :]
THREE_LOOKS = PROTOCOL.replace(LOOKS, THREE)
TWO_SIDED = THREE_LOOKS.replace("alpha = 0.025", "alpha = 0.05\nsides = 2")
BINDING = PROTOCOL.replace(LOOKS, FUTILE % "true")
NOT_BINDING = PROTOCOL.replace(LOOKS, FUTILE % "false")
BY_DATE = PROTOCOL.replace(LOOKS, "look = [{ time = 12 }, { fraction = 1.0 }]")
WITHOUT_DATES = THREE_LOOKS.replace("start_date = 2020-01-01", "")
LOSSES = THREE_LOOKS + "[dropout]\nrate = 0.002\nby_arm = { B = 0.004 }\n"
ONE_STRATUM = THREE_LOOKS.replace(
    '[[stratum]]\nid = "low"\nprevalence = 0.5\n[[stratum]]\nid = "high"\nprevalence = 0.5\n',
    '[[stratum]]\nid = "low"\nprevalence = 1.0\n',
).replace(
    '[[assumption]]\nendpoint = "EFS"\nstratum = "high"\nmilestones = [{ time = 24, survival = 0.3 }]\n', ""
)
PLANS = {
    "one look": ONE_LOOK,
    "two looks by events": PROTOCOL,
    "three looks": THREE_LOOKS,
    "two-sided": TWO_SIDED,
    "binding": BINDING,
    "not binding": NOT_BINDING,
    "by date": BY_DATE,
    "without dates": WITHOUT_DATES,
    "losses": LOSSES,
    "one stratum": ONE_STRATUM,
    "sparse strata pooled": PROTOCOL.replace("alpha = 0.025", "alpha = 0.025\npool_strata_below = 6"),
}


def planned(text: str, folder: Path) -> Design:
    path = folder / "protocol.toml"
    path.write_text(text)
    return design_trial(read_protocol(path))


def free_text(design: Design) -> str:
    """What the protocol itself says in words, digits and all."""
    p, h = design.protocol, design.hypothesis
    e = p.endpoint_of(h.endpoint)
    return " ".join([h.text or "", e.label, e.origin, *e.events, e.censoring, *(a.label for a in p.arm)])


def check_numbers(design: Design) -> int:
    """Every number is that of the row it names, to the digits shown; how many there are."""
    table = design_table(design)
    rows = {r.id: r for r in table}
    count = 0
    for paragraph in protocol_paragraphs(design, table):
        for span in paragraph.spans:
            if isinstance(span, str):
                for digits in re.findall(r"\d+(?:\.\d+)?", span):
                    assert digits in free_text(design) or "start_date" in span or is_start(design, span)
                continue
            assert isinstance(span, Shown)
            row = rows[span.row]
            if row.text or (re.fullmatch(r"\d+", span.text) and row.item.endswith(f"look {span.text}")):
                continue
            if span.text == row.item:
                continue
            count += 1
            found = re.search(r"−?\d[\d\u202f]*(?:\.\d+)?", span.text)
            assert found is not None
            assert row.value is not None
            shown = float(found[0].replace("−", "-").replace("\u202f", ""))
            digits = len(found[0].partition(".")[2])
            value = row.value * 100 if span.text.endswith("%") else row.value
            near = 0.51 * 10.0**-digits
            assert abs(shown - value) <= max(near, 0.1 if "than" in span.text else 0.0), (span, row)
    return count


def is_start(design: Design, span: str) -> bool:
    start = design.protocol.accrual.start_date if design.protocol.accrual else None
    return start is not None and f"{start.day} " in span and str(start.year) in span


@pytest.mark.parametrize("text", PLANS.values(), ids=PLANS)
def test_every_number_is_a_row_of_the_design(text: str, tmp_path: Path) -> None:
    assert check_numbers(planned(text, tmp_path)) >= 10


def test_every_number_of_the_worked_example_is_a_row_of_its_design() -> None:
    assert check_numbers(design_trial(read_protocol(EXAMPLE))) >= 50


CHANGES = {
    "alpha": ("alpha = 0.025", "alpha = 0.01", "type I error of 0.01."),
    "power": ("power = 0.8", "power = 0.9", "(asked for: 90.0 %)"),
    "effect": ("hazard_ratio = [0.6]", "hazard_ratio = [0.5]", "hazard ratio of 0.50 on average"),
    "looks": ("fraction = 0.4", "fraction = 0.5", "fractions of 0.50, "),
    "a look less": ("{ fraction = 0.4 }, ", "", "There are 2 looks"),
    "spending": ("Lan-DeMets O'Brien-Fleming", "Lan-DeMets Pocock", "Lan–DeMets spending, Pocock type"),
    "patients": ("patients = 200", "patients = 300", "300 patients are to be randomised over 15.0 months"),
    "survival": ("survival = 0.5", "survival = 0.6", "assumed to be 88.0 % with control"),
    "milestone": ("milestones = [6]", "milestones = [12]", "12-month event-free survival"),
    "start": ("2020-01-01", "2021-01-01", "from 1 January 2021 on"),
    "shares": (
        "prevalence = 0.5\n[[stratum]]",
        "prevalence = 0.4\n[[stratum]]",
        "low (40.0 % of the patients)",
    ),
}


@pytest.mark.parametrize(("old", "new", "said"), CHANGES.values(), ids=CHANGES)
def test_another_design_gives_another_text(old: str, new: str, said: str, tmp_path: Path) -> None:
    changed = THREE_LOOKS.replace(old, new, 1)
    if "prevalence" in old:
        changed = changed.replace('id = "high"\nprevalence = 0.5', 'id = "high"\nprevalence = 0.6')
    before = protocol_text(planned(THREE_LOOKS, tmp_path))
    after = protocol_text(planned(changed, tmp_path))
    assert said not in before
    assert said in after
    assert "\u202f" not in after


SAID = {
    "one look": (
        "There is no interim look. The null hypothesis is rejected for benefit if z is at least 1.960",
    ),
    "two-sided": (
        "two-sided stratified log-rank test",
        "half of it on each side",
        "for harm beyond the same",
    ),
    "binding": ("It is binding", "Hwang–Shih–DeCani spending, γ = −4"),
    "not binding": ("It is not binding: the efficacy boundary keeps the type I error",),
    "three looks": ("There is no rule to stop for futility.", "No losses to follow-up are assumed."),
    "by date": ("12.0 months (39 events expected)",),
    "losses": ("0.002 with control and 0.004 with experimental treatment per month",),
    "one stratum": ("6-month event-free survival is assumed to be 84.1 % with control",),
}


@pytest.mark.parametrize(("plan", "said"), SAID.items(), ids=SAID)
def test_the_plan_is_said_as_it_is(plan: str, said: tuple[str, ...], tmp_path: Path) -> None:
    text = protocol_text(planned(PLANS[plan], tmp_path))
    for words in said:
        assert words in text
    if plan in {"one look", "three looks"}:
        assert "binding" not in text
    if plan == "one stratum":
        assert "of the patients)" not in text


def test_a_hypothesis_in_words_comes_first(tmp_path: Path) -> None:
    text = protocol_text(
        planned(PROTOCOL.replace("power = 0.8", 'power = 0.8\ntext = "B is better."'), tmp_path)
    )
    assert text.startswith("B is better. Event-free survival is the time from randomisation")


def test_it_says_which_strata_are_pooled(tmp_path: Path) -> None:
    text = " ".join(protocol_text(planned(PLANS["sparse strata pooled"], tmp_path)).split())
    assert "low, high; those with fewer than 6 events in both arms together are pooled)" in text
    assert "are pooled" not in protocol_text(planned(PROTOCOL, tmp_path))
