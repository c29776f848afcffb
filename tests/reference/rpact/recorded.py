"""What rpact answered, read back from the files that generate.R wrote."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float:
    """An empty cell is what rpact does not have: nan."""
    return float(text) if text else math.nan


def numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(";")]


@dataclass(frozen=True)
class RecordedDesign:
    """One group-sequential design: what was asked (spending as name and parameter) and what rpact answered."""

    id: int
    schedule: str
    alpha: float
    beta: float
    sides: int
    efficacy: tuple[str, float | None]
    futility: tuple[str, float | None] | None
    binding: bool
    fractions: tuple[float, ...]
    critical_values: tuple[float, ...]
    alpha_spent: tuple[float, ...]
    nominal_p: tuple[float, ...]
    futility_bounds: tuple[float, ...]
    rejected: tuple[float, ...]
    futile: tuple[float, ...]
    drift: float
    inflation: float
    asn_null: float
    asn_half: float
    asn_alternative: float

    def __str__(self) -> str:
        """Short name for the test's id."""
        futile = f"-{self.futility[0]}{'b' if self.binding else ''}" if self.futility else ""
        return f"{self.id}-{self.schedule}-{self.efficacy[0]}{futile}-{self.sides}"


def _spending(name: str, parameter: str) -> tuple[str, float | None]:
    return name, float(parameter) if parameter else None


def designs() -> list[RecordedDesign]:
    """Every recorded group-sequential design."""
    looks = defaultdict(list)
    for row in rows("group_sequential_looks.csv"):
        looks[row["id"]].append(row)
    out = []
    for row in rows("group_sequential_designs.csv"):
        column = {
            name: tuple(number(look[name]) for look in looks[row["id"]])
            for name in (
                "information_fraction",
                "critical_value",
                "alpha_spent",
                "nominal_p",
                "futility_bound",
                "rejected",
                "futile",
            )
        }
        out.append(
            RecordedDesign(
                id=int(row["id"]),
                schedule=row["schedule"],
                alpha=float(row["alpha"]),
                beta=float(row["beta"]),
                sides=int(row["sides"]),
                efficacy=_spending(row["efficacy"], row["efficacy_parameter"]),
                futility=None
                if row["futility"] == "none"
                else _spending(row["futility"], row["futility_parameter"]),
                binding=row["binding"] == "1",
                fractions=column["information_fraction"],
                critical_values=column["critical_value"],
                alpha_spent=column["alpha_spent"],
                nominal_p=column["nominal_p"],
                futility_bounds=column["futility_bound"],
                rejected=column["rejected"],
                futile=column["futile"],
                drift=math.sqrt(float(row["shift"])),
                inflation=float(row["inflation"]),
                asn_null=number(row["asn_null"]),
                asn_half=number(row["asn_half"]),
                asn_alternative=number(row["asn_alternative"]),
            )
        )
    return out
