"""The inputs that cases.csv describes and R's numbers about them, read without R and without the library."""

from __future__ import annotations

import csv
import gzip
import json
import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
Text = dict[str, str]
Pairs = list[tuple[float, float]]
# analysis, group, quantity -> [(time, value), ...] in the order recorded
Recorded = dict[tuple[str, str, str], Pairs]


@dataclass(frozen=True)
class Case:
    """One data set as the library's functions take it; labels are text, as R read them."""

    time: np.ndarray
    event: np.ndarray
    group: np.ndarray | None
    control: str | None
    strata: np.ndarray | None
    entry: np.ndarray | None
    weights: np.ndarray | None
    cause: np.ndarray | None
    covariates: np.ndarray
    names: list[str]
    tau: float | None

    def arms(self) -> list[str]:
        """Labels in order of the alphabet."""
        return [] if self.group is None else sorted(set(self.group.tolist()))

    def rows(self, group: str) -> np.ndarray:
        """Which rows belong to the group; `all` is everybody."""
        return np.full(self.time.shape, fill_value=True) if group == "all" else self.group == group


CaseOf = Callable[[str], Case]


def catalogue() -> dict[str, Text]:
    """Rows of cases.csv by name."""
    with (HERE / "cases.csv").open(newline="") as file:
        return {row["dataset"]: row for row in csv.DictReader(file)}


def needs_outside_data(row: Text) -> bool:
    """Whether the data set stands outside the repository."""
    return not row["file"].startswith("generated/")


def _table(file: str, outside: Path | None) -> list[Text]:
    if outside is None:
        path = HERE / f"{file}.csv"
    else:
        path = outside / (file if file.endswith((".json", ".gz")) else f"{file}.csv")
    if path.suffix == ".json":
        parsed = json.loads(path.read_text(encoding="utf-8"))
        columns = [column["name"] for column in parsed["columns"]]
        return [
            {c: "" if v is None else str(v) for c, v in zip(columns, row, strict=True)}
            for row in parsed["rows"]
        ]
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    return list(csv.DictReader(text.splitlines()))


def _first_of_two(row: Text) -> Text:
    """mgus2: a malignancy (1) or death without it (2), whichever came first."""
    if row["pstat"] == "1":
        return {**row, "@time": row["ptime"], "@cause": "1", "@event": "1"}
    died = row["death"]
    return {**row, "@time": row["futime"], "@cause": "2" if died == "1" else "0", "@event": died}


def read_case(row: Text, outside: Path | None = None) -> Case:
    """The columns that a row of cases.csv names; subjects with a gap in any of them are left out."""
    table = _table(row["file"], outside)
    if row["time"] == "@time":
        table = [_first_of_two(line) for line in table]
    if row["keep"]:
        column, value = row["keep"].split("=")
        table = [line for line in table if line[column] == value]
    wanted = row["covariates"].split()
    roles = ("time", "event", "group", "strata", "entry", "weights", "cause")
    used = {row[role] for role in roles} | set(wanted) - {"@group"}
    table = [line for line in table if all(line[name] not in {"", "NA"} for name in used if name)]

    def text(role: str) -> np.ndarray | None:
        return np.array([line[row[role]] for line in table]) if row[role] else None

    def number(role: str) -> np.ndarray | None:
        return np.array([float(line[row[role]]) for line in table]) if row[role] else None

    group = text("group")
    arms = sorted(set(group.tolist()) - {row["control"]}) if group is not None else []
    names = [name for token in wanted for name in (arms if token == "@group" else [token])]  # noqa: S105 - no secret
    columns = [
        (group == name).astype(float) if name in arms else np.array([float(line[name]) for line in table])
        for name in names
    ]
    return Case(
        time=number("time"),
        event=text("event") == row["observed"],
        group=group,
        control=row["control"] or None,
        strata=text("strata"),
        entry=number("entry"),
        weights=number("weights"),
        cause=None if text("cause") is None else text("cause").astype(int),
        covariates=np.column_stack(columns) if columns else np.empty((len(table), 0)),
        names=names,
        tau=float(row["tau"]) if row["tau"] else None,
    )


@cache
def recorded(path: Path) -> dict[str, Recorded]:
    """R's numbers of one file by data set."""
    found: dict[str, Recorded] = defaultdict(lambda: defaultdict(list))
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            time = float(row["time"]) if row["time"] else math.nan
            value = float(row["value"]) if row["value"] else math.nan
            found[row["dataset"]][row["analysis"], row["group"], row["quantity"]].append((time, value))
    return found
