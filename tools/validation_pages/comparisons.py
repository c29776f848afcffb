"""Every comparison that the reference tests make, heard while they run: how many numbers, how far off."""

from __future__ import annotations

import contextlib
import io
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
Name = tuple[str, str]


@dataclass
class Compared:
    """What a test function compared within one tolerance."""

    numbers: int = 0
    largest: float = 0.0

    def add(self, ours: Any, theirs: Any) -> None:
        """Take down one comparison: the difference, of a number above 1 as a part of it."""
        a, b = np.broadcast_arrays(np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float))
        self.numbers += a.size
        finite = np.isfinite(a) & np.isfinite(b)
        gap = np.abs(a[finite] - b[finite]) / np.maximum(1.0, np.abs(b[finite]))
        self.largest = max(self.largest, float(gap.max(initial=0.0)))


# By tolerance: the relative one where there is one, else the absolute one; the wider of pytest's two.
Tolerances = dict[float, Compared]


class Recorder:
    """A pytest plugin that knows which test is running and hears what it compares."""

    def __init__(self) -> None:
        self.found: dict[Name, Tolerances] = defaultdict(lambda: defaultdict(Compared))
        self.running: Tolerances | None = None
        self.failed: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Any:
        """Open the test's account; one that is skipped compares nothing."""
        place = item.path.relative_to(TESTS).as_posix()
        self.running = self.found[place, getattr(item, "originalname", item.name)]
        try:
            return (yield)
        finally:
            self.running = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the names of tests that fail: a page is not written over them."""
        if report.failed:
            self.failed.append(report.nodeid)

    def allclose(self, actual: Any, desired: Any, *more: Any, **options: Any) -> None:
        """`numpy.testing.assert_allclose`, heard."""
        _ALLCLOSE(actual, desired, *more, **options)
        if self.running is not None:
            within = options.get("rtol") or max(1e-7, options.get("atol", 0.0))  # 1e-7 is NumPy's own
            self.running[within].add(actual, desired)

    def approx(self, expected: Any, *more: Any, **options: Any) -> Any:
        """`pytest.approx`, heard when it is compared."""
        approximate: Any = _APPROX(expected, *more, **options)
        running, plain = self.running, type(approximate)
        within = max(options.get("rel") or 0.0, options.get("abs") or 0.0) or 1e-6  # 1e-6 is pytest's own

        def equal(self: Any, actual: Any) -> bool:
            same = plain.__eq__(self, actual)
            if same and running is not None:
                running[within].add(actual, expected)
            return same

        body = {"__eq__": equal, "__hash__": None}
        approximate.__class__ = type(plain.__name__, (plain,), body)
        return approximate


_ALLCLOSE = np.testing.assert_allclose
_APPROX = pytest.approx


def run_tests(files: list[str]) -> dict[Name, Tolerances]:
    """Run the test files without outside data; what each of their functions compared."""
    recorder = Recorder()
    os.environ.pop("EQUIPOISE_TEST_DATA", None)
    printed = io.StringIO()
    with (
        mock.patch.object(np.testing, "assert_allclose", recorder.allclose),
        mock.patch.object(pytest, "approx", recorder.approx),
        contextlib.redirect_stdout(printed),
        contextlib.chdir(ROOT),
    ):
        status = pytest.main([*(f"tests/{file}" for file in files)], plugins=[recorder])
    if status != 0 or recorder.failed:
        raise SystemExit(
            f"No page is written while tests fail: {recorder.failed}\n{printed.getvalue()[-3000:]}"
        )
    return dict(recorder.found)
