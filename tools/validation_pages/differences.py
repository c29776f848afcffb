"""docs/validation/known-differences.md: where a program answers otherwise, and what makes the two agree."""

# ruff: noqa: E501 - sentences of a page, not code

from __future__ import annotations

import numpy as np

from equipoise.design import group_sequential
from equipoise.survival import cumulative_incidence
from independent.naive_cumulative_incidence import jackknife_std_err, subjects
from reference.rpact.coarse import CLOSE, COARSE, OPEN, TAIL
from reference.rpact.spending import rule
from reference.rpact.test_group_sequential import DESIGNS, INNER
from reference.survival.replay import HERE, catalogue, read_case, recorded
from validation_pages.markdown import link, magnitude_of, page, table, tolerance, versions

LATE = "left_truncated"


def known_differences_page() -> str:
    """Each difference with its reason and the option that makes the two agree."""
    late, rival = late_entry()
    most, dropped = inner_futility()
    return page(
        "Known differences",
        "Where another program prints another number for the same question, which it is, why, and the option with which "
        f"the two agree. R here is {versions('survival')} with {versions('cmprsk').split(', ', 1)[1]}; rpact is "
        f"{versions('rpact').split(', rpact ')[1]}.",
        "## Conventions",
        table(("what", "here", "elsewhere", "to agree"), CONVENTIONS),
        "## Standard errors and limits",
        table(("what", "here", "elsewhere", "to agree"), ERRORS),
        "### Aalen–Johansen with late entry",
        "Without late entry R's infinitesimal jackknife and our delta method are the same number. With late entry they "
        f"are two estimates of the same error: on the generated data set `{LATE}` they differ by up to "
        f"{100 * late:.1f} %. The incidence itself is the same. No option gives R's error; a rival that takes the "
        f"jackknife subject by subject gives it (difference {magnitude_of(rival)}), "
        f"{link('independent/test_cumulative_incidence_rival.py')}.",
        "## Tests",
        table(("what", "here", "elsewhere", "to agree"), TESTS_OF_SURVIVAL),
        "## Cox models",
        table(("what", "here", "elsewhere", "to agree"), COX),
        "## Group-sequential designs",
        table(("what", "here", "rpact", "to agree"), DESIGNS_ELSEWHERE),
        "### rpact's grid",
        f"In {len(COARSE)} of the recorded designs rpact's fixed quadrature grid is coarser than "
        f"{tolerance('RPACT_Z')} in z or {tolerance('RPACT_POWER')} in a probability. An independent quadrature settles "
        "each of them; [the table](group-sequential.md#where-rpact-is-coarser) shows the three numbers.",
        table(
            ("reason", "designs"),
            [(why, sum(reason == why for reason, _ in COARSE.values())) for why in (TAIL, CLOSE, OPEN)],
        ),
        "### Two-sided designs with inner futility bounds",
        f"Beta is spent here under the chance of a rejection on the side of benefit. rpact counts a rejection on the "
        f"wrong side as power too. The recorded designs are {len(INNER)}; the drifts differ "
        f"by {magnitude_of(most)}. In {dropped} of them rpact drops an inner bound that comes out near 0 "
        f"and moves its beta to later looks; here the bound stands. A rival computes both definitions "
        f"({link('independent/test_crossing_rivals.py')}, {link('reference/rpact/test_group_sequential.py')}): with "
        "rpact's its bounds are rpact's, with ours they are ours.",
    )


CONVENTIONS = (
    (
        "length of time between two dates",
        "AVAL = date − start + 1 day (ADaM)",
        "subtracting two dates in R gives one day less",
        "add 1 in R; or give `time` itself to the array functions",
    ),
    (
        "sign of the log-rank test",
        "z above 0: fewer events than expected on the experimental arm",
        "`survdiff` prints χ², which has no sign",
        "`control=` names the arm; swapping it turns the sign",
    ),
    (
        "event and censoring",
        "`event=True` is observed; ADaM's CNSR is turned where data come in",
        "CNSR 0 is an event",
        "read ADaM by `read_records`",
    ),
    (
        "times equal but for rounding",
        "one time, by R's rule",
        "the same in survival; `cmprsk::cuminc` compares bit by bit",
        "`timefix=False` compares bit by bit",
    ),
    (
        "at risk at t",
        "T ≥ t: who is censored at t is still at risk at t",
        "the same in R",
        "",
    ),
)
ERRORS = (
    (
        "scale of Kaplan–Meier limits",
        "log-log",
        "`survfit`: log",
        '`ci="log"`; "plain", "logit", "arcsine" as in R',
    ),
    (
        "Peto's error S √((1−S)/n)",
        '`se="peto"`, as cooperative groups print it',
        "not in `survfit`",
        '`se="greenwood"` (the default) is R\'s',
    ),
    (
        "Tsiatis' error S √Σ d/n²",
        '`se="tsiatis"`',
        "in R surv × std.chaz of `survfit`; with case weights R weights its terms otherwise",
        "compare without weights",
    ),
    (
        "case weights that are not whole numbers",
        "weights count subjects: model-based errors",
        "`survfit` changes to robust errors",
        "`cluster=` with a label of its own for each subject; or `robust = FALSE` in R",
    ),
    (
        "error of a cumulative incidence",
        "delta method, Greenwood's where there is one cause",
        "`cmprsk::cuminc`: Aalen's",
        '`variance="aalen"`',
    ),
    (
        "cumulative hazard at tied times",
        "all events at once",
        "`survfit`: likewise with ctype = 1, in turn with ctype = 2",
        '`ties="in turn"` is ctype = 2',
    ),
)
TESTS_OF_SURVIVAL = (
    (
        "log-rank with late entry",
        "`entry=`",
        "`survdiff` refuses it",
        "in R: `mantelhaen.test` over the tables at the event times",
    ),
    (
        "log-rank without any event",
        "refused: there is nothing to compare",
        "`survdiff` prints a χ² of 0 on −1 degrees of freedom",
        "",
    ),
    (
        "weights of Fleming and Harrington",
        "ρ and γ",
        "`survdiff` has ρ only",
        "`FlemingHarrington(rho=1)`",
    ),
    (
        "weight in a stratified test",
        "the Kaplan–Meier estimate just before, within stratum",
        "the same in `survdiff`",
        "",
    ),
    (
        "restricted mean with no event before the horizon",
        "the comparison is refused: it has no error",
        "a difference with standard error 0",
        "",
    ),
    (
        "restricted mean beyond an arm's last time",
        "refused: the horizon may not pass the smaller of the arms' last times",
        "`survfit` carries the curve on",
        "choose an earlier `tau`",
    ),
)
COX = (
    (
        "ties",
        "Efron",
        "Efron in `coxph`; Breslow in SAS and many others",
        '`ties="breslow"`; "exact" is R\'s discrete likelihood',
    ),
    (
        "when the iteration stops",
        "at the maximum, to rounding",
        "`coxph` at a small relative change of the likelihood (its `eps`); much tighter, and it may halve its last step on rounding errors and stop beside the maximum",
        "the recorded fits take the first of ever smaller `eps` whose remaining step is next to nothing",
    ),
    (
        "an arm without events",
        "said to be monotone: hazard ratio 0 or infinite, limits 0 and infinity",
        "`coxph` warns and prints a large coefficient",
        "the likelihood's supremum, the score test and the other arms are R's",
    ),
    (
        "effects that change with time, with late entry and strata together",
        "each event's risk set is that of the model: its stratum, entry < t ≤ time",
        "`tt()` of survival 3.5 forms other risk sets than R's own `survSplit`",
        "in R: `survSplit` at the event times, then the product of covariate and time as a covariate",
    ),
    (
        "Fine–Gray errors with several censoring groups",
        f"the sandwich of Fine and Gray's formula, each group with its own censoring curve; {link('independent/test_fine_gray_rival.py')} writes it out",
        f"`crr(cengroup)` prints errors that differ from it by less than {tolerance('CRR_GROUPED')}, relative; coefficients are the same",
        "with one censoring group the errors are the same",
    ),
)
ALPHA_SPENT = (
    f"up to {max(d.alpha - d.alpha_spent[-1] for d in DESIGNS):.0e}".replace("e-0", "e-")
    + " less is reported, while its bound is that of "
    "the alpha asked for"
)
DESIGNS_ELSEWHERE = (
    (
        "alpha spent at the last look",
        "the alpha asked for",
        ALPHA_SPENT,
        "",
    ),
    (
        "two-sided power",
        "rejection on the side of benefit",
        "the same unless `twoSidedPower = TRUE`",
        "",
    ),
    (
        "events",
        "whole events at the looks, bounds solved again for them",
        "real numbers of events",
        "`group_sequential` with `time_to_event` keeps them real",
    ),
)


def late_entry() -> tuple[float, float]:
    """Largest relative difference of the two errors; R's from the jackknife rival's at one time."""
    case = read_case(catalogue()[LATE])
    pairs = recorded(HERE / "aalen_johansen.csv")[LATE]["incidence", "all:1", "std_err"]
    times, theirs = np.array(pairs).T
    found = cumulative_incidence(case.time, case.cause, entry=case.entry).at(times + 1e-9)
    some = theirs > 0
    ours = found.std_err[np.array([label == 1 for label in found.cause])]
    who = subjects(*([int(x) for x in column] for column in (case.time, case.cause, case.entry)))
    third = len(times) // 3
    jackknife = jackknife_std_err(who, int(times[third]), 1)
    return float(np.abs(ours[some] / theirs[some] - 1).max()), abs(jackknife - theirs[third])


def inner_futility() -> tuple[float, int]:
    """Largest difference of the drifts, and the designs in which rpact drops a bound."""
    gaps = []
    for d in INNER:
        found = group_sequential(
            d.fractions,
            alpha=d.alpha,
            beta=d.beta,
            sides=d.sides,
            efficacy=rule(d.efficacy),
            futility=rule(d.futility),
            binding=d.binding,
        )
        dropped = any(np.isnan(z) for z in d.futility_bounds[:-1])
        gaps.append((abs(found.drift - d.drift), dropped))
    return max(gap for gap, dropped in gaps if not dropped), sum(dropped for _, dropped in gaps)
