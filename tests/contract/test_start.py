"""What the shell loads before it answers: help must come at once, a design must compile nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "aall1731" / "protocol.toml"
PROBE = """
import sys
sys.argv = ["equipoise", *{arguments!r}]
from equipoise.cli import main
try:
    main()
except SystemExit as leave:
    assert leave.code in (0, None), leave.code
loaded = sorted(m for m in {heavy!r} if m in sys.modules)
print("LOADED", *loaded, file=sys.stderr)
"""


def heavy_modules(arguments: list[str], heavy: tuple[str, ...]) -> list[str]:
    code = PROBE.format(arguments=arguments, heavy=heavy)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()[-1].split()[1:]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["run", "--help"], ["analyze", "--help"], ["simulate", "--help"]]
)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    heavy = ("numba", "polars", "scipy", "matplotlib", "numpy", "pandas")
    assert heavy_modules(arguments, heavy) == []


@pytest.mark.parametrize("arguments", [["check", str(EXAMPLE)], ["schema"], ["init", "--help"]])
def test_checking_a_protocol_needs_no_data_library(arguments: list[str]) -> None:
    assert heavy_modules(arguments, ("numba", "polars", "matplotlib", "pandas")) == []


def test_design_compiles_nothing_and_draws_nothing() -> None:
    heavy = ("numba", "matplotlib", "pandas", "scipy.stats", "jinja2")
    assert heavy_modules(["design", str(EXAMPLE)], heavy) == []
