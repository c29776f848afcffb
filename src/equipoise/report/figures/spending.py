"""Errors spent by information fraction: alpha, and beta where futility spends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.design.rules import At, Capped
from equipoise.numerics.spending import Spending
from equipoise.report import numbers
from equipoise.report.figures._style import BLUE, GREY, SMALL, VERMILLION, WIDTH, styled
from equipoise.report.figures._text import wrapped
from equipoise.report.figures.figure import Figure, draw
from equipoise.report.rule_words import words_of_rule

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from equipoise._check import FloatArray
    from equipoise.design.group_sequential_design import GroupSequentialDesign

HEIGHT = 2.7
GRID = 201


@dataclass(frozen=True, slots=True)
class _Spent:
    """One error: by which fraction how much of it is used, and the function that says so."""

    name: str
    total: float
    at: FloatArray
    used: FloatArray
    read: FloatArray
    curve: FloatArray | None
    words: str
    color: str


def plot_spending(design: GroupSequentialDesign, *, title: str = "Errors spent") -> Figure:
    """Cumulative alpha and beta by information fraction: points at the looks, the spending function behind.

    Where a look spends by another clock than information, the points stand at that clock's fractions.
    """
    errors = _errors(design)
    width = (WIDTH - 0.62 - 0.12 - 0.72 * (len(errors) - 1)) / len(errors)
    with styled():
        figure = draw(WIDTH, HEIGHT)
        for i, e in enumerate(errors):
            left = 0.62 + i * (width + 0.72)
            axes: Axes = figure.add_axes(
                (left / WIDTH, 0.44 / HEIGHT, width / WIDTH, (HEIGHT - 0.44 - 0.5) / HEIGHT)
            )
            _panel(axes, e, width)
            clock = "Information fraction" if design.spending_fraction is None else "Spending fraction"
            axes.set_xlabel(clock, labelpad=2)
    return Figure(figure, title, _alternative(errors))


def _errors(design: GroupSequentialDesign) -> list[_Spent]:
    t = design.information_fraction if design.spending_fraction is None else design.spending_fraction
    read = np.isfinite(design.efficacy_z)
    sides = design.sides
    alpha = _curve(design.efficacy, design.alpha / sides)
    words = f"Alpha{', both sides' if sides == 2 else ''}: {words_of_rule(_bare(design.efficacy))}"
    found = [
        _Spent(
            "alpha",
            design.alpha,
            t,
            design.alpha_spent,
            read,
            None if alpha is None else sides * alpha,
            words,
            BLUE,
        )
    ]
    if design.futility is not None and design.futility_z is not None:
        beta = _curve(design.futility, design.beta)
        words = f"Beta: {words_of_rule(_bare(design.futility))}"
        stops = np.isfinite(design.futility_z)
        found.append(_Spent("beta", design.beta, t, design.beta_spent, stops, beta, words, VERMILLION))
    return found


def _bare(rule: Any) -> Any:
    return rule.rule if isinstance(rule, At) else rule


def _curve(rule: Any, error: float) -> FloatArray | None:
    """The spending function over all fractions; None where the rule spends by none that holds everywhere."""
    inner = _bare(rule)
    if isinstance(inner, Capped):
        inner = inner.spending
    if not isinstance(inner, Spending) or type(inner).__name__ == "PointSpending":
        return None
    return np.asarray(inner.spent(np.linspace(0.0, 1.0, GRID), error), dtype=np.float64)


def _panel(axes: Axes, e: _Spent, width: float) -> None:
    top = max(e.total, float(e.used.max())) * 1.12
    axes.set_xlim(0.0, 1.04)
    axes.set_ylim(0.0, top)
    if e.curve is not None:
        axes.plot(np.linspace(0.0, 1.0, GRID), e.curve, color=e.color, lw=0.9, alpha=0.45, zorder=2)
    axes.step(np.append(0.0, e.at), np.append(0.0, e.used), where="post", color=e.color, lw=1.2, zorder=3)
    at, used = e.at[e.read], e.used[e.read]
    axes.plot(at, used, "o", color=e.color, mfc="white", ms=4.2, mew=1.1, zorder=4)
    for x, y in zip(at.tolist(), used.tolist(), strict=True):
        axes.annotate(
            numbers.decimal(y, 4),
            (x, y),
            xytext=(-4, 3),
            textcoords="offset points",
            fontsize=SMALL,
            color=e.color,
            ha="right",
            va="bottom",
            zorder=5,
        )
    axes.axhline(e.total, color=GREY, lw=0.5, zorder=1)
    axes.set_title(wrapped(e.words, width, SMALL + 0.5), loc="left", fontsize=SMALL + 0.5, pad=5)
    axes.set_ylabel(f"{e.name.capitalize()} spent")


def _alternative(errors: list[_Spent]) -> str:
    told = ["Errors spent by the looks."]
    for e in errors:
        at = ", ".join(
            f"{numbers.decimal(y, 4)} by {numbers.decimal(x, 2)}"
            for x, y in zip(e.at.tolist(), e.used.tolist(), strict=True)
        )
        told.append(f"{e.words}: {at}.")
    return " ".join(told)
