"""equipoise init: a commented protocol to begin from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise._files import write_atomically
from equipoise.cli._shell import say
from equipoise.errors import OutputError


def init(
    file: Annotated[Path, typer.Argument(help="File to write.")] = Path("trial.toml"),
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented protocol to begin from.

    Example:  equipoise init trial.toml
    """
    from equipoise.protocol.template import protocol_template

    if file.exists() and not force:
        raise OutputError(f"file {file} is there already. Give another name, or --force to replace it.")
    write_atomically(file, protocol_template())
    say(f"{file} written. Next: change it to your trial, then\n  equipoise check {file}")
