"""Patients entered over calendar time, beside those planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.figures._style import BLACK, GREY, SMALL, WIDTH, date_axis, styled
from equipoise.report.figures.figure import Figure, draw

if TYPE_CHECKING:
    from equipoise.monitoring.enrolment import Enrolment


def plot_enrolment(
    found: Enrolment,
    *,
    title: str = "Patients entered, against the plan",
    size: tuple[float, float] = (WIDTH, 2.3),
) -> Figure:
    """Cumulative patients, all arms together: observed as a step, planned dashed.

    Parameters
    ----------
    found : with dates of entry.
    title : of the figure.
    size : inches.
    """
    dates = np.array([*found.dates, found.cutoff], dtype="datetime64[D]")
    counts = np.append(np.arange(1, len(found.dates) + 1), len(found.dates))
    with styled():
        figure = draw(*size)
        axes: Any = figure.add_axes((0.09, 0.15, 0.76, 0.80))
        axes.step(dates, counts, where="post", color=BLACK, linewidth=1.4, zorder=3)
        ends = [(dates[-1], float(counts[-1]), f"entered, {numbers.count(len(found.dates))}", BLACK)]
        if found.plan:
            days = np.array([d for d, _ in found.plan], dtype="datetime64[D]")
            planned = [n for _, n in found.plan]
            axes.plot(days, planned, color=GREY, linewidth=1.0, linestyle=(0, (4, 2)))
            ends.append((days[-1], planned[-1], f"planned, {numbers.count(round(planned[-1]))}", GREY))
        apart = 0.045 * max(e[1] for e in ends)
        close = len(ends) == 2 and abs(ends[0][1] - ends[1][1]) < 2.0 * apart
        for place, (day, height, words, colour) in enumerate(sorted(ends, key=lambda e: e[1])):
            lift = (7 if place else -7) if close else 0
            axes.annotate(
                words,
                (day, height),
                (5, lift),
                textcoords="offset points",
                va="center",
                fontsize=SMALL,
                color=colour,
                annotation_clip=False,
            )
        axes.set_ylabel("Patients")
        axes.set_ylim(bottom=0.0)
        axes.margins(x=0.0)
        date_axis(axes)
    return Figure(figure, title, _told(found))


def _told(found: Enrolment) -> str:
    """The figure in words."""
    when = f" by {written_date(found.cutoff)}" if found.cutoff else ""
    whole = found.overall.planned
    plan = "" if whole is None else f", where the plan has {numbers.count(round(whole))}"
    return f"{numbers.count(found.overall.total)} patients entered{when}{plan}."
