"""Tables of the closed session alone: by arm, late effects, deaths, what is new."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.document import Column, DisplayTable, Facts, Shown, Span, TableRow

if TYPE_CHECKING:
    from equipoise.monitoring.late_effect import LateEffect
    from equipoise.monitoring.meeting import ClosedMeeting, NewSince
    from equipoise.report.tables._cells import Cells


NOT_ESTIMABLE = "not estimable from so few events"


def disposition_table(meeting: ClosedMeeting, cells: Cells) -> DisplayTable:
    """Randomised, evaluable, not treated, withdrawn, died, by stratum and arm."""
    names = ("randomised", "evaluable", "not_treated", "withdrawn", "died")
    titles = ("Randomised", "Evaluable for safety", "Not treated", "Withdrawn", "Died")
    used = [i for i, n in enumerate(names) if any(getattr(d, n) is not None for d in meeting.disposition)]
    columns = (Column("", numeric=False), *(Column(titles[i]) for i in used))
    rows: list[TableRow] = []
    last = ""
    for d in meeting.disposition:
        if d.stratum != last and len(meeting.protocol.stratum) > 1:
            rows.append(TableRow((meeting.protocol.stratum_of(d.stratum).name,), heading=True))
            last = d.stratum
        about = {"analysis": "disposition", "population": d.stratum, "group": d.arm, "unit": "patients"}
        shown = [cells.cell(numbers.count, getattr(d, names[i]), statistic=names[i], **about) for i in used]
        rows.append(TableRow((meeting.protocol.arm_of(d.arm).label, *shown), indent=True))
    return DisplayTable("table-disposition", "Disposition", columns, tuple(rows))


def new_since_table(meeting: ClosedMeeting, cells: Cells) -> DisplayTable:
    """Patients and events that are new since the look before."""
    rows = []
    for n in meeting.new:
        about = {"analysis": "since the last look", "population": n.stratum, "group": n.arm}
        rows.append(
            TableRow(
                (
                    meeting.protocol.stratum_of(n.stratum).name,
                    meeting.protocol.arm_of(n.arm).label,
                    cells.cell(_signed, n.patients, statistic="patients", unit="patients", **about),
                    cells.cell(_signed, n.events, statistic="events", unit="events", **about),
                )
            )
        )
    dead = any(n.deaths is not None for n in meeting.new)
    if dead:
        rows = [TableRow((*row.cells, _died(n, cells))) for row, n in zip(rows, meeting.new, strict=True)]
    before = meeting.result.looks[-2]
    when = f", data cut-off {written_date(before.cutoff)}" if before.cutoff else ""
    columns = (
        Column("Stratum", numeric=False),
        Column("Arm", numeric=False),
        Column("Patients"),
        Column("Events"),
        *((Column("Deaths"),) if dead else ()),
    )
    title = f"New since look {before.look}{when}"
    foot = ("Below 0: taken back by corrections of the data.",)
    return DisplayTable("table-new", title, columns, tuple(rows), foot)


def _died(n: NewSince, cells: Cells) -> Span:
    about = {"analysis": "since the last look", "population": n.stratum, "group": n.arm, "unit": "patients"}
    return cells.cell(_signed, n.deaths, statistic="deaths", **about)


def _signed(n: float) -> str:
    return f"{int(n):+d}".replace("-", "−") if n else "0"


def deaths_table(meeting: ClosedMeeting) -> DisplayTable:
    """Every death, in order of date, with the event before it; those since the look before are marked."""
    known = any(d.cause for d in meeting.deaths)
    since = meeting.result.looks[-2].cutoff if len(meeting.result.looks) > 1 else None
    rows = [
        TableRow(
            (
                d.subject,
                meeting.protocol.arm_of(d.arm).label,
                meeting.protocol.stratum_of(d.stratum).name,
                written_date(d.date) + (" *" if since is not None and d.date > since else ""),
                numbers.NOT_APPLICABLE if d.day is None else numbers.count(d.day),
                d.after or "none",
                *((d.cause or numbers.NOT_APPLICABLE,) if known else ()),
            )
        )
        for d in meeting.deaths
    ]
    columns = (
        Column("Patient", numeric=False),
        Column("Arm", numeric=False),
        Column("Stratum", numeric=False),
        Column("Date", numeric=False),
        Column("Day"),
        Column("First event", numeric=False),
        *((Column("Cause of death", numeric=False),) if known else ()),
    )
    event = meeting.protocol.endpoint_of(meeting.design.hypothesis.endpoint).label.lower()
    foot = [f"Day: since randomisation, whose day is 1. First event: of {event}, with its day."]
    if since is not None and any(d.date > since for d in meeting.deaths):
        foot.append(f"*: since the last look, data cut-off {written_date(since)}.")
    if any(d.cause == "" for d in meeting.deaths) and known:
        foot.append("A dash: the data do not say.")
    return DisplayTable("table-deaths", f"Deaths ({len(rows)})", columns, tuple(rows), tuple(foot))


def periods_table(late: LateEffect, unit: str, cells: Cells) -> DisplayTable:
    """Hazard ratio within each period of time since randomisation."""
    rows = []
    for p in late.periods:
        name = f"{p.start:g} to {p.end:g} {unit}" if math.isfinite(p.end) else f"from {p.start:g} {unit} on"
        about = {"analysis": "late effect", "item": name}
        ratio: Shown = cells.cell(
            numbers.ratio, p.hazard_ratio, statistic="hazard_ratio", unit="ratio", **about
        )
        limits: Span = numbers.NOT_APPLICABLE
        if p.lower is not None and p.upper is not None:
            limits = f"{numbers.ratio(p.lower)}–{numbers.ratio(p.upper)}"
        events = cells.cell(numbers.count, p.events, statistic="events", unit="events", **about)
        rows.append(TableRow((name, events, ratio, limits)))
    columns = (
        Column("Since randomisation", numeric=False),
        Column("Events"),
        Column("Hazard ratio"),
        Column("95 % CI"),
    )
    foot = (
        "Cox regression among those at risk at the start of each period, stratified as the primary test.",
        "A dash: not estimable, an arm has no event.",
    )
    return DisplayTable("table-periods", "Hazard ratio by period", columns, tuple(rows), foot)


def cause_comparison_table(meeting: ClosedMeeting, cells: Cells) -> DisplayTable:
    """Cause-specific hazard ratio and Gray's test, a row a cause."""
    labels = {c.id: c.label for c in meeting.protocol.analyses.cause}
    level = numbers.confidence(meeting.protocol.analyses.level)
    rows = []
    for c in meeting.causes:
        about = {"analysis": "causes compared", "item": c.cause}
        limits: Span = numbers.NOT_APPLICABLE
        if c.lower is not None and c.upper is not None:
            limits = f"{numbers.ratio(c.lower)}–{numbers.ratio(c.upper)}"
        ratio = cells.cell(numbers.ratio, c.hazard_ratio, statistic="hazard_ratio", unit="ratio", **about)
        gray = cells.cell(numbers.p_value, c.gray_p, statistic="gray_p", **about)
        rows.append(TableRow((labels[c.cause], ratio, limits, gray)))
    columns = (
        Column("First event", numeric=False),
        Column("Cause-specific hazard ratio"),
        Column(level),
        Column("Gray's test, P two-sided"),
    )
    control = meeting.protocol.control.label
    strata = ", both within strata" if len(meeting.protocol.stratum) > 1 else ""
    foot = (
        f"Hazard ratio over {control}: Cox model, other causes censored. Gray's test: of incidence{strata}.",
        "Not adjusted for the number of causes or of looks. A dash: not estimable, an arm has no such event.",
    )
    return DisplayTable("table-cause-comparison", "Causes compared", columns, tuple(rows), foot)


def late_effect_facts(late: LateEffect, unit: str, cells: Cells) -> Facts:
    """Tests and differences that do not rest on proportional hazards."""
    about = {"analysis": "late effect"}
    items: list[tuple[str, tuple[Span, ...]]] = [
        (
            "Proportional hazards",
            (NOT_ESTIMABLE,)
            if late.proportionality_p is None
            else (
                "score test, ",
                cells.cell(numbers.p_phrase, late.proportionality_p, statistic="proportionality_p", **about),
                ": small P speaks against one hazard ratio for all times",
            ),
        ),
        (
            "Late-weighted log-rank",
            (NOT_ESTIMABLE,)
            if late.late_weighted_z is None
            else (
                "Fleming–Harrington (0, 1), z ",
                cells.cell(numbers.boundary_z, late.late_weighted_z, statistic="late_weighted_z", **about),
                ", ",
                cells.cell(numbers.p_phrase, late.late_weighted_p, statistic="late_weighted_p", **about),
                ", two-sided",
            ),
        ),
    ]
    if late.rmst_difference is not None and late.rmst_horizon is not None:
        limits = numbers.interval(late.rmst_lower, late.rmst_upper, 0)
        cell = cells.cell(_days, late.rmst_difference, statistic="rmst_difference", unit="days", **about)
        words = (cell, f" days ({limits}) of the first {late.rmst_horizon:g} {unit}")
        items.append(("Restricted mean, difference", words))
    if late.milestone_difference is not None:
        limits = numbers.interval(
            100.0 * (late.milestone_lower or 0.0), 100.0 * (late.milestone_upper or 0.0), 1
        )
        cell = cells.cell(_points, late.milestone_difference, statistic="milestone_difference", **about)
        words = (cell, f" percentage points ({limits})")
        items.append((f"Survival at {late.milestone_time:g} {unit}, difference", words))
    return Facts(tuple(items))


def sensitivity_facts(meeting: ClosedMeeting, cells: Cells) -> Facts:
    """The primary test on scheduled follow-up, and by the strata as recorded; empty with neither planned."""
    items: list[tuple[str, tuple[Span, ...]]] = []
    found, about = meeting.scheduled, {"analysis": "scheduled follow-up"}
    if found is not None:
        items.append(
            (
                "To the last scheduled contact",
                (
                    "z ",
                    cells.cell(numbers.boundary_z, found.z, statistic="z", **about),
                    ", hazard ratio ",
                    cells.cell(numbers.ratio, found.hazard_ratio, statistic="hazard_ratio", **about),
                    ", ",
                    cells.cell(numbers.count, found.events, statistic="events", **about),
                    f" events; {found.events_left_out} later ones left out",
                ),
            )
        )
    if meeting.strata is None:
        words = "not checked: the protocol names no column of strata as recorded (data.stratum_recorded)"
        items.append(("Strata as recorded", (words,)))
    else:
        strata = {"analysis": "strata as recorded"}
        cells.cell(numbers.boundary_z, meeting.strata.z_as_recorded, statistic="z", **strata)
        wrong = sum(m.patients for m in meeting.strata.misplaced)
        cells.cell(numbers.count, wrong, statistic="misplaced", unit="patients", **strata)
        items.append(("Strata as recorded", (meeting.strata.sentence,)))
    return Facts(tuple(items))


def _points(x: float) -> str:
    return numbers.decimal(100.0 * x, 1)


def _days(x: float) -> str:
    return numbers.decimal(x, 0)
