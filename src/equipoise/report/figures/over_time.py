"""The statistic and its boundary over calendar time: what a committee would have seen on each date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.figures._style import BLACK, BLUE, GREY, SMALL, VERMILLION, WIDTH, date_axis, styled
from equipoise.report.figures.figure import Figure, draw

if TYPE_CHECKING:
    from equipoise.monitoring import MonitoredOverTime


def plot_over_time(
    found: MonitoredOverTime,
    *,
    title: str = "What the committee would have seen",
    size: tuple[float, float] = (WIDTH, 3.4),
) -> Figure:
    """Statistic by date as a line, planned looks as filled circles, bounds in force as short bars.

    Parameters
    ----------
    found : of `monitored_over_time`.
    title : of the figure.
    size : inches.
    """
    dates = np.array([d.date for d in found.dates], dtype="datetime64[D]")
    z = np.array([d.look.z for d in found.dates])
    planned = np.array([d.planned for d in found.dates], dtype=bool)
    with styled():
        figure = draw(*size)
        axes: Any = figure.add_axes((0.09, 0.13, 0.74, 0.76))
        axes.axhline(0.0, color=GREY, linewidth=0.6)
        _bound(axes, dates, np.array([d.look.efficacy_z for d in found.dates]), BLUE, "stops for efficacy")
        _bound(
            axes, dates, np.array([d.look.futility_z for d in found.dates]), VERMILLION, "stops for futility"
        )
        axes.plot(dates, z, "-", color=BLACK, linewidth=1.1)
        axes.plot(dates[~planned], z[~planned], "o", color="white", markeredgecolor=BLACK, markersize=3.5)
        axes.plot(dates[planned], z[planned], "o", color=BLACK, markersize=5)
        _name_looks(axes, found)
        _mark_crossing(axes, found)
        date_axis(axes)
        axes.set_ylabel("z (above 0: benefit of the experimental arm)")
        axes.set_xlabel("Data cut-off (filled: a planned look)")
        axes.margins(x=0.03, y=0.16)
        if found.synthetic:
            figure.text(0.995, 0.995, "SYNTHETIC", ha="right", va="top", fontsize=8, fontweight="bold")
    return Figure(figure, title, _told(found))


def _bound(axes: Any, dates: Any, bound: Any, colour: str, words: str) -> None:
    """The boundary where it is in force: a bar on each date, joined by a light line, named at its end."""
    there = np.isfinite(bound)
    if not there.any():
        return
    axes.plot(dates[there], bound[there], "-", color=colour, linewidth=0.6, alpha=0.6)
    axes.plot(dates[there], bound[there], "_", color=colour, markersize=9, markeredgewidth=1.6)
    axes.annotate(
        words,
        (dates[there][-1], bound[there][-1]),
        (8, 0),
        textcoords="offset points",
        color=colour,
        fontsize=SMALL,
        va="center",
        annotation_clip=False,
    )


def _name_looks(axes: Any, found: MonitoredOverTime) -> None:
    """Number and statistic of each planned look: above and left of a rise, below and right of a fall."""
    before = -np.inf
    for d in found.dates:
        if d.planned:
            rises = d.look.z >= before
            axes.annotate(
                f"look {d.look.planned_look}: {numbers.boundary_z(d.look.z)}",
                (np.datetime64(d.date), d.look.z),
                (-4, 6) if rises else (3, -9),
                textcoords="offset points",
                ha="right" if rises else "left",
                fontsize=SMALL,
            )
        before = d.look.z


def _mark_crossing(axes: Any, found: MonitoredOverTime) -> None:
    """When a boundary in force was first crossed."""
    first = found.first_crossing
    if first is None:
        return
    day = np.datetime64(first.date)
    axes.axvline(day, color=GREY, linewidth=0.6, linestyle=(0, (2, 2)), zorder=0)
    axes.annotate(
        f"first crossed {written_date(first.date)}",
        (day, 1.0),
        (-3, 3),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="right",
        fontsize=SMALL,
        color=GREY,
    )


def _told(found: MonitoredOverTime) -> str:
    """The figure in words."""
    first = found.first_crossing
    crossed = (
        "no boundary in force is crossed"
        if first is None
        else f"{first.look.exit.sentence} first on {written_date(first.date)} at {first.look.events} events"
    )
    last = found.dates[-1]
    return (
        f"z on {len(found.dates)} dates up to {written_date(last.date)}, where it is "
        f"{numbers.boundary_z(last.look.z)} at {last.look.events} events; {crossed}."
    )
