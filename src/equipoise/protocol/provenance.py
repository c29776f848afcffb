"""Where each value of a protocol comes from: published, secondary, derived or assumed, with its source.

A value x may be written {value = x, status = "assumed", source = "..."}, and a table may carry `status` and
`source` of its own, which hold for every value in it that says nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

Status = Literal["published", "secondary", "derived", "assumed"]
STATUSES: tuple[str, ...] = get_args(Status)
_MARKS = frozenset({"status", "source"})


@dataclass(frozen=True, slots=True)
class Provenance:
    """Status and source of the values at and below one TOML path."""

    path: str
    status: str | None
    source: str | None


def join(path: str, key: str | int) -> str:
    """The TOML path of a key below a path: `arm[1].label`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def unwrap(document: Any, path: str = "") -> tuple[Any, list[Provenance]]:
    """The document with bare values, and where each marked value came from, in file order."""
    if isinstance(document, list):
        parts = [unwrap(item, join(path, i)) for i, item in enumerate(document)]
        return [value for value, _ in parts], [p for _, found in parts for p in found]
    if not isinstance(document, dict):
        return document, []
    marks = _MARKS & document.keys()
    found = [Provenance(path, document.get("status"), document.get("source"))] if marks else []
    if marks and document.keys() <= _MARKS | {"value"} and "value" in document:
        value, below = unwrap(document["value"], path)
        return value, found + below
    plain: dict[str, Any] = {}
    for key, item in document.items():
        if key not in marks:
            plain[key], below = unwrap(item, join(path, key))
            found += below
    return plain, found


def status_of(path: str, provenance: tuple[Provenance, ...]) -> Provenance | None:
    """The nearest mark at or above a path; None where nothing is said."""
    best: Provenance | None = None
    for mark in provenance:
        inside = mark.path in {"", path} or path.startswith((f"{mark.path}.", f"{mark.path}["))
        if inside and (best is None or len(mark.path) >= len(best.path)):
            best = mark
    return best
