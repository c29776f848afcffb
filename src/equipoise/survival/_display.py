"""How a result shows itself: one line that says what it is, above its table."""

from __future__ import annotations

from abc import ABC, abstractmethod
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_ROWS = 12


class Displayed(ABC):
    """A result that shows a headline and its `to_frame()`, as text and in a notebook."""

    __slots__ = ()

    @abstractmethod
    def to_frame(self) -> pl.DataFrame:
        """The result as a table."""

    @abstractmethod
    def headline(self) -> str:
        """What the result is, in one line."""

    def shown(self) -> pl.DataFrame:
        """The part of the table that is shown; all of it, unless it is too wide to read."""
        return self.to_frame()

    def __repr__(self) -> str:
        import polars as pl

        with pl.Config(
            tbl_rows=_ROWS,
            tbl_cols=-1,
            tbl_hide_column_data_types=True,
            tbl_hide_dataframe_shape=True,
            tbl_formatting="NOTHING",
            tbl_width_chars=160,
            float_precision=None,
            fmt_float="mixed",
        ):
            lines = str(self.shown()).splitlines()
        return "\n".join([self.headline(), *(line.rstrip() for line in lines)])

    def _repr_html_(self) -> str:
        import polars as pl

        with pl.Config(tbl_rows=_ROWS, tbl_hide_column_data_types=True, tbl_hide_dataframe_shape=True):
            return f"<p>{escape(self.headline())}</p>{self.shown()._repr_html_()}"


def p_text(p: float) -> str:
    """P as it is read aloud: p = 0.034, p < 0.0001."""
    if p < 1e-4:
        return "p < 0.0001"
    return f"p = {p:.4f}" if p < 0.01 else f"p = {p:.3f}"
