"""Names in a protocol that must be names of something in it: arms, strata, endpoints, hypotheses."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from equipoise.errors import Problem
from equipoise.protocol._document import Document, ids, items, one_or_many, section, tables
from equipoise.protocol.provenance import join

if TYPE_CHECKING:
    from collections.abc import Iterator

# Section: key of a name, and what kind of thing it must name.
_NAMES = {
    "assumption": {"endpoint": "endpoint", "stratum": "stratum"},
    "effect": {"endpoint": "endpoint", "arm": "arm", "strata": "stratum"},
    "hypothesis": {"endpoint": "endpoint", "experimental": "arm", "population": "stratum"},
}


def dangling_references(document: Document) -> Iterator[Problem]:
    """Every name that refers to nothing."""
    known = {kind: ids(document, kind) for kind in ("arm", "stratum", "endpoint", "hypothesis")}
    for path, value, kind in chain(_listed_names(document), _other_names(document)):
        yield from _each(path, value, kind, known[kind])
    yield from _experimental_is_control(document)


def _listed_names(document: Document) -> Iterator[tuple[str, object, str]]:
    for kind, keys in _NAMES.items():
        for i, table in enumerate(tables(document, kind)):
            for key, named in keys.items():
                yield join(join(kind, i), key), table.get(key), named


def _other_names(document: Document) -> Iterator[tuple[str, object, str]]:
    for i, arm in enumerate(tables(document, "arm")):
        for j, course in enumerate(tables(arm, "course")):
            yield f"arm[{i}].course[{j}].strata", course.get("strata"), "stratum"
    for i, table in enumerate(tables(document, "stratum")):
        for name in section(table, "arm_labels"):
            yield f"stratum[{i}].arm_labels.{name}", name, "arm"
    for i, rule in enumerate(tables(section(document, "screening"), "risk_group")):
        if rule.get("randomized", True) is True:
            yield f"screening.risk_group[{i}].stratum", rule.get("stratum"), "stratum"
    yield from _simulated_names(document)
    for path, named in (("randomization", "ratio"), ("dropout", "by_arm")):
        for name in section(section(document, path), named):
            yield f"{path}.{named}.{name}", name, "arm"
    for path, plan in one_or_many(document, "monitoring"):
        yield f"{path}.hypothesis", plan.get("hypothesis"), "hypothesis"


def _simulated_names(document: Document) -> Iterator[tuple[str, object, str]]:
    truth = section(document, "simulation")
    for i, cause in enumerate(tables(truth, "competing")):
        yield f"simulation.competing[{i}].strata", cause.get("strata"), "stratum"
        for name in section(cause, "hazard_ratio"):
            yield f"simulation.competing[{i}].hazard_ratio.{name}", name, "arm"
    illness = section(truth, "illness_death")
    for key in ("progression_free", "survival"):
        yield f"simulation.illness_death.{key}", illness.get(key), "endpoint"
    for name in section(illness, "hazard_ratio"):
        yield f"simulation.illness_death.hazard_ratio.{name}", name, "arm"


def _each(path: str, value: object, kind: str, known: list[str]) -> Iterator[Problem]:
    if isinstance(value, list):
        for i, name in enumerate(value):
            yield from _each(join(path, i), name, kind, known)
    elif isinstance(value, str) and value not in known:
        yield Problem(path, value, f"is no {kind} of this protocol", f"Known: {', '.join(known) or 'none'}.")


def _experimental_is_control(document: Document) -> Iterator[Problem]:
    control = [a.get("id") for a in tables(document, "arm") if a.get("control") is True]
    for kind, key in (("effect", "arm"), ("hypothesis", "experimental")):
        for i, table in enumerate(tables(document, kind)):
            if table.get(key) is not None and table[key] in control:
                path = f"{kind}[{i}].{key}"
                yield Problem(path, table[key], "is the control arm", "Name an experimental arm.")


def uncovered_ratio(document: Document) -> Iterator[Problem]:
    """Arms without a place in the ratio, and blocks that the ratio does not divide."""
    plan = section(document, "randomization")
    ratio = section(plan, "ratio")
    if not ratio:
        return
    for name in ids(document, "arm"):
        if name not in ratio:
            yield Problem("randomization.ratio", None, f"says nothing of arm {name}", "Name every arm.")
    total = sum(v for v in ratio.values() if isinstance(v, int))
    for i, size in enumerate(items(plan, "block_sizes")):
        if isinstance(size, int) and total and size % total:
            below = size - size % total
            near = f"{below} and {below + total}" if below else f"{total}"
            yield Problem(
                f"randomization.block_sizes[{i}]",
                size,
                f"must be a multiple of {total}, the sum of the ratio",
                f"Nearest: {near}.",
            )
