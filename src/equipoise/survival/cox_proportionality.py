"""Whether hazards are proportional: the score test for effects that change with a function of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import chdtrc

from equipoise.errors import DataError
from equipoise.survival._display import Displayed
from equipoise.survival._frames import frame
from equipoise.survival.kaplan_meier import kaplan_meier

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray
    from equipoise.survival._cox_model import CoxModel

TimeScale = Literal["km", "rank", "identity", "log"]


@dataclass(frozen=True, slots=True, repr=False)
class ProportionalityTest(Displayed):
    """Score tests of b_j + theta_j g(t) against theta_j = 0, by covariate and ("GLOBAL") for all together.

    Small p speaks against proportional hazards. g is 1 - S(t-) ("km"), the rank of t among all times, t, or
    log t.

    Reference: Grambsch, Therneau (1994), Biometrika 81:515-526; the exact score test as R's survival >= 3.0.
    """

    names: tuple[str, ...]
    chi2: FloatArray
    df: tuple[int, ...]
    p: FloatArray
    transform: TimeScale

    def headline(self) -> str:
        """What is tested, on which scale of time."""
        return f"Score test of proportional hazards, time scale {self.transform}"

    def to_frame(self) -> pl.DataFrame:
        """Columns covariate, chi2, df, p."""
        return frame({"covariate": self.names, "chi2": self.chi2, "df": self.df, "p": self.p})


def proportionality_test(
    model: CoxModel, names: tuple[str, ...], transform: TimeScale
) -> ProportionalityTest:
    """The test at the fitted coefficients."""
    rows, subjects = model.rows(), model.subjects
    died = np.flatnonzero(subjects.event)
    row_of = rows.place(subjects.stratum[died], subjects.time[died]) - 1
    when = _scaled(model, transform)
    g = when(rows.time)
    g -= float(np.mean(g[row_of]))
    weight = subjects.weight[died]
    residual = (subjects.X[died] - rows.vectors[row_of, 0]) * weight[:, None]
    u = g[row_of] @ residual
    plain = rows.matrices.sum(axis=0)
    mixed = np.tensordot(g, rows.matrices, axes=1)
    squared = np.tensordot(g * g, rows.matrices, axes=1)
    inner = squared - mixed @ np.linalg.solve(plain, mixed)
    if np.diag(inner).min() <= 1e-12 * max(float(np.diag(squared).max()), 1e-300):
        raise DataError(
            "event: too few event times to tell a changing effect from a constant one. "
            "The test of proportional hazards needs events at several times."
        )
    each = u * u / np.diag(inner)
    together = float(u @ np.linalg.solve(inner, u))
    p = len(names)
    chi2 = np.append(each, together)
    df = (*([1] * p), p)
    return ProportionalityTest((*names, "GLOBAL"), chi2, df, chdtrc(np.array(df), chi2), transform)


def _scaled(model: CoxModel, transform: TimeScale):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- a function of times
    subjects = model.subjects
    if transform == "identity":
        return np.copy
    if transform == "log":
        return np.log
    if transform == "rank":
        ascending = np.sort(subjects.time)
        return lambda t: (
            0.5 * (np.searchsorted(ascending, t, "left") + np.searchsorted(ascending, t, "right") + 1.0)
        )
    entry = subjects.entry if len(subjects.entry) > 0 else None
    curve = kaplan_meier(subjects.time, subjects.event, entry=entry, timefix=False)
    before = np.concatenate(([1.0], curve.survival))
    return lambda t: 1.0 - before[np.searchsorted(curve.risk.time, t, side="left")]
