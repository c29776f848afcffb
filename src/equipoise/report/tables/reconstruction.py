"""Published against reproduced: what the reconstruction did not use, then what it did."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.document import Column, DisplayTable, Shown, Span, TableRow
from equipoise.report.tabulate_reconstruction import RECONSTRUCTION, prior_item
from equipoise.report.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from equipoise.reconstruction.facts import Fact
    from equipoise.reconstruction.reconstruct import Reconstruction
    from equipoise.report.results_table import ResultsTable

TITLES = {
    "check": "Not used by the reconstruction, therefore a check",
    "input": "Used as input",
}
_DAY = re.compile(r"\bday ([0-9.]+)")


def published_table(
    found: Reconstruction, use: str, results: ResultsTable, labels: Mapping[str, str], unit: tuple[str, float]
) -> DisplayTable:
    """One row a published number of this use."""
    columns = (
        Column("Fact", numeric=False),
        Column("Published"),
        Column("Reproduced"),
        Column("Agrees as printed", numeric=False),
        Column("Source", numeric=False),
    )
    kinds = list(dict.fromkeys(_kind(f) for f in found.facts))
    facts = sorted((f for f in found.facts if f.use == use), key=lambda f: kinds.index(_kind(f)))
    rows: list[TableRow] = []
    heading = ""
    for f in facts:
        kind, _, rest = f.name.partition(", ")
        if kind != heading:
            heading = kind
            rows.append(TableRow((kind[:1].upper() + kind[1:],), heading=True))
        view = View(results, RECONSTRUCTION, use, item=f.name)
        reached = view.cell(_reached, "reproduced", printed=f.printed)
        name = readable(rest, labels, unit) or "overall"
        source = f.source if len(f.source) <= 60 else f"{f.source[:57].rstrip()}…"
        cells: tuple[Span, ...] = (
            name,
            _printed(view, f),
            reached,
            _agrees(view, f),
            f"{f.status}: {source}",
        )
        rows.append(TableRow(cells, indent=True))
    met = sum(f.met for f in facts)
    foot = (
        f"{met} of {len(facts)} agree as printed.",
        "A published number agrees where the reproduced one would be printed so.",
    )
    return DisplayTable(f"table-published-{use}", TITLES.get(use, use), columns, tuple(rows), foot)


def prior_table(
    found: Reconstruction, results: ResultsTable, labels: Mapping[str, str], unit: str
) -> DisplayTable:
    """The hazards believed beforehand: what the published numbers leave open follows them."""
    columns = (
        Column("Arm", numeric=False),
        Column("Risk group", numeric=False),
        Column(f"From, {unit}"),
        Column(f"Hazard per {unit.removesuffix('s')}"),
        Column("Source", numeric=False),
    )
    rows = []
    for r in found.prior.iter_rows(named=True):
        arm, stratum = r["arm"] or "", r["stratum"] or ""
        view = View(results, RECONSTRUCTION, stratum, arm, prior_item(r["start"]))
        cells: tuple[Span, ...] = (
            labels.get(arm, arm) or "all",
            stratum or "all",
            _time(r["start"]),
            view.cell(numbers.decimal, "prior_hazard", digits=4),
            ": ".join(w for w in (r["status"], r["source"]) if w),
        )
        rows.append(TableRow(cells))
    foot = ("The early hazard and everything else that the published numbers leave free is the prior's.",)
    return DisplayTable("table-prior", "The prior", columns, tuple(rows), foot)


def readable(name: str, labels: Mapping[str, str], unit: tuple[str, float]) -> str:
    """A fact's place in words: times in the trial's unit, arms by label."""
    name = _DAY.sub(lambda m: f"{_time(float(m[1]) / unit[1])} {unit[0]}", name)
    return ", ".join(labels.get(part, part) for part in name.split(", "))


def _time(x: float) -> str:
    return f"{Decimal(repr(round(x, 2))).normalize():f}"


def _printed(view: View, f: Fact) -> Shown:
    cell = view.text("printed")
    return Shown(f"{cell.text}{_unit(f.unit)}", cell.row)


def _unit(unit: str) -> str:
    return "" if not unit else f"{numbers.SPACE}%" if unit == "%" else f" {unit}"


def _reached(x: float | None, printed: str) -> str:
    """The reproduced number with one digit more than was printed, so that rounding can be judged."""
    if not numbers.known(x):
        return numbers.NOT_ESTIMABLE
    found = re.search(r"\.(\d+)", printed)
    if found is None and x == int(x or 0.0):
        return numbers.count(x)
    return numbers.decimal(x, (len(found[1]) if found else 0) + 1)


def _agrees(view: View, f: Fact) -> Shown:
    row = view.row("met")
    link = row.id if row else ""
    if f.met:
        return Shown("yes", link)
    if f.miss is None:
        return Shown("cannot be computed", link)
    return Shown(f"no: off by {abs(f.miss):.2g}{_unit(f.unit)}", link)


def _kind(f: Fact) -> str:
    return f.name.partition(", ")[0]
