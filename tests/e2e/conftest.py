"""A small trial on disk: a protocol and its ADaM files, from which the tests make what users get wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from equipoise.cli.app import status
from small_trial import PROTOCOL, adam_tables


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """Folder with protocol.toml and adam/."""
    (tmp_path / "protocol.toml").write_text(PROTOCOL)
    (tmp_path / "adam").mkdir()
    for name, table in adam_tables().items():
        table.write_csv(tmp_path / "adam" / f"{name}.csv")
    return tmp_path


@dataclass(frozen=True)
class Done:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def equipoise(
    trial: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """Run a command in the trial's folder; tests/contract runs the installed one in a process of its own."""

    def run(*arguments: str) -> Done:
        monkeypatch.chdir(trial)
        capsys.readouterr()
        code = status(list(arguments))
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return run
