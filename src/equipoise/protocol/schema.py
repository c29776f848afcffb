"""The JSON Schema of a protocol file, from which editors complete and check it."""

from __future__ import annotations

from typing import Any

from equipoise.protocol.protocol import Protocol
from equipoise.protocol.provenance import STATUSES

_MARKS: dict[str, Any] = {
    "status": {"enum": list(STATUSES), "description": "How well the value is known."},
    "source": {"type": "string", "description": "Where the value comes from."},
}


def protocol_schema() -> dict[str, Any]:
    """JSON Schema (2020-12): each value bare or {value, status, source}; each table may say its status."""
    schema = Protocol.model_json_schema()
    definitions = {name: _table(table) for name, table in schema.pop("$defs").items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Equipoise protocol",
        **{k: v for k, v in _table(schema).items() if k != "title"},
        "$defs": definitions,
    }


def _table(table: dict[str, Any]) -> dict[str, Any]:
    if "properties" not in table:
        return table
    properties = {key: _marked(value) for key, value in table["properties"].items()}
    return {**table, "properties": {**properties, **{k: v for k, v in _MARKS.items() if k not in properties}}}


def _marked(value: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {k: value[k] for k in ("description", "default", "title") if k in value}
    bare = {k: v for k, v in value.items() if k not in described}
    wrapped = {
        "type": "object",
        "properties": {"value": bare, **_MARKS},
        "required": ["value"],
        "additionalProperties": False,
    }
    return {"anyOf": [bare, wrapped], **described}
