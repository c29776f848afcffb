"""Kaplan-Meier curves, errors, limits and quantiles as R's survfit gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.survival import KaplanMeier, kaplan_meier
from reference.survival.replay import HERE, catalogue, recorded
from tolerances import SUMMATION

if TYPE_CHECKING:
    from reference.survival.replay import Case, CaseOf, Pairs

CASES = catalogue()
CURVES = recorded(HERE / "kaplan_meier.csv")
SCALES = {"plain": "plain", "log": "log", "log-log": "log-log", "logit": "logit", "arcsin": "arcsine"}


def fit(case: Case, group: str, **options: str) -> KaplanMeier:
    """The library's curve of one group; its table."""
    rows = case.rows(group)
    entry = None if case.entry is None else case.entry[rows]
    weights = None if case.weights is None else case.weights[rows]
    return kaplan_meier(case.time[rows], case.event[rows], entry=entry, weights=weights, **options)


def at_recorded_times(curve: KaplanMeier, pairs: Pairs, column: str) -> tuple[np.ndarray, np.ndarray]:
    """The table's rows at R's times (which may differ in the last bits), and R's values."""
    times, values = np.array(pairs).T
    frame = curve.to_frame()
    own = frame["time"].to_numpy()
    rows = np.abs(own[:, None] - times).argmin(axis=0)
    np.testing.assert_allclose(own[rows], times, rtol=1e-9)
    return frame[column].to_numpy()[rows], values


@pytest.mark.parametrize("dataset", CURVES)
def test_counts_survival_and_greenwood_errors_are_those_of_r(dataset: str, case_of: CaseOf) -> None:
    """n_risk, n_event, n_censor, S and Greenwood's error at R's times; as many times as R has."""
    case = case_of(dataset)
    for (analysis, group, quantity), pairs in CURVES[dataset].items():
        if analysis != "curve" or quantity in {"tsiatis", "cumulative_hazard"}:
            continue
        curve = fit(case, group)
        if quantity == "n_times":
            assert curve.to_frame().height == pairs[0][1]
            continue
        ours, theirs = at_recorded_times(curve, pairs, {"greenwood": "std_err"}.get(quantity, quantity))
        np.testing.assert_allclose(ours, theirs, rtol=SUMMATION, atol=1e-14, err_msg=f"{group} {quantity}")


@pytest.mark.parametrize("dataset", [name for name in CURVES if not CASES[name]["weights"]])
def test_tsiatis_errors_are_survival_times_rs_error_of_the_hazard(dataset: str, case_of: CaseOf) -> None:
    """S √Σ d/n² against R's surv * std.chaz (which weights in another way, so unweighted)."""
    case = case_of(dataset)
    for (analysis, group, quantity), pairs in CURVES[dataset].items():
        if analysis == "curve" and quantity == "tsiatis":
            ours, theirs = at_recorded_times(fit(case, group, se="tsiatis"), pairs, "std_err")
            reached = theirs > 0
            np.testing.assert_allclose(ours[reached], theirs[reached], rtol=SUMMATION, err_msg=group)


@pytest.mark.parametrize("dataset", CURVES)
def test_limits_on_five_scales_are_those_of_r(dataset: str, case_of: CaseOf) -> None:
    """Limits wherever R has them: not at S = 1 or 0 on a log scale, nowhere if all fail or leave at once."""
    case = case_of(dataset)
    for (analysis, group, quantity), pairs in CURVES[dataset].items():
        if analysis in SCALES:
            ours, theirs = at_recorded_times(fit(case, group, ci=SCALES[analysis]), pairs, quantity)
            np.testing.assert_allclose(
                ours, theirs, rtol=SUMMATION, atol=1e-14, err_msg=f"{group} {analysis} {quantity}"
            )


@pytest.mark.parametrize("dataset", CURVES)
def test_quartiles_and_their_limits_are_those_of_r(dataset: str, case_of: CaseOf) -> None:
    """Times at which S passes 0.75, 0.5, 0.25, with limits; what R gives as NA is nan here."""
    case = case_of(dataset)
    for (analysis, group, quantity), pairs in CURVES[dataset].items():
        if analysis.startswith("quantile:"):
            p, theirs = np.array(pairs).T
            quantiles = fit(case, group, ci=analysis.removeprefix("quantile:")).quantile(p)
            ours = getattr(quantiles, {"value": "time"}.get(quantity, quantity))
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, err_msg=f"{group} {analysis} {quantity}")


@pytest.mark.parametrize("dataset", [name for name in CURVES if CASES[name]["group"]])
def test_curves_by_group_are_the_curves_of_the_groups_alone(dataset: str, case_of: CaseOf) -> None:
    """One call with group= gives what a call for each group gives."""
    case = case_of(dataset)
    together = kaplan_meier(
        case.time, case.event, group=case.group, entry=case.entry, weights=case.weights, ci="log"
    ).to_frame()
    for arm in case.arms():
        alone = fit(case, arm, ci="log").to_frame()
        mine = together.filter(together["group"] == arm)
        for column in ("time", "n_risk", "n_event", "survival", "std_err", "lower", "upper"):
            np.testing.assert_allclose(
                mine[column].to_numpy(),
                alone[column].to_numpy(),
                rtol=SUMMATION,
                atol=1e-15,
                err_msg=f"{arm} {column}",
            )
