"""The information ledger: every look as it was decided, in a file that can only grow."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise._chain import NOTHING_BEFORE, Link, append, read_chain
from equipoise.errors import ArgumentError, DataError
from equipoise.monitoring.ledger_entry import (
    AMENDMENT,
    LOOK,
    NO_TEST,
    OPENED,
    LedgerEntry,
    entry_of,
    said_by,
)

if TYPE_CHECKING:
    import polars as pl

    from equipoise.design import Design
    from equipoise.monitoring.amendment import Amendment
    from equipoise.monitoring.interim_result import InterimResult
    from equipoise.monitoring.look_result import LookResult


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
        """Id of the hypothesis that is monitored."""
        return self.entries[0].hypothesis

    @property
    def protocol_hash(self) -> str:
        """Hash of the protocol now in force."""
        changes = [e for e in self.entries if e.kind in {OPENED, AMENDMENT}]
        return changes[-1].protocol_hash

    @property
    def history(self) -> tuple[LookResult, ...]:
        """The looks as decided, each with the bounds that it was read against; for `monitor`."""
        return tuple(e.look for e in self.entries if e.look is not None)

    def record(
        self,
        result: InterimResult,
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
            Of `monitor`, read with this ledger's history.
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
        entry = LedgerEntry(
            kind=NO_TEST if result.not_read else LOOK,
            when=_time(when),
            by=_words("by", by, "The name of the person who records."),
            trial=result.trial,
            hypothesis=result.hypothesis,
            protocol_hash=result.protocol_hash,
            data_hash=result.data_hash,
            cutoff=result.cutoff,
            status=result.status,
            action=action,
            reason=reason.strip(),
            look=None if result.not_read else result.current,
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
        """One row an entry: when, who, what, and of a look its information, statistic, bound and status."""
        import polars as pl

        return pl.DataFrame([e.row() | {"entry": i} for i, e in enumerate(self.entries, start=1)])

    def _with(self, entry: LedgerEntry) -> InformationLedger:
        new = append(self.path, said_by(entry), after=self.head)
        return replace(self, entries=(*self.entries, entry), head=new.hash)

    def _require_mine(self, result: InterimResult) -> None:
        if (result.trial, result.hypothesis) != (self.trial, self.hypothesis):
            raise DataError(
                f"{self.path}: belongs to {self.trial}, hypothesis {self.hypothesis}; the look is of "
                f"{result.trial}, {result.hypothesis}."
            )
        if result.protocol_hash != self.protocol_hash:
            raise DataError(
                f"{self.path}: protocol {self.protocol_hash[:8]} is in force, the look was read under "
                f"{result.protocol_hash[:8]}. Record the amendment first."
            )
        before = result.looks if result.not_read else result.looks[:-1]
        if before != self.history:
            raise DataError(
                f"{self.path}: the look follows {len(before)} others that are not the {len(self.history)} "
                "recorded here. Read it with this ledger's history."
            )


def open_ledger(
    path: str | Path, design: Design, *, by: str, when: dt.datetime | None = None
) -> InformationLedger:
    """The ledger of a design: read where the file exists, else begun.

    Raises
    ------
    DataError
        The file is another trial's ledger, or its chain is broken.

    """
    place = Path(path)
    if place.exists():
        found = read_ledger(place)
        mine = (design.protocol.trial.name, design.hypothesis.id)
        if (found.trial, found.hypothesis) != mine:
            raise DataError(
                f"{place}: is the ledger of {found.trial}, hypothesis {found.hypothesis}, not of {mine[0]}, "
                f"{mine[1]}. Name another file."
            )
        return found
    entry = LedgerEntry(
        kind=OPENED,
        when=_time(when),
        by=_words("by", by, "The name of the person who records."),
        trial=design.protocol.trial.name,
        hypothesis=design.hypothesis.id,
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
