"""equipoise randomize: the randomisation list of a protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise._files import write_atomically
from equipoise.cli._shell import Json, ProtocolFile, Seed, say, say_json


def randomize(
    protocol: ProtocolFile,
    *,
    seed: Seed,
    per_stratum: Annotated[
        int | None, typer.Option("--per-stratum", min=1, help="Allocations listed for each stratum.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="CSV file to write.")] = None,
    json: Json = False,
) -> None:
    """Make the randomisation list: permuted blocks within each stratum, the same for the same seed.

    Example:  equipoise randomize examples/aall1731/protocol.toml --seed 1 --per-stratum 8
    """
    from equipoise.protocol import read_protocol
    from equipoise.randomization import randomization_list

    made = randomization_list(read_protocol(protocol), seed=seed, per_stratum=per_stratum)
    table = made.to_frame()
    if json:
        say_json({"protocol_hash": made.protocol_hash, "seed": seed, "allocations": table.to_dicts()})
    elif out is None:
        say(table.write_csv().rstrip())
    if out is not None:
        write_atomically(out, table.write_csv())
        say(f"{out} written: {table.height} allocations. Keep it from those who enrol patients.")
