"""Text on figures: measured, wrapped, kept from lying on other text."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from equipoise.report.figures._style import SIZE, matplotlib_loaded

if TYPE_CHECKING:
    from collections.abc import Sequence


@lru_cache(maxsize=512)
def width_of(text: str, size: float = SIZE, weight: str = "normal") -> float:
    """Width of the longest line in inches."""
    matplotlib_loaded()
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    font = FontProperties(family=["DejaVu Sans"], weight=weight)
    return max(
        (_width(TextPath((0, 0), line, size=size, prop=font)) for line in text.split("\n")), default=0.0
    )


def _width(path: object) -> float:
    vertices = path.vertices  # type: ignore[attr-defined]
    return float(vertices[:, 0].max()) / 72.0 if len(vertices) else 0.0


def wrapped(text: str, limit: float, size: float = SIZE) -> str:
    """The text on as many lines as keep each within `limit` inches; a word is never cut."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and width_of(f"{lines[-1]} {word}", size) <= limit:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def spread(wanted: Sequence[float], gap: Sequence[float], low: float, high: float) -> list[float]:
    """Centres as near to those wanted as keeps neighbours apart by their gaps, within limits."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    blocks: list[tuple[list[int], float]] = []
    for i in order:
        members, centre = [i], wanted[i]
        while True:
            height = sum(gap[j] for j in members)
            centre = min(max(centre, low + height / 2), high - height / 2)
            if not blocks:
                break
            below, at = blocks[-1]
            if at + sum(gap[j] for j in below) / 2 <= centre - height / 2 + 1e-12:
                break
            blocks.pop()
            members = below + members
            centre = sum(wanted[j] for j in members) / len(members)
        blocks.append((members, centre))
    placed = [0.0] * len(wanted)
    for members, centre in blocks:
        edge = centre - sum(gap[j] for j in members) / 2
        for j in members:
            placed[j] = edge + gap[j] / 2
            edge += gap[j]
    return placed
