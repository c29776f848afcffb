"""Kaplan-Meier curves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import ArgumentError
from equipoise.survival import kaplan_meier
from tolerances import ROUNDING
from unit.survival.trials import Trial, trial, trials


def test_five_subjects_by_hand() -> None:
    curve = kaplan_meier([1, 2, 2, 3, 4], [1, 1, 0, 0, 1]).to_frame()
    assert curve["group"].unique().to_list() == ["all"]
    assert curve["n_risk"].to_list() == [5, 4, 2, 1]
    assert curve["n_event"].to_list() == [1, 1, 0, 1]
    assert curve["n_censor"].to_list() == [0, 1, 1, 0]
    np.testing.assert_allclose(curve["survival"], [0.8, 0.6, 0.6, 0.0], rtol=ROUNDING)
    greenwood = [0.8 * np.sqrt(1 / 20), 0.6 * np.sqrt(1 / 20 + 1 / 12)]
    np.testing.assert_allclose(curve["std_err"][:2], greenwood, rtol=ROUNDING)


def test_peto_and_tsiatis_errors_by_hand() -> None:
    data = ([1, 2, 2, 3, 4], [1, 1, 0, 0, 1])
    peto = kaplan_meier(*data, se="peto")
    tsiatis = kaplan_meier(*data, se="tsiatis").to_frame()["std_err"]
    expected = [0.8 * np.sqrt(0.2 / 5), 0.6 * np.sqrt(0.4 / 4), 0.6 * np.sqrt(0.4 / 2)]
    np.testing.assert_allclose(peto.std_err[:3], expected, rtol=ROUNDING)
    np.testing.assert_allclose(tsiatis[1], 0.6 * np.sqrt(1 / 25 + 1 / 16), rtol=ROUNDING)
    at = peto.at([2.5, 3])
    np.testing.assert_allclose(at.std_err, [0.6 * np.sqrt(0.4 / 2)] * 2, rtol=ROUNDING)


def test_without_censoring_greenwood_is_the_binomial_error() -> None:
    curve = kaplan_meier(np.arange(1, 21), np.ones(20)).to_frame()[:-1]
    s = curve["survival"].to_numpy()
    np.testing.assert_allclose(curve["std_err"], np.sqrt(s * (1 - s) / 20), rtol=ROUNDING)


@given(trials())
def test_survival_falls_from_one_and_limits_enclose_it(t: Trial) -> None:
    curve = kaplan_meier(t.time, t.event, group=t.arm)
    for g in range(len(curve.groups)):
        s = curve.survival[curve.risk.rows_of(g)]
        assert np.all(np.diff(s, prepend=1.0) <= 0.0)
        assert np.all((s >= 0.0) & (s <= 1.0))
    inside = ~np.isnan(curve.lower)
    assert np.all(curve.lower[inside] <= curve.survival[inside] + 1e-15)
    assert np.all(curve.upper[inside] >= curve.survival[inside] - 1e-15)


@given(trials())
def test_a_group_has_the_curve_it_would_have_alone(t: Trial) -> None:
    both = kaplan_meier(t.time, t.event, group=t.arm, entry=t.entry)
    for g, arm in enumerate(both.groups):
        mine = t.arm == arm
        alone = kaplan_meier(t.time[mine], t.event[mine], entry=t.entry[mine])
        np.testing.assert_array_equal(both.survival[both.risk.rows_of(g)], alone.survival)
        np.testing.assert_array_equal(both.std_err[both.risk.rows_of(g)], alone.std_err)


@given(trials(), st.integers(0, 2**32 - 1))
def test_a_whole_weight_is_so_many_subjects(t: Trial, seed: int) -> None:
    weight = np.random.default_rng(seed).integers(1, 4, len(t.time))
    weighted = kaplan_meier(t.time, t.event, weights=weight)
    repeated = kaplan_meier(np.repeat(t.time, weight), np.repeat(t.event, weight))
    np.testing.assert_allclose(weighted.survival, repeated.survival, rtol=ROUNDING)
    np.testing.assert_allclose(weighted.std_err, repeated.std_err, rtol=ROUNDING)


@given(trials())
def test_only_the_order_of_times_matters(t: Trial) -> None:
    plain, stretched = kaplan_meier(t.time, t.event), kaplan_meier(t.time**2, t.event)
    np.testing.assert_array_equal(plain.survival, stretched.survival)
    months = kaplan_meier(t.time / 30.4375, t.event)
    np.testing.assert_allclose(plain.quantile(0.3).time, months.quantile(0.3).time * 30.4375, rtol=ROUNDING)


def test_beyond_the_last_time_the_curve_is_missing_unless_it_has_reached_zero() -> None:
    at = kaplan_meier([1, 2, 1, 2], [1, 0, 1, 1], group=[0, 0, 1, 1]).at([0, 2, 3]).to_frame()
    assert at["survival"].to_list() == [1.0, 0.5, None, 1.0, 0.0, 0.0]
    assert at["n_risk"].to_list() == [2, 1, 0, 2, 1, 0]


def test_survival_at_a_time_includes_the_events_of_that_time_through_rounding() -> None:
    curve = kaplan_meier([0.1 + 0.2, 1.0], [1, 0])
    assert curve.at(0.3).survival.tolist() == [0.5]
    assert curve.at_risk([0.3]).tolist() == [[2.0]]
    assert curve.at(0.299).survival.tolist() == [1.0]


def test_quantiles_take_the_middle_of_a_level_stretch_and_are_missing_where_not_reached() -> None:
    curve = kaplan_meier([1, 2, 3, 4], [1, 1, 1, 0])
    frame = curve.quantile([0.25, 0.5, 0.6, 0.9]).to_frame()
    assert frame["time"].to_list() == [1.5, 2.5, 3.0, None]
    assert kaplan_meier([5], [0]).quantile(0.5).to_frame()["time"].to_list() == [None]


def test_what_has_no_value_is_missing_in_the_table() -> None:
    frame = kaplan_meier([1, 2], [1, 1]).to_frame()
    assert frame["std_err"].to_list()[1] is None
    assert frame["lower"].to_list()[1] is None


@pytest.mark.parametrize(
    ("time", "event", "survival"),
    [
        ([5], [0], [1.0]),
        ([5], [1], [0.0]),
        ([0, 0, 0], [0, 0, 0], [1.0]),
        ([0, 0, 1], [1, 0, 0], [2 / 3, 2 / 3]),
        ([3, 4, 5], [0, 0, 0], [1.0, 1.0, 1.0]),
        ([7, 7, 7], [1, 1, 1], [0.0]),
    ],
)
def test_degenerate_samples(time: list[float], event: list[int], survival: list[float]) -> None:
    curve = kaplan_meier(time, event)
    np.testing.assert_allclose(curve.survival, survival, rtol=ROUNDING)


@pytest.mark.parametrize("ci", ["log-log", "log", "plain", "logit", "arcsine"])
def test_wider_levels_give_wider_limits_on_every_scale(ci: str) -> None:
    t = trial(3)
    narrow = kaplan_meier(t.time, t.event, ci=ci, level=0.8)
    wide = kaplan_meier(t.time, t.event, ci=ci, level=0.99)
    middle = (narrow.survival > 0.2) & (narrow.survival < 0.8)
    assert np.all(wide.lower[middle] < narrow.lower[middle])
    assert np.all(wide.upper[middle] > narrow.upper[middle])
    assert np.all((wide.lower[middle] >= 0.0) & (wide.upper[middle] <= 1.0))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"se": "green"}, "se must be one of 'greenwood', 'peto', 'tsiatis'"),
        ({"ci": "loglog"}, "ci must be one of"),
        ({"level": 95}, "level must lie strictly between 0 and 1"),
    ],
)
def test_options_are_checked(options: dict, says: str) -> None:
    with pytest.raises(ArgumentError, match=says):
        kaplan_meier([1, 2], [1, 0], **options)


def test_a_quantile_must_be_a_probability() -> None:
    with pytest.raises(ArgumentError, match="p must lie strictly between 0 and 1"):
        kaplan_meier([1, 2], [1, 0]).quantile(50)
