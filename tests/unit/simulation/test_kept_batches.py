"""Trials kept as they are done: the same table whatever interrupted the run, and nothing counted twice."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from equipoise.errors import ArgumentError, OutputError
from equipoise.simulation import OperatingCharacteristics, Scenario, kept_batches, simulate
from equipoise.simulation.batches import BATCH, batches_of
from equipoise.simulation.chunks import CHUNK
from equipoise.simulation.kept_batches import batch_key
from simulation.small_trials import SECTIONS, small_trial

PROTOCOL = small_trial(accrual="[accrual]\npatients = 150\nrates = [150]\n", monitoring="""
[monitoring]
hypothesis = "primary"
efficacy = { family = "Lan-DeMets O'Brien-Fleming" }
[[monitoring.look]]
events = 20
[[monitoring.look]]
events = 40
""")  # fmt: skip
TRIALS = 2 * BATCH + CHUNK + 7


@pytest.fixture(scope="module")
def undisturbed() -> OperatingCharacteristics:
    return simulate(PROTOCOL, trials=TRIALS, seed=8, per_replicate=True)


def _same(found: OperatingCharacteristics, undisturbed: OperatingCharacteristics) -> None:
    assert found == undisturbed
    assert found.to_frame().equals(undisturbed.to_frame())
    assert found.replicates.equals(undisturbed.replicates)


def test_batches_are_whole_chunks() -> None:
    assert BATCH % CHUNK == 0
    assert [b.first for b in batches_of(TRIALS)] == [0, BATCH, 2 * BATCH]
    assert sum(b.size for b in batches_of(TRIALS)) == TRIALS


def test_kept_trials_give_the_same_table_to_the_last_bit(
    tmp_path: Path, undisturbed: OperatingCharacteristics
) -> None:
    found = simulate(PROTOCOL, trials=TRIALS, seed=8, per_replicate=True, keep=tmp_path)
    _same(found, undisturbed)
    assert len(list(tmp_path.iterdir())) == 2 * 3


def test_an_interrupted_run_goes_on_where_it_was(
    tmp_path: Path, undisturbed: OperatingCharacteristics
) -> None:
    def stop(done: int, _total: int) -> None:
        if done > 2 * BATCH:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(PROTOCOL, trials=TRIALS, seed=8, keep=tmp_path, progress=stop)
    kept = {f.name: f.stat().st_mtime_ns for f in tmp_path.iterdir()}
    assert 0 < len(kept) < 6
    heard: list[int] = []
    found = simulate(
        PROTOCOL, trials=TRIALS, seed=8, per_replicate=True, keep=tmp_path, resume=True,
        progress=lambda done, _: heard.append(done),
    )  # fmt: skip
    _same(found, undisturbed)
    assert heard[0] >= BATCH, "what was kept counts as done at once"
    assert {f.name: f.stat().st_mtime_ns for f in tmp_path.iterdir() if f.name in kept} == kept


def test_a_disk_that_is_full_loses_nothing_that_was_kept(
    tmp_path: Path, undisturbed: OperatingCharacteristics, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes = iter(range(10))
    whole = kept_batches.write_atomically

    def full(path: Path, content: bytes) -> Path:
        if next(writes) == 2:
            raise OutputError(f"{path}: {os.strerror(errno.ENOSPC)}")
        return whole(path, content)

    monkeypatch.setattr(kept_batches, "write_atomically", full)
    with pytest.raises(OutputError, match="No space left"):
        simulate(PROTOCOL, trials=TRIALS, seed=8, keep=tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    _same(
        simulate(PROTOCOL, trials=TRIALS, seed=8, per_replicate=True, keep=tmp_path, resume=True),
        undisturbed,
    )


def test_a_file_that_may_not_grow_is_told_and_no_half_file_is_left(tmp_path: Path) -> None:
    """The operating system itself refuses: a process that may write no file above 20 000 bytes."""
    (tmp_path / "protocol.toml").write_text("\n".join(SECTIONS.values()))
    script = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
from equipoise import read_protocol, simulate
simulate(read_protocol("protocol.toml"), trials=5000, seed=8, keep="kept", workers=1)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "OutputError" in done.stderr
    assert "File too large" in done.stderr
    assert not list((tmp_path / "kept").iterdir())


def test_a_batch_is_of_one_protocol_scenario_and_seed() -> None:
    one = Scenario("a", 0.5)
    keys = {
        batch_key(PROTOCOL, one, 1),
        batch_key(PROTOCOL, one, 2),
        batch_key(PROTOCOL, Scenario("a", 0.6), 1),
        batch_key(small_trial(), one, 1),
    }
    assert len(keys) == 4
    other = small_trial(data="[scenario.x]\nhazard_ratio = 0.5\n")
    assert batch_key(other, one, 1) == batch_key(small_trial(), one, 1)


def test_a_file_that_holds_something_else_is_told(tmp_path: Path) -> None:
    simulate(PROTOCOL, trials=20, seed=8, scenarios="null", keep=tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"nothing")
    with pytest.raises(OutputError, match="Delete the file, and it is made again"):
        simulate(PROTOCOL, trials=20, seed=8, scenarios="null", keep=tmp_path, resume=True)
    simulate(PROTOCOL, trials=20, seed=8, scenarios="null", keep=tmp_path)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"resume": True}, "resume needs keep"),
        ({"backend": "slurm"}, "backend must be one of 'threads', 'dask'"),
        ({"scheduler": "tcp://x:1"}, 'scheduler needs backend="dask"'),
        ({"workers": 0}, "workers must be a whole number above 0"),
    ],
)
def test_contradictions_are_refused(given: dict, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        simulate(PROTOCOL, trials=1, seed=1, **given)
