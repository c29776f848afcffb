"""Arms as letters: the protocol and the data under names that do not say which treatment is which."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from equipoise.protocol import Protocol
    from equipoise.records import Snapshot

TELLING = (
    "ARM",
    "ACTARM",
    "ARMCD",
    "ACTARMCD",
    "TRT01PN",
    "TRT01AN",
    "TRT01A",
    "TRTP",
    "TRTA",
    "TRTAN",
    "TRTPN",
)


@dataclass(frozen=True, slots=True)
class Lettered:
    """A trial with letters for arms; hashes stay those of the protocol and the data."""

    protocol: Protocol
    snapshot: Snapshot
    letters: dict[str, str]
    """Letter of each arm by the arm's id."""


def lettered(protocol: Protocol, snapshot: Snapshot) -> Lettered:
    """Give every arm a letter, the same at every meeting under one protocol.

    The order of the letters comes from SHA-256 of the trial's name and the arm's id, so that the control arm
    is not always A. A letter hides the name and not the effect: who reads which arm does better may guess.
    """
    name = protocol.trial.name
    order = sorted(protocol.arm, key=lambda a: hashlib.sha256(f"{name}/{a.id}".encode()).hexdigest())
    letters = {a.id: letter for a, letter in zip(order, ascii_uppercase, strict=False)}
    arms = tuple(
        a.model_copy(update={"id": letters[a.id], "label": f"Arm {letters[a.id]}", "value": letters[a.id]})
        for a in sorted(protocol.arm, key=lambda a: letters[a.id])
    )
    changes: dict[str, object] = {
        "arm": arms,
        "stratum": tuple(s.model_copy(update={"arm_labels": {}}) for s in protocol.stratum),
        "effect": tuple(e.model_copy(update={"arm": letters[e.arm]}) for e in protocol.effect),
        "hypothesis": tuple(
            h.model_copy(update={"experimental": letters[h.experimental]}) for h in protocol.hypothesis
        ),
    }
    if protocol.randomization is not None:
        ratio = {letters[a]: n for a, n in protocol.randomization.ratio.items()}
        changes["randomization"] = protocol.randomization.model_copy(update={"ratio": ratio})
    values = {a.data_value: letters[a.id] for a in protocol.arm}
    return Lettered(protocol.with_solved(**changes), _renamed(snapshot, protocol, values), letters)


def _renamed(snapshot: Snapshot, protocol: Protocol, values: dict[str, str]) -> Snapshot:
    """The data with letters in the arm columns and without other columns that name an arm."""
    keep = {protocol.data.arm, protocol.safety.arm} | (
        {"TRT01A"} if _holds(snapshot.subjects, "TRT01A", set(values)) else set()
    )

    def table(found: pl.DataFrame | None) -> pl.DataFrame | None:
        if found is None:
            return None
        told = [c for c in TELLING if c in found.columns and c not in keep]
        arms = [c for c in keep if c is not None and c in found.columns]
        return found.drop(told).with_columns(pl.col(c).cast(pl.String).replace(values) for c in arms)

    subjects = table(snapshot.subjects)
    assert subjects is not None  # noqa: S101 - a snapshot has subjects
    return replace(
        snapshot,
        subjects=subjects,
        times=table(snapshot.times),
        adverse_events=table(snapshot.adverse_events),
        exposure=table(snapshot.exposure),
    )


def _holds(table: pl.DataFrame, column: str, values: set[str]) -> bool:
    return column in table.columns and set(table[column].drop_nulls().cast(pl.String)) <= values
