"""Looks due by information, beside a rival that goes through the calendar day by day."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.design import design_trial
from equipoise.errors import DesignError, ProtocolError
from equipoise.simulation import simulate
from equipoise.simulation._information_kernels import hold_by_information
from equipoise.simulation._look_kernels import NEVER, LookLimits, LooksModel, room_for_counting
from equipoise.simulation._replicate_kernels import draw_trial
from equipoise.simulation._subject_kernels import room_for_subjects
from equipoise.simulation.look_plan import look_plan
from equipoise.simulation.scenario import NULL
from equipoise.simulation.subject_model import HORIZON, subject_model
from independent.naive_look_dates import LookRule, Patient, look_days
from simulation.small_trials import SECTIONS, small_trial

FEW = SECTIONS["accrual"].replace("400", "40").replace("[100.0, 160.0]", "[40.0, 40.0]")
LAG = "[simulation]\nreporting_lag = { fixed = 0.02, mean = 0.15 }\n"
UNTIL = 2500
RULES = (
    LookRule(variance=1.0),
    LookRule(variance=1.9, not_before=700),
    LookRule(events=9, follow_up=100),
    LookRule(variance=2.6, not_after=1500),
)


def _limits(rules: tuple[LookRule, ...]) -> LookLimits:
    return LookLimits(
        np.array([r.not_before for r in rules]),
        np.array([-1 if r.follow_up is None else r.follow_up for r in rules]),
        np.array([NEVER if r.not_after is None else r.not_after for r in rules]),
    )


@pytest.mark.parametrize("data", ["", LAG])
def test_looks_are_held_on_the_days_that_a_walk_through_the_calendar_finds(data: str) -> None:
    protocol = small_trial(accrual=FEW, data=data)
    model, groups = subject_model(protocol, "DFS", NULL), look_plan(design_trial(small_trial())).looks
    looks = LooksModel(
        np.array([r.events or NEVER for r in RULES]),
        np.full(len(RULES), -1),
        groups.group_of,
        groups.test_strata,
        _limits(RULES),
    )
    information = np.array([r.variance or 0.0 for r in RULES])
    x, room = room_for_subjects(model), room_for_counting(model.patients, looks.test_strata, HORIZON)
    day = np.empty(len(RULES), dtype=np.int64)
    waited = 0
    for k in range(12):
        n, gone, _ = draw_trial(model, looks, np.uint64(5), 1, k, 2 * HORIZON, x, room, day)
        hold_by_information(looks, information, x, n, gone, room, day)
        patients = [
            Patient(
                *(int(column[i]) for column in (x.entry, x.day, x.event, x.known)), int(g % 2), int(g // 2)
            )
            for i in range(n)
            for g in [looks.group_of[x.seen[i]]]
        ]
        # Whoever is followed to the horizon is never known to have gone.
        patients = [
            p._replace(known=p.known if p.day <= HORIZON else 10**6, event=bool(p.event)) for p in patients
        ]
        assert day.tolist() == look_days(patients, list(RULES), UNTIL)
        waited += day[0] < day[1] < day[2]
    assert waited > 4


def _monitoring(*looks: str) -> str:
    head = '[monitoring]\nhypothesis = "primary"\nefficacy = { family = "Kim-DeMets", rho = 2.0 }\n'
    return head + "".join(f"[[monitoring.look]]\n{look}\n" for look in looks)


def test_the_design_plans_the_events_that_carry_the_information() -> None:
    design = design_trial(small_trial(monitoring=_monitoring("information = 10", "information = 20")))
    assert [k.events for k in design.looks] == [40, 80]
    same = design_trial(small_trial(monitoring=_monitoring("events = 40", "events = 80")))
    assert design.boundaries.efficacy_z.tolist() == same.boundaries.efficacy_z.tolist()
    assert [k.due.information for k in design.looks] == [10.0, 20.0]


def test_every_look_is_held_with_its_information_and_not_much_more() -> None:
    plan = _monitoring("information = 10", "information = 20")
    found = simulate(small_trial(monitoring=plan), trials=300, seed=4, scenarios="null", per_replicate=True)
    assert found.replicates is not None
    information = found.replicates.filter(found.replicates["look"] == 2)["information"]
    assert len(information) > 250
    assert information.min() >= 20.0
    assert information.mean() < 20.5
    assert found["null"].short_of_events.value == 0.0
    looks = found["null"].looks
    # With fewer events than four times the information nothing can reach it.
    assert looks[0].events.quantiles[0] >= 40


def test_information_goes_with_the_log_rank_test() -> None:
    other = SECTIONS["hypothesis"] + 'test = "rmst"\nhorizon = 1.0\n'
    with pytest.raises(ProtocolError, match="information = 10: goes with a log-rank test, not with rmst"):
        small_trial(hypothesis=other, monitoring=_monitoring("information = 10", "events = 80"))


@pytest.mark.parametrize(
    ("limit", "time", "above"),
    [
        ("not_before = 3.0", 3.0, 40.5),
        ("minimum_follow_up = 0.5", None, 40.5),
        ("not_after = 1.5", 1.5, 0.0),
    ],
)
def test_the_design_expects_a_look_where_its_limits_put_it(
    limit: str, time: float | None, above: float
) -> None:
    """An interim look that waits has the events of that time; the last keeps the events it is planned for."""
    plain = design_trial(small_trial(monitoring=_monitoring("events = 40", "events = 150")))
    held = design_trial(small_trial(monitoring=_monitoring(f"events = 40\n{limit}", "events = 150")))
    first = held.looks[0]
    assert first.time == pytest.approx(time if time is not None else held.accrual_duration + 0.5)
    assert first.events > above
    assert first.events < 40 or above > 40
    assert first.due.events == 40
    assert plain.looks[0].events == 40
    last = design_trial(
        small_trial(monitoring=_monitoring("events = 40", "events = 80\nminimum_follow_up = 1.0"))
    )
    assert last.events == 80
    assert last.looks[1].time == pytest.approx(last.accrual_duration + 1.0)


def test_a_look_that_waits_for_the_next_one_is_refused_by_its_design() -> None:
    looks = _monitoring("events = 40\nnot_before = 3.0", "events = 60", "events = 150")
    with pytest.raises(DesignError, match=r"look 1, which may wait, is expected with .* look 2 with 60"):
        design_trial(small_trial(monitoring=looks))
