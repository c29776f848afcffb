"""Reading a protocol file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.errors import Problem
from equipoise.protocol.consistency import inconsistencies
from equipoise.protocol.protocol import Protocol
from equipoise.protocol.provenance import STATUSES, join, unwrap
from equipoise.protocol.toml_document import load_toml, read_text, validated

if TYPE_CHECKING:
    from pathlib import Path


def read_protocol(path: str | Path) -> Protocol:
    """Read and check a protocol file.

    Raises
    ------
    ProtocolError
        The file cannot be read, is not TOML, or holds mistakes: all of them, in file order.

    """
    return parse_protocol(read_text(path), source=str(path))


def parse_protocol(text: str, *, source: str = "protocol") -> Protocol:
    """Check a protocol given as TOML text; `source` names it in messages."""
    plain, provenance = unwrap(load_toml(text, source))
    unknown = [
        Problem(join(p.path, "status"), p.status, f"must be one of {', '.join(STATUSES)}")
        for p in provenance
        if p.status is not None and p.status not in STATUSES
    ]
    protocol = validated(plain, Protocol, source, found=unknown, rules=inconsistencies)
    object.__setattr__(protocol, "_provenance", tuple(provenance))
    return protocol
