"""The figures of a design, each by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from equipoise.errors import ArgumentError
from equipoise.report.figures.boundary import plot_design_boundary, plot_trial_boundary
from equipoise.report.figures.expected_calendar import plot_expected_calendar
from equipoise.report.figures.hazard_ratio_boundary import plot_ratio_boundary
from equipoise.report.figures.power_curve import plot_power
from equipoise.report.figures.spending import plot_spending

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.design.trial_design import Design
    from equipoise.report.figures.figure import Figure


def _plot_trial_spending(design: Design, **options: Any) -> Figure:
    return plot_spending(design.boundaries, **options)


DESIGN_FIGURES: dict[str, Callable[..., Figure]] = {
    "boundary": plot_trial_boundary,
    "hazard-ratio": plot_ratio_boundary,
    "spending": _plot_trial_spending,
    "power": plot_power,
    "calendar": plot_expected_calendar,
}
"""What can be drawn of a trial's design, by name, in the order of its document."""

_SEQUENTIAL_FIGURES: dict[str, Callable[..., Figure]] = {
    "boundary": plot_design_boundary,
    "spending": plot_spending,
}


def plot_design(design: Design, *, what: str = "boundary", **options: Any) -> Figure:
    """One figure of a trial's design.

    Parameters
    ----------
    what : "boundary" (z by information fraction), "hazard-ratio" (the same as hazard ratios), "spending"
        (errors spent), "power" (over the hazard ratio) or "calendar" (accrual and events by month and arm).
    """
    return _named(DESIGN_FIGURES, what)(design, **options)


def plot_group_sequential(design: GroupSequentialDesign, *, what: str = "boundary", **options: Any) -> Figure:
    """One figure of a group-sequential design: what = "boundary" or "spending"."""
    return _named(_SEQUENTIAL_FIGURES, what)(design, **options)


def _named(figures: dict[str, Callable[..., Figure]], what: str) -> Callable[..., Figure]:
    if what not in figures:
        raise ArgumentError("what", what, f"must be one of {', '.join(repr(f) for f in figures)}")
    return figures[what]
