"""Sizes and powers of trials with proportions and means, as rpact gives them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import tolerances
from equipoise.design import LanDeMetsOBrienFleming
from equipoise.design.binary_endpoint import expected_proportion, expected_proportions
from equipoise.design.expected_statistic import ExpectedStatistic
from equipoise.design.mean_endpoint import expected_means
from equipoise.design.sequential_test import sequential_test

HERE = Path(__file__).parent
FRACTIONS = {"fixed": (1.0,), "three": (0.4, 0.7, 1.0)}


def recorded(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(newline="") as file:
        return [dict(row) for row in csv.DictReader(file)]


def statistic(row: dict[str, str], total: float) -> ExpectedStatistic:
    control, experimental = float(row["control"]), float(row["experimental"])
    patients = [t * total for t in FRACTIONS[row["design"]]]
    ratio = float(row.get("ratio", "1")) if row.get("ratio") != "NA" else 1.0
    better = "higher" if experimental > control else "lower"
    if row["endpoint"] == "means":
        return expected_means(experimental, sd=1.2, patients=patients, better="higher", ratio=ratio)
    if row["endpoint"] == "one proportion":
        return expected_proportion(control, experimental, patients=patients, better=better)
    return expected_proportions(control, experimental, patients=patients, better=better, ratio=ratio)


@pytest.mark.parametrize("row", recorded("sample_sizes.csv"), ids=lambda r: "-".join(map(str, r.values())))
def test_patients_for_a_power(row: dict[str, str]) -> None:
    found = sequential_test(
        statistic(row, 100.0),
        alpha=float(row["alpha"]),
        sides=int(row["sided"]),
        efficacy=LanDeMetsOBrienFleming(),
        power=0.9,
    )
    exact = row["design"] == "fixed" or row["endpoint"] == "means"
    assert found.patients == pytest.approx(
        float(row["n_max"]), rel=tolerances.RPACT_ENDPOINT if exact else tolerances.RPACT_INFLATED
    )


@pytest.mark.parametrize("row", recorded("powers.csv"), ids=lambda r: "-".join(map(str, r.values())))
def test_power_of_given_patients(row: dict[str, str]) -> None:
    expected = statistic(row, float(row["n"]))
    found = sequential_test(expected, alpha=0.025, efficacy=LanDeMetsOBrienFleming())
    exact = row["design"] == "fixed" or row["endpoint"] == "means"
    assert found.power == pytest.approx(
        float(row["power"]), abs=tolerances.RPACT_POWER if exact else tolerances.RPACT_INFLATED_POWER
    )
