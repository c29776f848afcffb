"""One look for every figure: Okabe and Ito's colours, a line style for each, small plain type."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from equipoise.errors import MissingPartError

if TYPE_CHECKING:
    from collections.abc import Iterator

BLACK = "#000000"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREY = "#6b6b6b"
LIGHT = "#d9d9d9"
WIDTH = 6.7
"""Inches: the text width of a printed page."""
SIZE = 8.0
SMALL = 7.0


@dataclass(frozen=True, slots=True)
class Stroke:
    """How one arm or series is drawn: told apart by colour, and by dashes and mark without it."""

    color: str
    dashes: tuple[float, ...]
    marker: str
    width: float

    @property
    def linestyle(self) -> Any:
        """Matplotlib's name for the dashes."""
        return (0, self.dashes) if self.dashes else "-"


_STROKES = (
    Stroke(BLACK, (4.5, 1.6), "s", 1.1),
    Stroke(BLUE, (), "o", 1.5),
    Stroke(VERMILLION, (6, 1.5, 1, 1.5), "D", 1.3),
    Stroke(GREEN, (1.2, 1.2), "^", 1.5),
    Stroke(PURPLE, (8, 2), "v", 1.3),
    Stroke(ORANGE, (3, 1, 1, 1, 1, 1), "P", 1.3),
)


def stroke(i: int) -> Stroke:
    """The stroke of series i; the control arm is series 0."""
    return _STROKES[i % len(_STROKES)]


def matplotlib_loaded() -> Any:
    """The plotting library, loaded when a figure is first drawn."""
    try:
        import matplotlib as mpl
    except ImportError:
        raise MissingPartError("matplotlib", "Drawing figures", "report") from None
    return mpl


def settings() -> dict[str, Any]:
    """Settings of every figure; the typeface comes with matplotlib, so it measures alike everywhere."""
    return {
        "font.family": ["DejaVu Sans"],
        "font.size": SIZE,
        "axes.titlesize": SIZE,
        "axes.labelsize": SIZE,
        "xtick.labelsize": SIZE,
        "ytick.labelsize": SIZE,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.6,
        "axes.edgecolor": "#333333",
        "axes.unicode_minus": True,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "xtick.major.size": 3.0,
        "ytick.major.size": 3.0,
        "lines.solid_capstyle": "butt",
        "lines.dash_capstyle": "butt",
        "hatch.linewidth": 0.4,
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
        "text.parse_math": False,
        "path.simplify": False,
    }


@contextmanager
def styled(more: dict[str, Any] | None = None) -> Iterator[None]:
    """Draw with these settings and no others, whatever the user's own are."""
    matplotlib = matplotlib_loaded()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(settings() | (more or {}))
        yield


def date_axis(axes: Any) -> None:
    """Few dates below, each written in short."""
    from matplotlib import dates

    ticks: Any = dates
    locator = ticks.AutoDateLocator(minticks=3, maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ticks.ConciseDateFormatter(locator))
