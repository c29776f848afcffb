"""Columns of a table by name, and covariates by a formula."""

from __future__ import annotations

from importlib import import_module
from typing import Any

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
        return data[[covariates]]
    try:
        formulaic = import_module("formulaic")
    except ImportError:
        raise MissingPartError("formulaic", "A formula of covariates", "formula") from None
    matrix = formulaic.model_matrix(covariates, data, na_action="raise")
    if hasattr(matrix, "rhs"):
        raise ArgumentError(
            "covariates", covariates, "must have no response", "Leave out what stands before ~."
        )
    return matrix[[name for name in matrix.columns if name != "Intercept"]]
