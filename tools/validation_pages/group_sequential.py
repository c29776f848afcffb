"""docs/validation/group-sequential.md."""

# ruff: noqa: E501 - sentences of a page, not code

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design import KimDeMets, LanDeMetsOBrienFleming, group_sequential
from independent.group_sequential_by_tanh_sinh import crossing, efficacy_bounds, spent
from reference.rpact.coarse import CLOSE, COARSE, OPEN, TAIL
from reference.rpact.test_group_sequential import DESIGNS, INNER, PLAIN, distance, engine, rival
from reference.rpact.test_survival_designs import SETTINGS
from validation_pages.markdown import (
    link,
    magnitude_of,
    page,
    table,
    thousands,
    tolerance,
    tolerances,
    versions,
)
from validation_pages.quantities import rows, used_tolerances
from validation_pages.survival import HEAD

if TYPE_CHECKING:
    from reference.rpact.recorded import RecordedDesign
    from validation_pages.comparisons import Name, Tolerances

WHY = {TAIL: "far bound", CLOSE: "close looks", OPEN: "no lower bound"}
PRINTED = 0.084
HALVES = (0.5, 0.75, 1.0)


def group_sequential_page(found: dict[Name, Tolerances]) -> str:
    """Boundaries, power and the calendar of time-to-event designs."""
    agree, largest, _ = agreement()
    r = versions("rpact")
    return page(
        "Group-sequential designs",
        "## Reference numbers",
        "Lan–DeMets spending of O'Brien–Fleming type, looks at half, three quarters and all of the information, "
        "one-sided 0.025:",
        halves(),
        far_tail(),
        "## AALL02P2, a plan in print",
        plan_in_print(),
        f"## {len(DESIGNS)} designs by rpact",
        f"{r}, recorded by `tests/reference/rpact/generate.R`: {len(DESIGNS)} designs with 1 to "
        f"{max(len(d.fractions) for d in DESIGNS)} looks, one- and two-sided, {len({d.efficacy for d in DESIGNS})} spending functions, with and "
        f"without beta spending, binding or not.",
        table(
            ("designs", "number", "compared with", "largest difference in z or drift"),
            [
                ("agree with rpact", agree, "rpact", magnitude_of(largest)),
                ("rpact is coarser", len(COARSE), "the rival", magnitude_of(coarse_gap()[0])),
                (
                    "two-sided with an inner futility bound",
                    len(INNER),
                    "see [known differences](known-differences.md)",
                    "",
                ),
            ],
        ),
        f"Agreement means z within {tolerance('RPACT_Z')}, probabilities within {tolerance('RPACT_POWER')}. The rival "
        f"is `tests/independent/group_sequential_by_tanh_sinh.py`: double-exponential quadrature that shares no code "
        f"with the program and is itself held to adaptive quadrature, to the multivariate normal distribution and to "
        f"mpmath ({link('independent/test_crossing_rivals.py')}). Bounds and drift agree with it within "
        f"{tolerance('RIVAL_BOUND')}.",
        "### Where rpact is coarser",
        "rpact integrates on a fixed grid. Where that grid is too coarse for a design, three numbers are shown: "
        "rpact's, the rival's and ours, at the look where rpact is farthest from the rival.",
        "\n".join(f"* {name}: {reason}." for reason, name in WHY.items()),
        table(
            ("design", "look", "rpact's z", "the rival's z", "our z", "rpact off by", "reason"),
            [coarse_row(d) for d in PLAIN if d.id in COARSE],
        ),
        "Where the bound is right to the digits shown, rpact's probabilities of stopping are off by more than "
        f"{tolerance('RPACT_POWER')}.",
        f"## Classical boundaries, inference, and {len(SETTINGS)} time-to-event designs",
        table(HEAD, rows("group-sequential", found)),
        used_tolerances("group-sequential", found),
        "The time-to-event designs have piecewise accrual and hazards, unequal allocation, dropout that differs between the arms, "
        "and null hypotheses other than a hazard ratio of 1.",
    )


def halves() -> str:
    """LDOF at t = (.5, .75, 1): ours and the rival's."""
    ours = group_sequential(HALVES, alpha=0.025, beta=0.1, sides=1, efficacy=LanDeMetsOBrienFleming())
    theirs = efficacy_bounds(list(HALVES), [spent("OF", None, t, 0.025) for t in HALVES], 1)
    up, _ = crossing(list(HALVES), theirs, [-math.inf] * 3, 0.0)
    used = np.cumsum(up)
    return table(
        ("information fraction", "our z", "the rival's z", "alpha spent"),
        [
            (t, f"{a:.8f}", f"{b:.8f}", f"{c:.8f}")
            for t, a, b, c in zip(HALVES, ours.efficacy_z, theirs, used, strict=True)
        ],
    )


def far_tail() -> str:
    """A first look at a tenth of the information."""
    ours = group_sequential((0.1, 1.0), alpha=0.025, beta=0.1, sides=1, efficacy=LanDeMetsOBrienFleming())
    return (
        f"With a first look at a tenth of the information its bound lies far out: z = {ours.efficacy_z[0]:.11f}, which "
        f"mpmath confirms in fifty digits ({link('independent/test_crossing_rivals.py')})."
    )


def plan_in_print() -> str:
    """AALL02P2: the third look had to reach P <= 0.084; its earlier looks were not printed."""
    lines = []
    for earlier in ((0.2, 0.4), (0.25, 0.5)):
        t = (*earlier, 30 / 41, 1.0)
        found = group_sequential(t, alpha=0.18, beta=0.1, sides=1, efficacy=KimDeMets(rho=2.0))
        lines.append((f"{earlier[0]:g} and {earlier[1]:g}", f"{found.nominal_p[2]:.4f}"))
    low, high = sorted(float(p) for _, p in lines)
    if not low < PRINTED < high:
        raise SystemExit(f"the printed bound of AALL02P2, {PRINTED}, is not between {low} and {high}")
    return (
        "A single-arm trial monitored for harm with spending α·t², one-sided 0.18, 41 events planned. In print: the third "
        "look, at 30 events, had to reach P ≤ "
        f"{PRINTED}. The two earlier looks are not in print; for two guesses of them:\n\n"
        + table(("earlier looks at", "P needed at the third look"), lines)
        + "\n\nThe printed bound lies between the two."
    )


def matrix() -> list[list[str]]:
    """Rows of the match matrix for the recorded designs."""
    agree, largest, count = agreement()
    settled, many = coarse_gap()
    what = "Bounds and drift of {} designs"
    return [
        [
            what.format(agree),
            f"rpact ({versions('rpact')})",
            thousands(count),
            magnitude_of(largest),
            tolerance("RPACT_Z"),
        ],
        [
            f"{what.format(len(COARSE))} in which rpact is coarser",
            "rival: tanh–sinh quadrature",
            thousands(many),
            magnitude_of(settled),
            tolerance("RIVAL_BOUND"),
        ],
    ]


@cache
def agreement() -> tuple[int, float, int]:
    """Designs within the tolerance of rpact, their largest difference in z or drift, how many numbers."""
    gaps = [gap(d) for d in PLAIN if d.id not in COARSE]
    limit = tolerances()["RPACT_Z"][0]
    return sum(one <= limit for one, _ in gaps), max(one for one, _ in gaps), sum(count for _, count in gaps)


def gap(d: RecordedDesign) -> tuple[float, int]:
    """Largest difference to rpact in z or drift, and how many numbers were compared."""
    found = engine(d)
    gaps = [distance(found.efficacy_z, d.critical_values), abs(found.drift - d.drift)]
    if d.futility is not None:
        gaps.append(distance(found.futility_z[:-1], d.futility_bounds[:-1]))
    return max(gaps), len(d.fractions) + 1 + (len(d.fractions) - 1) * (d.futility is not None)


@cache
def coarse_gap() -> tuple[float, int]:
    """Our largest difference to the rival where rpact is coarse, and how many numbers were compared."""
    gaps, count = [], 0
    for d in PLAIN:
        if d.id in COARSE:
            upper, _, theta = rival(d)
            found = engine(d)
            gaps += [distance(found.efficacy_z, tuple(upper)), abs(found.drift - theta)]
            count += len(upper) + 1
    return max(gaps), count


def coarse_row(d: RecordedDesign) -> tuple[str, ...]:
    """The look of a design at which rpact is farthest from the rival."""
    upper, _, _ = rival(d)
    found = engine(d)
    off = np.abs(np.asarray(upper) - np.asarray(d.critical_values))
    k = int(off.argmax())
    reason, _ = COARSE[d.id]
    looks = ", ".join(f"{t:.3g}" for t in d.fractions)
    spending = d.efficacy[0] if d.efficacy[1] is None else f"{d.efficacy[0]}({d.efficacy[1]:g})"
    futile = "" if d.futility is None else ", futility binding" if d.binding else ", futility"
    name = f"{d.id}: {spending}, {d.sides}-sided {d.alpha:g}{futile}; t = {looks}"
    z = (d.critical_values[k], upper[k], found.efficacy_z[k])
    return (name, str(k + 1), *(f"{x:.7f}" for x in z), f"{off[k]:.1e}".replace("e-0", "e-"), WHY[reason])
