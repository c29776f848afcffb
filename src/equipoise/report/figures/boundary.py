"""Stopping boundaries over the information fraction, with the looks that were taken."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.report import numbers
from equipoise.report.dates import short_date
from equipoise.report.figures._style import BLACK, BLUE, GREY, SIZE, SMALL, VERMILLION, WIDTH, styled
from equipoise.report.figures.figure import Figure, draw
from equipoise.report.margin_words import z_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from equipoise.design import GroupSequentialDesign
    from equipoise.design.trial_design import Design
    from equipoise.monitoring.interim_result import InterimResult

_P_TICKS = (0.999, 0.99, 0.9, 0.5, 0.1, 0.025, 0.01, 0.001, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10, 1e-12)

_SHADE = {"efficacy": 0.10, "futility": 0.10, "harm": 0.22}


@dataclass(frozen=True, slots=True)
class Bound:
    """One look's bounds: at which information fraction, which z stops; infinite where not read for it."""

    fraction: float
    efficacy: float
    futility: float = float("-inf")
    harm: float = float("-inf")
    label: str = ""
    when: str = ""
    z: float | None = None
    """Statistic observed, where the look was taken."""


def bounds_of_design(design: GroupSequentialDesign) -> tuple[Bound, ...]:
    """The planned looks of a group-sequential design."""
    low = np.full(design.looks, -np.inf)
    futility = low if design.futility_z is None else design.futility_z
    harm = low if design.harm_z is None else design.harm_z
    return tuple(
        Bound(float(t), float(e), float(f), float(h), f"Look {k}")
        for k, (t, e, f, h) in enumerate(
            zip(design.information_fraction, design.efficacy_z, futility, harm, strict=True), start=1
        )
    )


def bounds_of_interim(interim: InterimResult) -> tuple[Bound, ...]:
    """The looks that were taken, each with the bounds it was read against."""
    return tuple(
        Bound(
            k.information_fraction,
            k.efficacy_z,
            k.futility_z,
            label=f"Look {k.look}" if k.look else "No look",
            when=_events(k.events) + (f"\n{short_date(k.cutoff)}" if k.cutoff else ""),
            z=k.z,
        )
        for k in interim.looks
    )


def bounds_of_trial(design: Design) -> tuple[Bound, ...]:
    """The planned looks of a trial with their events and expected dates."""
    harm = design.boundaries.harm_z
    return tuple(
        Bound(
            k.information_fraction,
            k.efficacy_z,
            k.futility_z,
            -math.inf if harm is None else float(harm[k.look - 1]),
            label=f"Look {k.look}",
            when=_events(k.events) + (f"\n{short_date(k.date)}" if k.date else ""),
        )
        for k in design.looks
    )


def plot_trial_boundary(
    design: Design,
    *,
    title: str = "Stopping boundaries as planned",
    size: tuple[float, float] = (WIDTH, 3.7),
) -> Figure:
    """Boundaries of a planned trial with the events and expected dates of its looks."""
    return plot_boundary(
        bounds_of_trial(design), title=title, size=size, z_axis=z_words(design.hypothesis.margin)
    )


def plot_design_boundary(design: GroupSequentialDesign, *, title: str = "Stopping boundaries") -> Figure:
    """Boundaries of a design alone."""
    return plot_boundary(bounds_of_design(design), title=title)


def plot_interim_boundary(
    interim: InterimResult,
    *,
    planned: Design | None = None,
    title: str = "Statistic against the boundary",
    size: tuple[float, float] = (WIDTH, 3.7),
) -> Figure:
    """The looks that were taken against their bounds, then those of the `planned` design still to come."""
    later = bounds_of_trial(planned)[interim.current.look :] if planned is not None else ()
    return plot_boundary(
        bounds_of_interim(interim), later=later, title=title, size=size, z_axis=z_words(interim.margin)
    )


def plot_boundary(
    looks: Sequence[Bound],
    *,
    later: Sequence[Bound] = (),
    title: str = "Stopping boundaries",
    size: tuple[float, float] = (WIDTH, 3.7),
    z_axis: str = z_words(1.0),
) -> Figure:
    """Efficacy and futility bounds by information fraction: z left, nominal one-sided P right, dates above.

    Parameters
    ----------
    looks : bounds of the looks, with the statistics observed where they were taken.
    later : planned looks; those after the last of `looks` are drawn.
    z_axis : what z is, beside its axis.
    """
    reached = max((b.fraction for b in looks), default=0.0)
    coming = tuple(b for b in later if b.fraction > reached + 1e-9)
    every = (*looks, *coming)
    levels = [
        v for b in every for v in (b.efficacy, b.futility, b.harm, b.z) if v is not None and np.isfinite(v)
    ]
    room = 0.13 * (max((*levels, 0.0)) - min((*levels, 0.0)) + 1.0)
    low, high = min((*levels, 0.0)) - room, max((*levels, 0.0)) + room
    with styled():
        figure = draw(*size)
        head = 0.2 + 0.125 * max(len(_head(b)) for b in every)
        axes: Axes = figure.add_axes((0.085, 0.42 / size[1], 0.785, (size[1] - 0.42 - head) / size[1]))
        axes.set_xlim(0.0, max(1.0, reached) * 1.06)
        axes.set_ylim(low, high)
        axes.axhline(0.0, color=GREY, lw=0.5, zorder=1)
        for side, edge in (("harm", low), ("futility", low), ("efficacy", high)):
            draw_side(axes, every, side, edge, upward=side == "efficacy")
        _path(axes, looks)
        draw_heads(axes, every)
        ticks = np.arange(0.0, axes.get_xlim()[1], 0.2)
        axes.set_xticks(ticks.tolist(), [numbers.decimal(float(t), 1) for t in ticks])
        axes.set_xlabel("Information fraction", labelpad=2)
        axes.set_ylabel(z_axis)
        _nominal_p(axes, low, high)
    return Figure(figure, title, _alternative(looks, coming))


def draw_side(axes: Axes, every: Sequence[Bound], side: str, edge: float, *, upward: bool) -> None:
    """One boundary: points, a light line between looks that are both read for it, stopping regions shaded.

    Futility stops between its bound and that for harm where there is one; else regions end at the `edge`.
    """
    bounds = [float(getattr(b, side)) for b in every]
    ends = [b.harm if side == "futility" and np.isfinite(b.harm) else edge for b in every]
    color = BLUE if side == "efficacy" else VERMILLION
    for (b, value, end), (after, next_value, next_end) in pairwise(zip(every, bounds, ends, strict=True)):
        if np.isfinite(value) and np.isfinite(next_value):
            x, y = (b.fraction, after.fraction), (value, next_value)
            axes.fill_between(x, y, (end, next_end), color=color, alpha=_SHADE[side], lw=0, zorder=1)
            axes.plot(x, y, color=color, lw=0.7, zorder=2)
    read = [(b, v, e) for b, v, e in zip(every, bounds, ends, strict=True) if np.isfinite(v)]
    for b, value, end in read:
        axes.vlines(b.fraction, value, end, color=color, lw=2.2, alpha=0.35, zorder=2)
        axes.plot([b.fraction], [value], "_", color=color, ms=11, mew=1.8, zorder=3)
        if side == "efficacy" or value != b.efficacy:
            axes.annotate(
                numbers.decimal(value, 2),
                (b.fraction, value),
                xytext=(-3, -4 if upward else 4),
                textcoords="offset points",
                fontsize=SMALL,
                color=color,
                ha="right",
                va="top" if upward else "bottom",
                zorder=5,
            )
    if read:
        b, value, end = read[-1 if side == "efficacy" else 0]
        place = (b.fraction, edge) if end == edge else (b.fraction, value)
        inward = 8 if (place[1] == edge) != upward else -8
        axes.annotate(
            f"Stop for {side}",
            place,
            xytext=(-5 if side == "efficacy" else 5, inward),
            textcoords="offset points",
            color=color,
            fontsize=SIZE,
            ha="right" if side == "efficacy" else "left",
            va="center",
            zorder=5,
        )


def _path(axes: Axes, looks: Sequence[Bound]) -> None:
    """The statistic as observed, joined from the start."""
    taken = [(b.fraction, b.z) for b in looks if b.z is not None and np.isfinite(b.z)]
    if not taken:
        return
    x, z = (np.array(v, dtype=np.float64) for v in zip(*taken, strict=True))
    axes.plot(np.append(0.0, x), np.append(0.0, z), color=BLACK, lw=0.9, zorder=4)
    axes.plot(x, z, "o", color=BLACK, ms=4.5, zorder=5)
    axes.annotate(
        f"z = {numbers.decimal(float(z[-1]), 2)}",
        (x[-1], z[-1]),
        xytext=(7, 2),
        textcoords="offset points",
        fontsize=SIZE,
        weight="bold",
        va="bottom",
        zorder=6,
    )


HEAD_WIDTH = 0.125
"""Of the axis: looks nearer to one another have their names pushed apart."""


def draw_heads(axes: Axes, every: Sequence[Bound]) -> None:
    """Above each look: its name and its date."""
    place = axes.get_xaxis_transform()
    axes.vlines([b.fraction for b in every], 1.0, 1.02, transform=place, color=GREY, lw=0.6, clip_on=False)
    ordered = sorted(every, key=lambda b: b.fraction)
    apart = HEAD_WIDTH * (axes.get_xlim()[1] - axes.get_xlim()[0])
    for k, b in enumerate(ordered):
        words = "\n".join(w for w in (b.label, b.when) if w)
        near = [
            0 <= j < len(ordered) and abs(ordered[j].fraction - b.fraction) < apart for j in (k - 1, k + 1)
        ]
        side = {(True, False): "left", (False, True): "right"}.get((near[0], near[1]), "center")
        shift = {"left": -0.2, "right": 0.2, "center": 0.0}[side] * apart
        axes.text(
            b.fraction + shift,
            1.035,
            words,
            transform=place,
            ha=side,
            va="bottom",
            fontsize=SMALL,
            linespacing=1.3,
        )


def _head(b: Bound) -> list[str]:
    return [w for w in (b.label, *b.when.split("\n")) if w]


def _nominal_p(axes: Axes, low: float, high: float) -> None:
    right: Any = axes.twinx()
    right.spines["right"].set_visible(True)
    right.set_ylim(low, high)
    ticks = [p for p in _P_TICKS if low < -ndtri(p) < high]
    right.set_yticks([-float(ndtri(p)) for p in ticks], [_tick(p) for p in ticks])
    right.set_ylabel("Nominal P, one-sided")


def _tick(p: float) -> str:
    if p >= 0.001:
        return f"{p:g}"
    power = -math.floor(math.log10(p) + 0.5)
    return "10⁻" + "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(power))


def _alternative(looks: Sequence[Bound], coming: Sequence[Bound]) -> str:
    def one(b: Bound) -> str:
        parts = [f"{b.label or 'Look'} at information fraction {numbers.decimal(b.fraction, 2)}"]
        parts += [f"on {b.when}"] if b.when else []
        parts += [f"z {numbers.decimal(b.z, 2)} observed"] if b.z is not None else []
        for name in ("efficacy", "futility", "harm"):
            value = getattr(b, name)
            if np.isfinite(value):
                p = float(ndtr(-value))
                parts.append(f"{name} bound {numbers.decimal(value, 2)} (one-sided P {numbers.nominal_p(p)})")
        return ", ".join(parts) + "."

    told = [one(b) for b in looks]
    told += [f"Planned: {one(b)}" for b in coming]
    return " ".join(["Boundaries on the z scale by information fraction.", *told])


def _events(n: int) -> str:
    return "1 event" if n == 1 else f"{numbers.count(n)} events"
