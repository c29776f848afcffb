"""Mistakes that no single value shows: shares that do not add up, looks out of order, names of nothing.

These rules read the plain document, not the model, so that they speak even where another value is wrong.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from equipoise.errors import Problem
from equipoise.protocol._document import Document, ids, section, tables
from equipoise.protocol.assumption_rules import assumption_mistakes
from equipoise.protocol.estimands import intercurrent_mistakes
from equipoise.protocol.graph_rules import graph_mistakes
from equipoise.protocol.monitoring_rules import monitoring_mistakes
from equipoise.protocol.open_rules import open_mistakes
from equipoise.protocol.provenance import join
from equipoise.protocol.references import dangling_references, uncovered_ratio
from equipoise.protocol.statistic_rules import statistic_mistakes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def inconsistencies(document: Document) -> list[Problem]:
    """Every inconsistency found in a protocol document with bare values."""
    return [problem for rule in _RULES for problem in rule(document)]


def _repeated(document: Document) -> Iterator[Problem]:
    for kind in ("arm", "stratum", "endpoint", "hypothesis"):
        names = ids(document, kind)
        for i, name in enumerate(names):
            if name in names[:i]:
                yield Problem(
                    f"{kind}[{i}].id", name, f"names a second {kind} alike", "Give each its own id."
                )


def _one_control(document: Document) -> Iterator[Problem]:
    arms = tables(document, "arm")
    controls = [a.get("id") for a in arms if a.get("control") is True]
    if arms and len(controls) != 1:
        yield Problem(
            "arm",
            None,
            f"must hold exactly one control arm, found {len(controls)}",
            "Write control = true in one arm.",
        )


def _prevalence(document: Document) -> Iterator[Problem]:
    shares = [s.get("prevalence") for s in tables(document, "stratum")]
    if shares and all(isinstance(p, int | float) for p in shares):
        total = math.fsum(p for p in shares if p is not None)
        if abs(total - 1.0) > 1e-6:
            yield Problem("stratum", None, f"the prevalences must add up to 1, they add up to {total:.6g}")


def _pieces(document: Document) -> Iterator[Problem]:
    places = [("accrual", section(document, "accrual"), "rates")]
    places += [(join("effect", i), t, "hazard_ratio") for i, t in enumerate(tables(document, "effect"))]
    places += [
        (f"assumption[{i}].hazard", section(t, "hazard"), "rates")
        for i, t in enumerate(tables(document, "assumption"))
    ]
    truth = section(document, "simulation")
    places += [
        (f"simulation.competing[{i}].hazard", section(t, "hazard"), "rates")
        for i, t in enumerate(tables(truth, "competing"))
    ]
    after = section(section(truth, "illness_death"), "after_progression")
    places += [("simulation.illness_death.after_progression", after, "rates")]
    for path, table, key in places:
        starts, values = table.get("starts", [0.0]), table.get(key)
        if not isinstance(values, list) or not isinstance(starts, list):
            continue
        if len(starts) != len(values):
            yield Problem(
                f"{path}.{key}",
                None,
                f"has {len(values)} values for {len(starts)} starts",
                "One value each start.",
            )
        if all(isinstance(s, int | float) for s in starts) and starts:
            if starts[0] != 0:
                yield Problem(f"{path}.starts", starts[0], "must begin at 0")
            if any(b <= a for a, b in pairwise(starts)):
                yield Problem(f"{path}.starts", None, f"must increase, got {tuple(starts)}")


def _margins(document: Document) -> Iterator[Problem]:
    for i, hypothesis in enumerate(tables(document, "hypothesis")):
        margin = hypothesis.get("margin", 1.0)
        if not isinstance(margin, int | float) or margin == 1.0:
            continue
        if hypothesis.get("test", "logrank") not in {"stratified-logrank", "logrank"}:
            yield Problem(
                f"hypothesis[{i}].margin",
                margin,
                "is a hazard ratio, which the log-rank test alone can be held against",
                "Test by stratified-logrank or logrank, or leave the margin out.",
            )
        if hypothesis.get("sides", 1) != 1:
            yield Problem(
                f"hypothesis[{i}].margin",
                margin,
                "goes with sides = 1: not being worse than a margin is a question of one side",
            )


_RULES: tuple[Callable[[Document], Iterator[Problem]], ...] = (
    _repeated,
    _one_control,
    _prevalence,
    dangling_references,
    uncovered_ratio,
    _pieces,
    assumption_mistakes,
    monitoring_mistakes,
    graph_mistakes,
    open_mistakes,
    _margins,
    statistic_mistakes,
    intercurrent_mistakes,
)
