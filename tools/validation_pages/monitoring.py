"""docs/validation/monitoring.md: error rates and intervals where looks do not go as planned."""

# ruff: noqa: E501 - sentences of a page, not code

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from equipoise.design import Exit, LanDeMetsOBrienFleming, LanDeMetsPocock, design_trial, group_sequential
from simulation.bands import OUTSIDE, band
from simulation.held_courses import as_planned, fixed, play, rejections
from simulation.late_corrections import readings, rejected_as_read, rejected_if_acted_on
from simulation.looks_by_effect import added_when_close, ended_when_good, resized, resized_for_the_worst
from simulation.monitored_by_effect import CONDUCTS, rates
from simulation.monitored_trials import SECTIONS, as_canonical, monitored_trials
from simulation.schedules import DESIGNS, SCHEDULES, three_looks
from simulation.small_trials import small_trial
from simulation.test_stage_wise_coverage import DESIGNS as STOPPED
from simulation.test_stage_wise_coverage import EFFECTS, FUTILITY, played
from validation_pages.markdown import link, page, table, thousands

if TYPE_CHECKING:
    from equipoise.design import GroupSequentialDesign
    from simulation.held_courses import Choice
    from simulation.stage_wise_coverage import Coverage

SEED = 20240630
DRAWS, TRIALS = 1_000_000, 1_000
TYPES = {"O'Brien-Fleming type": LanDeMetsOBrienFleming(), "Pocock type": LanDeMetsPocock()}
FACTORS = (0.6, 0.75, 1.0, 1.5, 2.0, 4.0)


def monitoring_page() -> str:
    """What looks out of plan do to error rates, intervals and estimates."""
    return page(
        "Looks that do not go as planned",
        f"Printed by `tools/write_validation.py` with seed {SEED}: {thousands(DRAWS)} canonical normal draws for each number, "
        f"through the code that reads a committee's look ([what it means](../explanation/looks-out-of-plan.md)). "
        f"± is the standard error. Designs have looks at 50, 75 and 100 % of the information and a one-sided alpha of 0.025 "
        f"unless said otherwise.",
        *kept(),
        *measured(),
        *corrected(),
        *covered(),
        *log_rank_trials(),
        *patients_by_effect(),
        "## Tests",
        f"{link('simulation/test_looks_out_of_plan.py')}: type I error; rules that look at z held to quadrature in plain loops "
        f"({link('independent/two_stages_by_quadrature.py')}). "
        f"{link('simulation/test_stage_wise_coverage.py')}: intervals and estimates. "
        f"{link('simulation/test_monitored_trials.py')} and {link('simulation/test_monitored_by_effect.py')}: log-rank trials "
        f"through `monitor`.",
    )


def kept() -> list[str]:
    """Schedules that do not depend on the effect."""
    rows, outside = [], 0
    limit = band(len(SCHEDULES) * len(DESIGNS))
    for i, (name, looks) in enumerate(SCHEDULES.items()):
        row = [name]
        for design in DESIGNS.values():
            exits = (Exit.EFFICACY,) if design.sides == 1 else (Exit.EFFICACY, Exit.HARM)
            stops = play(design, looks[0], fixed(looks), paths=DRAWS, seed=SEED + i)
            rate = rejections(stops, *exits) / DRAWS
            outside += abs(rate - design.alpha) > limit * error_of(design.alpha)
            row.append(f"{rate:.5f}")
        rows.append(row)
    inside = len(rows) * len(DESIGNS) - outside
    return [
        "## Kept: the time of a look does not depend on the effect",
        "Probability of rejecting under the null.",
        table(("schedule", *DESIGNS), rows),
        (
            f"The standard error is {error_of(0.025):.5f} (two-sided: {error_of(0.05):.5f}, alpha 0.05). Of {len(rows) * len(DESIGNS)} rates "
            f"{inside} are inside the band of ±{limit:.1f} standard errors about alpha, in which all lie with a probability of "
            f"{100 * (1 - OUTSIDE):g} % where the code is right."
        ),
    ]


def measured() -> list[str]:
    """Rules that look at z."""
    three = {n: three_looks(efficacy=rule) for n, rule in TYPES.items()}
    two = {
        n: group_sequential((0.5, 1.0), alpha=0.025, beta=0.1, sides=1, efficacy=rule)
        for n, rule in TYPES.items()
    }
    rules = {
        "nothing": (three, lambda d: fixed(as_planned(d))),
        "a look is added, 5 % later, where z is less than 0.5 below the bound": (
            three,
            lambda d: added_when_close(d, within=0.5, after=0.05),
        ),
        "the same, up to three in a row": (
            three,
            lambda d: added_when_close(d, within=0.5, after=0.05, most=3),
        ),
        "the trial is ended, 2 % later, where z is 1.96 or more but below the bound": (
            three,
            lambda d: ended_when_good(d, least=1.96),
        ),
        "maximum × 1.5 where conditional power is 50 to 80 %": (
            two,
            lambda d: resized(d, (1.0, 1.5, 1.0), (0.5, 0.8)),
        ),
        "maximum × 2 where conditional power is 10 to 50 %": (
            two,
            lambda d: resized(d, (1.0, 2.0, 1.0), (0.1, 0.5)),
        ),
        "maximum × 2 where conditional power is below 50 %": (two, lambda d: resized(d, (2.0, 1.0), (0.5,))),
        "maximum × 0.75 where conditional power is above 80 %": (
            two,
            lambda d: resized(d, (1.0, 0.75), (0.8,)),
        ),
        f"maximum × whichever of {', '.join(f'{f:g}' for f in FACTORS)} errs most": (
            two,
            lambda d: resized_for_the_worst(d, FACTORS),
        ),
    }
    rows = [
        [name, *(rate_of(designs[n], rule(designs[n])) for n in TYPES)]
        for name, (designs, rule) in rules.items()
    ]
    return [
        "## Measured: a look, an end or a maximum chosen after z was seen",
        (
            "Probability of rejecting under the null, nominal 0.025. The maximum is changed after a first look at 50 % of two; "
            "conditional power is that of the planned last look if the effect seen holds on. These are rates of the rules named, "
            "no bounds for other rules."
        ),
        table(("what is done", *TYPES), rows),
    ]


def corrected() -> list[str]:
    """Data corrected after a look."""
    rows = []
    for wrong in (0.02, 0.05, 0.1, 0.2):
        row = [f"{100 * wrong:.0f} %"]
        for rule in TYPES.values():
            design = three_looks(efficacy=rule)
            read = readings(design, wrong=wrong, paths=DRAWS, seed=SEED)
            row += [
                plus_minus(float(found.mean()))
                for found in (
                    rejected_as_read(design, read),
                    rejected_if_acted_on(design, read, within=0.5),
                    rejected_if_acted_on(design, read),
                )
            ]
        rows.append(row)
    heads = ("decisions stand", "near misses read again", "every look read again")
    return [
        "## Measured: data corrected after a look",
        (
            "Probability of rejecting under the null, nominal 0.025. At each interim look the share of the information named is "
            "wrong and says nothing of the effect; by the next look it is right. Decisions stand as they were made, or a past look "
            "that reads above its bound after correction is acted on, of all looks or of those less than 0.5 below."
        ),
        table(("wrong", *(f"{name}: {head}" for name in TYPES for head in heads)), rows),
    ]


def covered() -> list[str]:
    """The stage-wise interval and estimate of stopped trials."""
    head = ("", "effect", "limits above it", "limits below it", "interval holds it", "estimate above it")
    plain, outside = [], 0
    limit = band(3 * len(STOPPED) * len(EFFECTS))
    for name, design in STOPPED.items():
        for effect, share in EFFECTS.items():
            found = played(design, share, draws=DRAWS)
            plain.append((name, effect, *shares(found)))
            outside += sum(
                abs(value - p) > limit * error_of(p)
                for value, p in ((found.above, 0.025), (found.below, 0.025), (found.high, 0.5))
            )
    other = [
        (
            name,
            effect,
            *shares(played(FUTILITY, share, futility=allowed, obey_futility=obeyed, draws=DRAWS)),
        )
        for name, allowed, obeyed in (
            ("futility obeyed, not counted on", None, True),
            ("futility obeyed, counted on", True, True),
            ("futility passed over, not counted on", None, False),
            ("futility passed over, counted on", True, False),
        )
        for effect, share in EFFECTS.items()
    ]
    design = STOPPED["3 looks, one-sided"]
    other += [
        (
            f"{100 * more:.0f} % more data after a stop",
            effect,
            *shares(played(design, share, more=more, draws=DRAWS)),
        )
        for more in (0.05, 0.2)
        for effect, share in EFFECTS.items()
    ]
    total = 3 * len(STOPPED) * len(EFFECTS)
    return [
        "## After stopping: the stage-wise interval and estimate",
        (
            "Shares of trials; the interval is of 95 %, so that each limit should fail in 0.025 and the estimate lie above the effect "
            "in 0.5. Two-sided designs stop for harm too."
        ),
        table(head, plain),
        (
            f"Of {total} shares {total - outside} are inside the band of ±{limit:.1f} standard errors ({error_of(0.025):.5f} of a limit, {error_of(0.5):.5f} of the "
            f"estimate), fixed beforehand."
        ),
        (
            "Measured, where the interval's assumptions are not what is done. A futility bound that does not bind may be obeyed or "
            "passed over, and an interval may count on its being obeyed or not: `monitor` shows the one that does not count on it "
            "(`stopped`), and beside it, where no bound was passed over, the one that does (`stopped_if_obeyed`). And data that come "
            "in after a stop, read by leaving out the look that stopped the trial."
        ),
        table(head, other),
    ]


def patients_by_effect() -> list[str]:
    """Trials of patients whose looks follow z, or whose data are corrected, read by `monitor`."""
    rows = []
    for name in CONDUCTS:
        found = rates(name, trials=TRIALS, draws=DRAWS, seed=SEED)
        rows.append((name, f"{found.draws:.4f}", plus_minus(found.trials, TRIALS, 3)))
    return [
        "## The same on patients",
        (
            f"Probability of rejecting under the null, nominal 0.1: {thousands(TRIALS)} simulated trials of 160 patients a line, looks at 40, 60 "
            "and 80 events (Pocock type), each look read by `monitor` from the data cut at its date, beside canonical draws under "
            "the same rule. Wrong arms: at each interim look the arms of a fifth of the patients are shuffled among them."
        ),
        table(("what is done", "canonical draws", "log-rank trials"), rows),
    ]


def log_rank_trials() -> list[str]:
    """Simulated trials read by `monitor`, beside canonical draws."""
    design = design_trial(small_trial(**SECTIONS))
    looks = as_canonical(design.events)
    drawn: Counter[tuple[int, Exit]] = Counter()
    for reason, group in play(design.boundaries, looks[0], fixed(looks), paths=DRAWS, seed=SEED):
        drawn[len(group.looks), reason] += len(group.path)
    null = list(monitored_trials("null", trials=TRIALS, seed=SEED))
    seen = Counter((t.result.current.look, t.result.current.exit) for t in null)
    rows = [
        (k, reason.name.lower(), f"{count / DRAWS:.4f}", plus_minus(seen[k, reason] / TRIALS, TRIALS, 3))
        for (k, reason), count in sorted(drawn.items())
    ]
    intervals = []
    for scenario in ("null", "alternative"):
        found = null if scenario == "null" else list(monitored_trials(scenario, trials=TRIALS, seed=SEED))
        intervals.append(
            (
                "none" if scenario == "null" else "hazard ratio 0.6",
                plus_minus(sum(t.covered for t in found) / TRIALS, TRIALS, 3),
                plus_minus(sum(t.high for t in found) / TRIALS, TRIALS, 3),
            )
        )
    return [
        "## Log-rank trials read by `monitor`",
        (
            f"{thousands(TRIALS)} simulated trials of 160 patients, planned for looks at 40, 60 and 80 events with a one-sided alpha of 0.1 (Pocock "
            f"type): the second is left out, one is added at 48 events, and the trial ends at 70. Their bounds are to the bit those "
            f"of the canonical course."
        ),
        table(("look", "leaves by", "canonical draws", "log-rank trials"), rows),
        "The stage-wise interval of the hazard ratio, of 80 %, and its estimate, after stopping:",
        table(("effect", "interval holds it", "estimate more favourable"), intervals),
    ]


def rate_of(design: GroupSequentialDesign, choose: Choice) -> str:
    """How often a design rejects under the null with a rule."""
    stops = play(design, as_planned(design)[0], choose, paths=DRAWS, seed=SEED)
    return plus_minus(rejections(stops, Exit.EFFICACY) / DRAWS)


def shares(found: Coverage) -> tuple[str, ...]:
    """Cells of a row on intervals."""
    return tuple(f"{x:.4f}" for x in (found.above, found.below, found.covered, found.high))


def plus_minus(rate: float, draws: int = DRAWS, digits: int = 5) -> str:
    """A rate with its standard error."""
    return f"{rate:.{digits}f} ± {error_of(rate, draws):.{digits}f}"


def error_of(rate: float, draws: int = DRAWS) -> float:
    """Standard error of a rate."""
    return math.sqrt(rate * (1.0 - rate) / draws)
