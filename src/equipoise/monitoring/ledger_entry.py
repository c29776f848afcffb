"""One entry of the information ledger, and how it is written as JSON."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from equipoise.design.decision import Exit
from equipoise.monitoring.look_result import ArmEvents, LookResult

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA_VERSION = 1
OPENED, LOOK, NO_TEST, AMENDMENT = "opened", "look", "no test", "amendment"
KINDS = (OPENED, LOOK, NO_TEST, AMENDMENT)
# JSON has no infinity, which says that a look is not read for a bound.
INFINITE = {"none above": math.inf, "none below": -math.inf}
SHOWN = (
    "look",
    "label",
    "events",
    "planned_events",
    "information_fraction",
    "spending_fraction",
    "information",
)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What happened, who entered it and when."""

    kind: str
    """opened, look, no test (nothing new: nothing spent), amendment."""
    when: str
    """Time of recording, ISO 8601, universal time."""
    by: str
    trial: str
    hypothesis: str
    protocol_hash: str
    """Of the version in force; of an amendment, of the new one."""
    data_hash: str = ""
    cutoff: dt.date | None = None
    status: str = ""
    """What the rule implies."""
    action: str = ""
    """What the committee did."""
    reason: str = ""
    consequences: tuple[str, ...] = ()
    """What an amendment changes."""
    look: LookResult | None = None

    def row(self) -> dict[str, Any]:
        """The entry as one row of a table."""
        about = {
            name: getattr(self, name)
            for name in ("kind", "when", "by", "cutoff", "status", "action", "reason")
        }
        numbers = (
            *SHOWN,
            "z",
            "nominal_p",
            "efficacy_z",
            "futility_z",
            "harm_z",
            "alpha_spent",
            "beta_spent",
        )
        about |= {n: None if self.look is None else getattr(self.look, n) for n in numbers}
        return about | {"protocol_hash": self.protocol_hash, "data_hash": self.data_hash}


def said_by(entry: LedgerEntry) -> dict[str, Any]:
    """The entry as JSON holds it."""
    said: dict[str, Any] = {"schema_version": SCHEMA_VERSION}
    for name in LedgerEntry.__slots__:
        value = getattr(entry, name)
        if value is not None and value not in ("", ()):
            said[name] = _look_said(value) if name == "look" else _plain(value)
    return said


def entry_of(said: Mapping[str, Any]) -> LedgerEntry:
    """The entry that JSON holds.

    Raises
    ------
    KeyError, TypeError, ValueError
        It is none, or of a version that this program does not know.

    """
    values = dict(said)
    version = values.pop("schema_version")
    if version != SCHEMA_VERSION or values.get("kind") not in KINDS:
        raise ValueError(f"an entry of schema version {version}, kind {values.get('kind')!r}")
    if "cutoff" in values:
        values["cutoff"] = dt.date.fromisoformat(values["cutoff"])
    if "look" in values:
        values["look"] = _look_of(values["look"])
    if "consequences" in values:
        values["consequences"] = tuple(values["consequences"])
    return LedgerEntry(**values)


def _look_said(look: LookResult) -> dict[str, Any]:
    said = {f.name: _plain(getattr(look, f.name)) for f in fields(look) if f.name not in {"by_arm", "exit"}}
    return said | {"exit": look.exit.name, "by_arm": [asdict(a) for a in look.by_arm]}


def _look_of(said: Mapping[str, Any]) -> LookResult:
    values: dict[str, Any] = {
        name: INFINITE.get(value, value) if isinstance(value, str) else value for name, value in said.items()
    }
    values["exit"] = Exit[values["exit"]]
    values["pooled_strata"] = tuple(values.get("pooled_strata", ()))
    values["by_arm"] = tuple(ArmEvents(**a) for a in values["by_arm"])
    if values["cutoff"] is not None:
        values["cutoff"] = dt.date.fromisoformat(values["cutoff"])
    return LookResult(**values)


def _plain(value: Any) -> Any:
    """A value as JSON can hold it; floats come back to the bit."""
    if isinstance(value, float) and math.isinf(value):
        return "none above" if value > 0 else "none below"
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
