"""A TOML file becomes a frozen model, or all of its mistakes, each with its TOML path and the way out."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from equipoise.errors import Problem, ProtocolError
from equipoise.protocol.provenance import join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)


def read_text(path: str | Path) -> str:
    """The text of a file, or a ProtocolError that says why it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        problem = Problem("file", None, f"cannot be read: {reason}", "Is the path right?")
        raise ProtocolError(str(path), [problem]) from error


def load_toml(text: str, source: str) -> dict[str, Any]:
    """The document that TOML text holds."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = Problem("file", None, f"is not TOML: {error}", "See https://toml.io for the syntax.")
        raise ProtocolError(source, [problem]) from error


def validated(
    document: dict[str, Any],
    model: type[Model],
    source: str,
    *,
    found: Iterable[Problem] = (),
    rules: Callable[[dict[str, Any]], Iterable[Problem]] = lambda _: (),
) -> Model:
    """The model of a document.

    Parameters
    ----------
    document
        With bare values.
    model
        What it must be.
    source
        Names the file in messages.
    found
        Mistakes found before.
    rules
        Further mistakes that no single value shows; asked even where the model already complains.

    Raises
    ------
    ProtocolError
        Every mistake, one a path, in file order.

    """
    problems = list(found)
    made: Model | None = None
    try:
        made = model.model_validate(document)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        problems += [_problem(e, document, model) for e in errors if not _follows(e, errors)]
    problems += rules(document)
    if made is None or problems:
        raise ProtocolError(source, _once(problems))
    return made


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """One mistake a path: the first said."""
    seen: dict[str, Problem] = {}
    for problem in problems:
        seen.setdefault(problem.path, problem)
    return list(seen.values())


def _follows(error: ErrorDetails, errors: Sequence[ErrorDetails]) -> bool:
    """Whether a list is found too short only because a value in it is wrong."""
    place = error["loc"]
    return error["type"] == "too_short" and any(
        len(e["loc"]) > len(place) and e["loc"][: len(place)] == place for e in errors
    )


def _problem(error: ErrorDetails, document: Any, model: type[BaseModel]) -> Problem:
    """One of pydantic's findings in the words of the file."""
    path, here, keys = "", document, list(error["loc"])
    for key in keys:
        if isinstance(key, int) and isinstance(here, dict):
            continue  # one table where an array of tables may stand
        path = join(path, key)
        here = here[key] if _holds(here, key) else None
    value = None if isinstance(here, dict | list) else here
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return Problem(path, None, "is missing", f"Add it to the file: {_meaning(keys, model)}".rstrip(": "))
    if kind == "extra_forbidden":
        known = _known_keys(keys[:-1], model)
        near = get_close_matches(str(keys[-1]), known, n=1)
        way_out = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(known)}."
        return Problem(path, value, "is not a known key", way_out)
    if kind == "literal_error":
        return Problem(path, value, f"must be one of {context.get('expected', '')}".replace(" or ", ", "))
    if kind == "tuple_type":
        return Problem(path, value, f"must be a list: write [{here}]", _meaning(keys, model))
    rule = error["msg"].removeprefix("Value error, ").rstrip(".")
    for said in ("Input", "String", "Value", "Tuple", "List"):
        rule = rule.replace(f"{said} should", "must")
    return Problem(path, value, rule[0].lower() + rule[1:], _meaning(keys, model))


def _holds(here: Any, key: str | int) -> bool:
    return (isinstance(here, dict) and key in here) or (
        isinstance(here, list) and isinstance(key, int) and key < len(here)
    )


def _section_of(keys: list[str | int], root: type[BaseModel]) -> type[BaseModel] | None:
    """The model that stands at a path, found through the fields' annotations."""
    model: type[BaseModel] | None = root
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


def _known_keys(keys: list[str | int], root: type[BaseModel]) -> list[str]:
    model = _section_of(keys, root)
    return sorted(model.model_fields) if model else []


def _meaning(keys: list[str | int], root: type[BaseModel]) -> str:
    """What a key means: the first sentence of its description."""
    names = [str(k) for k in keys if not isinstance(k, int)]
    model = _section_of([*names[:-1]], root) if names else None
    field = model.model_fields.get(names[-1]) if model else None
    first, more, _ = " ".join((field.description or "").split() if field else ()).partition(". ")
    return f"{first}." if more else first
