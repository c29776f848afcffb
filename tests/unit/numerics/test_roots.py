"""Roots of increasing functions, near and far, smooth and flat."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from equipoise.errors import ConvergenceError
from equipoise.numerics.roots import increasing_root

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("function", "root"),
    [
        (lambda x: x**3 - 2.0, 2.0 ** (1 / 3)),
        (lambda x: math.atan(x - 40.0), 40.0),
        (lambda x: math.expm1(min(x, 700.0)), 0.0),
        (lambda x: -math.inf if x < 7.0 else x - 8.0, 8.0),
        (lambda x: max(x - 3.0, 0.0) - 1.0, 4.0),
        (lambda x: max(x - 300.0, 0.0) - 1e-4, 300.0001),
    ],
)
def test_finds_the_root(function: Callable[[float], float], root: float) -> None:
    assert increasing_root(function, 1.0, 1.0, what="x") == pytest.approx(root, abs=1e-10)


def test_says_what_was_not_found() -> None:
    with pytest.raises(ConvergenceError, match="the duration was not found"):
        increasing_root(lambda _: -1.0, 0.0, 1.0, what="the duration")
