"""What can go wrong, in the words of the person who can mend it.

EquipoiseError
├── InputError            what was given cannot be used (exit status 2 in the shell)
│   ├── ArgumentError     an argument of a function: name, value, rule, way out
│   ├── ProtocolError     a protocol file: every mistake at once, each with its TOML path
│   ├── DataError         a data file, a column, a row
│   ├── DesignError       a design that cannot exist: the reason, and with what probability
│   └── OutputError       a place that cannot be written
├── ConvergenceError      an iteration that did not settle, with what was reached
└── MissingPartError      an optional library that is not installed, with the command that installs it
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class EquipoiseError(Exception):
    """Anything that Equipoise itself raises."""


class InputError(EquipoiseError, ValueError):
    """What was given cannot be used."""


class ArgumentError(InputError):
    """An argument that breaks a rule: says its name, the value, the rule and the way out."""

    def __init__(self, name: str, value: object, rule: str, remedy: str = "") -> None:
        self.name, self.value, self.rule, self.remedy = name, value, rule, remedy
        super().__init__(f"{name} {rule}, got {written(value)}." + (f" {remedy}" if remedy else ""))


def written(value: object) -> str:
    """A value as its owner wrote it: dates as dates, text in quotes."""
    return value.isoformat() if isinstance(value, date) else repr(value)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it stands, what stands there, the rule it breaks, the way out."""

    path: str
    value: object
    rule: str
    remedy: str = ""

    def __str__(self) -> str:
        """One line: path = value: rule. Way out."""
        value = "" if self.value is None else f" = {written(self.value)}"
        return f"{self.path}{value}: {self.rule}." + (f" {self.remedy}" if self.remedy else "")


class ProtocolError(InputError):
    """A protocol that cannot be used; `problems` holds every mistake found, in file order."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.source, self.problems = source, tuple(problems)
        count = "1 mistake" if len(self.problems) == 1 else f"{len(self.problems)} mistakes"
        super().__init__("\n".join([f"{source}: {count}", *(f"  {p}" for p in self.problems)]))


class DataError(InputError):
    """Data that cannot be used: which file, which column or row, which value, which rule, what to do."""


class DesignError(InputError):
    """A design that cannot exist as asked for."""


class OutputError(InputError):
    """A file or folder that cannot be written."""


class ConvergenceError(EquipoiseError):
    """An iteration that did not settle."""


class MissingPartError(EquipoiseError):
    """An optional library that is not installed."""

    def __init__(self, library: str, purpose: str, extra: str) -> None:
        self.library, self.purpose, self.extra = library, purpose, extra
        super().__init__(
            f"{purpose} needs {library}, which is not installed. "
            f"Install it with: python -m pip install 'equipoise[{extra}]'"
        )
