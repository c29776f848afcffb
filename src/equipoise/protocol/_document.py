"""Reading a document that may be wrong anywhere: what is not there, or not of its kind, reads as empty."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]


def tables(document: Document, key: str) -> list[Document]:
    """The tables of an array of tables."""
    return [t if isinstance(t, dict) else {} for t in items(document, key)]


def one_or_many(document: Document, key: str) -> list[tuple[str, Document]]:
    """The tables of an array, or the one table that stands in its place, each with its TOML path."""
    if isinstance(document.get(key), dict):
        return [(key, document[key])]
    return [(f"{key}[{i}]", t) for i, t in enumerate(tables(document, key))]


def section(document: Document, key: str) -> Document:
    """A table within a table."""
    found = document.get(key, {})
    return found if isinstance(found, dict) else {}


def items(table: Document, key: str) -> list[Any]:
    """An array."""
    found = table.get(key, [])
    return found if isinstance(found, list) else []


def ids(document: Document, key: str) -> list[str]:
    """The ids in an array of tables."""
    return [t["id"] for t in tables(document, key) if isinstance(t.get("id"), str)]
