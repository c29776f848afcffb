"""One entry of the information ledger, and how it is written as JSON."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from equipoise.design.decision import Exit
from equipoise.monitoring.hypothesis_standing import HypothesisStanding
from equipoise.monitoring.look_result import ArmEvents, LookResult

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA_VERSION = 1
OPENED, LOOK, NO_TEST, AMENDMENT, MEETING = "opened", "look", "no test", "amendment", "meeting"
KINDS = (OPENED, LOOK, NO_TEST, AMENDMENT, MEETING)
# JSON has no infinity, which says that a look is not read for a bound.
INFINITE: dict[Any, float] = {"none above": math.inf, "none below": -math.inf}
SHOWN = (
    "look",
    "label",
    "events",
    "planned_events",
    "information_fraction",
    "spending_fraction",
    "information",
)
NUMBERS = (
    *SHOWN,
    "z",
    "nominal_p",
    "efficacy_z",
    "futility_z",
    "harm_z",
    "alpha_spent",
    "beta_spent",
)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What happened, who entered it and when."""

    kind: str
    """opened, look, no test (nothing new: nothing spent), meeting (several hypotheses read together),
    amendment."""
    when: str
    """Time of recording, ISO 8601, universal time."""
    by: str
    trial: str
    hypothesis: str
    """Empty where several are monitored together."""
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
    hypotheses: tuple[str, ...] = ()
    """Of the first entry: those monitored together; none where it is one."""
    standings: tuple[HypothesisStanding, ...] = ()
    """Of a meeting: each hypothesis, with the look that was read of it."""

    def rows(self) -> tuple[dict[str, Any], ...]:
        """The entry as rows of a table: one, or of a meeting one a hypothesis."""
        if self.kind != MEETING:
            return (self._row(self.look) | {"hypothesis": self.hypothesis},)
        return tuple(
            self._row(s.look)
            | {"hypothesis": s.hypothesis, "level": s.level, "rejected": s.rejected, "status": s.status}
            | (_in_force(s) if s.look is not None else {})
            for s in self.standings
        )

    def _row(self, look: LookResult | None) -> dict[str, Any]:
        about = {
            name: getattr(self, name)
            for name in ("kind", "when", "by", "cutoff", "status", "action", "reason")
        }
        about |= {"level": None, "rejected": None}
        about |= {n: None if look is None else getattr(look, n) for n in NUMBERS}
        return about | {"protocol_hash": self.protocol_hash, "data_hash": self.data_hash}


def _in_force(standing: HypothesisStanding) -> dict[str, Any]:
    """The bound and what it spends at the level in force, in place of those at the level begun with."""
    return {"efficacy_z": standing.efficacy_z, "alpha_spent": standing.alpha_spent}


def said_by(entry: LedgerEntry) -> dict[str, Any]:
    """The entry as JSON holds it."""
    said: dict[str, Any] = {"schema_version": SCHEMA_VERSION}
    for name in LedgerEntry.__slots__:
        value = getattr(entry, name)
        if value is not None and value not in ("", ()):
            said[name] = _said(name, value)
    return said


def _said(name: str, value: Any) -> Any:
    if name == "look":
        return None if value is None else _look_said(value)
    if name == "standings":
        return [{f.name: _said(f.name, getattr(one, f.name)) for f in fields(one)} for one in value]
    return _plain(value)


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
    for name in ("consequences", "hypotheses"):
        if name in values:
            values[name] = tuple(values[name])
    if "standings" in values:
        values["standings"] = tuple(_standing_of(one) for one in values["standings"])
    return LedgerEntry(**({"hypothesis": ""} | values))


def _standing_of(said: Mapping[str, Any]) -> HypothesisStanding:
    values = dict(said)
    values["efficacy_z"] = INFINITE.get(values["efficacy_z"], values["efficacy_z"])
    if values["look"] is not None:
        values["look"] = _look_of(values["look"])
    return HypothesisStanding(**values)


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
