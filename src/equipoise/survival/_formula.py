"""Columns of a table by name, and covariates by a formula."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from equipoise.errors import ArgumentError, MissingPartError


def of_table(data: Any, **arguments: object) -> dict[str, Any]:
    """The arguments, each that names a column of the table replaced by it."""
    if data is None:
        return arguments
    names = list(data.columns)
    return {key: _column(data, key, value, names) for key, value in arguments.items()}


def _column(data: Any, key: str, value: object, names: list[str]) -> Any:
    if not isinstance(value, str):
        return value
    if value not in names:
        raise ArgumentError(key, value, f"must name one of the columns {', '.join(map(str, names))}")
    return data[value]


def design_columns(covariates: object, data: Any) -> Any:
    """The model matrix of a formula, without its intercept; what is no formula as it is."""
    if not isinstance(covariates, str):
        return covariates
    if data is None:
        remedy = "Which table do the names belong to?"
        raise ArgumentError("data", None, "must be given with a formula", remedy)
    if covariates in list(data.columns):
        if np.asarray(data[covariates]).dtype.kind in "biuf":
            return data[[covariates]]
        covariates = f"`{covariates}`"
    try:
        formulaic = import_module("formulaic")
    except ImportError:
        raise MissingPartError("formulaic", "A formula of covariates", "formula") from None
    try:
        needed = sorted(map(str, formulaic.Formula(covariates).required_variables))
        _refuse_missing_values(covariates, data, needed)
        matrix = formulaic.model_matrix(covariates, data, na_action="raise")
    except formulaic.errors.FormulaicError as error:
        remedy = f"The columns are {', '.join(map(str, data.columns))}."
        reason = str(error).splitlines()[0]
        raise ArgumentError(
            "covariates", covariates, f"must be a formula of the columns ({reason})", remedy
        ) from None
    if hasattr(matrix, "rhs"):
        raise ArgumentError(
            "covariates", covariates, "must have no response", "Leave out what stands before ~."
        )
    return matrix[[name for name in matrix.columns if name != "Intercept"]]


def _refuse_missing_values(formula: str, data: Any, names: list[str]) -> None:
    """R leaves such rows out in silence; whom an estimate is of should be somebody's decision."""
    for name in names:
        if name not in list(data.columns):
            continue
        column = data[name].to_list()
        missing = sum(x is None or x != x for x in column)  # noqa: PLR0124 -- nan alone is not itself
        if missing:
            rule = f"must have a value in every row; {name} is missing in {missing} of {len(column)}"
            raise ArgumentError("covariates", formula, rule, f"Leave out, or repair, rows without {name}.")
