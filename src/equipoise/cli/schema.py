"""equipoise schema: the JSON Schema from which editors complete a protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise._files import write_atomically
from equipoise.cli._shell import say, say_json


def schema(
    *,
    out: Annotated[Path | None, typer.Option("--out", help="File to write instead of printing.")] = None,
) -> None:
    """Print the JSON Schema of a protocol file, from which editors complete and check it.

    Example:  equipoise schema --out protocol.schema.json
    """
    import json

    from equipoise.protocol import protocol_schema

    found = protocol_schema()
    if out is None:
        say_json(found)
        return
    write_atomically(out, json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    say(f"{out} written. Name it at the head of a protocol:  #:schema {out}")
