"""Minus the logarithm of uniform numbers, by arithmetic alone, the same on every platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel_in_place
from equipoise.numerics.streams import unit_of

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.numerics.streams import WordArray
    from equipoise.simulation.subject_model import IntArray

LOG_2 = 0.6931471805599453
SQRT_2 = 1.4142135623730951
MANTISSA = (1 << 52) - 1
EXPONENT_OF_ONE = 1023 << 52


@kernel_in_place
def fill_minus_log(words: WordArray, bits: IntArray, out: FloatArray) -> None:
    """out[i] = -log u for the number u in (0, 1) of words[i]; `bits` is room of the same length.

    With u = 2^e m and m between 1/sqrt(2) and sqrt(2), log u = e log 2 + 2 artanh((m - 1)/(m + 1)). The
    series of artanh is taken to the 21st power, where a term is below 1e-17.
    """
    number = bits.view(np.float64)
    for i in range(len(words)):
        number[i] = unit_of(words[i])
    for i in range(len(words)):
        out[i] = np.float64((bits[i] >> 52) - 1023)
        bits[i] = (bits[i] & MANTISSA) | EXPONENT_OF_ONE
    for i in range(len(words)):
        e, m = out[i], number[i]
        large = m > SQRT_2
        m = 0.5 * m if large else m
        e = e + 1.0 if large else e
        # The bare operator would ask each time whether it divides by zero, and nothing would vectorise.
        s = np.divide(m - 1.0, m + 1.0)
        q = s * s
        tail = 1 / 15 + q * (1 / 17 + q * (1 / 19 + q * (1 / 21)))
        series = 1.0 + q * (
            1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * (1 / 11 + q * (1 / 13 + q * tail)))))
        )
        out[i] = -(e * LOG_2 + 2.0 * s * series)
