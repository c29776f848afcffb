"""Weighted, permutation, one-sample and combined log-rank tests, robust errors and hazards, as R gives them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.survival import (
    FlemingHarrington,
    Gehan,
    MagirrBurman,
    PetoPeto,
    TaroneWare,
    kaplan_meier,
    logrank,
    maxcombo,
    nelson_aalen,
    one_sample_logrank,
    permutation_logrank,
)
from reference.survival.replay import recorded
from tolerances import GENZ_BRETZ, MIWA, SUMMATION

if TYPE_CHECKING:
    from reference.survival.replay import CaseOf

FOUND = recorded(Path(__file__).parent / "tests.csv")


def datasets(analysis: str) -> list[str]:
    """Data sets for which R recorded the analysis."""
    return [name for name, found in FOUND.items() if any(key[0] == analysis for key in found)]


def weights(delay: float) -> dict[str, object]:
    """The library's weight for each of the script's."""
    return {
        "gehan": Gehan(),
        "tarone_ware": TaroneWare(),
        "peto": PetoPeto(),
        "peto_modified": PetoPeto(modified=True),
        "magirr_burman": MagirrBurman(delay=delay),
        "magirr_burman_half": MagirrBurman(least_survival=0.5),
        "g01": FlemingHarrington(0, 1),
        "g10": FlemingHarrington(1, 0),
        "g11": FlemingHarrington(1, 1),
        "logrank": None,
    }


@pytest.mark.parametrize("dataset", datasets("gehan"))
def test_weighted_scores_and_variances(dataset: str, case_of: CaseOf) -> None:
    """Ten weights, with and without strata, with late entry where the data have it."""
    case = case_of(dataset)
    for (analysis, _, quantity), pairs in FOUND[dataset].items():
        kind, stratified = analysis.removesuffix("_stratified"), analysis.endswith("_stratified")
        delay, theirs = pairs[0]
        if quantity not in {"score", "information"} or theirs == 0.0:
            continue
        test = logrank(
            case.time,
            case.event,
            case.group,
            control=case.control,
            strata=case.strata if stratified else None,
            entry=case.entry,
            weight=weights(delay)[kind],
        )
        floor = 1e-12 * test.observed.sum()
        np.testing.assert_allclose(
            getattr(test, quantity), theirs, rtol=SUMMATION, atol=floor, err_msg=analysis
        )


@pytest.mark.parametrize("dataset", datasets("rho1_pooled"))
def test_a_weight_of_all_strata_together(dataset: str, case_of: CaseOf) -> None:
    """Fleming-Harrington's rho = 1, stratified, any number of arms, the weight the curve of everybody."""
    case, found = case_of(dataset), FOUND[dataset]
    test = logrank(
        case.time,
        case.event,
        case.group,
        control=case.control,
        strata=case.strata,
        entry=case.entry,
        weight=FlemingHarrington(rho=1),
        pooled_weight=True,
    )
    excess = test.observed - test.expected
    for ours, arm in zip(excess, test.groups, strict=True):
        [(_, theirs)] = found["rho1_pooled", str(arm), "excess"]
        np.testing.assert_allclose(ours, theirs, rtol=SUMMATION, atol=1e-12 * test.observed.sum())
    [(_, chi2)] = found["rho1_pooled", "", "chi2"]
    np.testing.assert_allclose(test.chi2, chi2, rtol=SUMMATION, atol=1e-13)


@pytest.mark.parametrize("dataset", datasets("maxcombo"))
def test_maxcombo_has_the_p_of_mvtnorm(dataset: str, case_of: CaseOf) -> None:
    """Three weights against Miwa's algorithm and (one-sided) TVPACK; four, singular, against Genz and Bretz."""
    case = case_of(dataset)
    combo = [None, FlemingHarrington(0, 1), FlemingHarrington(1, 0), FlemingHarrington(1, 1)]
    for (analysis, _, quantity), pairs in FOUND[dataset].items():
        kind, stratified = analysis.removesuffix("_stratified"), analysis.endswith("_stratified")
        theirs = pairs[0][1]
        if kind not in {"maxcombo", "maxcombo4"}:
            continue
        test = maxcombo(
            case.time,
            case.event,
            case.group,
            weights=combo if kind == "maxcombo4" else [combo[0], combo[1], combo[3]],
            control=case.control,
            strata=case.strata if stratified else None,
            entry=case.entry,
            alternative="benefit" if quantity == "p_benefit" else "two-sided",
        )
        if quantity == "statistic":
            np.testing.assert_allclose(test.statistic, theirs, rtol=SUMMATION)
        elif kind == "maxcombo4":
            np.testing.assert_allclose(test.p, theirs, atol=GENZ_BRETZ)
        else:
            np.testing.assert_allclose(test.p, theirs, atol=MIWA, err_msg=quantity)


@pytest.mark.parametrize("dataset", datasets("trend"))
def test_the_trend_over_groups(dataset: str, case_of: CaseOf) -> None:
    case = case_of(dataset)
    test = logrank(case.time, case.event, case.group, control=case.control)
    [(_, theirs)] = FOUND[dataset]["trend", "", "z"]
    np.testing.assert_allclose(test.trend().z, theirs, rtol=SUMMATION)


@pytest.mark.parametrize("dataset", datasets("permutation"))
def test_permutation_moments_are_those_of_coin(dataset: str, case_of: CaseOf) -> None:
    """The standardised score and its variance over allocations, within blocks too; scores of the whole table."""
    case = case_of(dataset)
    for suffix, blocks in (("", None), ("_blocked", case.strata)):
        if (f"permutation{suffix}", "", "z") not in FOUND[dataset]:
            continue
        test = permutation_logrank(
            case.time, case.event, case.group, control=case.control, blocks=blocks, resamples=1, seed=0
        )
        [(_, z)], [(_, variance)] = (
            FOUND[dataset][f"permutation{suffix}", "", quantity] for quantity in ("z", "variance")
        )
        np.testing.assert_allclose(test.std_dev**2, variance, rtol=SUMMATION)
        np.testing.assert_allclose(test.z, z, rtol=SUMMATION, atol=1e-12)
        if blocks is None:
            plain = logrank(case.time, case.event, case.group, control=case.control)
            np.testing.assert_allclose(test.score, plain.score, rtol=SUMMATION, atol=1e-12)


@pytest.mark.parametrize("dataset", [f"drawn{k}" for k in range(1, 9)])
def test_exact_p_is_that_of_every_allocation_listed(dataset: str) -> None:
    """R lists all choices of an arm's subjects; coin's split-up algorithm agrees with it."""
    found = FOUND[dataset]
    rows = [(value, key[1]) for key, pairs in found.items() if key[0] == "data" for _, value in pairs]
    time, event, arm = np.array([[float(x) for x in text.split("_")] for _, text in sorted(rows)]).T
    for alternative in ("two-sided", "benefit", "harm"):
        test = permutation_logrank(time, event, arm, alternative=alternative)
        [(_, theirs)] = found["exact", "", alternative]
        np.testing.assert_allclose(test.p, theirs, rtol=SUMMATION, err_msg=alternative)
        drawn = permutation_logrank(time, event, arm, alternative=alternative, resamples=4000, seed=11)
        assert abs(drawn.p - test.p) < 5.0 * np.sqrt(test.p * (1.0 - test.p) / 4000) + 1e-3


@pytest.mark.parametrize("dataset", datasets("one_sample"))
def test_the_one_sample_test(dataset: str, case_of: CaseOf) -> None:
    """Against survdiff with an offset and poisson.test's limits of the ratio."""
    case = case_of(dataset)
    mean = case.time.mean()
    test = one_sample_logrank(case.time, case.event, lambda t: (t / (2.0 * mean)) ** 1.3)
    for quantity, scale in (("expected", 1.0), ("chi2", 1.0), ("lower", 1.0), ("upper", 1.0)):
        [(_, theirs)] = FOUND[dataset]["one_sample", "", quantity]
        np.testing.assert_allclose(getattr(test, quantity) * scale, theirs, rtol=SUMMATION, err_msg=quantity)
    own = one_sample_logrank(case.time, case.event, (case.time / (2.0 * mean)) ** 1.3)
    assert own == test


@pytest.mark.parametrize("dataset", datasets("robust"))
def test_robust_errors_by_cluster(dataset: str, case_of: CaseOf) -> None:
    """survfit(..., cluster) by infinitesimal jackknife, weights and late entry included."""
    case = case_of(dataset)
    curve = kaplan_meier(
        case.time,
        case.event,
        entry=case.entry,
        weights=case.weights,
        cluster=np.arange(len(case.time)) // 3,
    )
    times, theirs = np.array(FOUND[dataset]["robust", "", "std_err"]).T
    at = curve.at(times)
    alive = at.survival > 1e-12
    np.testing.assert_allclose(at.std_err[alive], theirs[alive], rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("ties", ["together", "in turn"])
@pytest.mark.parametrize("dataset", datasets("together"))
def test_cumulative_hazards(dataset: str, ties: str, case_of: CaseOf) -> None:
    """survfit(stype = 2): H, its error, exp(-H) and limits on the log-log scale."""
    case = case_of(dataset)
    frame = nelson_aalen(case.time, case.event, entry=case.entry, ties=ties).to_frame()
    own = frame["time"].to_numpy()
    for quantity in ("hazard", "std_err", "survival", "lower", "upper"):
        if (ties, "", quantity) not in FOUND[dataset]:
            continue
        times, theirs = np.array(FOUND[dataset][ties, "", quantity]).T
        rows = np.abs(own[:, None] - times).argmin(axis=0)
        ours = frame[quantity].to_numpy()[rows]
        np.testing.assert_allclose(ours, theirs, rtol=SUMMATION, atol=1e-14, err_msg=quantity)
