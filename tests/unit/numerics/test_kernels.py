"""Compiled kernels are never stale: an edit to any kernel source, a callee's too, changes the folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from equipoise.numerics import kernels

CALLEE = "from equipoise.numerics.kernels import kernel\n\n@kernel\ndef tariff(x):\n    return x + {n}\n"
CALLER = (
    "from equipoise.numerics.kernels import kernel\nfrom callee import tariff\n\n"
    "@kernel\ndef total(x):\n    return 10 * tariff(x)\n"
)


def answer(folder: Path, cache: Path) -> str:
    """A new process that counts this folder's kernels among the package's sources."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from equipoise.numerics import kernels\n"
        "import numba\n"
        "numba.config.CACHE_DIR = str(Path(sys.argv[2]) / kernels.sources_hash(Path(sys.argv[1])))\n"
        "from caller import total\nprint(total(1))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), str(cache)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return done.stdout.strip()


def test_an_edit_to_a_callee_in_another_file_is_seen(tmp_path: Path) -> None:
    (tmp_path / "caller.py").write_text(CALLER)
    (tmp_path / "callee.py").write_text(CALLEE.format(n=1))
    assert answer(tmp_path, tmp_path / "cache") == "20"
    (tmp_path / "callee.py").write_text(CALLEE.format(n=2))
    assert answer(tmp_path, tmp_path / "cache") == "30"


def test_the_hash_is_of_kernel_sources_only(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("@kernel\ndef f(): ...\n")
    before = kernels.sources_hash(tmp_path)
    (tmp_path / "b.py").write_text("def g(): ...\n")
    assert kernels.sources_hash(tmp_path) == before
    (tmp_path / "a.py").write_text("@kernel\ndef f(): return 1\n")
    assert kernels.sources_hash(tmp_path) != before
