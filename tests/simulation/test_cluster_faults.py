"""A Dask cluster whose workers or client are killed: the table is that of an undisturbed run, bit for bit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from equipoise.protocol import read_protocol
from equipoise.simulation import OperatingCharacteristics, simulate
from equipoise.simulation.batches import BATCH
from equipoise.simulation.cluster import ClusterError
from simulation.small_trials import SECTIONS

distributed = pytest.importorskip("distributed")

TRIALS = 6 * BATCH + 11
SCRIPT = """
import sys
from equipoise import read_protocol, simulate

def told(done, total):
    print(done, total, flush=True)

if __name__ == "__main__":
    simulate(read_protocol("protocol.toml"), trials=int(sys.argv[1]), seed=5, backend="dask", workers=2,
             keep="kept", resume=True, progress=told)
    print("finished", flush=True)
"""

pytestmark = pytest.mark.long


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "protocol.toml").write_text("\n".join(SECTIONS.values()))
    (tmp_path / "script.py").write_text(SCRIPT)
    return tmp_path


def _undisturbed(place: Path) -> OperatingCharacteristics:
    return simulate(read_protocol(place / "protocol.toml"), trials=TRIALS, seed=5)


def _resumed(place: Path) -> OperatingCharacteristics:
    protocol = read_protocol(place / "protocol.toml")
    return simulate(protocol, trials=TRIALS, seed=5, keep=place / "kept", resume=True)


def _start(place: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "script.py", str(TRIALS)],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def _workers(parent: int) -> list[int]:
    """Processes that the client's cluster has spawned and that are not bookkeepers of their kind."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            status = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            command = (entry / "cmdline").read_text()
        except OSError:
            continue
        if int(status[1]) == parent and "spawn_main" in command:
            found.append(int(entry.name))
    return found


def _await_workers(parent: int) -> list[int]:
    for _ in range(300):
        found = _workers(parent)
        if len(found) >= 2:
            return found
        time.sleep(0.1)
    raise AssertionError("no workers came")


def test_two_killed_workers_cost_time_and_nothing_else(place: Path) -> None:
    with _start(place) as client:
        try:
            assert client.stdout is not None
            client.stdout.readline()
            victims = _await_workers(client.pid)[:2]
            for victim in victims:
                os.kill(victim, signal.SIGKILL)
            told = client.communicate(timeout=240)[0]
        finally:
            client.kill()
    assert told.endswith("finished\n")
    found = _resumed(place)
    assert found == _undisturbed(place)
    assert len(list((place / "kept").iterdir())) == 2 * 7


def test_a_killed_client_resumes_with_what_was_kept(place: Path) -> None:
    with _start(place) as client:
        assert client.stdout is not None
        client.stdout.readline()
        os.killpg(client.pid, signal.SIGKILL)
        client.communicate(timeout=60)
    kept = {f.name: f.read_bytes() for f in (place / "kept").glob("[!.]*.parquet")}
    assert 0 < len(kept) < 2 * 7
    found = _resumed(place)
    assert found == _undisturbed(place)
    assert all((place / "kept" / name).read_bytes() == content for name, content in kept.items())


def test_a_full_disk_is_told_and_the_run_goes_on_where_there_is_room(place: Path) -> None:
    """A file system of 500 kB, where this machine lets one be mounted."""
    small = place / "kept"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", str(small)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("no right to mount a small file system")
    try:
        with _start(place) as client:
            client.communicate(timeout=240)
        assert client.returncode != 0
        kept = sorted(small.glob("*.parquet"))
        assert 0 < len(kept) < 2 * 7
        assert not [f for f in small.iterdir() if f.suffix != ".parquet" or f.name.startswith(".")]
        subprocess.run(["mount", "-o", "remount,size=20m", str(small)], check=True)
        found = _resumed(place)
    finally:
        subprocess.run(["umount", str(small)], check=True)
    assert found == _undisturbed(place)


def test_a_script_without_guard_is_told_what_it_lacks(place: Path) -> None:
    unguarded = SCRIPT.replace('if __name__ == "__main__":', "if True:")
    (place / "script.py").write_text(unguarded)
    done = subprocess.run(
        [sys.executable, "script.py", "100"], cwd=place, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "Put the call under" in done.stderr
    assert "UnguardedScriptError" in done.stderr


def test_a_scheduler_at_an_address_is_used(place: Path) -> None:
    client_of_nobody = f"""
from distributed import LocalCluster
from equipoise import read_protocol, simulate
if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        simulate(read_protocol("protocol.toml"), trials={TRIALS}, seed=5, backend="dask",
                 scheduler=cluster.scheduler_address, keep="kept")
"""
    (place / "script.py").write_text(client_of_nobody)
    subprocess.run([sys.executable, "script.py"], cwd=place, capture_output=True, check=True)
    assert len(list((place / "kept").iterdir())) == 2 * 7
    assert _resumed(place) == _undisturbed(place)


def test_a_scheduler_that_does_not_answer_is_told(place: Path) -> None:
    protocol = read_protocol(place / "protocol.toml")
    with pytest.raises(ClusterError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        simulate(protocol, trials=1, seed=1, backend="dask", scheduler="tcp://127.0.0.1:1")
