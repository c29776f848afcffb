"""Descriptions of events become causes that compete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from equipoise.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from equipoise.records.estimand import IntercurrentEvent


def with_causes(
    table: pl.DataFrame,
    causes: Mapping[str, Sequence[str]] | None,
    events: Sequence[str] | None,
    intercurrent: Sequence[IntercurrentEvent],
    source: str,
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Group the descriptions of events into causes; refuse one that nobody foresaw."""
    seen = sorted(table["cause"].drop_nulls().unique().to_list())
    own = {e.name for e in intercurrent}
    groups = {text: name for name, texts in (causes or {}).items() for text in texts}
    for text in seen:
        if text in own:
            continue
        if (events is not None and text not in events) or (causes is not None and text not in groups):
            allowed = events if events is not None and text not in events else groups
            foreseen = ", ".join(repr(t) for t in allowed)
            raise DataError(
                f"{source}: ADTTE.EVNTDESC = {text!r} is an event (CNSR = 0) that is not foreseen. "
                f"Foreseen are: {foreseen}. Name it among the endpoint's events and causes, "
                "or censor it in the data."
            )
    if causes is None:
        return table, tuple(seen)
    composite = tuple(s for s in seen if s in own and s not in groups)
    return table.with_columns(pl.col("cause").replace(groups)), (*causes, *composite)
