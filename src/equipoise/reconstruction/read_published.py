"""Reading a file of published facts: every mistake at once, each with its TOML path and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from equipoise.errors import Problem
from equipoise.protocol.toml_document import load_toml, read_text, validated
from equipoise.reconstruction.consistency import inconsistencies
from equipoise.reconstruction.published import Published

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BOTH_ARMS = frozenset({"at_risk", "milestone", "events", "evaluable", "adverse_event"})


def read_published(path: str | Path) -> Published:
    """Read and check a file of published facts.

    Raises
    ------
    ProtocolError
        The file cannot be read, is not TOML, or holds mistakes: all of them, in file order.

    """
    return parse_published(read_text(path), source=str(path))


def parse_published(text: str, *, source: str = "published facts") -> Published:
    """Check published facts given as TOML text; `source` names them in messages."""
    return validated(load_toml(text, source), Published, source, rules=_mistakes)


def _mistakes(document: dict[str, Any]) -> Iterator[Problem]:
    """Names that are not known; where there are none and every value is well-formed, values that disagree."""
    unknown = list(_names(document))
    yield from unknown
    if unknown:
        return
    try:
        published = Published.model_validate(document)
    except ValidationError:
        return
    yield from inconsistencies(published)


def _names(document: dict[str, Any]) -> Iterator[Problem]:
    arms, strata = _ids(document, "arm"), _ids(document, "stratum")
    controls = [a for a in _tables(document, "arm") if a.get("control") is True]
    if len(set(arms)) != 2 or len(controls) != 1:
        found = f"{len(set(arms))} arms, {len(controls)} of them control"
        yield Problem("arm", None, f"must hold two arms, one of them control; found {found}")
    for i, name in enumerate(strata):
        if name in strata[:i]:
            yield Problem(f"stratum[{i}].id", name, "must stand once")
    for section, found in document.items():
        for i, table in enumerate(found if isinstance(found, list) else []):
            if isinstance(table, dict):
                yield from _references(f"{section}[{i}]", table, arms, strata)
                needed = ("subjects",) if section == "stratum" else ("by_arm",) * (section in _BOTH_ARMS)
                yield from _both_arms(f"{section}[{i}]", table, needed, arms)


def _both_arms(path: str, table: dict[str, Any], keys: tuple[str, ...], arms: list[str]) -> Iterator[Problem]:
    for key in keys:
        for arm in arms:
            if isinstance(table.get(key), dict) and arm not in table[key]:
                yield Problem(f"{path}.{key}", None, f"says nothing of arm {arm}", "Name both arms.")


def _references(path: str, table: dict[str, Any], arms: list[str], strata: list[str]) -> Iterator[Problem]:
    """Names of arms and strata that are none."""
    named = [
        (f"{path}.{key}.{name}", name)
        for key in ("by_arm", "subjects", "arm_codes")
        for name in _keys(table, key)
    ]
    if "arm" in table:
        named.append((f"{path}.arm", table["arm"]))
    for here, name in named:
        if name not in arms:
            yield Problem(here, name, "is no arm of this trial", f"Known: {', '.join(arms)}.")
    placed = [
        (f"{path}.shares.{name}", name) for name in _keys(table, "shares") if path.startswith("baseline")
    ]
    if "stratum" in table:
        placed.append((f"{path}.stratum", table["stratum"]))
    for here, name in placed:
        if name not in strata:
            yield Problem(here, name, "is no stratum of this trial", f"Known: {', '.join(strata)}.")


def _keys(table: dict[str, Any], key: str) -> list[str]:
    found = table.get(key)
    return list(found) if isinstance(found, dict) else []


def _tables(document: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = document.get(key, [])
    return [t for t in found if isinstance(t, dict)] if isinstance(found, list) else []


def _ids(document: dict[str, Any], key: str) -> list[str]:
    return [str(t.get("id")) for t in _tables(document, key)]
