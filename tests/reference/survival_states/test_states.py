"""Multi-state probabilities as R's etm and survfit give them, and Greenwood's variance as etm."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from equipoise.survival import aalen_johansen
from tolerances import SUMMATION

HERE = Path(__file__).parent
STATES = ("dead", "ill", "well")


def rows_of(name: str) -> list[dict[str, str]]:
    """A recorded table."""
    with (HERE / name).open(newline="") as file:
        return list(csv.DictReader(file))


STAYS = rows_of("stays.csv")
FOUND: dict[tuple[str, str, float], list[dict[str, str]]] = defaultdict(list)
for each in rows_of("states.csv"):
    FOUND[each["set"], each["source"], float(each["start"])].append(each)


@pytest.mark.parametrize("key", FOUND)
def test_probabilities_and_variances(key: tuple[str, str, float]) -> None:
    """Seven times of each curve."""
    name, source, start = key
    stays = [row for row in STAYS if row["set"] == name]
    fit = aalen_johansen(
        [float(row["time"]) for row in stays],
        [row["from"] for row in stays],
        [row["to"] for row in stays],
        censored="none",
        entry=[float(row["entry"]) for row in stays],
        subject=[row["id"] for row in stays],
        start=start,
    )
    assert fit.states == STATES
    for row in FOUND[key]:
        here = np.flatnonzero(np.abs(fit.time - float(row["time"])) < 1e-7)
        at = int(here[0]) if len(here) else int(np.searchsorted(fit.time, float(row["time"]))) - 1
        j = STATES.index(row["state"])
        if source == "survfit":
            ours = fit.occupation[at, j]
        else:
            h = STATES.index(row["origin"])
            ours = (
                fit.transition[at, h, j]
                if row["quantity"] == "probability"
                else fit.transition_std_err[at, h, j] ** 2
            )
        np.testing.assert_allclose(ours, float(row["value"]), rtol=SUMMATION, atol=1e-15, err_msg=str(row))
