"""Simulated trials: rpact's rejections, futility stops and calendar beside the plain-loop simulator's.

Both are random: a two-sample band of 4.5 standard errors, fixed beforehand. rpact enters patients at equal intervals,
the plain loop at random times; the calendar may differ by a percent for that.
"""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest

from independent.naive_trial_simulator import EFFICACY, FUTILITY, Assumptions, exits, play_many
from reference.rpact.recorded import number, numbers, rows

PLAYED = 1200
BAND = 4.5

CASES: dict[int, list[dict[str, str]]] = defaultdict(list)
for _row in rows("simulated_trials.csv"):
    CASES[int(_row["case"])].append(_row)


def assumptions(looks: list[dict[str, str]]) -> Assumptions:
    """One recorded setting as the plain-loop simulator takes it."""
    first = looks[0]
    futility = [number(look["futility_z"]) for look in looks[:-1]]
    dropout = float(first["dropout"])
    return Assumptions(
        prevalence=(1.0,),
        hazard_from=numbers(first["hazard_from"]),
        control_hazard=[numbers(first["control_hazard"])],
        hazard_ratio=[numbers(first["hazard_ratio"])],
        accrual_end=[float(first["accrual_months"])],
        accrual_rate=[float(first["subjects"]) / float(first["accrual_months"])],
        patients=int(first["subjects"]),
        look_events=[int(look["events"]) for look in looks],
        efficacy_z=[float(look["efficacy_z"]) for look in looks],
        futility_z=None if math.isnan(futility[0]) else [*futility, -math.inf],
        dropout_control=dropout,
        dropout_experimental=dropout,
        block=(0, 1, 1) if float(first["experimental_per_control"]) == 2 else (0, 1),
    )


@pytest.mark.parametrize("case", CASES)
def test_exits_and_calendar(case: int) -> None:
    looks = CASES[case]
    iterations = int(looks[0]["iterations"])
    played = play_many(assumptions(looks), PLAYED, seed=900 + case)
    for reason, column in ((EFFICACY, "rejected"), (FUTILITY, "futile")):
        found = exits(played, len(looks), reason)
        for k, look in enumerate(looks):
            recorded = float(look[column])
            pooled = (found[k] * PLAYED + recorded * iterations) / (PLAYED + iterations)
            error = math.sqrt(pooled * (1 - pooled) * (1 / PLAYED + 1 / iterations))
            assert found[k] == pytest.approx(recorded, abs=BAND * error + 1 / PLAYED), (reason, k + 1)
    for k, look in enumerate(looks):
        reached = np.array([one.looks[k].calendar for one in played if one.stop > k])
        mean = float(look["analysis_time"])
        error = BAND * reached.std() / math.sqrt(len(reached)) + 0.01 * mean
        assert reached.mean() == pytest.approx(mean, abs=error), k + 1
