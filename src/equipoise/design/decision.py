"""The one decision rule: z values against boundaries, at a committee's meeting or in a simulated trial."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

FloatArray = np.ndarray[Any, np.dtype[np.float64]]
IntArray = np.ndarray[Any, np.dtype[np.int64]]
BoolArray = np.ndarray[Any, np.dtype[np.bool_]]


class Exit(IntEnum):
    """How a look is left."""

    CONTINUE = 0
    EFFICACY = 1
    FUTILITY = 2
    HARM = 3
    END = 4

    @property
    def sentence(self) -> str:
        """What happened, in words."""
        return _SENTENCES[self]


_SENTENCES = {
    Exit.CONTINUE: "no boundary crossed",
    Exit.EFFICACY: "efficacy boundary crossed",
    Exit.FUTILITY: "futility boundary crossed",
    Exit.HARM: "harm boundary crossed",
    Exit.END: "final analysis, efficacy boundary not crossed",
}


class Exits(NamedTuple):
    """Where and how each path leaves: both shape (paths,)."""

    look: IntArray
    """Index of the look, from 0."""
    reason: IntArray
    """Exit as its integer."""


def exit_at(
    z: FloatArray | float,
    efficacy_z: FloatArray | float,
    futility_z: FloatArray | float = -np.inf,
    harm_z: FloatArray | float = -np.inf,
    *,
    two_sided: bool = False,
    final: BoolArray | bool = False,
) -> IntArray:
    """How single looks are left: elementwise over arrays of any one shape.

    z >= efficacy_z stops for efficacy; z <= harm_z stops for harm (with `two_sided`, the mirror image
    -efficacy_z counts as harm too); z <= futility_z stops for futility. An infinite bound is switched off;
    a z that is not a number (no event, no information) stops nothing. At the final analysis there is nothing
    to stop: what is neither efficacy nor harm is `Exit.END`.
    """
    z = np.asarray(z, dtype=np.float64)
    harm = np.maximum(harm_z, -np.asarray(efficacy_z)) if two_sided else np.asarray(harm_z)
    found = np.where(z <= futility_z, Exit.FUTILITY, Exit.CONTINUE)
    found = np.where(z <= harm, Exit.HARM, found)
    found = np.where(z >= efficacy_z, Exit.EFFICACY, found)
    found = np.where(np.isfinite(z), found, Exit.CONTINUE)
    ended = np.asarray(final) & ((found == Exit.CONTINUE) | (found == Exit.FUTILITY))
    return np.where(ended, Exit.END, found).astype(np.int64)


def decide(
    z: FloatArray,
    efficacy_z: FloatArray,
    futility_z: FloatArray | None = None,
    harm_z: FloatArray | None = None,
    *,
    two_sided: bool = False,
) -> Exits:
    """The first exit of each path.

    Parameters
    ----------
    z
        Statistics, shape (paths, K); positive is benefit of the experimental arm.
    efficacy_z, futility_z, harm_z
        Bounds, shape (K,) or (paths, K); infinite where switched off.
    two_sided
        Whether -efficacy_z stops for harm.

    Returns
    -------
    Exits
        A path that crosses nothing leaves at the last look with `Exit.END`.

    """
    z = np.atleast_2d(np.asarray(z, dtype=np.float64))
    futility = -np.inf if futility_z is None else futility_z
    harm = -np.inf if harm_z is None else harm_z
    final = np.arange(z.shape[1]) == z.shape[1] - 1
    found = exit_at(z, efficacy_z, futility, harm, two_sided=two_sided, final=final)
    look = (found != Exit.CONTINUE).argmax(axis=1).astype(np.int64)
    return Exits(look, found[np.arange(len(z)), look])
