"""Score intervals of a proportion against R's prop.test."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import tolerances
from equipoise.safety import newcombe_interval, wilson_interval

with (Path(__file__).parent / "wilson.csv").open() as stream:
    CASES = list(csv.DictReader(stream))


def test_wilson_limits_are_those_of_prop_test() -> None:
    assert len(CASES) > 100
    for case in CASES:
        limits = wilson_interval(int(case["events"]), int(case["n"]), level=float(case["level"]))
        expected = float(case["lower"]), float(case["upper"])
        assert limits == pytest.approx(expected, rel=0, abs=tolerances.ROUNDING), case


def test_newcombe_limits_from_the_recorded_wilson_limits() -> None:
    """Every pair of recorded arms at one level, the square-and-add step written out."""
    some = [c for c in CASES if c["level"] == "0.95"]
    for one in some[::3]:
        for other in some[::4]:
            x1, n1, x0, n0 = int(one["events"]), int(one["n"]), int(other["events"]), int(other["n"])
            d = x1 / n1 - x0 / n0
            below = ((x1 / n1 - float(one["lower"])) ** 2 + (float(other["upper"]) - x0 / n0) ** 2) ** 0.5
            above = ((float(one["upper"]) - x1 / n1) ** 2 + (x0 / n0 - float(other["lower"])) ** 2) ** 0.5
            expected = (d, d - below, d + above)
            assert newcombe_interval(x1, n1, x0, n0) == pytest.approx(
                expected, rel=0, abs=tolerances.SUMMATION
            )
