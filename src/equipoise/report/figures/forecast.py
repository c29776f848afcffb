"""Events so far and events foretold, with bands, and the looks that they will bring."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.figures._style import BLACK, BLUE, GREY, SMALL, WIDTH, date_axis, styled
from equipoise.report.figures.figure import Figure, draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.monitoring import EventForecast

STEPS = 120
BANDS = ((0, 6, 0.10), (1, 5, 0.18), (2, 4, 0.26))


def plot_forecast(
    found: EventForecast,
    *,
    observed: Sequence[dt.date] = (),
    title: str = "Events foretold",
    size: tuple[float, float] = (WIDTH, 3.4),
) -> Figure:
    """Cumulative events: observed as a step, then the median forecast with 50, 80 and 95 % bands.

    Parameters
    ----------
    found : of `forecast_events`.
    observed : dates of the events so far.
    title : of the figure.
    size : inches.
    """
    far = _last_day(found)
    days = np.linspace(0.0, far, STEPS)
    levels = found.expected_events(days)
    when = np.array([found.cutoff + dt.timedelta(days=round(d)) for d in days], dtype="datetime64[D]")
    with styled():
        figure = draw(*size)
        axes: Any = figure.add_axes((0.09, 0.13, 0.80, 0.78))
        if observed:
            dates = np.array(sorted(observed), dtype="datetime64[D]")
            axes.step(dates, np.arange(1, len(dates) + 1), where="post", color=BLACK, linewidth=1.3)
        for low, high, alpha in BANDS:
            axes.fill_between(when, levels[low], levels[high], color=BLUE, alpha=alpha, linewidth=0.0)
        axes.plot(when, levels[3], color=BLUE, linewidth=1.3)
        for k in found.looks:
            axes.axhline(k.events, color=GREY, linewidth=0.5, linestyle=(0, (4, 2)))
            axes.annotate(
                f"look {k.look}: {k.events}",
                (1.0, k.events),
                (4, 0),
                xycoords=("axes fraction", "data"),
                textcoords="offset points",
                va="center",
                fontsize=SMALL,
                color=GREY,
            )
        axes.axvline(np.datetime64(found.cutoff), color=GREY, linewidth=0.6)
        axes.set_ylabel("Events")
        axes.set_ylim(bottom=0.0)
        axes.margins(x=0.0)
        date_axis(axes)
        if found.synthetic:
            figure.text(0.995, 0.995, "SYNTHETIC", ha="right", va="top", fontsize=8, fontweight="bold")
    return Figure(figure, title, _told(found))


def _last_day(found: EventForecast) -> float:
    """Far enough to see the last look's median, and a year at least."""
    dates = [k.median for k in found.looks if k.median is not None]
    last = max(((d - found.cutoff).days for d in dates), default=0)
    return max(1.25 * last, 365.25)


def _told(found: EventForecast) -> str:
    """The figure in words."""
    parts = [
        f"look {k.look} at {k.events} events: "
        + (f"median {written_date(k.median)}" if k.median else "median never")
        + f", events come with probability {numbers.chance(k.probability)}"
        for k in found.looks
    ]
    return f"{found.events} events by {written_date(found.cutoff)}; " + "; ".join(parts) + "."
