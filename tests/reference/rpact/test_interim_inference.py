"""Looks at information other than planned, read as a committee reads them: rpact's status, intervals, p, estimate."""

from __future__ import annotations

import datetime as dt
import math

import pytest

import tolerances
from equipoise.design import Exit, GroupSequentialDesign, bounds_at, exit_at
from equipoise.monitoring import LookResult, inference_of
from reference.rpact.recorded import number
from reference.rpact.test_analyses import CASES, LOWER_BOUND_LEFT_OUT, column, first, looks

OBSERVED = [c for c in CASES if CASES[c][0]["kind"] == "observed"]


def held(case: int) -> tuple[GroupSequentialDesign, list[LookResult]]:
    """The looks up to the stop, as the ledger would hold them."""
    at = looks(case)
    design, planned, ratio = at[0].design, first(case, "planned"), first(case, "ratio")
    events, z, stop = column(case, "events"), column(case, "z"), int(first(case, "stop"))
    found: list[LookResult] = []
    used = None
    for k in range(stop):
        final = k == len(events) - 1
        used = bounds_at(design, events[: k + 1], planned=planned, previous=used, final=final)
        high = float(used.efficacy_z[-1])
        low = -math.inf if used.futility_z is None else float(used.futility_z[-1])
        harm = -math.inf if used.harm_z is None else float(used.harm_z[-1])
        found.append(
            LookResult(
                look=k + 1,
                label=f"look {k + 1}",
                cutoff=dt.date(2024, 1, k + 1),
                events=int(events[k]),
                planned_events=int(planned),
                information_fraction=events[k] / planned,
                information=events[k] * ratio / (1.0 + ratio) ** 2,
                score=z[k] * math.sqrt(events[k] * ratio) / (1.0 + ratio),
                z=z[k],
                nominal_p=math.nan,
                hazard_ratio=math.nan,
                efficacy_z=high,
                futility_z=low,
                harm_z=harm,
                alpha_spent=float(used.alpha_spent[-1]),
                exit=Exit(int(exit_at(z[k], high, low, harm, final=final))),
                planned_look=k + 1,
                spending_fraction=events[k] / planned,
                beta_spent=math.nan,
                final=final,
            )
        )
    return design, found


def test_there_are_sixty_cases() -> None:
    """Sixty with status, repeated interval, final p and estimate; at most a few without the last two."""
    whole = [c for c in OBSERVED if c not in LOWER_BOUND_LEFT_OUT]
    ended = [c for c in whole if inference_of(*held(c), first(c, "planned")).stopped is not None]
    assert len(ended) >= 60


@pytest.mark.parametrize("case", OBSERVED)
def test_a_look_at_other_information_reads_as_rpact_reads_it(case: int) -> None:
    design, reading = held(case)
    row = CASES[case][len(reading) - 1]
    assert reading[-1].efficacy_z == pytest.approx(number(row["critical_value"]), abs=tolerances.RPACT_Z)
    crossed = (
        abs(reading[-1].z) >= number(row["critical_value"])
        if design.sides == 2
        else (reading[-1].z >= number(row["critical_value"]))
    )
    assert (reading[-1].exit in {Exit.EFFICACY, Exit.HARM}) == crossed
    found = inference_of(design, reading, first(case, "planned"))
    assert found.repeated is not None
    # The recorded hazard ratio is above 1 for benefit, ours below.
    assert -math.log(found.repeated.upper) == pytest.approx(
        math.log(number(row["repeated_lower"])), abs=tolerances.RPACT_INFERENCE
    )
    assert -math.log(found.repeated.lower) == pytest.approx(
        math.log(number(row["repeated_upper"])), abs=tolerances.RPACT_INFERENCE
    )
    if found.stopped is None or case in LOWER_BOUND_LEFT_OUT:
        return
    recorded = first(case, "final_p") * (2.0 if design.sides == 2 and len(reading) == 1 else 1.0)
    assert found.stopped.p_value == pytest.approx(recorded, abs=tolerances.RPACT_INFERENCE)
    for name, ours in (
        ("median_unbiased", found.stopped.hazard_ratio),
        ("final_lower", found.stopped.upper),
        ("final_upper", found.stopped.lower),
    ):
        assert -math.log(ours) == pytest.approx(math.log(first(case, name)), abs=tolerances.RPACT_INFERENCE)
