"""Hypotheses as a graph: what each may use of alpha, and where it goes when one is rejected."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.report import numbers
from equipoise.report.figures._style import BLACK, BLUE, GREEN, GREY, LIGHT, SIZE, SMALL, WIDTH, styled
from equipoise.report.figures._text import width_of, wrapped
from equipoise.report.figures.figure import Figure, draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from equipoise.design import GraphicalDesign, GraphicalTest, HypothesisGraph
    from equipoise.monitoring import MonitoredHypotheses

LINE = 0.155
"""Inches from one line of a node to the next."""
PAD = 0.14
WIDEST = 1.7
BEND = 0.2


@dataclass(frozen=True, slots=True)
class Node:
    """A hypothesis on the page: place and half size in inches."""

    id: str
    lines: tuple[str, ...]
    named: int
    """How many of the lines, from the first, are its id."""
    x: float
    y: float
    half_width: float
    half_height: float
    rejected: bool = False
    open: bool = True
    """Whether it has alpha now."""


def plot_graphical_design(design: GraphicalDesign, **options: Any) -> Figure:
    """The graph as planned, with the events of each hypothesis."""
    events = {d.hypothesis.id: f"{numbers.count(d.events)} events" for d in design.designs}
    return plot_hypothesis_graph(
        design.procedure.graph, alpha=design.procedure.alpha, notes=events, **options
    )


def plot_graphical_test(test: GraphicalTest, **options: Any) -> Figure:
    """The graph after a test: what is rejected, and where its alpha has gone."""
    return plot_hypothesis_graph(
        test.graph,
        alpha=test.alpha,
        rejected=test.rejected,
        levels={name: test.level(name) for name in test.rejected},
        **options,
    )


def plot_monitored_hypotheses(monitored: MonitoredHypotheses, **options: Any) -> Figure:
    """The graph at a committee's meeting."""
    drawn = plot_graphical_test(monitored.found.test, **options)
    return drawn.marked("SYNTHETIC") if monitored.synthetic else drawn


def plot_hypothesis_graph(
    graph: HypothesisGraph,
    *,
    alpha: float | None = None,
    rejected: tuple[str, ...] = (),
    levels: dict[str, float] | None = None,
    notes: dict[str, str] | None = None,
    title: str = "",
) -> Figure:
    """Nodes with id, weight and alpha; arrows with the share of a rejected one's alpha that is passed on.

    Parameters
    ----------
    graph : before any rejection.
    alpha : in total; without it the nodes say their weights alone.
    rejected : in order; drawn with a heavy frame, and the arrows are those of the graph that remains.
    levels : at which they were rejected.
    notes : one more line for a node.
    """
    left = graph.reject(*rejected)
    weights = dict(zip(left.hypotheses, left.weights, strict=True)) if left is not None else {}
    texts = {
        name: _lines(name, weights.get(name), alpha, (levels or {}).get(name), (notes or {}).get(name, ""))
        for name in graph.hypotheses
    }
    nodes, height = _placed(graph.hypotheses, texts, weights)
    with styled():
        figure = draw(WIDTH, height)
        axes: Axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_xlim(0.0, WIDTH)
        axes.set_ylim(0.0, height)
        axes.set_axis_off()
        if left is not None:
            _edges(axes, left, {n.id: n for n in nodes})
        for node in nodes:
            _node(axes, node)
    said = title or ("Graph of hypotheses" if not rejected else "Graph of hypotheses after rejections")
    return Figure(figure, said, _alternative(graph, left, alpha, rejected))


def _lines(
    name: str, weight: float | None, alpha: float | None, level: float | None, note: str
) -> tuple[str, ...]:
    lines = _title(name)
    if weight is None:
        lines.append("rejected" + (f" at α = {_short(level)}" if level else ""))
    else:
        lines.append(f"weight {_short(weight)}")
        lines += [f"α = {_short(weight * alpha)}"] if alpha is not None else []
    return (*lines, *([note] if note else []))


def _title(name: str) -> list[str]:
    return wrapped(name, WIDEST - 2 * PAD).split("\n")


def _short(x: float) -> str:
    """Four significant digits, no zeros behind."""
    return f"{x:.4g}"


def _placed(
    ids: tuple[str, ...], texts: dict[str, tuple[str, ...]], weights: dict[str, float]
) -> tuple[list[Node], float]:
    """Nodes in a row, two over one, two over two, or around; and the height of the drawing."""
    m = len(ids)
    longest = max(width_of(line, SIZE, "bold") for lines in texts.values() for line in lines)
    half_width = longest / 2 + PAD
    half_height = max(len(lines) for lines in texts.values()) * LINE / 2 + PAD * 0.7
    reach_x = WIDTH / 2 - half_width - 0.35
    if m == 1:
        spots = [(0.0, 0.0)]
    elif m == 2:
        spots = [(-0.6, 0.0), (0.6, 0.0)]
    elif m == 3:
        spots = [(-0.75, 1.0), (0.75, 1.0), (0.0, -1.0)]
    elif m == 4:
        spots = [(-0.75, 1.0), (0.75, 1.0), (-0.75, -1.0), (0.75, -1.0)]
    else:
        turns = [math.pi * (0.5 + 1.0 / m - 2.0 * k / m) for k in range(m)]
        spots = [(math.cos(a), math.sin(a)) for a in turns]
    reach_y = 0.0 if m <= 2 else max(0.85, 0.34 * m) if m > 4 else 0.95
    height = 2 * (reach_y + half_height) + (0.9 if m <= 2 else 0.4)
    nodes = [
        Node(
            name,
            texts[name],
            len(_title(name)),
            WIDTH / 2 + x * reach_x,
            height / 2 + y * reach_y,
            half_width,
            half_height,
            rejected=name not in weights,
            open=weights.get(name, 0.0) > 0.0,
        )
        for name, (x, y) in zip(ids, spots, strict=True)
    ]
    return nodes, height


def _node(axes: Axes, node: Node) -> None:
    from matplotlib.patches import FancyBboxPatch

    color = GREEN if node.rejected else BLUE if node.open else GREY
    axes.add_patch(
        FancyBboxPatch(
            (node.x - node.half_width, node.y - node.half_height),
            2 * node.half_width,
            2 * node.half_height,
            boxstyle="round,pad=0,rounding_size=0.12",
            facecolor="white",
            edgecolor=color,
            linewidth=2.0 if node.rejected else 1.3,
            linestyle="-" if node.open or node.rejected else (0, (3, 2)),
            zorder=3,
        )
    )
    for k, line in enumerate(node.lines):
        first = k < node.named
        axes.text(
            node.x,
            node.y + (0.5 * (len(node.lines) - 1) - k) * LINE,
            line,
            ha="center",
            va="center",
            fontsize=SIZE if first else SMALL,
            weight="bold" if first else "normal",
            color=BLACK,
            zorder=4,
        )


def _edges(axes: Axes, graph: HypothesisGraph, nodes: dict[str, Node]) -> None:
    """Arrows, bent to the left of their way so that there and back do not meet, each with its share."""
    from matplotlib.patches import FancyArrowPatch

    for i, start in enumerate(graph.hypotheses):
        for j, end in enumerate(graph.hypotheses):
            share = graph.transitions[i][j]
            if share <= 0.0:
                continue
            bend = BEND if graph.transitions[j][i] > 0.0 else 0.0
            path = _path(nodes[start], nodes[end], bend)
            axes.add_patch(
                FancyArrowPatch(
                    path=_curve(path),
                    arrowstyle="-|>,head_length=5,head_width=2.4",
                    color=GREY,
                    linewidth=0.9,
                    zorder=1,
                )
            )
            x, y = path[int(0.38 * len(path))]
            axes.text(
                x,
                y,
                _short(share),
                ha="center",
                va="center",
                fontsize=SMALL,
                zorder=2,
                bbox={
                    "boxstyle": "round,pad=0.18",
                    "facecolor": "white",
                    "edgecolor": LIGHT,
                    "linewidth": 0.6,
                },
            )


def _path(start: Node, end: Node, bend: float) -> list[tuple[float, float]]:
    """Points of the visible way from one node's edge to the other's: a quadratic curve, cut at the boxes."""
    dx, dy = end.x - start.x, end.y - start.y
    middle = (start.x + end.x) / 2 - bend * dy, (start.y + end.y) / 2 + bend * dx
    points = []
    for t in np.linspace(0.0, 1.0, 241):
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        x = a * start.x + b * middle[0] + c * end.x
        y = a * start.y + b * middle[1] + c * end.y
        if not (_inside(start, x, y, 0.02) or _inside(end, x, y, 0.05)):
            points.append((float(x), float(y)))
    return points or [(start.x, start.y), (end.x, end.y)]


def _inside(node: Node, x: float, y: float, spare: float) -> bool:
    return abs(x - node.x) < node.half_width + spare and abs(y - node.y) < node.half_height + spare


def _curve(points: list[tuple[float, float]]) -> Any:
    from matplotlib.path import Path

    return Path(points)


def _alternative(
    graph: HypothesisGraph, left: HypothesisGraph | None, alpha: float | None, rejected: tuple[str, ...]
) -> str:
    told = [f"Total alpha {_short(alpha)}, one-sided."] if alpha is not None else []
    told += [f"Rejected, in this order: {', '.join(rejected)}."] if rejected else []
    if left is None:
        return " ".join([*told, "No hypothesis is left."])
    for name, weight, row in zip(left.hypotheses, left.weights, left.transitions, strict=True):
        passed = [f"{_short(g)} to {to}" for to, g in zip(left.hypotheses, row, strict=True) if g > 0.0]
        at = f", alpha {_short(weight * alpha)}" if alpha is not None else ""
        goes = f"; if rejected it passes {', '.join(passed)}" if passed else ""
        told.append(f"{name}: weight {_short(weight)}{at}{goes}.")
    return " ".join([f"Graph of {len(graph.hypotheses)} hypotheses.", *told])
