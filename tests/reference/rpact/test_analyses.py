"""Trials at a look and after stopping, as rpact analyses them: as planned, and at other information than planned."""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cache

import numpy as np
import pytest

import tolerances
from equipoise.design import (
    HwangShihDeCani,
    InterimLook,
    bounds_at,
    conditional_power,
    group_sequential,
    interim_look,
    repeated_interval,
    stopped_estimate,
)
from independent.stopped_trial import Outcome, p_at_least
from reference.rpact.recorded import number, rows
from reference.rpact.spending import rule

CASES: dict[int, list[dict[str, str]]] = defaultdict(list)
for _row in rows("analyses.csv"):
    CASES[int(_row["id"])].append(_row)

# Two-sided, stopped with |z| small: rpact counts a return from beyond the lower bound as if it had not stopped.
LOWER_BOUND_LEFT_OUT = {21, 33, 87, 99}


def column(case: int, name: str) -> list[float]:
    return [number(row[name]) for row in CASES[case]]


def first(case: int, name: str) -> float:
    return number(CASES[case][0][name])


@cache
def looks(case: int) -> list[InterimLook]:
    """Every look that the recorded trial held, set among its bounds."""
    row, stop = CASES[case][0], int(CASES[case][0]["stop"])
    events, z, planned = column(case, "events"), column(case, "z"), first(case, "planned")
    ratio = first(case, "ratio")
    information = planned * ratio / (1.0 + ratio) ** 2
    parameter = number(row["efficacy_parameter"])
    design = group_sequential(
        [e / events[-1] for e in events],
        alpha=first(case, "alpha"),
        beta=0.1,
        sides=int(row["sides"]),
        efficacy=rule((row["efficacy"], None if math.isnan(parameter) else parameter)),
        futility=HwangShihDeCani(-2.0) if row["futility"] == "1" else None,
        binding=row["binding"] == "1",
    )
    if row["kind"] == "planned":
        return [interim_look(design, z[k], look=k + 1, planned=information) for k in range(stop)]
    used, out = None, []
    for k in range(stop):
        end = k == len(events) - 1
        used = bounds_at(design, events[: k + 1], planned=planned, previous=used, final=end)
        ahead = [e / planned for e in events[k + 1 :]]
        out.append(interim_look(design, z[k], bounds=used, planned=information, ahead=ahead, final=end))
    return out


@pytest.mark.parametrize("case", CASES)
def test_repeated_intervals_are_rpacts(case: int) -> None:
    for k, at in enumerate(looks(case)):
        row = CASES[case][k]
        found = repeated_interval(at)
        assert at.efficacy_z[k] == pytest.approx(number(row["critical_value"]), abs=tolerances.RPACT_Z)
        assert found.lower == pytest.approx(
            math.log(number(row["repeated_lower"])), abs=tolerances.RPACT_INFERENCE
        )
        assert found.upper == pytest.approx(
            math.log(number(row["repeated_upper"])), abs=tolerances.RPACT_INFERENCE
        )


@pytest.mark.parametrize("case", [c for c in CASES if CASES[c][0]["kind"] == "planned"])
def test_repeated_p_values_are_rpacts(case: int) -> None:
    """Recorded p end at 1/2; with binding futility rpact solves futility again for every alpha, where ours stays."""
    if CASES[case][0]["binding"] == "1":
        return
    for k, at in enumerate(looks(case)):
        found = min(repeated_interval(at).p_value, 0.5)
        assert found == pytest.approx(number(CASES[case][k]["repeated_p"]), abs=tolerances.RPACT_INFERENCE)


@pytest.mark.parametrize("case", CASES)
def test_inference_after_stopping_is_rpacts(case: int) -> None:
    at = looks(case)[-1]
    found = stopped_estimate(at)
    sides, recorded = at.design.sides, first(case, "final_p")
    if sides == 2 and at.look == 1:
        recorded *= 2.0  # at the first look rpact gives the p of one side
    if case in LOWER_BOUND_LEFT_OUT:
        bounds = at.efficacy_z[: at.look]
        outcome = Outcome(at.look, at.z, at.information_fraction[: at.look], bounds, -bounds)
        assert found.p_value == pytest.approx(2.0 * p_at_least(outcome, 0.0), abs=tolerances.RIVAL_BOUND)
        without = Outcome(at.look, at.z, at.information_fraction[: at.look], bounds, bounds - math.inf)
        assert recorded == pytest.approx(2.0 * p_at_least(without, 0.0), abs=tolerances.RPACT_INFERENCE)
        return
    assert found.p_value == pytest.approx(recorded, abs=tolerances.RPACT_INFERENCE)
    for name, ours in (
        ("final_lower", found.lower),
        ("final_upper", found.upper),
        ("median_unbiased", found.estimate),
    ):
        assert ours == pytest.approx(math.log(first(case, name)), abs=tolerances.RPACT_INFERENCE)


@pytest.mark.parametrize("case", [c for c in CASES if int(CASES[c][0]["stop"]) < len(CASES[c])])
def test_conditional_power_is_rpacts(case: int) -> None:
    at = looks(case)[-1]
    found = conditional_power(at, math.log(first(case, "hazard_ratio")))
    recorded = column(case, "conditional_power")[at.look :]
    assert np.cumsum(found.by_look) == pytest.approx(recorded, abs=tolerances.RPACT_POWER)


def test_the_record_is_wide_enough() -> None:
    heads = [c[0] for c in CASES.values()]
    assert len(heads) >= 100
    assert {h["kind"] for h in heads} == {"planned", "observed"}
    assert sum(h["kind"] == "observed" for h in heads) >= 45
    assert {h["sides"] for h in heads} == {"1", "2"}
    assert {(h["futility"], h["binding"]) for h in heads} == {("0", "0"), ("1", "0"), ("1", "1")}
