"""The interval after a stop, with futility boundaries counted on or not: each is offered where it can be right."""

from __future__ import annotations

import math

import numpy as np
import pytest

from equipoise.design import (
    Exit,
    GroupSequentialDesign,
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    bounds_at,
    exit_at,
    group_sequential,
    interim_look,
    stopped_estimate,
)
from equipoise.monitoring import LookResult, inference_of
from equipoise.report.tables.interim_inference import inference_facts
from equipoise.report.tabulate_inference import inference_table
from equipoise.report.text import facts_text

EVENTS = 200
FUTILITY = HwangShihDeCani(gamma=-2.0)


def planned(*, binding: bool = False, futility: HwangShihDeCani | None = FUTILITY) -> GroupSequentialDesign:
    return group_sequential(
        (0.5, 0.75, 1.0),
        alpha=0.025,
        beta=0.1,
        sides=1,
        efficacy=LanDeMetsOBrienFleming(),
        futility=futility,
        binding=binding,
    )


def held(design: GroupSequentialDesign, *z: float) -> list[LookResult]:
    """The looks as planned, with these statistics."""
    found: list[LookResult] = []
    for k, value in enumerate(z):
        events = round(EVENTS * float(design.information_fraction[k]))
        final = k == design.looks - 1
        low = -math.inf if design.futility_z is None else float(design.futility_z[k])
        high = float(design.efficacy_z[k])
        found.append(
            LookResult(
                look=k + 1,
                label="",
                cutoff=None,
                events=events,
                planned_events=EVENTS,
                information_fraction=events / EVENTS,
                information=events / 4.0,
                score=value * math.sqrt(events / 4.0),
                z=value,
                nominal_p=math.nan,
                hazard_ratio=math.exp(-value / math.sqrt(events / 4.0)),
                efficacy_z=high,
                futility_z=low,
                harm_z=-math.inf,
                alpha_spent=float(design.alpha_spent[k]),
                exit=Exit(int(exit_at(value, high, low, final=final))),
                planned_look=k + 1,
                spending_fraction=events / EVENTS,
                beta_spent=0.0,
                final=final,
            )
        )
    return found


def test_both_intervals_stand_side_by_side_and_say_which_is_which() -> None:
    design = planned()
    looks = held(design, 1.2, 1.6, 1.1)
    found = inference_of(design, looks, EVENTS)
    assert found.stopped is not None
    assert found.stopped_if_obeyed is not None
    bounds = bounds_at(design, design.information_fraction * EVENTS, planned=float(EVENTS), final=True)
    at = interim_look(design, 1.1, bounds=bounds, planned=EVENTS / 4.0, final=True)
    for mine, futility in ((found.stopped, None), (found.stopped_if_obeyed, True)):
        wanted = stopped_estimate(at, futility=futility)
        assert mine.hazard_ratio == pytest.approx(math.exp(-wanted.estimate), rel=1e-7)
        assert mine.lower == pytest.approx(math.exp(-wanted.upper), rel=1e-7)
        assert mine.upper == pytest.approx(math.exp(-wanted.lower), rel=1e-7)
    assert found.stopped_if_obeyed.lower < 0.98 * found.stopped.lower, "the lower limit lies too high without"
    text = " ".join(facts_text(inference_facts(found, inference_table(found), "")).split())
    assert "The same, futility obeyed" in text
    assert "right if every futility boundary crossed would have stopped the trial" in text


def test_the_share_of_stops_that_lie_higher_is_the_one_promised() -> None:
    """Played draw by draw: under the limit that counts on futility, 2.5 % of trials end more in favour."""
    design = planned()
    looks = held(design, 1.2, 1.6, 1.1)
    found = inference_of(design, looks, EVENTS)
    assert found.stopped is not None
    assert found.stopped_if_obeyed is not None
    rng, paths = np.random.default_rng(20240630), 400_000
    information = EVENTS / 4.0 * design.information_fraction
    steps = np.sqrt(np.diff(information, prepend=0.0))
    unit = rng.standard_normal((paths, 3)) * steps
    assert design.futility_z is not None
    for ratio, obey in ((found.stopped.lower, False), (found.stopped_if_obeyed.lower, True)):
        z = np.cumsum(unit - math.log(ratio) * steps**2, axis=1) / np.sqrt(information)
        going, more = np.ones(paths, dtype=bool), np.zeros(paths, dtype=bool)
        for k in range(2):
            more |= going & (z[:, k] >= design.efficacy_z[k])
            going &= z[:, k] < design.efficacy_z[k]
            if obey:
                going &= z[:, k] > design.futility_z[k]
        more |= going & (z[:, 2] >= 1.1)
        # 4 standard errors of a share of 0.975.
        assert abs(more.mean() - 0.975) < 4.0 * math.sqrt(0.975 * 0.025 / paths)


@pytest.mark.parametrize(
    ("design", "z"),
    [
        (planned(binding=True), (1.2, 1.6, 1.1)),
        (planned(futility=None), (1.2, 1.6, 1.1)),
        # The first look lay below its futility boundary, and the trial went on.
        (planned(), (-1.0, 1.6, 1.1)),
        # An early stop for benefit: futility boundaries have hardly been near.
        (planned(), (3.5,)),
        (planned(), (1.2,)),
    ],
    ids=["binding", "no futility", "passed over", "stopped at once", "goes on"],
)
def test_where_it_cannot_be_right_or_changes_nothing_there_is_one(
    design: GroupSequentialDesign, z: tuple[float, ...]
) -> None:
    looks = held(design, *z)
    found = inference_of(design, looks, EVENTS)
    assert found.stopped_if_obeyed is None
    assert (found.stopped is None) == (looks[-1].exit is Exit.CONTINUE)
    assert "futility obeyed" not in facts_text(inference_facts(found, inference_table(found), ""))


def test_a_stop_for_futility_has_both() -> None:
    design = planned()
    looks = held(design, 1.2, -0.3)
    assert looks[-1].exit is Exit.FUTILITY
    found = inference_of(design, looks, EVENTS)
    assert found.stopped_if_obeyed is not None
    assert found.stopped is not None
    assert found.stopped_if_obeyed.level == found.stopped.level == pytest.approx(0.95)
