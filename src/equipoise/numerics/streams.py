"""Counter-based random numbers: every draw of every subject of every simulated trial has its own address.

A draw is the Philox4x32-10 bijection of its address under the seed, so that it is the same whatever was drawn
before, by whom, in what order; and two addresses under one seed never share a draw.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.errors import ArgumentError
from equipoise.numerics.kernels import kernel_in_place

if TYPE_CHECKING:
    from equipoise._check import FloatArray

# Purposes keep draws of different kinds apart under one replicate; a number once given is never given again.
ENTRY_AND_STRATUM = 1
EVENT_AND_DROPOUT = 2
ALLOCATION = 3
CANONICAL_SCORES = 4
SUBJECT = 5
REPORTING_LAG = 6
STRATIFICATION_ERROR = 7
ILLNESS_DEATH = 8
COMPETING_CAUSE = 9
CROSSOVER = 64

LARGEST_SEED = 2**64 - 1
LARGEST_WORD = 2**32 - 1
LARGEST_DRAW = 2**24 - 1
LARGEST_PURPOSE = 2**8 - 1

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_PURPOSE_SHIFT = np.uint64(24)
_HIGH_26 = np.uint64(6)
_HIGH_27 = np.uint64(5)
_TWO_POW_27 = 2.0**27
_TWO_POW_MINUS_53 = 2.0**-53
_TWO_POW_MINUS_32 = 2.0**-32

WordArray = np.ndarray[Any, np.dtype[np.uint64]]
Word = int | np.uint64


@kernel_in_place
def philox4x32(  # noqa: PLR0917 -- four counter words and two key words, in the order of the paper
    c0: Word, c1: Word, c2: Word, c3: Word, k0: Word, k1: Word
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Ten rounds of Philox4x32: four random 32-bit words from a counter of four words and a key of two.

    Words travel as 64-bit integers below 2^32. For one key the map from counters to outputs is one-to-one.

    References
    ----------
    Salmon, Moraes, Dror, Shaw (2011), Parallel random numbers: as easy as 1, 2, 3, Proceedings of SC11.
    """
    a, b, c, d = np.uint64(c0), np.uint64(c1), np.uint64(c2), np.uint64(c3)
    key_0, key_1 = np.uint64(k0), np.uint64(k1)
    for _ in range(10):
        product_0 = _MULTIPLIER_0 * a
        product_1 = _MULTIPLIER_1 * c
        a = (product_1 >> _HALF) ^ b ^ key_0
        b = product_1 & _LOW
        c = (product_0 >> _HALF) ^ d ^ key_1
        d = product_0 & _LOW
        key_0 = (key_0 + _WEYL_0) & _LOW
        key_1 = (key_1 + _WEYL_1) & _LOW
    return a, b, c, d


@kernel_in_place
def open_unit(high: np.uint64, low: np.uint64) -> float:
    """Two random words as a number strictly between 0 and 1: one of the 2^52 odd multiples of 2^-53."""
    upper = np.float64(high >> _HIGH_26)
    lower = np.float64((low >> _HIGH_27) | np.uint64(1))
    return (upper * _TWO_POW_27 + lower) * _TWO_POW_MINUS_53


@kernel_in_place
def uniform_pair(  # noqa: PLR0917 -- the whole address of a draw
    seed: Word, scenario: Word, replicate: Word, purpose: Word, index: Word, draw: Word
) -> tuple[float, float]:
    """Two independent uniform numbers in (0, 1) at an address.

    `draw` counts the pairs at one `index` (a subject, a block) and stays below 2^24.
    """
    s = np.uint64(seed)
    place = (np.uint64(purpose) << _PURPOSE_SHIFT) | np.uint64(draw)
    a, b, c, d = philox4x32(index, place, replicate, scenario, s & _LOW, s >> _HALF)
    return open_unit(a, b), open_unit(c, d)


@kernel_in_place
def fill_uniforms(  # noqa: PLR0917 -- the whole address of a row of draws
    seed: Word, scenario: Word, replicate: Word, purpose: Word, first: Word, out: FloatArray
) -> None:
    """Fill out[i, :] with the uniform numbers at index first + i, draws 0, 1, ... two by two."""
    rows, columns = out.shape
    for i in range(rows):
        for j in range(0, columns, 2):
            u, v = uniform_pair(seed, scenario, replicate, purpose, np.uint64(first) + np.uint64(i), j // 2)
            out[i, j] = u
            if j + 1 < columns:
                out[i, j + 1] = v


@kernel_in_place
def fill_words(  # noqa: PLR0917 -- likewise
    seed: Word, scenario: Word, replicate: Word, purpose: Word, draw: Word, words: WordArray
) -> None:
    """Fill words[:, i] with the four random words at index i of this draw, shape (4, n).

    The same bijection as `philox4x32`, written out without a loop over its rounds: so it vectorises, where
    the rows of `words` are contiguous and known to be so.
    """
    a, b, c, d = words[0], words[1], words[2], words[3]
    k0, k1 = np.uint64(seed) & _LOW, np.uint64(seed) >> _HALF
    place = (np.uint64(purpose) << _PURPOSE_SHIFT) | np.uint64(draw)
    c2, c3 = np.uint64(replicate), np.uint64(scenario)
    for i in range(words.shape[1]):
        w, x, y, z = _two_rounds(np.uint64(i), place, c2, c3, k0, k1, 0)
        w, x, y, z = _two_rounds(w, x, y, z, k0, k1, 2)
        w, x, y, z = _two_rounds(w, x, y, z, k0, k1, 4)
        w, x, y, z = _two_rounds(w, x, y, z, k0, k1, 6)
        a[i], b[i], c[i], d[i] = _two_rounds(w, x, y, z, k0, k1, 8)


@kernel_in_place
def _two_rounds(  # noqa: PLR0917 -- the counter, the key, and the round
    a: np.uint64, b: np.uint64, c: np.uint64, d: np.uint64, k0: np.uint64, k1: np.uint64, done: int
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Two rounds of Philox4x32 after so many."""
    r = np.uint64(done)
    one = np.uint64(done + 1)
    first_0 = _MULTIPLIER_0 * (a & _LOW)
    first_1 = _MULTIPLIER_1 * (c & _LOW)
    second_0 = _MULTIPLIER_0 * (((first_1 >> _HALF) ^ b ^ (k0 + r * _WEYL_0)) & _LOW)
    second_1 = _MULTIPLIER_1 * (((first_0 >> _HALF) ^ d ^ (k1 + r * _WEYL_1)) & _LOW)
    return (
        ((second_1 >> _HALF) ^ first_1 ^ (k0 + one * _WEYL_0)) & _LOW,
        second_1 & _LOW,
        ((second_0 >> _HALF) ^ first_0 ^ (k1 + one * _WEYL_1)) & _LOW,
        second_0 & _LOW,
    )


@kernel_in_place
def unit_of(word: np.uint64) -> float:
    """One random word as a number strictly between 0 and 1: an odd multiple of 2^-33."""
    return (np.float64(np.int64(word)) + 0.5) * _TWO_POW_MINUS_32


@dataclass(frozen=True, slots=True)
class Stream:
    """Where a replicate's random numbers stand: seed, scenario, replicate.

    Parameters
    ----------
    seed
        Whole number from 0 to 2^64 - 1: the key.
    scenario, replicate
        Whole numbers from 0 to 2^32 - 1; 0 and 0 for the trial itself. `scenario_code` makes the first from
        a name.
    """

    seed: int
    scenario: int = 0
    replicate: int = 0

    def __post_init__(self) -> None:
        """Check the numbers."""
        check_seed(self.seed)
        _whole("scenario", self.scenario, LARGEST_WORD)
        _whole("replicate", self.replicate, LARGEST_WORD)

    def of_scenario(self, code: int) -> Stream:
        """The same seed under a scenario's number."""
        return Stream(self.seed, code, self.replicate)

    def uniforms(self, purpose: int, rows: int, columns: int, *, first: int = 0) -> FloatArray:
        """Uniform numbers in (0, 1), shape (rows, columns); row i stands at index first + i."""
        _whole("purpose", purpose, LARGEST_PURPOSE)
        _whole("first", first, LARGEST_WORD)
        _whole("rows", rows, LARGEST_WORD + 1 - first)
        _whole("columns", columns, LARGEST_DRAW)
        out = np.empty((rows, columns))
        fill_uniforms(np.uint64(self.seed), self.scenario, self.replicate, purpose, first, out)
        return out


def check_seed(seed: object) -> int:
    """A whole number from 0 to 2^64 - 1."""
    remedy = "The seed is never drawn for you: choose one and write it down with the result."
    return _whole("seed", seed, LARGEST_SEED, remedy)


def scenario_code(name: str) -> int:
    """The scenario's number in its streams: the first 32 bits of the SHA-256 of its name.

    So a scenario keeps its random numbers whatever scenarios are run beside it.
    """
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")


def _whole(name: str, value: object, largest: int, remedy: str = "") -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise ArgumentError(name, value, "must be a whole number", remedy)
    if not 0 <= int(value) <= largest:
        raise ArgumentError(name, value, f"must lie between 0 and {largest}", remedy)
    return int(value)


__all__ = [
    "ALLOCATION",
    "CANONICAL_SCORES",
    "COMPETING_CAUSE",
    "CROSSOVER",
    "ENTRY_AND_STRATUM",
    "EVENT_AND_DROPOUT",
    "ILLNESS_DEATH",
    "REPORTING_LAG",
    "STRATIFICATION_ERROR",
    "SUBJECT",
    "Stream",
    "check_seed",
    "fill_uniforms",
    "fill_words",
    "open_unit",
    "philox4x32",
    "scenario_code",
    "uniform_pair",
    "unit_of",
]
