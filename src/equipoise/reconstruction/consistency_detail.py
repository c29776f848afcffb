"""Mistakes in the details that no single value shows: causes, adverse events, baseline factors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from equipoise.reconstruction.published import Published
    from equipoise.reconstruction.published_detail import AdverseEvent, Baseline
    from equipoise.reconstruction.published_results import Cause

TABLE_COLUMNS = frozenset(
    [
        "STUDYID",
        "USUBJID",
        "SUBJID",
        "ARM",
        "TRT01P",
        "TRT01PN",
        "TRT01A",
        "TRT01AN",
        "RANDDT",
        "DTHDT",
        "ITTFL",
        "SAFFL",
        "EVALFL",
        "DCUTDT",
        "SYNTHFL",
    ]
)


def detail_problems(published: Published) -> Iterator[Problem]:
    """Contradictions among causes, adverse events and baseline factors, in file order."""
    yield from _causes(published)
    yield from _safety(published)
    for i, factor in enumerate(published.baseline):
        yield from _baseline(published, f"baseline[{i}]", factor)
    yield from _columns_once(published)


def _causes(published: Published) -> Iterator[Problem]:
    known = {c.id: c for c in published.cause}
    for i, cause in enumerate(published.cause):
        path = f"cause[{i}]"
        if known[cause.id] is not cause:
            yield Problem(f"{path}.id", cause.id, "must stand once")
        if cause.of is not None and cause.of not in known:
            yield Problem(f"{path}.of", cause.of, "is no cause of this file", f"Known: {', '.join(known)}.")
        elif _goes_round(cause, known):
            yield Problem(f"{path}.of", cause.of, "must not lead back to the cause itself")
        if not cause.by_arm and cause.share is None:
            yield Problem(
                path, cause.id, "has neither by_arm nor share", "Give counts, or an assumed weight."
            )
        if cause.by_arm and set(cause.by_arm) != set(published.arms):
            yield Problem(f"{path}.by_arm", dict(cause.by_arm), "must name both arms")
    for i, whole in enumerate(published.cause):
        for arm, count in whole.by_arm.items():
            parts = sum(c.by_arm.get(arm, 0) for c in published.cause if c.of == whole.id)
            if parts > count:
                rule = f"must be at least its counted parts, {parts}"
                yield Problem(f"cause[{i}].by_arm.{arm}", count, rule)


def _goes_round(cause: Cause, known: dict[str, Cause]) -> bool:
    seen, here = {cause.id}, cause.of
    while here is not None and here in known:
        if here in seen:
            return True
        seen.add(here)
        here = known[here].of
    return False


def _safety(published: Published) -> Iterator[Problem]:
    sizes = {(s.id, arm): s.subjects[arm] for s in published.stratum for arm in published.arms}
    able = dict(sizes)
    for i, group in enumerate(published.evaluable):
        for arm, count in group.by_arm.items():
            able[group.stratum, arm] = count
            if count > (size := sizes[group.stratum, arm]):
                yield Problem(f"evaluable[{i}].by_arm.{arm}", count, f"must not pass the {size} randomised")
    for i, event in enumerate(published.adverse_event):
        yield from _adverse_event(published, f"adverse_event[{i}]", event, able)
    for i, grades in enumerate(published.grades):
        for grade in grades.shares:
            if grade not in {"1", "2", "3", "4", "5"}:
                yield Problem(f"grades[{i}].shares.{grade}", grade, "must be a grade from 1 to 5")


def _adverse_event(
    published: Published, path: str, event: AdverseEvent, able: dict[tuple[str, str], int]
) -> Iterator[Problem]:
    for arm, count in event.by_arm.items():
        if count > (most := able[event.stratum, arm]):
            yield Problem(f"{path}.by_arm.{arm}", count, f"must not pass the {most} evaluable")
        weights = [c.weights.get(event.term, c.weight) for c in published.course if c.arm == arm]
        if count and sum(weights) <= 0.0:
            rule = f"has no course of {arm} to fall in"
            yield Problem(path, event.term, rule, "Add [[course]] sections with a weight above 0.")


def _baseline(published: Published, path: str, factor: Baseline) -> Iterator[Problem]:
    for j, level in enumerate(factor.levels):
        if len(level) != len(factor.columns):
            rule = f"must hold one value for each of {len(factor.columns)} columns"
            yield Problem(f"{path}.levels[{j}]", level, rule)
    for stratum in (s.id for s in published.stratum):
        shares = factor.shares.get(stratum)
        if shares is None:
            yield Problem(f"{path}.shares", None, f"says nothing of {stratum}", "Name every stratum.")
        elif len(shares) != len(factor.levels) or sum(shares) <= 0.0:
            rule = f"must hold one weight for each of {len(factor.levels)} levels, not all 0"
            yield Problem(f"{path}.shares.{stratum}", shares, rule)


def _columns_once(published: Published) -> Iterator[Problem]:
    taken = {*TABLE_COLUMNS, published.trial.stratum_column}
    for i, factor in enumerate(published.baseline):
        for column in factor.columns:
            if column in taken:
                yield Problem(f"baseline[{i}].columns", column, "is a column of the subjects' table already")
            taken.add(column)
