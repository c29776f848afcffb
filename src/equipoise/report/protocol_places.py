"""Places in a protocol file as a reader names them, with the plain values that stand there."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from equipoise.report.dates import written_date

if TYPE_CHECKING:
    from equipoise.protocol import Protocol

_STEP = re.compile(r"([A-Za-z_]+)(?:\[(\d+)\])?")
_NAMES = ("id", "label", "column")


def place_in_words(protocol: Protocol, path: str) -> str:
    """A TOML path with names in place of counts: `arm[1].course` to "arm blinatumomab, course"."""
    words, at = [], protocol
    for name, count in _STEP.findall(path):
        at = _child(at, name, count)
        words.append(" ".join(w for w in (name.replace("_", " "), _name(at) if count else "") if w))
    return ", ".join(words)


def value_at(protocol: Protocol, path: str) -> str:
    """The value at a path where it is a number, a word, a date or a list of them; else nothing."""
    at: Any = protocol
    for name, count in _STEP.findall(path):
        at = _child(at, name, count)
    return _written(at)


def written(value: Any) -> str:
    """A number, word, date, list or table of them as a reader writes it; else nothing."""
    return _written(value)


def _child(at: Any, name: str, count: str) -> Any:
    if isinstance(at, dict):
        return at.get(name)
    if isinstance(at, tuple):
        at = at[0]  # one table where an array of tables may stand
    found = getattr(at, name, None)
    return found[int(count)] if count and found is not None else found


def _name(at: Any) -> str:
    for key in _NAMES:
        found = getattr(at, key, None)
        if found:
            return str(found)
    parts = [getattr(at, key, None) for key in ("endpoint", "stratum", "arm")]
    return ", ".join(str(p) for p in parts if p)


def _written(value: Any) -> str:
    """A plain value; nothing for a table of values."""
    if isinstance(value, tuple | list):
        parts = [_written(v) for v in value]
        return ", ".join(parts) if all(parts) else ""
    if isinstance(value, dict):
        return _written([f"{k} {_written(v)}" if _written(v) else "" for k, v in value.items()])
    if isinstance(value, date):
        return written_date(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.10g}" if isinstance(value, float) else str(value) if isinstance(value, int | str) else ""
