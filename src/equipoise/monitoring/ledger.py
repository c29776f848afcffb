"""The information ledger: every look as it was decided, in a file that can only grow."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise._chain import NOTHING_BEFORE, Link, append, read_chain
from equipoise.design import GraphicalDesign
from equipoise.errors import ArgumentError, DataError
from equipoise.monitoring.interim_result import InterimResult
from equipoise.monitoring.ledger_entry import (
    AMENDMENT,
    LOOK,
    MEETING,
    NO_TEST,
    OPENED,
    LedgerEntry,
    entry_of,
    said_by,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from equipoise.design import Design
    from equipoise.monitoring.amendment import Amendment
    from equipoise.monitoring.look_result import LookResult
    from equipoise.monitoring.several_hypotheses import MonitoredHypotheses


@dataclass(frozen=True, slots=True)
class InformationLedger:
    """What was read, decided and spent, in the order in which it happened.

    A value: recording gives a new one. `head` speaks for all entries, so a head that was printed before shows
    whether the past is still what it was.
    """

    path: Path
    entries: tuple[LedgerEntry, ...]
    head: str
    """Hash of the last entry."""

    @property
    def trial(self) -> str:
        """Name of the trial."""
        return self.entries[0].trial

    @property
    def hypothesis(self) -> str:
        """Id of the hypothesis that is monitored; empty where there are several."""
        return self.entries[0].hypothesis

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """Ids of the hypotheses that are monitored, one or several together."""
        return self.entries[0].hypotheses or (self.hypothesis,)

    @property
    def protocol_hash(self) -> str:
        """Hash of the protocol now in force."""
        changes = [e for e in self.entries if e.kind in {OPENED, AMENDMENT}]
        return changes[-1].protocol_hash

    @property
    def history(self) -> tuple[LookResult, ...]:
        """The looks as decided, each with the bounds that it was read against; for `monitor`.

        Raises
        ------
        DataError
            The ledger keeps several hypotheses: see `held`.

        """
        if not self.hypothesis:
            raise DataError(
                f"{self.path}: keeps the looks of {', '.join(self.hypotheses)} together. Say of which."
            )
        return tuple(e.look for e in self.entries if e.look is not None)

    @property
    def held(self) -> dict[str, tuple[LookResult, ...]]:
        """The looks as decided of each hypothesis; for `monitor` and `read_hypotheses`."""
        if self.hypothesis:
            return {self.hypothesis: self.history}
        found = [s for e in self.entries for s in e.standings]
        return {
            name: tuple(s.look for s in found if s.hypothesis == name and s.look is not None)
            for name in self.hypotheses
        }

    def record(
        self,
        result: InterimResult | MonitoredHypotheses,
        *,
        committee_action: str,
        by: str,
        reason: str = "",
        when: dt.datetime | None = None,
    ) -> InformationLedger:
        """Record a look and what the committee did; on the disk when this returns, or not at all.

        Parameters
        ----------
        result
            Of `monitor`, read with this ledger's history; of several hypotheses that of `monitor_several`,
            which becomes one entry.
        committee_action
            What the committee did, in its own words; it may differ from what the rule implies.
        by
            Who enters this.
        reason
            Why, where the action differs from what the rule implies.
        when
            The time of recording; now, unless given.

        Raises
        ------
        ArgumentError
            No action or no name.
        DataError
            The result was not read with this ledger's looks and protocol, or the ledger has grown meanwhile.

        """
        action = _words("committee_action", committee_action, "What the committee did: 'continue', 'stop'.")
        self._require_mine(result)
        read: dict[str, Any]
        if isinstance(result, InterimResult):
            read = {
                "kind": NO_TEST if result.not_read else LOOK,
                "hypothesis": result.hypothesis,
                "data_hash": result.data_hash,
                "status": result.status,
                "look": None if result.not_read else result.current,
            }
        else:
            read = {
                "kind": MEETING,
                "hypothesis": "",
                "data_hash": next(iter(result.data_hashes), ""),
                "status": "; ".join(f"{s.hypothesis}: {s.status}" for s in result.standings),
                "standings": result.standings,
            }
        entry = LedgerEntry(
            when=_time(when),
            by=_words("by", by, "The name of the person who records."),
            trial=result.trial,
            protocol_hash=result.protocol_hash,
            cutoff=result.cutoff,
            action=action,
            reason=reason.strip(),
            **read,
        )
        return self._with(entry)

    def amend(
        self, amendment: Amendment, *, by: str, reason: str, when: dt.datetime | None = None
    ) -> InformationLedger:
        """Record that another version of the protocol is in force from now on, with what that changes.

        Raises
        ------
        ArgumentError
            No reason or no name.
        DataError
            The amendment does not begin at the protocol in force.

        """
        if amendment.before_hash != self.protocol_hash:
            raise DataError(
                f"the amendment begins at protocol {amendment.before_hash[:8]}, the ledger is under "
                f"{self.protocol_hash[:8]}. Compare with the version in force."
            )
        entry = LedgerEntry(
            kind=AMENDMENT,
            when=_time(when),
            by=_words("by", by, "The name of the person who records."),
            trial=self.trial,
            hypothesis=self.hypothesis,
            protocol_hash=amendment.after_hash,
            reason=_words("reason", reason, "Why the protocol was amended."),
            consequences=amendment.consequences,
        )
        return self._with(entry)

    def to_frame(self) -> pl.DataFrame:
        """One row an entry: when, who, what, and of a look its information, statistic, bound and status.

        A meeting that reads several hypotheses has one row each, with the bound at the level in force.
        """
        import polars as pl

        rows = [row | {"entry": i} for i, e in enumerate(self.entries, start=1) for row in e.rows()]
        return pl.DataFrame(rows, infer_schema_length=None)

    def _with(self, entry: LedgerEntry) -> InformationLedger:
        new = append(self.path, said_by(entry), after=self.head)
        return replace(self, entries=(*self.entries, entry), head=new.hash)

    def _require_mine(self, result: InterimResult | MonitoredHypotheses) -> None:
        alone = isinstance(result, InterimResult)
        of = (result.hypothesis,) if isinstance(result, InterimResult) else result.found.test.graph.hypotheses
        if (result.trial, of) != (self.trial, self.hypotheses) or alone != bool(self.hypothesis):
            raise DataError(
                f"{self.path}: belongs to {self.trial}, {_named(self.hypotheses)}; the look is of "
                f"{result.trial}, {_named(of)}."
            )
        if result.protocol_hash != self.protocol_hash:
            raise DataError(
                f"{self.path}: protocol {self.protocol_hash[:8]} is in force, the look was read under "
                f"{result.protocol_hash[:8]}. Record the amendment first."
            )
        read = (result,) if isinstance(result, InterimResult) else result.results
        before = {r.hypothesis: r.looks if r.not_read else r.looks[:-1] for r in read}
        for name, looks in self.held.items():
            follows = before.get(name, ())
            if follows != looks:
                raise DataError(
                    f"{self.path}: the look of {name} follows {len(follows)} others that are not the "
                    f"{len(looks)} recorded here. Read it with this ledger's history."
                )


def open_ledger(
    path: str | Path, design: Design | GraphicalDesign, *, by: str, when: dt.datetime | None = None
) -> InformationLedger:
    """The ledger of a design, of one hypothesis or of several: read where the file exists, else begun.

    Raises
    ------
    DataError
        The file is another trial's ledger, or its chain is broken.

    """
    place = Path(path)
    of = design.procedure.graph.hypotheses if isinstance(design, GraphicalDesign) else (design.hypothesis.id,)
    trial = design.protocol.trial.name
    if place.exists():
        found = read_ledger(place)
        if (found.trial, found.hypotheses) != (trial, of):
            raise DataError(
                f"{place}: is the ledger of {found.trial}, {_named(found.hypotheses)}, not of {trial}, "
                f"{_named(of)}. Name another file."
            )
        return found
    entry = LedgerEntry(
        kind=OPENED,
        when=_time(when),
        by=_words("by", by, "The name of the person who records."),
        trial=trial,
        hypothesis="" if isinstance(design, GraphicalDesign) else of[0],
        hypotheses=of if isinstance(design, GraphicalDesign) else (),
        protocol_hash=design.protocol.hash,
    )
    return _ledger(place, (append(place, said_by(entry), after=NOTHING_BEFORE),))


def read_ledger(path: str | Path) -> InformationLedger:
    """A ledger from its file; every hash is checked.

    Raises
    ------
    DataError
        The file cannot be read, is no ledger, or its chain is broken.

    """
    return _ledger(Path(path), read_chain(path))


def _ledger(path: Path, links: tuple[Link, ...]) -> InformationLedger:
    try:
        entries = tuple(entry_of(one.said) for one in links)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path}: is no information ledger ({error}). Is it the right file?") from error
    if not entries or entries[0].kind != OPENED:
        raise DataError(
            f"{path}: is no information ledger: it does not begin with a trial. Is it the right file?"
        )
    return InformationLedger(path, entries, links[-1].hash)


def _named(hypotheses: Sequence[str]) -> str:
    """Hypothesis A; hypotheses A, B."""
    return f"hypothes{'is' if len(hypotheses) == 1 else 'es'} {', '.join(hypotheses)}"


def _words(name: str, value: str, remedy: str) -> str:
    words = value.strip()
    if not words:
        raise ArgumentError(name, value, "must be said", remedy)
    return words


def _time(when: dt.datetime | None) -> str:
    """A moment as text, in universal time, to the second."""
    moment: Any = dt.datetime.now(dt.UTC) if when is None else when
    if moment.tzinfo is None:
        raise ArgumentError(
            "when", moment, "must name its time zone", "Give dt.datetime(..., tzinfo=dt.UTC)."
        )
    text: str = moment.astimezone(dt.UTC).isoformat(timespec="seconds")
    return text
