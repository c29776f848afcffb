"""Cumulative incidence by cause."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from equipoise.errors import ArgumentError
from equipoise.survival import cumulative_incidence, kaplan_meier
from tolerances import ROUNDING, SUMMATION
from unit.survival.trials import Trial, trials


def _causes(t: Trial) -> np.ndarray:
    return np.where(t.event, 1 + t.stratum, 0)


def test_four_subjects_by_hand() -> None:
    curve = cumulative_incidence(
        [1, 2, 3, 4], ["relapse", "none", "death", "relapse"], censored="none"
    ).to_frame()
    relapse = curve.filter(curve["cause"] == "relapse")
    death = curve.filter(curve["cause"] == "death")
    np.testing.assert_allclose(relapse["incidence"], [0.25, 0.25, 0.25, 0.625], rtol=ROUNDING)
    np.testing.assert_allclose(death["incidence"], [0.0, 0.0, 0.375, 0.375], rtol=ROUNDING)
    assert relapse["n_event"].to_list() == [1, 0, 0, 1]
    assert death["n_risk"].to_list() == [4, 3, 2, 1]


@given(trials())
def test_the_causes_and_survival_share_out_everybody(t: Trial) -> None:
    curve = cumulative_incidence(t.time, _causes(t), entry=t.entry)
    survival = kaplan_meier(t.time, t.event, entry=t.entry).survival
    np.testing.assert_allclose(curve.incidence.sum(axis=1) + survival, 1.0, rtol=SUMMATION)
    assert np.all(np.diff(curve.incidence, axis=0) >= 0.0)


@given(trials())
def test_one_cause_alone_is_the_complement_of_kaplan_meier_with_greenwoods_error(t: Trial) -> None:
    curve = cumulative_incidence(t.time, t.event.astype(int))
    plain = kaplan_meier(t.time, t.event)
    known = ~np.isnan(plain.std_err)
    np.testing.assert_allclose(1.0 - curve.incidence[:, 0], plain.survival, atol=ROUNDING)
    np.testing.assert_allclose(curve.std_err[known, 0], plain.std_err[known], rtol=1e-8, atol=ROUNDING)


@given(trials(tied=False))
def test_two_variances_are_near_each_other(t: Trial) -> None:
    delta = cumulative_incidence(t.time, _causes(t))
    aalen = cumulative_incidence(t.time, _causes(t), variance="aalen")
    np.testing.assert_array_equal(delta.incidence, aalen.incidence)
    half = delta.risk.at_risk.sum(axis=1) > len(t.time) / 2
    np.testing.assert_allclose(delta.std_err[half], aalen.std_err[half], rtol=0.15, atol=1e-9)


def test_without_censoring_the_error_is_binomial() -> None:
    cause = np.arange(20) % 3 % 2 + 1
    curve = cumulative_incidence(np.arange(1, 21), cause)
    f = curve.incidence
    np.testing.assert_allclose(curve.std_err, np.sqrt(f * (1 - f) / 20), atol=SUMMATION)


def test_groups_are_estimated_apart_and_beyond_the_last_time_nothing_is_known() -> None:
    curve = cumulative_incidence([1, 2, 1, 2], [1, 0, 2, 1], group=["a", "a", "b", "b"])
    at = curve.at([1.5, 3.0]).to_frame()
    assert at["group"].to_list() == ["a"] * 4 + ["b"] * 4
    assert at["cause"].to_list() == [1, 1, 2, 2] * 2
    assert at["incidence"].to_list() == [0.5, None, 0.0, None, 0.0, 0.5, 0.5, 0.5]


def test_nobody_with_an_event_is_refused() -> None:
    with pytest.raises(ArgumentError, match="at least one cause besides the censored level"):
        cumulative_incidence([1, 2], [0, 0])


@pytest.mark.parametrize("options", [{"variance": "gray"}, {"ci": "none"}, {"level": 2}])
def test_options_are_checked(options: dict) -> None:
    with pytest.raises(ArgumentError, match=next(iter(options))):
        cumulative_incidence([1, 2], [0, 1], **options)


def test_words_for_causes_need_the_word_for_nothing() -> None:
    """Without it a label such as "none" would be counted as a cause."""
    with pytest.raises(ArgumentError, match="censored must name the label"):
        cumulative_incidence([1, 2, 3], ["cns", "none", "marrow"])
    assert cumulative_incidence([1, 2, 3], ["cns", "none", "marrow"], censored="none").causes == (
        "cns",
        "marrow",
    )
