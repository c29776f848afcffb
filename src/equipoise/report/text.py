"""What the shell prints of a design, an analysis, a look: the tables of the report in plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.numerics.time_units import DAYS_PER_UNIT
from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.document import plain
from equipoise.report.sections.opening import boundary_result
from equipoise.report.tables.adverse_events import adverse_event_table
from equipoise.report.tables.after_stop import after_stop_tables
from equipoise.report.tables.design import design_facts, design_looks_table, design_stopping_table
from equipoise.report.tables.design_comparison import design_comparison
from equipoise.report.tables.endpoint import endpoint_table, follow_up_sentence, risk_table
from equipoise.report.tables.error_rates import error_rate_rows, error_rates_table
from equipoise.report.tables.interim import interim_looks_table
from equipoise.report.tables.operating_characteristics import (
    MOST_COLUMNS,
    scenarios_table,
    simulated_looks_table,
)
from equipoise.report.tables.reconstruction import published_table
from equipoise.report.tables.subgroups import subgroups_table
from equipoise.report.tabulate_analysis import analysis_table
from equipoise.report.tabulate_design import design_table
from equipoise.report.tabulate_interim import interim_table
from equipoise.report.tabulate_reconstruction import reconstruction_table
from equipoise.report.tabulate_simulation import simulation_table
from equipoise.report.terminal import terminal_table

if TYPE_CHECKING:
    from equipoise.analysis.results import TrialAnalysis
    from equipoise.design.trial_design import Design
    from equipoise.monitoring import InterimResult
    from equipoise.protocol import Protocol
    from equipoise.reconstruction.reconstruct import Reconstruction
    from equipoise.report.document import DisplayTable, Facts
    from equipoise.simulation import OperatingCharacteristics


def design_text(design: Design) -> str:
    """Key numbers of the plan, then its looks."""
    results = design_table(design)
    head = _head(design.protocol.trial.name, design.protocol.hash)
    tables = (design_looks_table(design, results), design_stopping_table(design, results))
    facts = facts_text(design_facts(design, results))
    return _joined(head, _solved_text(design), facts, *(_table(t) for t in tables))


def _solved_text(design: Design) -> str:
    """What the protocol left open and the design solved."""
    found = (f"{s.path} = {s.value:.10g} ({s.text})" for s in design.solved)
    return "\n".join(f"Solved: the protocol leaves it open, {line}" for line in found)


def comparison_text(first: Design, second: Design) -> str:
    """Two designs side by side, marked where they differ."""
    heads = [_head(d.protocol.trial.name, d.protocol.hash) for d in (first, second)]
    return _joined("\n".join(heads), _table(design_comparison(first, second)))


def analysis_text(analysis: TrialAnalysis) -> str:
    """Each endpoint by arm with numbers at risk, subgroups, adverse events."""
    results = analysis_table(analysis)
    protocol, unit = analysis.protocol, analysis.protocol.trial.time_unit
    cutoff = f"data cut-off {written_date(analysis.cutoff)}" if analysis.cutoff else "all data as given"
    head = _head(protocol.trial.name, protocol.hash, analysis.data_hash, cutoff, synthetic=analysis.synthetic)
    parts = [head]
    for name in dict.fromkeys(e.endpoint for e in analysis.endpoints):
        found = [e for e in analysis.endpoints if e.endpoint == name]
        parts.append(_table(endpoint_table(found, results, protocol)))
        parts.append(_narrow(plain(follow_up_sentence(found[0], results, unit))))
        parts += [_table(risk_table(e, results, unit)) for e in found]
    if analysis.subgroups is not None:
        labels = {a.id: a.label for a in protocol.arm}
        parts.append(_table(subgroups_table(analysis.subgroups, results, labels)))
    if analysis.adverse_events is not None:
        arms = {a.data_value: a.label for a in protocol.arm}
        safety = analysis.adverse_events
        title = f"Adverse events of grade {safety.graded.grade} or more"
        parts.append(_table(adverse_event_table(safety.graded, results, arms, title=title)))
        parts.append(
            _table(adverse_event_table(safety.any_grade, results, arms, title="Adverse events of any grade"))
        )
    parts += [f"Not estimable: {m.what} ({m.reason})." for m in analysis.not_estimable]
    return _joined(*parts)


def interim_text(interim: InterimResult) -> str:
    """The status in one line, then every look."""
    results = interim_table(interim)
    head = _head(interim.trial, interim.protocol_hash, interim.data_hash, synthetic=interim.synthetic)
    status = plain(boundary_result(interim, results))
    return _joined(head, _narrow(status), _table(interim_looks_table(interim, results)))


def simulation_text(found: OperatingCharacteristics, design: Design | None = None) -> str:
    """The whole trial by scenario, error rates beside the design's where it is given, then look by look."""
    results = simulation_table(found)
    if design is not None:
        results = results + design_table(design) + error_rate_rows(found, design)
    tables = [
        scenarios_table(found, results),
        *after_stop_tables(found, results),
        *([error_rates_table(found, design, results)] if design is not None else []),
        *([simulated_looks_table(found, design, results)] if len(found.scenarios) <= MOST_COLUMNS else []),
    ]
    return _joined(_head(found.trial, found.protocol_hash), *(_table(t) for t in tables if t.rows))


def reconstruction_text(found: Reconstruction, protocol: Protocol | None = None) -> str:
    """What agrees with the published numbers as printed: the checks first, then what was aimed at."""
    results = reconstruction_table(found)
    labels = {a.id: a.label for a in protocol.arm} if protocol else {}
    unit = (protocol.trial.time_unit, DAYS_PER_UNIT[protocol.trial.time_unit]) if protocol else ("days", 1.0)
    tables = [published_table(found, use, results, labels, unit) for use in ("check", "input")]
    lead = "Published against reproduced. This table tests the reconstruction, not the trial."
    lead += "".join(f"\nPublished facts contradict one another: {c}." for c in found.conflicts)
    return _joined(lead, *(_table(t) for t in tables if t.rows))


def _head(trial: str, protocol_hash: str, data_hash: str = "", *more: str, synthetic: bool = False) -> str:
    parts = [trial, f"protocol {numbers.short_hash(protocol_hash)}"]
    parts += [f"data {numbers.short_hash(data_hash)}"] if data_hash else []
    return ("SYNTHETIC  " if synthetic else "") + "  ".join([*parts, *more])


def facts_text(facts: Facts) -> str:
    """Terms to the left, what they are to the right."""
    width = max(len(name) for name, _ in facts.items)
    return "\n".join(f"{name:<{width}}  {_narrow(plain(spans))}" for name, spans in facts.items)


def _table(table: DisplayTable) -> str:
    return terminal_table(table).rstrip()


def _narrow(text: str) -> str:
    return text.replace(numbers.SPACE, " ")


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
