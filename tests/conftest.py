"""Shared by every test: where outside data stand, and the rule for skips."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_ALLOWED = tuple(
    line.strip()
    for line in (_HERE / "allowed_skips.txt").read_text().splitlines()
    if line.strip() and not line.startswith("#")
)


@pytest.fixture(scope="session")
def outside_data() -> Path:
    """Folder of data that nobody here wrote: EQUIPOISE_TEST_DATA."""
    folder = os.environ.get("EQUIPOISE_TEST_DATA", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("outside data are not on this machine (EQUIPOISE_TEST_DATA names their folder)")
    return Path(folder)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):  # noqa: ANN001, ANN201, ARG001
    """With CI set, a skip whose reason is not in allowed_skips.txt is a failure."""
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        if not reason.startswith(_ALLOWED or ("\0",)):
            report.outcome = "failed"
            report.longrepr = f"skipped in CI for a reason that allowed_skips.txt does not hold: {reason}"
    return report
