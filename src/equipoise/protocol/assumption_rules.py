"""Mistakes in what is assumed of survival: two ways at once, survival that rises, a cure above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.errors import Problem
from equipoise.protocol._document import Document, items, section, tables
from equipoise.protocol.provenance import join

if TYPE_CHECKING:
    from collections.abc import Iterator

WAYS = ("hazard", "milestones", "median", "weibull")


def assumption_mistakes(document: Document) -> Iterator[Problem]:
    """Every mistake of each assumption."""
    for i, table in enumerate(tables(document, "assumption")):
        path = join("assumption", i)
        given = [way for way in WAYS if table.get(way) or (way in table and way != "milestones")]
        if len(given) != 1:
            rule = "must give either hazard or milestones or median or weibull"
            yield Problem(path, None, rule, f"{len(given)} of them are given; one is wanted.")
        cure = table.get("cure_fraction", 0.0)
        if cure and "hazard" in table:
            rule = "goes with milestones, median or weibull"
            yield Problem(f"{path}.cure_fraction", cure, rule, "Give one of these, or no cure.")
        yield from _milestones(path, items(table, "milestones"), cure)
        yield from _median(path, table.get("median"), cure)
        yield from _weibull(f"{path}.weibull", section(table, "weibull"), cure)


def _milestones(path: str, milestones: list[object], cure: object) -> Iterator[Problem]:
    last_time, last_survival = 0.0, 1.0
    for j, m in enumerate(milestones):
        if not (isinstance(m, dict) and isinstance(m.get("time"), int | float)):
            continue
        survival = m.get("survival")
        if m["time"] <= last_time:
            yield Problem(f"{path}.milestones[{j}].time", m["time"], "must be later than the one before")
        if isinstance(survival, int | float):
            if survival > last_survival:
                yield Problem(f"{path}.milestones[{j}].survival", survival, "must not rise with time")
            yield from _above_cure(f"{path}.milestones[{j}].survival", survival, cure)
            last_survival = survival
        last_time = m["time"]


def _median(path: str, median: object, cure: object) -> Iterator[Problem]:
    if median is not None and isinstance(cure, int | float) and cure >= 0.5:
        yield Problem(f"{path}.median", median, f"is never reached with a cure fraction of {cure}")


def _weibull(path: str, weibull: Document, cure: object) -> Iterator[Problem]:
    if not weibull:
        return
    if ("scale" in weibull) == ("milestone" in weibull):
        yield Problem(path, None, "must give either scale or milestone")
    milestone = section(weibull, "milestone")
    survival = milestone.get("survival")
    if isinstance(survival, int | float):
        if survival >= 1.0:
            yield Problem(f"{path}.milestone.survival", survival, "must be below 1")
        yield from _above_cure(f"{path}.milestone.survival", survival, cure)


def _above_cure(path: str, survival: float, cure: object) -> Iterator[Problem]:
    if isinstance(cure, int | float) and survival <= cure:
        yield Problem(path, survival, f"must lie above the cure fraction {cure}")
