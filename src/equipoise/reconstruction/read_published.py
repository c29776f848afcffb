"""Reading a file of published facts: every mistake at once, each with its TOML path and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from equipoise.errors import Problem
from equipoise.protocol.toml_document import load_toml, read_text, validated
from equipoise.reconstruction.published import Published

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
    return validated(load_toml(text, source), Published, source, rules=_inconsistencies)


def _inconsistencies(document: dict[str, Any]) -> Iterator[Problem]:
    arms, strata = _ids(document, "arm"), _ids(document, "stratum")
    controls = [a for a in _tables(document, "arm") if a.get("control") is True]
    if len(arms) != 2 or len(controls) != 1:
        found = f"{len(arms)} arms, {len(controls)} of them control"
        yield Problem("arm", None, f"must hold two arms, one of them control; found {found}")
    for section, found in document.items():
        for i, table in enumerate(found if isinstance(found, list) else []):
            if isinstance(table, dict):
                yield from _references(f"{section}[{i}]", table, arms, strata)
    for i, stratum in enumerate(_tables(document, "stratum")):
        for arm in arms:
            if arm not in stratum.get("subjects", {}):
                yield Problem(f"stratum[{i}].subjects", None, f"says nothing of arm {arm}", "Name both arms.")


def _references(path: str, table: dict[str, Any], arms: list[str], strata: list[str]) -> Iterator[Problem]:
    """Names of arms and strata that are none."""
    for key in ("by_arm", "subjects", "arm_codes"):
        for name in table.get(key, {}):
            if name not in arms:
                known = ", ".join(arms)
                yield Problem(f"{path}.{key}.{name}", name, "is no arm of this trial", f"Known: {known}.")
    stratum = table.get("stratum")
    if isinstance(stratum, str) and stratum not in strata:
        known = ", ".join(strata)
        yield Problem(f"{path}.stratum", stratum, "is no stratum of this trial", f"Known: {known}.")


def _tables(document: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = document.get(key, [])
    return [t for t in found if isinstance(t, dict)] if isinstance(found, list) else []


def _ids(document: dict[str, Any], key: str) -> list[str]:
    return [str(t.get("id")) for t in _tables(document, key)]
