"""The commented protocol that `equipoise init` writes, and the schema file that editors read beside it."""

from __future__ import annotations

from importlib.resources import files


def protocol_template() -> str:
    """A commented protocol of an invented trial, complete and without mistakes."""
    return files("equipoise.protocol").joinpath("template.toml").read_text(encoding="utf-8")


def shipped_schema() -> str:
    """The JSON Schema as shipped, equal to what `protocol_schema` generates."""
    return files("equipoise.protocol").joinpath("protocol.schema.json").read_text(encoding="utf-8")
