"""Rows of several hypotheses: the graph, each one's bounds at every level, what the looks have rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report.results_table import ResultRow, ResultsTable, result_row, words_row
from equipoise.report.tabulate_design import design_table, planned_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from equipoise.design import GraphicalDesign, LevelBoundary
    from equipoise.design.graphical_test import GraphicalTest
    from equipoise.monitoring import BoundInForce, MonitoredHypotheses
    from equipoise.numerics.hypothesis_graph import HypothesisGraph

GRAPH = "graph of hypotheses"
ONE_SIDED = "one-sided"


def level_group(level: float) -> str:
    """How a level is named in the column `group`."""
    return f"level {level:.6g}"


def graphical_design_table(design: GraphicalDesign) -> ResultsTable:
    """Every number of the graph and of each hypothesis' design."""
    graph, alpha = design.procedure.graph, design.procedure.alpha
    rows = [*_graph_rows(graph, alpha), *(row for b in design.levels for row in _level_rows(b, design))]
    table = ResultsTable(tuple(rows)).with_hashes(design.protocol.hash)
    for one in design.designs:
        table = table + design_table(one)
    return table


def graphical_test_table(test: GraphicalTest) -> ResultsTable:
    """Weights and edges, p-values, adjusted p-values and rejections."""
    rows = [*_graph_rows(test.graph, test.alpha), *_test_rows(test, "p_value", ONE_SIDED)]
    return ResultsTable(tuple(rows))


def monitored_table(monitored: MonitoredHypotheses) -> ResultsTable:
    """What is rejected, sequential and adjusted p-values, and every look against the bound now in force."""
    test = monitored.found.test
    graph = ResultsTable(tuple(_graph_rows(test.graph, test.alpha))).with_hashes(monitored.protocol_hash)
    rows = [
        *_test_rows(test, "sequential_p", "smallest one-sided alpha that would have rejected by now"),
        *(
            words_row(GRAPH, "status", monitored.status(name), population=name)
            for name in test.graph.hypotheses
        ),
        *(row for bound in monitored.bounds for row in _bound_rows(bound)),
    ]
    data = monitored.data_hashes[0] if len(set(monitored.data_hashes)) == 1 else ""
    return graph + ResultsTable(tuple(rows)).with_hashes(monitored.protocol_hash, data)


def _graph_rows(graph: HypothesisGraph, alpha: float) -> Iterator[ResultRow]:
    yield result_row(GRAPH, "alpha", alpha, method="familywise, one-sided, total")
    for name, weight, row in zip(graph.hypotheses, graph.weights, graph.transitions, strict=True):
        yield result_row(GRAPH, "weight", weight, population=name, note="before any rejection")
        yield result_row(GRAPH, "level", weight * alpha, population=name, note="before any rejection")
        for to, share in zip(graph.hypotheses, row, strict=True):
            if share > 0.0:
                method = "share of alpha passed on when rejected"
                yield result_row(GRAPH, "transition", share, population=name, item=to, method=method)


def _level_rows(bounds: LevelBoundary, design: GraphicalDesign) -> Iterator[ResultRow]:
    about = {"population": bounds.hypothesis, "group": level_group(bounds.level)}
    after = "; ".join(", ".join(ids) or "none" for ids in bounds.after)
    yield words_row(GRAPH, "after_rejections", after, **about)
    yield result_row(GRAPH, "level_reached", bounds.level, method=ONE_SIDED, **about)
    method = "normal approximation to the log-rank test, whole events, at this level"
    yield result_row(GRAPH, "power", bounds.power, unit="proportion", method=method, **about)
    one = design.design_of(bounds.hypothesis)
    method = "exp(−z/√V)" if one.hypothesis.margin == 1.0 else "margin × exp(−z/√V)"
    for k, look in enumerate(one.looks):
        here = {**about, "item": planned_item(look.look)}
        z, p, ratio = (float(v[k]) for v in (bounds.efficacy_z, bounds.nominal_p, bounds.hazard_ratio))
        if p == 0.0:
            yield result_row(GRAPH, "efficacy_z", z, **{**here, "note": "not read for efficacy"})
            continue
        yield result_row(GRAPH, "efficacy_z", z, **here)
        yield result_row(GRAPH, "efficacy_p", p, method=ONE_SIDED, **here)
        yield result_row(GRAPH, "efficacy_hazard_ratio", ratio, unit="ratio", method=method, **here)


def _test_rows(test: GraphicalTest, p_name: str, method: str) -> Iterator[ResultRow]:
    steps = {name: k for k, name in enumerate(test.rejected, start=1)}
    for name, p, adjusted in zip(test.graph.hypotheses, test.p_values, test.adjusted_p, strict=True):
        yield result_row(GRAPH, p_name, p, population=name, method=method)
        how = "smallest familywise alpha at which the graph rejects it"
        yield result_row(GRAPH, "adjusted_p", adjusted, population=name, method=how)
        now = "rejected at it" if name in steps else "stands at it now"
        yield result_row(GRAPH, "level_now", test.level(name), population=name, note=now)
        if name in steps:
            yield result_row(GRAPH, "step", steps[name], population=name, note="order of rejection")


def _bound_rows(bound: BoundInForce) -> Iterator[ResultRow]:
    about = {"population": bound.hypothesis, "item": planned_item(bound.look)}
    held = "observed" if bound.held else "planned"
    yield words_row(GRAPH, "label", bound.label, **about)
    yield result_row(GRAPH, "events", bound.events, unit="events", note=held, **about)
    yield result_row(GRAPH, "information_fraction", bound.information_fraction, note=held, **about)
    if bound.z is not None:
        yield result_row(GRAPH, "z", bound.z, method="above 0 is benefit", **about)
    note = {} if bound.efficacy_z < float("inf") else {"note": "not read for efficacy"}
    yield result_row(GRAPH, "efficacy_z", bound.efficacy_z, method="bound at the level now", **about, **note)
