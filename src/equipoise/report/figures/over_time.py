"""The statistic and its boundary over calendar time: what a committee would have seen on each date."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    high = np.array([d.look.efficacy_z for d in found.dates])
    low = np.array([d.look.futility_z for d in found.dates])
    planned = np.array([d.planned for d in found.dates], dtype=bool)
    with styled():
        figure = draw(*size)
        axes = figure.add_axes((0.09, 0.13, 0.80, 0.76))
        axes.axhline(0.0, color=GREY, linewidth=0.6)
        for bound, colour, words, up in (
            (high, BLUE, "stops for efficacy", 1),
            (low, VERMILLION, "stops for futility", -1),
        ):
            there = np.isfinite(bound)
            if there.any():
                axes.plot(dates[there], bound[there], "_", color=colour, markersize=9, markeredgewidth=1.6)
                axes.annotate(
                    words,
                    (dates[there][-1], bound[there][-1]),
                    (4, 7 * up),
                    textcoords="offset points",
                    color=colour,
                    fontsize=SMALL,
                    va="center",
                )
        axes.plot(dates, z, "-", color=BLACK, linewidth=1.1)
        axes.plot(dates[~planned], z[~planned], "o", color="white", markeredgecolor=BLACK, markersize=3.5)
        axes.plot(dates[planned], z[planned], "o", color=BLACK, markersize=5)
        for d, value in zip(found.dates, z.tolist(), strict=True):
            if d.planned:
                axes.annotate(
                    f"look {d.look.planned_look}: {numbers.boundary_z(value)}",
                    (np.datetime64(d.date), value),
                    (-4, 6),
                    textcoords="offset points",
                    ha="right",
                    fontsize=SMALL,
                )
        date_axis(axes)
        axes.set_ylabel("z (above 0: benefit of the experimental arm)")
        axes.set_xlabel("Data cut-off")
        axes.margins(x=0.03, y=0.12)
        if found.synthetic:
            figure.text(0.995, 0.995, "SYNTHETIC", ha="right", va="top", fontsize=8, fontweight="bold")
    return Figure(figure, title, _told(found))


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
