"""What is said of a look that is read against a margin: the limit, the margin, what is shown; nothing else."""

from __future__ import annotations

import pytest

from equipoise.design import Exit, design_trial
from equipoise.monitoring import InterimResult, interim_inference, monitor, scheduled_contact
from equipoise.protocol import parse_protocol
from equipoise.records import snapshot, trial_records
from equipoise.report import plot, tabulate
from equipoise.report.margin_words import shown_words, telling_digits
from equipoise.report.text import interim_text
from equipoise.simulation import Scenario, simulate
from small_trial import PROTOCOL, adam_tables


def read(margin: float) -> InterimResult:
    """The small trial's forty subjects at their last look, against a margin."""
    text = PROTOCOL.replace("alpha = 0.025", f"alpha = 0.025\nmargin = {margin}")
    design = design_trial(parse_protocol(text.replace("{ events = 10 }, ", "")))
    tables = adam_tables()
    return monitor(design, snapshot(trial_records(tables["adsl"], tables["adtte"], synthetic=True)))


def test_a_margin_far_away_is_shown_in_words_and_rows() -> None:
    found = read(40.0)
    look = found.current
    assert look.exit is Exit.EFFICACY
    assert look.upper_limit < 40.0
    text = interim_text(found).replace("\n", " ")
    assert "lies below the margin 40.00: non-inferiority is shown" in text
    assert "one-sided 97.5 % repeated interval" in text
    assert "works" not in text
    rows = {r.statistic: r for r in tabulate(found)}
    assert rows["margin"].value == 40.0
    assert rows["margin_upper"].value == look.upper_limit
    assert "margin" in rows["z"].method
    assert "against the margin" in rows["nominal_p"].method


def test_a_margin_within_reach_of_the_limit_is_not_shown() -> None:
    found = read(1.2)
    assert found.current.exit is Exit.END
    assert found.current.upper_limit > 1.2
    assert "does not lie below the margin 1.20: non-inferiority is not shown" in interim_text(found)


def test_the_limit_is_that_of_the_repeated_interval() -> None:
    text = PROTOCOL.replace("alpha = 0.025", "alpha = 0.025\nmargin = 2.0")
    design = design_trial(parse_protocol(text.replace("{ events = 10 }, ", "")))
    found = read(2.0)
    repeated = interim_inference(design, found).repeated
    assert repeated is not None
    assert repeated.upper == found.current.upper_limit
    assert repeated.hazard_ratio == found.current.hazard_ratio


@pytest.mark.parametrize("margin", [1.3, 2.0, 4.0, 40.0])
def test_the_estimate_and_its_limits_are_the_same_whatever_the_margin(margin: float) -> None:
    """With one look the bound is 1.96: the score interval of the data. The estimate after the stop is near it."""
    look, other = read(margin).current, read(1.5).current
    assert (look.hazard_ratio, look.lower_limit, look.upper_limit) == pytest.approx(
        (other.hazard_ratio, other.lower_limit, other.upper_limit), rel=1e-9
    )
    assert look.hazard_ratio == pytest.approx(read(1.0).current.hazard_ratio, abs=0.01)
    text = PROTOCOL.replace("alpha = 0.025", f"alpha = 0.025\nmargin = {margin}")
    design = design_trial(parse_protocol(text.replace("{ events = 10 }, ", "")))
    stopped = interim_inference(design, read(margin)).stopped
    assert stopped is not None
    assert stopped.hazard_ratio == pytest.approx(look.hazard_ratio, rel=1e-6)


def test_without_a_margin_nothing_is_said_of_one() -> None:
    plain = read(1.0)
    assert "margin" not in interim_text(plain)
    assert "margin" not in {r.statistic for r in tabulate(plain)}


@pytest.mark.parametrize(
    ("upper", "margin", "digits"), [(1.12, 1.3, 2), (1.2996, 1.3, 4), (1.29999, 1.3, 5), (1.3, 1.3, 6)]
)
def test_a_limit_and_a_margin_never_print_alike(upper: float, margin: float, digits: int) -> None:
    assert telling_digits(upper, margin) == digits


def test_a_margin_below_one_is_a_benefit_beyond_it() -> None:
    assert shown_words(0.8, shown=True) == "a benefit beyond the margin is shown"


def test_figures_say_what_z_and_a_rejection_are() -> None:
    text = PROTOCOL.replace("alpha = 0.025", "alpha = 0.025\nmargin = 2.0")
    protocol = parse_protocol(text)
    assert "hazard ratio below 2" in plot(read(2.0)).svg()
    assert "benefit of the experimental arm" in plot(read(1.0)).svg()
    truths = [
        Scenario("a", 0.5, settings=(("hazard_ratio", 0.5),)),
        Scenario("b", settings=(("hazard_ratio", 0.6),)),
    ]
    played = simulate(protocol, trials=20, seed=1, scenarios=truths)
    assert "Shows a hazard ratio below 2.00" in plot(played, show="power").svg()
    null = simulate(protocol, trials=20, seed=1)
    assert "At the margin 2.00" in plot(null).svg()
    assert "No effect" not in plot(null).svg()


def test_the_hazard_ratio_on_scheduled_follow_up_is_no_step_from_the_margin() -> None:
    """The same estimate whatever the margin; at a look with a margin it is the look's own."""
    tables = adam_tables()
    data = snapshot(trial_records(tables["adsl"], tables["adtte"], synthetic=True))
    found = []
    for margin in (1.5, 6.0):
        text = PROTOCOL.replace("alpha = 0.025", f"alpha = 0.025\nmargin = {margin}").replace(
            "milestones = [6]", "milestones = [6]\ncontact_interval = 1"
        )
        read_on = scheduled_contact(design_trial(parse_protocol(text)), data)
        assert read_on is not None
        found.append(read_on.hazard_ratio)
    assert found[0] == pytest.approx(found[1], rel=1e-9)
    assert found[0] == pytest.approx(read(1.5).current.hazard_ratio, rel=0.2)
