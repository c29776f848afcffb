"""What loading the room brings with it, and that its verb is the function however it is reached."""

from __future__ import annotations

import subprocess
import sys

LOADED = """
import sys
import equipoise.design as room
for heavy in ("pydantic", "equipoise.protocol", "numba", "polars", "matplotlib", "scipy.stats", "pandas"):
    assert heavy not in sys.modules, heavy
"""
REACHED = """
import equipoise.design.from_protocol
import equipoise.design as room
from equipoise.design import design_trial
assert callable(design_trial) and room.design_trial is design_trial
"""


def _run(script: str) -> None:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_boundaries_load_no_protocol_models_and_nothing_heavy() -> None:
    _run(LOADED)


def test_the_verb_is_the_function_however_it_is_reached() -> None:
    _run(REACHED)
