"""What the verbs share: their common options, files in and out, words on the terminal."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable

ProtocolFile = Annotated[Path, typer.Argument(help="Protocol file (TOML).", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of the random numbers.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on the way.")]


@dataclass(frozen=True, slots=True)
class Shown:
    """How a verb shows what it found: as text or JSON, in a folder if any, with words on the way."""

    json: bool
    folder: Path | None
    step: Callable[[str], None]


def say(text: str) -> None:
    """Print a line."""
    typer.echo(text)


def say_json(value: Any) -> None:
    """Print a value as JSON."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def note(text: str) -> None:
    """Print a line on the way, which is no result."""
    typer.echo(text, err=True)


def output_folder(folder: Path) -> Path:
    """A folder that can be written, made where it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(
            f"folder {folder} cannot be written: {error.strerror}. Give another with --out."
        ) from error
    return folder


def stepwise(quiet: bool) -> Callable[[str], None]:  # noqa: FBT001 - the one switch there is
    """A function that prints each step, or nothing."""
    return (lambda _: None) if quiet else note
