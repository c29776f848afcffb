"""Whether Cox's partial likelihood rises for ever in some direction, answered by a linear programme."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from equipoise.errors import ConvergenceError

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray
    from equipoise.survival._cox_subjects import SortedSubjects

_FEASIBILITY = 1e-10


def recession_direction(subjects: SortedSubjects) -> FloatArray | None:
    """A direction g (p,) with g'x_i >= g'x_j for each event i and all j at risk with it, not all equal.

    The partial likelihood has a maximum exactly where there is no such direction: None. Found by minimising
    the sum of D g subject to D g <= 0 and |g| <= 1; rows of D are differences x_j - x_i, scaled to length 1.

    Reference: Jacobsen (1989), Scand J Stat 16:335-349; Albert, Anderson (1984), Biometrika 71:1-10.
    """
    rows = _differences(subjects)
    size = np.sqrt(np.sum(rows**2, axis=1))
    rows = rows[size > 1e-12] / size[size > 1e-12, None]
    if len(rows) == 0:
        return None
    from scipy.optimize import linprog

    found = linprog(
        rows.sum(axis=0),
        A_ub=rows,
        b_ub=np.zeros(len(rows)),
        bounds=(-1.0, 1.0),
        method="highs",
        options={"primal_feasibility_tolerance": _FEASIBILITY, "dual_feasibility_tolerance": _FEASIBILITY},
    )
    if not found.success:
        raise ConvergenceError(f"cox: whether a maximum exists could not be decided ({found.message}).")
    return np.asarray(found.x) if float(np.sum(rows @ found.x)) < -1e-6 else None


def _differences(subjects: SortedSubjects) -> FloatArray:
    """Rows x_j - x_i that imply all others: j below the event of its last risk set, and events in a chain.

    Where the event of the next risk set was itself at risk at this one, the chain covers those at risk at
    both; with late entry it may not have been, and then each of them is compared here too.
    """
    if subjects.ties == "exact":
        return _differences_of_sets(subjects)
    stratum, time, X = subjects.stratum, subjects.time, subjects.X
    truncated = len(subjects.entry) > 0
    begins = np.concatenate(([True], (np.diff(time) != 0.0) | (np.diff(stratum) != 0)))
    row_start = np.maximum.accumulate(np.where(begins, np.arange(len(time)), 0))
    died = np.flatnonzero(subjects.event)
    bounds = np.append(np.flatnonzero(np.diff(row_start[died], prepend=-1)), len(died))
    blocks = []
    for this, after in pairwise(bounds.tolist()):
        i, t = died[this], time[died[this]]
        last = int(np.searchsorted(stratum, stratum[i], side="right"))
        following = int(died[after]) if after < len(died) else last
        chained = following < last and (not truncated or subjects.entry[following] < t)
        members = np.arange(int(row_start[i]), int(row_start[following]) if chained else last)
        if truncated:
            members = members[subjects.entry[members] < t]
        blocks += [X[members] - X[i], X[i] - X[died[this:after]]]
        if chained:
            blocks.append(X[[following]] - X[i])
    return np.concatenate(blocks)


def _differences_of_sets(subjects: SortedSubjects) -> FloatArray:
    """Rows x_j - x_i for each event i and each j at risk that had none then: tied events are not compared."""
    stratum, time, X = subjects.stratum, subjects.time, subjects.X
    died = np.flatnonzero(subjects.event)
    blocks = [np.empty((0, X.shape[1]))]
    for s, t in sorted({(int(stratum[i]), float(time[i])) for i in died.tolist()}):
        at_risk = (stratum == s) & (time >= t)
        if len(subjects.entry) > 0:
            at_risk &= subjects.entry < t
        now = at_risk & (time == t) & subjects.event
        blocks += [X[at_risk & ~now] - X[i] for i in np.flatnonzero(now).tolist()]
    return np.concatenate(blocks)
