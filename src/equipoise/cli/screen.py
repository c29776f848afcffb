"""equipoise screen: who is eligible and in which risk group, and by which rule."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise._files import write_atomically
from equipoise.cli._shell import Json, ProtocolFile, say, say_json


def screen(
    protocol: ProtocolFile,
    *,
    data: Annotated[
        Path, typer.Option("--data", help="Baseline data, one row a subject (CSV, Parquet, XPT).")
    ],
    out: Annotated[Path | None, typer.Option("--out", help="CSV file to write.")] = None,
    json: Json = False,
) -> None:
    """Say for each subject whether eligible and in which risk group, and by which rule.

    Example:  equipoise screen examples/aall1731/protocol.toml --data baseline.csv
    """
    from equipoise.protocol import read_protocol
    from equipoise.protocol import screen as screen_subjects
    from equipoise.records.readers import read_table

    result = screen_subjects(read_protocol(protocol), read_table(data))
    if out is not None:
        write_atomically(out, result.table.write_csv())
    if json:
        say_json({"protocol_hash": result.protocol_hash, "subjects": result.table.to_dicts()})
        return
    for row in result.table.iter_rows(named=True):
        group = f"{row['RISKGRP']}{'' if row['RANDFL'] == 'Y' else ' (not randomised)'}"
        verdict = f"eligible, {group}" if row["ELIGFL"] == "Y" else "not eligible"
        rule = f"  [{row['RULE']}]" if row["RULE"] else ""
        say(f"{row['USUBJID']}: {verdict}: {row['REASON']}{rule}")
    eligible = (result.table["ELIGFL"] == "Y").sum()
    say(f"{eligible} of {result.table.height} eligible. Protocol {result.protocol_hash[:8]}.")
