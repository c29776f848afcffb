"""How the results were obtained, and which inputs were assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.document import Column, DisplayTable, Facts, Paragraph, Section, Span, TableRow
from equipoise.report.protocol_places import place_in_words, value_at, written
from equipoise.report.words import population_words

if TYPE_CHECKING:
    from equipoise.protocol import Protocol
    from equipoise.reconstruction import Published
    from equipoise.report.trial_report import TrialReport


CONVENTIONS = (
    "Hazard ratios are experimental over control: below 1 is fewer events on the experimental arm. "
    "z above 0 is benefit of the experimental arm{margin}. A year is 365.25 days. "
    "± stands for a standard error and nothing else. Numbers are rounded half away from zero for display; "
    "each links to its row of results, which holds full precision."
)


def obtained_section(report: TrialReport) -> Section:
    """Protocol, data, cut-off, population and what each symbol means."""
    protocol, analysis = report.plan, report.analysis
    items: list[tuple[str, tuple[Span, ...]]] = [("Trial", (protocol.trial.title,))]
    if protocol.trial.registration:
        items.append(("Registration", (protocol.trial.registration,)))
    if protocol.trial.population:
        items.append(("Patients", (protocol.trial.population,)))
    items.append(("Arms", ("; ".join(_arm(protocol, a.id) for a in protocol.arm),)))
    items.append(
        (
            "Protocol",
            (f"SHA-256 {numbers.short_hash(protocol.hash)}…, file format {protocol.schema_version}",),
        )
    )
    if analysis is not None:
        made = "synthetic: made up to agree with published results" if analysis.synthetic else "as given"
        cutoff = written_date(analysis.cutoff) if analysis.cutoff else "none: all data as given"
        items += [
            ("Data", (f"{made}; SHA-256 {numbers.short_hash(analysis.data_hash)}…",)),
            ("Data cut-off", (cutoff,)),
            ("Analysed", (population_words(protocol),)),
        ]
    tested = any(h.margin != 1.0 for h in protocol.hypothesis)
    margin = "; against a margin, a hazard ratio below it" if tested else ""
    conventions = Paragraph((CONVENTIONS.format(margin=margin),), "note")
    missing = [
        Paragraph((f"Not estimable: {m.what} ({m.reason}).",), "note")
        for m in (analysis.not_estimable if analysis else ())
    ]
    return Section(
        "obtained", "How these results were obtained", (Facts(tuple(items)), conventions, *missing)
    )


def _arm(protocol: Protocol, arm_id: str) -> str:
    arm = protocol.arm_of(arm_id)
    return f"{arm.label} (control)" if arm.control else arm.label


_WORDS = {
    "assumed": "Assumed: no source was found, chosen here",
    "derived": "Derived from published numbers by the arithmetic stated",
    "secondary": "Read in a secondary source",
    "published": "Published",
}


def assumed_section(protocol: Protocol) -> list[Section]:
    """Every value of the protocol that carries a status, the assumed first."""
    marked = [p for p in protocol.provenance if p.status]
    if not marked:
        return []
    rows: list[TableRow] = []
    for status, words in _WORDS.items():
        these = [p for p in marked if p.status == status]
        if these:
            rows.append(TableRow((f"{words} ({len(these)})",), heading=True))
            rows += [
                TableRow(
                    (place_in_words(protocol, p.path), value_at(protocol, p.path), p.source or ""),
                    indent=True,
                )
                for p in these
            ]
    table = DisplayTable(
        "table-assumed",
        "Where the protocol's values come from",
        (
            Column("Part of the protocol", numeric=False),
            Column("Value", numeric=False),
            Column("Source", numeric=False),
        ),
        tuple(rows),
        ("A status holds for every value below its part that says nothing else.",),
    )
    lead = Paragraph(("An assumed value is this example's, never the trial's own.",))
    return [Section("assumed", "What was assumed", (lead, table))]


def assumed_facts_section(published: Published) -> list[Section]:
    """What the cohort rests on beside published numbers: every assumed part of the file of facts."""
    rows = []
    for name in type(published).model_fields:
        found = getattr(published, name)
        for part in found if isinstance(found, tuple) else (found,):
            if getattr(part, "status", None) == "assumed":
                values = part.model_dump(exclude_defaults=True, exclude={"status", "source", "id", "use"})
                words = "; ".join(
                    f"{k.replace('_', ' ')} {written(v)}" for k, v in values.items() if written(v)
                )
                named = " ".join((name.replace("_", " "), str(getattr(part, "id", "") or ""))).strip()
                rows.append(TableRow((named, words, part.source or "")))
    if not rows:
        return []
    table = DisplayTable(
        "table-assumed-facts",
        "What the synthetic cohort assumes",
        (
            Column("Part of the published facts", numeric=False),
            Column("Value", numeric=False),
            Column("Source", numeric=False),
        ),
        tuple(rows),
        ("Every number of this report that depends on one of these is made up to that extent.",),
    )
    return [Section("assumed-facts", "What the synthetic cohort assumes", (table,))]
