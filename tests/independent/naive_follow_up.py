"""Length and completeness of follow-up by the definition; no code shared with the library."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def reverse_kaplan_meier(time: Sequence[float], event: Sequence[bool], p: Fraction) -> float:
    """Time at which the curve of *being followed* falls to 1 - p: censorings are its events, events censor it.

    Schemper & Smith (1996), Controlled Clinical Trials 17:343-346. Where the curve rests exactly at 1 - p, the
    middle of the rest; infinite if it never falls so far.
    """
    followed = Fraction(1)
    resting = None
    for now in sorted(set(time)):
        n = sum(t >= now for t in time)
        ended = sum(t == now and not seen for t, seen in zip(time, event, strict=True))
        followed *= Fraction(n - ended, n)
        if resting is not None and followed < 1 - p:
            return (resting + now) / 2
        if resting is None and followed == 1 - p:
            resting = now
        if resting is None and followed < 1 - p:
            return now
    return math.inf if resting is None else (resting + max(time)) / 2


def clark_completeness(time: Sequence[float], event: Sequence[bool], potential: Sequence[float]) -> float:
    """Observed person-time over potential person-time; an event ends the potential too.

    Clark, Altman, De Stavola (2002), Lancet 359:1309-1310.
    """
    possible = sum(t if seen else max(t, p) for t, seen, p in zip(time, event, potential, strict=True))
    return sum(time) / possible
