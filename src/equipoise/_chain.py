"""A log that only grows: every entry holds the hash of the one before, so no past is changed unseen.

One line of JSON an entry: its number, the hash of the entry before, what is said, and the SHA-256 of these
three in canonical form (sorted keys, no spaces). The hash of the last entry, the head, speaks for all.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from equipoise._files import write_atomically
from equipoise.errors import DataError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NOTHING_BEFORE = "0" * 64
LOCK_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the log."""

    number: int
    """From 1."""
    previous: str
    """Hash of the entry before; zeros at the first."""
    said: Mapping[str, Any]
    """What is recorded, as JSON holds it."""
    hash: str
    """Hash of number, previous and said."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a log says of itself, and what it cannot say."""

    entries: int
    """Entries that follow one another without a fault."""
    head: str
    """Hash of the last of them; zeros where there is none."""
    fault: str = ""
    """The first fault, in words; empty where there is none."""
    unknown: str = ""
    """What could not be checked; empty where nothing is left open."""

    @property
    def sound(self) -> bool:
        """Whether no fault was found."""
        return not self.fault


def link(number: int, previous: str, said: Mapping[str, Any]) -> Link:
    """An entry with its hash."""
    return Link(number, previous, said, _hash(number, previous, said))


def read_chain(path: str | Path) -> tuple[Link, ...]:
    """Every entry, in order.

    Raises
    ------
    DataError
        The log cannot be read, or an entry does not follow from the one before.

    """
    links, fault = _parsed(Path(path))
    if fault:
        raise DataError(f"{path}: {fault}")
    return links


def append(path: str | Path, said: Mapping[str, Any], *, after: str) -> Link:
    """Add one entry behind the one whose hash is `after`; on the disk when this returns, or not at all.

    The log is written whole beside its place and renamed, under a lock: a reader, a power cut or a full disk
    sees the old log or the new one.

    Raises
    ------
    DataError
        The log is at fault, or has grown since it was read.
    OutputError
        It cannot be written, or another writer holds it.

    """
    place = Path(path)
    with _locked(place):
        links = read_chain(place) if place.exists() else ()
        head = links[-1].hash if links else NOTHING_BEFORE
        if head != after:
            raise DataError(
                f"{place}: holds {len(links)} entries and has changed since it was read: another entry was "
                "recorded meanwhile. Nothing was written. Read the ledger again."
            )
        new = link(len(links) + 1, head, said)
        write_atomically(place, "".join(_line(one) for one in (*links, new)))
    return new


def verify_chain(path: str | Path, *, head: str | None = None, entries: int | None = None) -> Verification:
    """Check the log, against a head printed earlier where one is given.

    Parameters
    ----------
    path
        The log.
    head
        A hash printed earlier, whole or its first 8 digits or more. Without it nobody can tell a log whose
        end was cut, or which was written anew from the start.
    entries
        How many entries there were when that head was printed.

    """
    links, fault = _parsed(Path(path))
    now = links[-1].hash if links else NOTHING_BEFORE
    if fault:
        return Verification(len(links), now, fault)
    if head is None and entries is None:
        return Verification(
            len(links),
            now,
            unknown="without a head printed earlier a cut end, or a file written anew from its start, "
            "cannot be seen. Give the hash from a closed report.",
        )
    if entries is not None and entries > len(links):
        return Verification(
            len(links), now, f"holds {len(links)} entries, {entries} were printed: its end was cut."
        )
    if head is None:
        return Verification(
            len(links), now, unknown="a file written anew from its start cannot be seen without a head."
        )
    return Verification(len(links), now, _missing(links, head.strip().lower(), entries))


def _missing(links: Sequence[Link], head: str, entries: int | None) -> str:
    """Why a head printed earlier does not belong to this log; empty where it does."""
    if len(head) < 8 or set(head) - set("0123456789abcdef"):
        return f"{head!r} is no hash: give its first 8 digits or more, 0-9 and a-f."
    places = [one.number for one in links if one.hash.startswith(head)]
    if not places:
        return f"no entry has the hash {head}: the end was cut, or the file was written anew."
    if entries is not None and entries not in places:
        return f"the hash {head} is that of entry {places[0]}, not of entry {entries}."
    return ""


def _hash(number: int, previous: str, said: Mapping[str, Any]) -> str:
    content = _canonical({"number": number, "previous": previous, "said": said})
    return hashlib.sha256(content.encode()).hexdigest()


def _canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _line(one: Link) -> str:
    content = {"number": one.number, "previous": one.previous, "said": one.said, "hash": one.hash}
    return _canonical(content) + "\n"


def _parsed(path: Path) -> tuple[tuple[Link, ...], str]:
    """The entries before the first fault, and the fault in words."""
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}). Is the path right?") from error
    except UnicodeDecodeError:
        return (), "a byte is no text: the file was altered."
    links: list[Link] = []
    previous = NOTHING_BEFORE
    lines = text.split("\n")
    for number, line in enumerate(lines[:-1], start=1):
        found = _entry(line)
        if found is None:
            other = ", or is no such file" if number == 1 else ""
            return tuple(links), f"line {number} is no entry: the file was altered{other}."
        if found.number != number or found.previous != previous:
            return tuple(links), (
                f"line {number} does not follow from the line before: an entry was taken out, put in, moved "
                "or altered."
            )
        if _hash(found.number, found.previous, found.said) != found.hash or _line(found) != line + "\n":
            return tuple(links), f"line {number} does not have the hash that it names: it was altered."
        links.append(found)
        previous = found.hash
    if lines[-1]:
        return tuple(links), f"line {len(lines)} has no end: the file was cut or altered within an entry."
    return tuple(links), ""


def _entry(line: str) -> Link | None:
    try:
        content = json.loads(line)
        return Link(content["number"], content["previous"], content["said"], content["hash"])
    except (ValueError, KeyError, TypeError):
        return None


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the log for one writer; the lock goes with the process that holds it."""
    lock = FileLock(f"{path}.lock", timeout=LOCK_SECONDS)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except (Timeout, OSError) as error:
        raise OutputError(
            f"{path}: cannot be locked for writing ({error}). Is another program recording in it?"
        ) from error
    try:
        yield
    finally:
        lock.release()
