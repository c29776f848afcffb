"""Bounds on other scales: each is the z that it came from."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ndtr

from equipoise.design import (
    GivenConditionalPower,
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    group_sequential,
    on_scales,
)
from equipoise.errors import ArgumentError

OF = LanDeMetsOBrienFleming()


def test_one_look_to_come_has_its_closed_forms() -> None:
    d = group_sequential(
        (0.6, 1.0), alpha=0.025, beta=0.1, sides=1, efficacy=OF, futility=HwangShihDeCani(-4.0)
    )
    scales = on_scales(d, planned=50.0)
    efficacy, futility = (
        next(b for b in scales.bounds if b.bound == kind) for kind in ("efficacy", "futility")
    )
    last, t = float(d.efficacy_z[1]), 0.6
    for bound, z in ((efficacy, d.efficacy_z[0]), (futility, d.futility_z[0])):
        assert bound.z == z
        assert bound.p == pytest.approx(ndtr(-z), rel=1e-12)
        assert bound.b_value == pytest.approx(z * math.sqrt(t), abs=1e-12)
        assert bound.score == pytest.approx(z * math.sqrt(30.0), abs=1e-12)
        assert bound.hazard_ratio == pytest.approx(math.exp(-z / math.sqrt(30.0)), abs=1e-12)
        left = (z * math.sqrt(t) + d.drift * 0.4 - last) / math.sqrt(0.4)
        assert bound.conditional_power == pytest.approx(ndtr(left), abs=1e-11)
        trend = (z / math.sqrt(t) - last) / math.sqrt(0.4)
        assert bound.conditional_power_by_trend == pytest.approx(ndtr(trend), abs=1e-11)
        predicted = (z / math.sqrt(t) - last) * math.sqrt(t / 0.4)
        assert bound.predictive_power == pytest.approx(ndtr(predicted), abs=1e-11)
    final = scales.bounds[-1]
    assert (final.look, final.conditional_power, final.predictive_power) == (2, None, None)


def test_a_futility_rule_reads_as_itself() -> None:
    d = group_sequential(
        (0.6, 1.0), alpha=0.025, beta=0.1, sides=1, efficacy=OF, futility=GivenConditionalPower(0.15)
    )
    futility = next(b for b in on_scales(d, planned=30.0).bounds if b.bound == "futility")
    assert futility.conditional_power == pytest.approx(0.15, abs=1e-10)


def test_two_sides_say_so_and_mirror() -> None:
    d = group_sequential((0.5, 1.0), alpha=0.05, beta=0.1, sides=2, efficacy=OF)
    frame = on_scales(d, planned=20.0).to_frame()
    assert frame["bound"].to_list() == ["efficacy", "harm"] * 2
    assert frame["sides"].to_list() == [2] * 4
    p = frame["p"].to_numpy()
    assert p[::2] == pytest.approx(p[1::2], rel=1e-12)
    ratios = np.log(frame["hazard_ratio"].to_numpy())
    assert ratios[::2] == pytest.approx(-ratios[1::2], abs=1e-12)


def test_information_must_be_there() -> None:
    d = group_sequential((1.0,), alpha=0.025, beta=0.1, sides=1, efficacy=OF)
    with pytest.raises(ArgumentError, match="planned must be above 0"):
        on_scales(d, planned=0.0)
