"""Results show themselves: a headline above a table, as text and in a notebook."""

from __future__ import annotations

from html import escape

import numpy as np
import pytest

from equipoise.errors import ArgumentError, DataError
from equipoise.survival import (
    FlemingHarrington,
    MagirrBurman,
    cumulative_incidence,
    follow_up,
    gray_test,
    kaplan_meier,
    logrank,
    maxcombo,
    milestone,
    nelson_aalen,
    one_sample_logrank,
    permutation_logrank,
    risk_table,
    rmst,
    subgroups,
)
from equipoise.survival._display import Displayed
from unit.survival.trials import trial

T = trial(1, 80)
CAUSE = T.event * (1 + T.stratum)
SHOWN = {
    "Kaplan-Meier": kaplan_meier(T.time, T.event, group=T.arm),
    "Survival at": kaplan_meier(T.time, T.event).at([3, 5]),
    "equal-precision band": kaplan_meier(T.time, T.event).band("equal-precision"),
    "Log-rank test": logrank(T.time, T.event, T.arm),
    "Nelson-Aalen": nelson_aalen(T.time, T.event),
    "MaxCombo": maxcombo(T.time, T.event, T.arm, weights=[None, FlemingHarrington(0, 1)]),
    "Permutation": permutation_logrank(T.time, T.event, T.arm, resamples=9, seed=1),
    "One-sample": one_sample_logrank(T.time, T.event, lambda t: t / 10),
    "Times by which": kaplan_meier(T.time, T.event).quantile(0.5),
    "Cumulative incidence, delta": cumulative_incidence(T.time, CAUSE),
    "Cumulative incidence at": cumulative_incidence(T.time, CAUSE).at([3, 5]),
    "Gray's test": gray_test(T.time, CAUSE, T.arm),
    "Risk table": risk_table(T.time, T.event, group=T.arm, strata=T.stratum),
    "Follow-up": follow_up(T.time, T.event, group=T.arm),
    "Restricted mean": rmst(T.time, T.event, T.arm, tau=10),
    "Survival at 5": milestone(T.time, T.event, T.arm, at=5),
    "Hazard ratios of 1 over 0": subgroups(T.time, T.event, T.arm, {"stratum": T.stratum}),
}


@pytest.mark.parametrize("begins", SHOWN)
def test_text_and_html(begins: str) -> None:
    result = SHOWN[begins]
    assert isinstance(result, Displayed)
    first, *table = repr(result).splitlines()
    assert first.startswith(begins)
    assert result.to_frame().columns[0] in table[0]
    assert "<table" in result._repr_html_()
    assert escape(begins) in result._repr_html_()


def test_subgroups_show_events_over_subjects() -> None:
    first = repr(SHOWN["Hazard ratios of 1 over 0"]).splitlines()[1:3]
    assert first[0].split()[:4] == ["factor", "level", "control", "experimental"]
    control = f"{T.event[T.arm == 0].sum()}/{np.sum(T.arm == 0)}"
    assert first[1].split()[:3] == ["all", "all", control]


def test_the_headline_says_what_the_sign_means() -> None:
    assert "(z > 0: benefit of 1 over 0)" in repr(SHOWN["Log-rank test"])
    assert "on 2 df" in repr(logrank(T.time, T.event, np.arange(80) % 3))


def test_bands_are_wider_than_limits_and_refuse_what_they_do_not_fit() -> None:
    curve = kaplan_meier(T.time, T.event)
    band = curve.band("equal-precision", start=3, end=12, scale="plain")
    limits = kaplan_meier(T.time, T.event, ci="plain").at(band.time)
    half = (limits.upper - limits.lower) / 2
    np.testing.assert_allclose((band.upper - band.lower) / 2, half * band.critical[0] / 1.959963984540054)
    assert band.critical[0] > 2.3
    wide = curve.band("hall-wellner", start=3, end=12, scale="plain", level=0.9)
    assert (wide.upper > wide.survival).all()
    with pytest.raises(ArgumentError, match="start must not lie before the first event"):
        curve.band("hall-wellner", start=0.0)
    with pytest.raises(ArgumentError, match="must be Greenwood's"):
        kaplan_meier(T.time, T.event, se="peto").band("hall-wellner")
    with pytest.raises(DataError, match="no time with survival between 0 and 1"):
        kaplan_meier([1, 2], [0, 0]).band("hall-wellner")


def test_weights_of_one_are_the_logrank_test() -> None:
    plain = logrank(T.time, T.event, T.arm, strata=T.stratum)
    none = logrank(T.time, T.event, T.arm, strata=T.stratum, weight=MagirrBurman(least_survival=1.0))
    assert none.z == plain.z
    with pytest.raises(ArgumentError, match="exactly one value"):
        MagirrBurman()
    with pytest.raises(ArgumentError, match="two weights or more"):
        maxcombo(T.time, T.event, T.arm, weights=[None])


def test_a_pooled_weight_looks_at_all_strata_together() -> None:
    """A stratum's own curve gives other weights than the curve of all; with one stratum they are the same."""
    fh = FlemingHarrington(1, 0)
    within = logrank(T.time, T.event, T.arm, strata=T.stratum, weight=fh)
    pooled = logrank(T.time, T.event, T.arm, strata=T.stratum, weight=fh, pooled_weight=True)
    assert within.z != pooled.z
    curve = kaplan_meier(T.time, T.event)
    score = 0.0
    for s in (0, 1):
        inside = T.stratum == s
        for t in np.unique(T.time[inside & T.event]):
            risk = inside & (T.time >= t)
            died = risk & (T.time == t) & T.event
            before = curve.at([t - 0.5]).survival[0]
            score += before * (
                died.sum() * (risk & (T.arm == 1)).sum() / risk.sum() - (died & (T.arm == 1)).sum()
            )
    np.testing.assert_allclose(pooled.score, score, rtol=1e-10)
    one = logrank(T.time, T.event, T.arm, weight=fh, pooled_weight=True)
    assert one.z == logrank(T.time, T.event, T.arm, weight=fh).z


def test_a_trend_needs_scores_that_differ() -> None:
    test = logrank(T.time, T.event, T.arm)
    np.testing.assert_allclose(test.trend().z, test.z)
    np.testing.assert_allclose(test.trend([1, 0]).z, -test.z)
    with pytest.raises(ArgumentError, match="must differ"):
        test.trend([1, 1])
    with pytest.raises(ArgumentError, match="one number for each of the 2 groups"):
        test.trend([1, 2, 3])


def test_a_falling_reference_hazard_is_refused() -> None:
    with pytest.raises(ArgumentError, match="must be 0 or more over every subject's time"):
        one_sample_logrank([1, 2], [1, 0], lambda t: 1 - t, entry=[0, 1])
    with pytest.raises(DataError, match="no events are expected"):
        one_sample_logrank([1, 2], [1, 0], [0.0, 0.0])
    nothing = one_sample_logrank([1, 2], [0, 0], [0.5, 1.0])
    assert (nothing.ratio, nothing.lower) == (0.0, 0.0)
    np.testing.assert_allclose(nothing.upper, -np.log(0.025) / 1.5)
