"""Philox4x32-10 in Python's unbounded integers, written from the figure in Salmon et al. (2011)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def philox4x32_10(counter: Sequence[int], key: Sequence[int]) -> tuple[int, int, int, int]:
    """Four 32-bit words; the product's high half is mixed with a key that is bumped after each round."""
    word, bump = 2**32, (0x9E3779B9, 0xBB67AE85)
    left0, right0, left1, right1 = counter
    for turn in range(10):
        keys = [(k + turn * b) % word for k, b in zip(key, bump, strict=True)]
        high0, low0 = divmod(0xD2511F53 * left0, word)
        high1, low1 = divmod(0xCD9E8D57 * left1, word)
        left0, right0, left1, right1 = high1 ^ right0 ^ keys[0], low1, high0 ^ right1 ^ keys[1], low0
    return left0, right0, left1, right1
