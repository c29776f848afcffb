"""Covariates as they come in at the door: a matrix, one column, or a dataframe with names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Covariates:
    """Matrix X (n, p) with a name for each column."""

    X: FloatArray
    names: tuple[str, ...]


def covariates(values: Any, time: FloatArray | None) -> Covariates:
    """Numbers or False/True only: a name for a category is for the caller to code."""
    if hasattr(values, "columns"):
        names = tuple(str(name) for name in values.columns)
        columns = [np.asarray(values[name]) for name in values.columns]
    else:
        x = np.asarray(values)
        if x.ndim not in {1, 2}:
            raise ArgumentError("covariates", x.shape, "must have one or two dimensions")
        columns = [x] if x.ndim == 1 else [x[:, j] for j in range(x.shape[1])]
        if x.ndim == 2 and x.dtype == np.float64 and x.shape[1] > 0 and np.isfinite(x.sum()):
            _check.same_length(**({} if time is None else {"time": time}), covariates=x)
            return Covariates(x, tuple(f"x{j + 1}" for j in range(x.shape[1])))
        own = getattr(values, "name", None)
        names = (str(own),) if x.ndim == 1 and own else tuple(f"x{j + 1}" for j in range(len(columns)))
    if not columns:
        raise ArgumentError("covariates", names, "must hold at least one column")
    checked = [_column(name, column) for name, column in zip(names, columns, strict=True)]
    _check.same_length(**({} if time is None else {"time": time}), covariates=checked[0])
    return Covariates(np.column_stack(checked), names)


def _column(name: str, x: Any) -> FloatArray:
    if x.dtype.kind in "OUST":
        remedy = "Code categories as 0/1 columns, one for each level but the reference."
        raise ArgumentError(f"covariate {name}", x[:3].tolist(), "must hold numbers or False/True", remedy)
    return _check.numbers(f"covariate {name}", x, "Leave out subjects with missing covariates.")
