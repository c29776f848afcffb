"""Stays in states as they come in at the door: which states there are, whether histories hold together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.errors import ArgumentError, DataError
from equipoise.survival import _arrays

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray, IntArray, Levels


def states_of(
    origin: object, destination: object, censored: object, time: FloatArray
) -> tuple[tuple[Any, ...], IntArray, IntArray]:
    """The labels of the S states, and codes of origin and destination; a stay without a move has S."""
    a, b = _arrays.levels("origin", origin, time), _arrays.levels("destination", destination, time)
    if censored in a.labels:
        rule = "must be no state that a subject can be in"
        raise ArgumentError("censored", censored, rule, "Give the label of stays that end without a move.")
    labels = [*a.labels, *(label for label in b.labels if label not in a.labels and label != censored)]
    if len({isinstance(label, str) for label in labels}) > 1:
        remedy = f"Is censored={censored!r} the label of stays that end without a move?"
        raise ArgumentError("destination", b.labels, "must hold words or numbers, not both", remedy)
    states = tuple(labels if a.ordered and isinstance(labels[0], str) else sorted(labels))
    size = len(states)
    place_a = np.array([states.index(label) for label in a.labels])
    place_b = np.array([size if label == censored else states.index(label) for label in b.labels])
    source, target = place_a[a.codes].astype(np.int64), place_b[b.codes].astype(np.int64)
    still = np.flatnonzero(source == target)
    if still.size:
        i = int(still[0])
        rule = f"must differ from origin[{i}]"
        raise ArgumentError(f"destination[{i}]", states[target[i]], rule, "Join the two stays, or censor it.")
    return states, source, target


def refuse_broken_histories(  # noqa: PLR0917 -- private, called once
    subject: Levels,
    entry: FloatArray,
    time: FloatArray,
    source: IntArray,
    target: IntArray,
    states: tuple[Any, ...],
) -> None:
    """Within a subject no stay overlaps the next, and each begins where the last one ended."""
    order = np.lexsort((entry, subject.codes))
    earlier, later = order[:-1], order[1:]
    same = subject.codes[earlier] == subject.codes[later]
    overlaps = same & (entry[later] < time[earlier])
    if overlaps.any():
        i, j = (int(x[np.argmax(overlaps)]) for x in (earlier, later))
        raise DataError(
            f"subject {subject.labels[subject.codes[i]]!r}: the stay from {entry[j]:g} begins before the one "
            f"to {time[i]:g} has ended. Each subject is in one state at a time."
        )
    moved = target[earlier] < len(states)
    expected = np.where(moved, target[earlier], source[earlier])
    # After a gap in observation a subject may be found in any state.
    torn = same & (entry[later] == time[earlier]) & (expected != source[later])
    if torn.any():
        i, j = (int(x[np.argmax(torn)]) for x in (earlier, later))
        raise DataError(
            f"subject {subject.labels[subject.codes[i]]!r}: is in {states[source[j]]!r} from {entry[j]:g}, "
            f"but the stay before it ended in {states[expected[np.argmax(torn)]]!r}."
        )
