"""Which test compares which quantity with what, within which tolerance."""

# ruff: noqa: E501 - sentences of a page, not code

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from validation_pages.comparisons import TESTS
from validation_pages.markdown import link, magnitude_of, short, thousands, tolerances, versions

if TYPE_CHECKING:
    from validation_pages.comparisons import Name, Tolerances


@dataclass(frozen=True)
class Quantity:
    """One row of a match matrix: what, by which test, whose number, which tolerance, shown on which page."""

    page: str
    what: str
    file: str
    test: str
    source: str
    reasons: tuple[str, ...]
    aligned: float | None = None

    def of(self, found: dict[Name, Tolerances]) -> Tolerances:
        """What the test compared, but for the times by which two curves are laid beside each other."""
        seen = found.get((self.file, self.test), {})
        return {within: one for within, one in seen.items() if within != self.aligned}

    @property
    def software(self) -> str:
        """Source with the version recorded beside the numbers, if it is a program."""
        if self.source.startswith("rival") or not self.file.startswith("reference/"):
            return self.source
        r, *packages = versions(self.file.split("/")[1]).split(", ")
        named = [package for package in packages if package.split()[0] in self.source]
        return f"{self.source} ({', '.join([r, *(named or packages[:1])])})"


_S, _T = "reference/survival/", "reference/survival_tests/test_tests.py"
_M, _G = "reference/survival_cox/test_cox_more.py", "reference/cmprsk_tests/test_gray_and_fine_gray.py"
_R = "reference/rpact/test_survival_designs.py"
_C, _A = "reference/rpact/test_classical.py", "reference/rpact/test_analyses.py"
_O = "independent/test_stopped_trial.py"
QUANTITIES = (
    Quantity(
        "survival",
        "Kaplan–Meier: numbers at risk, events, censorings, survival, Greenwood errors",
        f"{_S}test_kaplan_meier.py",
        "test_counts_survival_and_greenwood_errors_are_those_of_r",
        "`survfit`",
        ("SUMMATION",),
        aligned=1e-9,
    ),
    Quantity(
        "survival",
        "Kaplan–Meier: Tsiatis errors",
        f"{_S}test_kaplan_meier.py",
        "test_tsiatis_errors_are_survival_times_rs_error_of_the_hazard",
        "`survfit`: surv × std.chaz",
        ("SUMMATION",),
        aligned=1e-9,
    ),
    Quantity(
        "survival",
        "Kaplan–Meier: limits on five scales",
        f"{_S}test_kaplan_meier.py",
        "test_limits_on_five_scales_are_those_of_r",
        "`survfit`",
        ("SUMMATION",),
        aligned=1e-9,
    ),
    Quantity(
        "survival",
        "Kaplan–Meier: quartiles with limits",
        f"{_S}test_kaplan_meier.py",
        "test_quartiles_and_their_limits_are_those_of_r",
        "`quantile` of `survfit`",
        ("SUMMATION",),
    ),
    Quantity(
        "survival",
        "Kaplan–Meier: robust errors by cluster",
        _T,
        "test_robust_errors_by_cluster",
        "`survfit(cluster)`",
        ("SUMMATION",),
    ),
    Quantity(
        "survival",
        "Cumulative hazard with errors, limits and its survival",
        _T,
        "test_cumulative_hazards",
        "`survfit(stype = 2)`",
        ("SUMMATION",),
    ),
    Quantity(
        "survival",
        "Log-rank and its ρ = 1 weighting, stratified or not: observed, expected, covariance, χ², P",
        f"{_S}test_logrank.py",
        "test_the_test_is_that_of_r",
        "`survdiff`; `mantelhaen.test` with late entry",
        ("SUMMATION",),
    ),
    Quantity(
        "survival",
        "Weighted log-rank: scores and variances of ten weights",
        _T,
        "test_weighted_scores_and_variances",
        "sums over risk tables in R",
        ("SUMMATION",),
    ),
    Quantity(
        "survival",
        "MaxCombo",
        _T,
        "test_maxcombo_has_the_p_of_mvtnorm",
        "`mvtnorm::pmvnorm`",
        ("MIWA", "GENZ_BRETZ", "SUMMATION"),
    ),
    Quantity(
        "survival",
        "Log-rank trend over ordered groups",
        _T,
        "test_the_trend_over_groups",
        "`survdiff`",
        ("SUMMATION",),
    ),
    Quantity(
        "survival",
        "Permutation log-rank: score and variance over allocations",
        _T,
        "test_permutation_moments_are_those_of_coin",
        "`coin`",
        ("SUMMATION",),
    ),
    Quantity(
        "survival",
        "Permutation log-rank: exact P",
        _T,
        "test_exact_p_is_that_of_every_allocation_listed",
        "all allocations listed in R",
        ("SUMMATION",),
    ),
    Quantity(
        "survival",
        "One-sample log-rank",
        _T,
        "test_the_one_sample_test",
        "`survdiff` with offset, `poisson.test`",
        ("SUMMATION",),
    ),
    Quantity(
        "survival",
        "Cox, Efron and Breslow, stratified, weighted, late entry: coefficients, errors, likelihoods, score and Wald",
        f"{_S}test_cox.py",
        "test_the_fit_is_that_of_r",
        "`coxph`",
        ("ITERATION",),
    ),
    Quantity(
        "survival",
        "Cox: hazard ratios with limits",
        f"{_S}test_cox.py",
        "test_hazard_ratio_and_limits_are_exponentials",
        "`coxph`",
        ("ITERATION",),
    ),
    Quantity(
        "survival",
        "Cox where an arm has no events: supremum, score test, the other arms",
        f"{_S}test_cox.py",
        "test_an_arm_without_events_has_no_finite_estimate_but_what_is_finite_is_rs",
        "`coxph`",
        ("ITERATION",),
    ),
    Quantity(
        "survival",
        "Cox: exact ties; effects that change with time",
        _M,
        "test_exact_ties_and_effects_that_change",
        "`coxph(ties = 'exact')`, `tt()`",
        ("ITERATION",),
    ),
    Quantity(
        "survival",
        "Cox: offset; robust errors by cluster",
        _M,
        "test_offset_and_robust_errors",
        "`coxph(cluster)`",
        ("ITERATION", "ROBUST"),
    ),
    Quantity(
        "survival",
        "Cox: martingale, deviance, score, dfbeta and Schoenfeld residuals",
        _M,
        "test_residuals",
        "`residuals.coxph`",
        ("ITERATION",),
    ),
    Quantity(
        "survival",
        "Cox: score test of proportional hazards",
        _M,
        "test_proportional_hazards",
        "`cox.zph`",
        ("ZPH",),
    ),
    Quantity(
        "survival",
        "Cox: predicted survival with limits",
        _M,
        "test_predicted_survival",
        "`survfit.coxph`",
        ("ITERATION",),
    ),
    Quantity(
        "survival",
        "Cox: concordance",
        _M,
        "test_concordance",
        "`concordance`",
        ("SUMMATION",),
    ),
    Quantity(
        "survival",
        "Cox with Firth's penalty",
        _M,
        "test_firth",
        "the penalised likelihood maximised by `optim`",
        ("BFGS",),
    ),
    Quantity(
        "survival",
        "Log-rank at the edge: one event, separation, an arm absent from a stratum",
        "reference/survival_degenerate/test_degenerate.py",
        "test_the_logrank_test_is_rs_or_refused",
        "`survdiff`",
        ("SUMMATION",),
    ),
    Quantity(
        "survival",
        "Cox at the edge",
        "reference/survival_degenerate/test_degenerate.py",
        "test_the_cox_model_is_rs_or_says_that_it_has_no_maximum",
        "`coxph`",
        ("SUMMATION", "ITERATION"),
    ),
    Quantity(
        "survival",
        "Gray's test, two to four groups, stratified or not, ρ = 0 and 1",
        _G,
        "test_gray",
        "`cuminc`",
        ("SUMMATION",),
    ),
    Quantity(
        "survival",
        "Gray's test: score and covariance",
        "independent/test_gray_rival.py",
        "test_score_and_covariance_are_sums_of_influences",
        "rival: every influence added up",
        ("SUMMATION",),
    ),
    Quantity(
        "survival",
        "Fine–Gray: coefficients, likelihoods and robust errors",
        _G,
        "test_fine_gray",
        "`crr`",
        ("ROBUST", "SUMMATION", "CRR_GROUPED"),
    ),
    Quantity(
        "survival",
        "Restricted means, difference and ratio with limits",
        f"{_S}test_rmst.py",
        "test_means_and_contrast_are_those_of_r",
        "`survfit`; survRM2's formulas in R",
        ("SUMMATION",),
    ),
    Quantity(
        "survival",
        "Median follow-up with quartiles and limits",
        f"{_S}test_follow_up.py",
        "test_median_quartiles_and_limits_are_those_of_r",
        "`survfit` of the censorings",
        ("SUMMATION",),
    ),
    Quantity(
        "survival",
        "Cumulative incidence with delta-method errors",
        f"{_S}test_aalen_johansen.py",
        "test_incidence_and_error_are_those_of_r",
        "multi-state `survfit`",
        ("SUMMATION",),
        aligned=1e-9,
    ),
    Quantity(
        "survival",
        "Cumulative incidence with Aalen's errors",
        "reference/cmprsk/test_cuminc.py",
        "test_incidence_and_aalens_error_are_those_of_cuminc",
        "`cmprsk::cuminc`",
        ("SUMMATION",),
    ),
    Quantity(
        "safety",
        "Score limits of a proportion",
        "reference/stats/test_proportions.py",
        "test_wilson_limits_are_those_of_prop_test",
        "`prop.test`",
        ("ROUNDING",),
    ),
    Quantity(
        "safety",
        "Newcombe's limits of a difference",
        "reference/stats/test_proportions.py",
        "test_newcombe_limits_from_the_recorded_wilson_limits",
        "square and add, from `prop.test`'s limits",
        ("SUMMATION",),
    ),
    Quantity(
        "worked-example",
        "AALL1731's synthetic cohort: log-rank, Cox, Kaplan–Meier, restricted mean, follow-up",
        "reference/aall1731/test_written_cohort.py",
        "test_the_analysis_gives_rs_number",
        "`survival` on the written files",
        ("ITERATION", "SUMMATION"),
    ),
    Quantity(
        "group-sequential",
        "Bounds at information other than planned",
        "reference/rpact/test_interim_bounds.py",
        "test_bounds_follow_the_information_observed",
        "rpact; within the narrower tolerance a rival",
        ("RPACT_Z", "RIVAL_BOUND"),
    ),
    Quantity(
        "group-sequential",
        "Classical boundaries with their futility, drift and alpha spent",
        _C,
        "test_classical_bounds_are_rpacts",
        "rpact",
        ("RPACT_Z", "RPACT_ALPHA_SPENT"),
    ),
    Quantity(
        "group-sequential",
        "Error of classical boundaries",
        _C,
        "test_the_error_is_exact_by_the_rival",
        "rival: tanh–sinh quadrature",
        ("RIVAL_BOUND",),
    ),
    Quantity(
        "group-sequential",
        "Constants of Pocock, O'Brien–Fleming and Wang–Tsiatis tests",
        "textbook/test_classical_constants.py",
        "test_constants_as_printed",
        "Jennison and Turnbull (2000), tables 2.1, 2.3 and 2.9, three decimals",
        (),
    ),
    Quantity(
        "group-sequential",
        "A two-sided Pocock design: maximum and expected information",
        "textbook/test_designs_in_manuals.py",
        "test_the_pocock_design_of_the_sas_manual",
        "SAS/STAT User's Guide, SEQDESIGN, as printed",
        (),
    ),
    Quantity(
        "group-sequential",
        "An asymmetric design with beta spending: bounds and probabilities",
        "textbook/test_designs_in_manuals.py",
        "test_the_asymmetric_design_that_gsdesign_prints",
        "gsDesign, as printed, four decimals",
        (),
    ),
    Quantity(
        "group-sequential",
        "Repeated confidence intervals",
        _A,
        "test_repeated_intervals_are_rpacts",
        "rpact",
        ("RPACT_Z",),
    ),
    Quantity(
        "group-sequential",
        "Repeated P values",
        _A,
        "test_repeated_p_values_are_rpacts",
        "rpact",
        ("RPACT_INFERENCE",),
    ),
    Quantity(
        "group-sequential",
        "P, interval and median-unbiased estimate after stopping, stage-wise ordering",
        _A,
        "test_inference_after_stopping_is_rpacts",
        "rpact; within the narrower tolerance a rival",
        ("RPACT_INFERENCE", "RIVAL_BOUND"),
    ),
    Quantity(
        "group-sequential",
        "Conditional power at every later look",
        _A,
        "test_conditional_power_is_rpacts",
        "rpact",
        ("RPACT_POWER",),
    ),
    Quantity(
        "group-sequential",
        "P, interval and estimate by each ordering",
        _O,
        "test_estimate_and_interval_lie_where_the_ordering_says",
        "rival: paths by quadrature",
        ("RIVAL_BOUND",),
    ),
    Quantity(
        "group-sequential",
        "Bias-adjusted estimate",
        _O,
        "test_bias_is_adjusted_by_the_mean_of_the_estimate",
        "rival: paths by quadrature",
        ("STOPPED_MEAN",),
    ),
    Quantity(
        "group-sequential",
        "Rao–Blackwell estimate is unbiased",
        _O,
        "test_rao_blackwell_is_unbiased",
        "rival: paths by quadrature",
        ("STOPPED_MEAN",),
    ),
    Quantity(
        "group-sequential",
        "Events, calendar and patients at the looks, and power",
        _R,
        "test_design_is_rpacts",
        "rpact",
        ("RPACT_EVENTS", "RPACT_POWER", "RIVAL_EVENTS"),
    ),
    Quantity(
        "group-sequential",
        "Expected events by arm, and the time at which they are there",
        _R,
        "test_expected_events_are_the_integrals",
        "rival: integrals by adaptive quadrature",
        ("RIVAL_EVENTS", "RIVAL_MONTHS"),
    ),
    Quantity(
        "group-sequential",
        "Events by Schoenfeld's formula",
        _R,
        "test_events_by_schoenfelds_formula",
        "rpact; within the narrower tolerance a rival",
        ("RPACT_EVENTS", "ROUNDING"),
    ),
)
PAGES = tuple(dict.fromkeys(quantity.page for quantity in QUANTITIES))


def files(page: str) -> list[str]:
    """The tests of a page."""
    return sorted({quantity.file for quantity in QUANTITIES if quantity.page == page})


def rows(page: str, found: dict[Name, Tolerances], *, linked: bool = True) -> list[list[str]]:
    """The match matrix of a page: one row for each tolerance that a quantity is held within."""
    table = []
    for quantity in QUANTITIES:
        if quantity.page != page:
            continue
        seen = quantity.of(found)
        if not any(one.numbers for one in seen.values()):
            raise SystemExit(f"{quantity.file} has no {quantity.test} that compares: mend quantities.py")
        for within, one in sorted(seen.items()):
            cells = [
                quantity.what,
                quantity.software,
                thousands(one.numbers),
                magnitude_of(one.largest),
                short(within),
            ]
            table.append([*cells, link(quantity.file)] if linked else cells)
    return table


def used_tolerances(page: str, found: dict[Name, Tolerances]) -> str:
    """The tolerances of a page, each with its reason."""
    known = tolerances()
    mine = [quantity for quantity in QUANTITIES if quantity.page == page]
    lines = []
    for within in sorted({x for quantity in mine for x in quantity.of(found)}):
        names = dict.fromkeys(name for quantity in mine for name in quantity.reasons)
        reasons = [known[name][1] for name in names if known[name][0] == within]
        lines.append(f"* {short(within)}: {' '.join(reasons) or 'said in the test.'}")
    return "\n".join(lines)


def numbers(found: dict[Name, Tolerances]) -> int:
    """How many numbers all rows compare."""
    return sum(one.numbers for quantity in QUANTITIES for one in quantity.of(found).values())


def generated_data_sets() -> list[str]:
    """Names of the small made-up data sets that stand in the repository."""
    return sorted(path.stem for path in (TESTS / "reference/survival/generated").glob("*.csv"))
