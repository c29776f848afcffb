"""Reading a protocol file: every mistake found at once, each with its TOML path and the way out."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from equipoise.errors import Problem, ProtocolError
from equipoise.protocol.consistency import inconsistencies
from equipoise.protocol.protocol import Protocol
from equipoise.protocol.provenance import STATUSES, join, unwrap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import ErrorDetails


def read_protocol(path: str | Path) -> Protocol:
    """Read and check a protocol file.

    Raises
    ------
    ProtocolError
        The file cannot be read, is not TOML, or holds mistakes: all of them, in file order.

    """
    source = str(path)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ProtocolError(
            source, [Problem("file", None, f"cannot be read: {reason}", "Is the path right?")]
        ) from error
    return parse_protocol(text, source=source)


def parse_protocol(text: str, *, source: str = "protocol") -> Protocol:
    """Check a protocol given as TOML text; `source` names it in messages."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(
            source, [Problem("file", None, f"is not TOML: {error}", "See https://toml.io for the syntax.")]
        ) from error
    plain, provenance = unwrap(document)
    problems = [
        Problem(join(p.path, "status"), p.status, f"must be one of {', '.join(STATUSES)}")
        for p in provenance
        if p.status is not None and p.status not in STATUSES
    ]
    try:
        protocol = Protocol.model_validate(plain)
    except ValidationError as error:
        problems += [_problem(e, plain) for e in error.errors(include_url=False)]
    problems += inconsistencies(plain)
    if problems:
        raise ProtocolError(source, _once(problems))
    object.__setattr__(protocol, "_provenance", tuple(provenance))
    return protocol


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """One mistake a path: the first said."""
    seen: dict[str, Problem] = {}
    for problem in problems:
        seen.setdefault(problem.path, problem)
    return list(seen.values())


def _problem(error: ErrorDetails, document: Any) -> Problem:
    """One of pydantic's findings in the words of the protocol."""
    path, here, keys = "", document, list(error["loc"])
    for key in keys:
        path = join(path, key)
        here = here[key] if _holds(here, key) else None
    value = None if isinstance(here, dict | list) else here
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return Problem(path, None, "is missing", f"Add it to the file: {_meaning(keys)}".rstrip(": "))
    if kind == "extra_forbidden":
        known = _known_keys(keys[:-1])
        near = get_close_matches(str(keys[-1]), known, n=1)
        way_out = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(known)}."
        return Problem(path, value, "is not a known key", way_out)
    if kind == "literal_error":
        return Problem(path, value, f"must be one of {context.get('expected', '')}".replace(" or ", ", "))
    if kind in {"too_short", "too_long"}:
        return Problem(
            path, None, error["msg"].replace("Tuple should", "must").replace("List should", "must")
        )
    rule = error["msg"].replace("Input should be", "must be").replace("Input should", "must")
    rule = rule.replace("String should", "must").replace("Value should", "must")
    return Problem(path, value, rule[0].lower() + rule[1:], _meaning(keys))


def _holds(here: Any, key: str | int) -> bool:
    return (isinstance(here, dict) and key in here) or (
        isinstance(here, list) and isinstance(key, int) and key < len(here)
    )


def _section_of(keys: list[str | int]) -> type[BaseModel] | None:
    """The model that stands at a path, found through the fields' annotations."""
    model: type[BaseModel] | None = Protocol
    for key in keys:
        if isinstance(key, int):
            continue
        field = model.model_fields.get(key) if model else None
        model = next(iter(_models(field.annotation)), None) if field else None
    return model


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for part in getattr(annotation, "__args__", ()) for m in _models(part)]


def _known_keys(keys: list[str | int]) -> list[str]:
    model = _section_of(keys)
    return sorted(model.model_fields) if model else []


def _meaning(keys: list[str | int]) -> str:
    """What a key means, from its own description."""
    names = [str(k) for k in keys if not isinstance(k, int)]
    model = _section_of([*names[:-1]]) if names else None
    field = model.model_fields.get(names[-1]) if model else None
    return (field.description or "") if field else ""
