"""A TOML file becomes a Protocol: read, checked, hashed; and patients are screened by its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.protocol.protocol import Protocol
from equipoise.protocol.provenance import Provenance
from equipoise.protocol.read import parse_protocol, read_protocol
from equipoise.protocol.schema import protocol_schema

if TYPE_CHECKING:
    from equipoise.protocol.screening import ScreeningResult, screen

__all__ = [
    "Protocol",
    "Provenance",
    "ScreeningResult",
    "parse_protocol",
    "protocol_schema",
    "read_protocol",
    "screen",
]


def __getattr__(name: str) -> object:
    """Screening loads polars, which designing a trial does not need."""
    if name in {"ScreeningResult", "screen"}:
        from equipoise.protocol import screening

        return getattr(screening, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
