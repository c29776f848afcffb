"""Bounds recomputed at other information than planned: spending on the planned scale, covariance as observed."""

from __future__ import annotations

from collections import defaultdict

import pytest

import tolerances
from equipoise.design import efficacy_boundary_at
from independent.group_sequential_by_tanh_sinh import efficacy_bounds, spent
from reference.rpact.recorded import number, rows
from reference.rpact.spending import rule

CASES: dict[int, list[dict[str, str]]] = defaultdict(list)
for _row in rows("interim_bounds.csv"):
    CASES[int(_row["case"])].append(_row)


@pytest.mark.parametrize("case", CASES)
def test_bounds_follow_the_information_observed(case: int) -> None:
    looks = CASES[case]
    first = looks[0]
    alpha, sides, planned = float(first["alpha"]), int(first["sides"]), float(first["planned"])
    name, parameter = first["efficacy"], float(first["efficacy_parameter"] or "nan")
    parameter = None if parameter != parameter else parameter  # noqa: PLR0124 - nan
    events = [float(look["events"]) for look in looks]
    recorded = [float(look["critical_value"]) for look in looks]
    times = [number(look["spending_time"]) for look in looks]
    exact = efficacy_bounds(
        [d / events[-1] for d in events], [spent(name, parameter, t, alpha / sides) for t in times], sides
    )
    used: list[float] = []
    for k in range(len(events)):
        found = efficacy_boundary_at(
            events[: k + 1],
            planned=planned,
            spending=rule((name, parameter)),
            alpha=alpha,
            sides=sides,
            previous=used or None,
            final=k + 1 == len(events),
        )
        used.append(float(found.efficacy_z[-1]))
    assert used == pytest.approx(exact, abs=tolerances.RIVAL_BOUND)
    assert used == pytest.approx(recorded, abs=tolerances.RPACT_Z)


def test_the_record_holds_trials_that_run_short_and_over() -> None:
    last = [(float(looks[-1]["events"]), float(looks[-1]["planned"])) for looks in CASES.values()]
    assert any(seen < planned for seen, planned in last)
    assert any(seen > planned for seen, planned in last)
