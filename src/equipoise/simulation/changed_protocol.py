"""A protocol with some of its values changed: under another truth, or another plan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from equipoise.errors import Problem, ProtocolError
from equipoise.protocol import Protocol
from equipoise.protocol.consistency import inconsistencies
from equipoise.protocol.toml_document import validated

if TYPE_CHECKING:
    from collections.abc import Iterable

Change = tuple[str, Any]

# What these say is planned; everything else in a protocol is about what is true.
_PLANNED = frozenset({"trial", "arm", "endpoint", "randomization", "hypothesis", "monitoring", "graph"})
_PLANNED_PATHS = ("accrual.patients", "accrual.start_date")
_STEP = re.compile(r"([^.\[\]]+)|\[([^\[\]]+)\]")


def is_planned(path: str) -> bool:
    """Whether the value at a path belongs to the plan, so that the trial is designed again with it."""
    return re.split(r"[.\[]", path, maxsplit=1)[0] in _PLANNED or path in _PLANNED_PATHS


def changed(protocol: Protocol, changes: Iterable[Change], source: str) -> Protocol:
    """The protocol with the values at some paths replaced, without its scenarios, checked like any other.

    Parameters
    ----------
    protocol
        As it stands.
    changes
        Pairs of a path and its new value. A path goes down by names, and into an array by a number from 0 or
        by the id of an entry: `dropout.rate`, `effect[0].hazard_ratio`, `stratum[SR-High].prevalence`.
    source
        Names the changed protocol in messages.

    Raises
    ------
    ProtocolError
        A path leads nowhere, or the protocol so changed holds mistakes.

    """
    document = _plain(protocol.model_dump(exclude_unset=True, exclude={"scenario"}))
    problems = [p for path, value in changes if (p := _put(document, path, value)) is not None]
    if problems:
        raise ProtocolError(source, problems)
    return validated(document, Protocol, source, rules=inconsistencies)


def value_at(protocol: Protocol, path: str) -> Any:
    """The value that stands at a path; None where nothing does."""
    here: Any = _plain(protocol.model_dump())
    for step in _steps(path):
        here = _into(here, step)
    return here


def _steps(path: str) -> list[str]:
    return [name or index for name, index in _STEP.findall(path)]


def _plain(value: Any) -> Any:
    """The document as a file would give it: arrays as lists."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value


def _entry(array: list[Any], step: str) -> int | None:
    """Index of an entry named by its number or its id."""
    if step.isdecimal():
        return int(step) if int(step) < len(array) else None
    return next((i for i, e in enumerate(array) if isinstance(e, dict) and e.get("id") == step), None)


def _into(here: Any, step: str) -> Any:
    if isinstance(here, dict):
        return here.get(step)
    if isinstance(here, list):
        i = _entry(here, step)
        return None if i is None else here[i]
    return None


def _put(document: dict[str, Any], path: str, value: Any) -> Problem | None:
    """Write a value at a path; what is wrong if that cannot be done."""
    steps, here = _steps(path), document
    for step in steps[:-1]:
        here = here.setdefault(step, {}) if isinstance(here, dict) else _into(here, step)
        if not isinstance(here, dict | list):
            return _nowhere(path, value, step)
    if isinstance(here, list):
        i = _entry(here, steps[-1])
        if i is None:
            return _nowhere(path, value, steps[-1])
        here[i] = _plain(value)
    else:
        here[steps[-1]] = _plain(value)
    return None


def _nowhere(path: str, value: Any, step: str) -> Problem:
    return Problem(
        path,
        value,
        f"leads nowhere: there is no {step}",
        "Entries of an array are named by number from 0, or by id: effect[0].hazard_ratio.",
    )
