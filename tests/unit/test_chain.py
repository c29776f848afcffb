"""The log that only grows: what it keeps through a crash, and which changes of the past it finds."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

import pytest

from equipoise import _chain, _files
from equipoise._chain import NOTHING_BEFORE, append, link, read_chain, verify_chain
from equipoise.errors import DataError, OutputError

if TYPE_CHECKING:
    from pathlib import Path

SAID = [{"look": 1, "z": 0.1}, {"look": 2, "z": 1.7}, {"look": 3, "z": 2.9}]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path, head = tmp_path / "ledger.jsonl", NOTHING_BEFORE
    for said in SAID:
        head = append(path, said, after=head).hash
    return path


def test_entries_come_back_in_order_and_each_names_the_one_before(log: Path) -> None:
    links = read_chain(log)
    assert [dict(one.said) for one in links] == SAID
    assert [one.number for one in links] == [1, 2, 3]
    assert [one.previous for one in links] == [NOTHING_BEFORE, links[0].hash, links[1].hash]


def test_the_hash_is_sha256_of_the_canonical_entry() -> None:
    """Anybody can recompute it with three lines of another program."""
    one = link(1, NOTHING_BEFORE, {"b": 1, "a": 2.5})
    content = '{"number":1,"previous":"' + NOTHING_BEFORE + '","said":{"a":2.5,"b":1}}'
    assert one.hash == hashlib.sha256(content.encode()).hexdigest()


def test_a_sound_log_with_its_head_leaves_nothing_open(log: Path) -> None:
    links = read_chain(log)
    found = verify_chain(log, head=links[-1].hash, entries=3)
    assert found.sound
    assert found.entries == 3
    assert not found.unknown
    assert verify_chain(log, head=links[-1].hash[:8]).sound
    assert verify_chain(log, head=links[1].hash, entries=2).sound, (
        "a head printed earlier, before the log grew"
    )


def test_without_a_head_it_says_what_it_cannot_know(log: Path) -> None:
    assert "cut end" in verify_chain(log).unknown
    assert "written anew" in verify_chain(log, entries=3).unknown


def test_one_byte_altered_anywhere_is_found(log: Path) -> None:
    whole = log.read_bytes()
    for at in range(len(whole)):
        log.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert verify_chain(log).fault, f"byte {at}"


def test_entries_swapped_taken_out_or_put_in_are_found(log: Path) -> None:
    one, two, three = log.read_text().splitlines(keepends=True)
    for changed in (one + three + two, two + three, one + three, one + two + two + three, three):
        log.write_text(changed)
        assert verify_chain(log).fault


def test_a_cut_end_is_found_with_the_head_or_the_count(log: Path) -> None:
    head = read_chain(log)[-1].hash
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join(lines[:2]))
    assert verify_chain(log).sound, "nobody can see it without a head"
    assert "cut" in verify_chain(log, head=head).fault
    assert "cut" in verify_chain(log, entries=3).fault
    log.write_text("".join(lines)[:-20])
    assert "cut or altered" in verify_chain(log).fault


def test_a_file_written_anew_is_found_with_the_head(log: Path) -> None:
    head = read_chain(log)[-1].hash
    log.unlink()
    after = NOTHING_BEFORE
    for said in SAID:
        after = append(log, {**said, "z": 3.3}, after=after).hash
    assert verify_chain(log).sound
    assert "written anew" in verify_chain(log, head=head, entries=3).fault


def test_a_writer_that_did_not_see_the_last_entry_is_refused(log: Path) -> None:
    before = log.read_bytes()
    with pytest.raises(DataError, match="changed since it was read"):
        append(log, {"look": 3}, after=read_chain(log)[1].hash)
    assert log.read_bytes() == before


def _record(path: Path, mark: int) -> bool:
    try:
        append(path, {"by": mark}, after=NOTHING_BEFORE)
    except DataError:
        return False
    return True


def test_of_two_writers_at_once_one_is_recorded_and_the_other_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        confirmed = list(pool.map(_record, [path] * 8, range(8)))
    assert sum(confirmed) == 1
    links = read_chain(path)
    assert [dict(one.said)["by"] for one in links] == [confirmed.index(True)]


def test_a_full_disk_leaves_the_log_as_it_was(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = log.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(_files.os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        append(log, {"look": 4}, after=read_chain(log)[-1].hash)
    assert log.read_bytes() == before
    assert sorted(p.name for p in log.parent.iterdir()) == ["ledger.jsonl", "ledger.jsonl.lock"]


KILLED = """
import sys
from equipoise._chain import NOTHING_BEFORE, append
head = NOTHING_BEFORE
for number in range(1, 100_000):
    head = append(sys.argv[1], {"entry": number, "words": "x" * 2000}, after=head).hash
    print(number, head, flush=True)
"""


def test_killed_while_writing_nothing_confirmed_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        assert first.startswith("1 ")
        time.sleep(0.2)
        writer.send_signal(signal.SIGKILL)
        confirmed = [first, *writer.stdout.readlines()]
    entries, head = confirmed[-1].split()
    found = verify_chain(path, head=head, entries=int(entries))
    assert found.sound, found.fault
    assert found.entries - int(entries) in {0, 1}, "an entry may have been written and not yet confirmed"
    assert append(path, {"look": 1}, after=found.head).number == found.entries + 1, "the lock went with it"


@pytest.mark.parametrize("text", ["{}\n", "[]\n", '{"number":1}\n', "not json\n", "\n"])
def test_what_is_no_log_is_refused_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_text(text)
    with pytest.raises(DataError, match="line 1 is no entry"):
        read_chain(path)


def test_a_missing_log_and_a_wrong_head_are_said(log: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_chain(log.parent / "none.jsonl")
    assert "is no hash" in verify_chain(log, head="2024").fault
    assert "not of entry 1" in verify_chain(log, head=read_chain(log)[1].hash, entries=1).fault


def test_a_number_that_is_not_finite_is_never_written(log: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        append(log, {"z": float("nan")}, after=read_chain(log)[-1].hash)
    assert len(read_chain(log)) == 3
    assert json.loads(log.read_text().splitlines()[0])["number"] == 1
    assert _chain.LOCK_SECONDS > 0
