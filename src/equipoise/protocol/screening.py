"""Screening: who is eligible and in which risk group, and by which rule.

Rules are row conditions in polars' SQL. A rule may read one patient's row and nothing else, so whatever needs
the rest of the table (sums, ranks, windows, subqueries) is refused, and a patient with a missing value in any
column that a rule reads is refused by the name of that column.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from equipoise.errors import DataError, Problem, ProtocolError

if TYPE_CHECKING:
    from narwhals.typing import IntoDataFrame

    from equipoise.protocol.protocol import Protocol

_ROW_NODES = frozenset({"BinaryExpr", "Column", "Literal", "Ternary", "Cast", "Alias", "Function"})
_FUNCTION_FAMILIES = frozenset({"Boolean", "Pow", "Sql", "StringExpr", "TemporalExpr"})
_ROW_FUNCTIONS = frozenset(
    {
        *("AllHorizontal", "AnyHorizontal", "IsBetween", "IsIn", "IsNotNull", "IsNull", "Not"),
        *(
            "Abs",
            "Binary",
            "Ceil",
            "Floor",
            "MaxHorizontal",
            "MinHorizontal",
            "Negate",
            "Round",
            "Sign",
            "Sqrt",
        ),
        *("ConcatHorizontal", "Contains", "EndsWith", "LenChars", "Lowercase", "Slice", "StartsWith"),
        *("StripChars", "Uppercase", "Coalesce", "Day", "Month", "Year"),
    }
)


@dataclass(frozen=True, slots=True)
class ScreeningResult:
    """One row a subject: eligible or not, risk group, randomised or not, and the rule that decided."""

    table: pl.DataFrame
    """Columns USUBJID, ELIGFL ("Y"/"N"), RISKGRP, RANDFL ("Y"/"N"), RULE, REASON."""
    protocol_hash: str

    def to_frame(self) -> pl.DataFrame:
        """The table itself."""
        return self.table


@dataclass(frozen=True, slots=True)
class _Condition:
    id: str
    expression: pl.Expr
    columns: tuple[str, ...]
    text: str
    sql: str


def screen(protocol: Protocol, data: IntoDataFrame, *, subject: str | None = None) -> ScreeningResult:
    """Screen subjects by the protocol's rules.

    Parameters
    ----------
    protocol
        A protocol with a `[screening]` section.
    data
        One row a subject: any dataframe.
    subject
        Column that identifies the subject; the protocol's `data.subject` unless given.

    Raises
    ------
    ProtocolError
        A rule that is no row condition: it cannot be parsed, or needs more than one patient's row.
    DataError
        A column that a rule reads, or the subject's, is not in the data.

    """
    name = subject or protocol.data.subject
    eligibility = _conditions(
        "screening.eligibility",
        "require",
        [(r.id, r.require, r.text) for r in protocol.screening.eligibility],
    )
    groups = _conditions(
        "screening.risk_group", "when", [(r.id, r.when, r.text) for r in protocol.screening.risk_group]
    )
    table = nw.from_native(data, eager_only=True).to_polars()
    _columns_present(table, name, eligibility + groups)
    read = dict.fromkeys(c for rule in eligibility + groups for c in rule.columns)
    values = table.with_columns(
        *(_truth(c, table).alias(f"_e{i}") for i, c in enumerate(eligibility)),
        *(_truth(c, table).alias(f"_g{i}") for i, c in enumerate(groups)),
        pl.coalesce(
            [
                pl.lit(None, dtype=pl.String),
                *(pl.when(pl.col(c).is_null()).then(pl.lit(c)) for c in read),
            ]
        ).alias("_missing"),
    )
    failed = pl.coalesce(
        [
            pl.lit(None, dtype=pl.String),
            *(pl.when(~pl.col(f"_e{i}")).then(pl.lit(c.id)) for i, c in enumerate(eligibility)),
        ]
    )
    placed = pl.coalesce(
        [
            pl.lit(None, dtype=pl.String),
            *(pl.when(pl.col(f"_g{i}")).then(pl.lit(c.id)) for i, c in enumerate(groups)),
        ]
    )
    rules = protocol.screening.risk_group
    stratum = {r.id: r.stratum for r in rules}
    randomized = {r.id: "Y" if r.randomized else "N" for r in rules}
    words = {c.id: c.text for c in eligibility + groups}
    complete = pl.col("_missing").is_null()
    met = complete & pl.col("_failed").is_null()
    decided = pl.when(~complete).then(None).otherwise(pl.coalesce("_failed", "_placed"))
    result = (
        values.with_columns(_failed=failed, _placed=placed)
        .with_columns(_rule=decided)
        .select(
            pl.col(name).alias("USUBJID"),
            ELIGFL=pl.when(met).then(pl.lit("Y")).otherwise(pl.lit("N")),
            RISKGRP=pl.when(met).then(
                pl.col("_placed").replace_strict(stratum, default=None, return_dtype=pl.String)
            ),
            RANDFL=pl.when(met)
            .then(pl.col("_placed").replace_strict(randomized, default="N", return_dtype=pl.String))
            .otherwise(pl.lit("N")),
            RULE=pl.col("_rule"),
            REASON=pl.when(~complete)
            .then(pl.format("{} is missing", pl.col("_missing")))
            .when(pl.col("_failed").is_not_null())
            .then(
                pl.format(
                    "not met: {}", pl.col("_failed").replace_strict(words, default="", return_dtype=pl.String)
                )
            )
            .when(pl.col("_placed").is_null())
            .then(pl.lit("no rule of a risk group holds"))
            .otherwise(pl.col("_placed").replace_strict(words, default="", return_dtype=pl.String)),
        )
    )
    return ScreeningResult(result, protocol.hash)


def _truth(condition: _Condition, table: pl.DataFrame) -> pl.Series:
    """Whether a condition holds, subject by subject."""
    try:
        found = table.select(condition.expression).to_series()
    except pl.exceptions.PolarsError as error:
        columns = ", ".join(f"{c} ({table.schema[c]})" for c in condition.columns)
        reason = str(error).splitlines()[0]
        raise DataError(
            f"rule {condition.id} cannot be applied to these data: {reason}. It reads {columns}: "
            "do the columns hold numbers where the rule has numbers, and text where it has text?"
        ) from error
    if found.dtype != pl.Boolean:
        problem = Problem(condition.id, condition.sql, "is no condition: it does not say yes or no")
        raise ProtocolError("protocol", [problem])
    return found if len(found) == table.height else found.new_from_index(0, table.height)


def _conditions(section: str, key: str, rules: list[tuple[str, str, str | None]]) -> list[_Condition]:
    problems, found = [], []
    for i, (rule, sql, text) in enumerate(rules):
        path = f"{section}[{i}].{key}"
        try:
            expression = pl.sql_expr(sql)
        except pl.exceptions.PolarsError as error:
            problems.append(
                Problem(path, sql, f"is no condition in polars' SQL: {str(error).splitlines()[0]}")
            )
            continue
        foreign = _beyond_the_row(json.loads(expression.meta.serialize(format="json")))
        if foreign:
            problems.append(
                Problem(
                    path,
                    sql,
                    f"needs more than one patient's row ({foreign})",
                    "A rule may compare and combine values of one row; no sums, ranks, windows, subqueries.",
                )
            )
            continue
        columns = tuple(dict.fromkeys(expression.meta.root_names()))
        found.append(_Condition(rule, expression, columns, text or sql, sql))
    if problems:
        raise ProtocolError("protocol", problems)
    return found


def _beyond_the_row(node: Any) -> str | None:
    """The first part of an expression that looks past one row; None where all stay in it."""
    if isinstance(node, str):
        return node
    kind, body = next(iter(node.items()))
    if kind in {"Column", "Literal"}:
        return None
    if kind not in _ROW_NODES:
        return str(kind)
    if kind == "Function":
        name = _function_name(body["function"])
        if name not in _ROW_FUNCTIONS:
            return name
        parts = body["input"]
    else:
        parts = [body[k] for k in ("left", "right", "predicate", "truthy", "falsy", "expr") if k in body]
        parts = parts or [body[0]]
    return next((found for part in parts if (found := _beyond_the_row(part))), None)


def _function_name(function: Any) -> str:
    """A function's own name, without the family that polars files it under."""
    if isinstance(function, str):
        return function
    name, detail = next(iter(function.items()))
    return _function_name(detail) if name in _FUNCTION_FAMILIES else str(name)


def _columns_present(table: pl.DataFrame, subject: str, rules: list[_Condition]) -> None:
    if subject not in table.columns:
        raise DataError(
            f"column {subject} is not in the data, which has {', '.join(table.columns)}. "
            "It identifies the subject: name it in the protocol as data.subject."
        )
    for rule in rules:
        for column in rule.columns:
            if column not in table.columns:
                raise DataError(
                    f"column {column}, which rule {rule.id} reads, is not in the data, "
                    f"which has {', '.join(table.columns)}. Rename the column or change the rule."
                )
    repeated = table[subject].is_duplicated()
    if repeated.any():
        raise DataError(
            f"{subject} {table.filter(repeated)[subject][0]!r} stands in more than one row. "
            "One row a subject is needed."
        )
