"""The command `equipoise`: its verbs, its exit statuses, its way of saying what went wrong.

Exit statuses: 0 done; 1 a computation failed; 2 what was given cannot be used; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from equipoise._version import __version__
from equipoise.cli import (
    analyze,
    check,
    design,
    forecast,
    init,
    ledger,
    meeting,
    monitor,
    randomize,
    reconstruct,
    replay,
    run,
    schema,
    screen,
    simulate,
)
from equipoise.errors import EquipoiseError, InputError, MissingPartError

FAILED, UNUSABLE, INTERRUPTED = 1, 2, 130

app = typer.Typer(
    name="equipoise",
    help="The whole statistical life of a randomized clinical trial, from one protocol file.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _on_version(value: bool) -> None:  # noqa: FBT001 - typer's signature of a callback
    if value:
        typer.echo(f"equipoise {__version__}")
        raise typer.Exit


@app.callback()
def equipoise(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=_on_version),
    ] = False,
) -> None:
    """The whole statistical life of a randomized clinical trial, from one protocol file.

    Begin with:  equipoise init trial.toml
    """


for _verb in (
    init,
    check,
    schema,
    screen,
    design,
    simulate,
    randomize,
    reconstruct,
    analyze,
    monitor,
    meeting,
    replay,
    forecast,
    run,
):
    _name = _verb.__name__.rpartition(".")[2]
    app.command(_name)(getattr(_verb, _name))
app.add_typer(ledger.ledger)


def main() -> None:
    """Run the command line and leave with its exit status."""
    sys.exit(status(sys.argv[1:]))


def status(arguments: list[str]) -> int:
    """Run one command and say, in words and by the number returned, how it ended."""
    try:
        result = app(arguments, standalone_mode=False, prog_name="equipoise")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (typer.Abort, KeyboardInterrupt, EquipoiseError) as error:
        return _explain(error)
    except Exception as error:
        # A mistake in the call itself: the class that says so lives in a private place of typer.
        show = getattr(error, "show", None)
        if show is None:
            raise
        show()
        return UNUSABLE
    return result if isinstance(result, int) else 0


def _explain(error: BaseException) -> int:
    """Say on the terminal what went wrong; the exit status that goes with it."""
    if not isinstance(error, EquipoiseError):
        typer.echo("equipoise: interrupted; nothing half-written is left.", err=True)
        return INTERRUPTED
    typer.echo(f"equipoise: {error}", err=True)
    return UNUSABLE if isinstance(error, InputError | MissingPartError) else FAILED
