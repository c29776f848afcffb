"""The integral from 0 of a function that is smooth between given breaks, at any point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial import legendre

from equipoise.numerics.recursion_nodes import gauss_legendre_rule

if TYPE_CHECKING:
    from equipoise._check import FloatArray

ORDER = 8


@dataclass(frozen=True, slots=True, eq=False)
class Panels:
    """Gauss-Legendre nodes on every piece between breaks, long pieces cut.

    Parameters
    ----------
    edges
        Ends of the panels, rising, shape (m + 1,).
    nodes, weights
        Of all panels in order, shape (8 m,).

    """

    edges: FloatArray
    nodes: FloatArray
    weights: FloatArray

    @classmethod
    def of(cls, breaks: FloatArray, until: float, widest: float) -> Panels:
        """Panels from 0 to `until`, cut at the breaks between and nowhere wider than `widest`."""
        inside = np.unique(breaks[(breaks > 0.0) & (breaks < until)])
        coarse = np.concatenate(([0.0], inside, [until]))
        cuts = np.maximum(np.ceil(np.diff(coarse) / widest), 1.0).astype(np.int64)
        first = np.repeat(np.concatenate(([0], np.cumsum(cuts)[:-1])), cuts)
        step = np.repeat(np.diff(coarse) / cuts, cuts)
        edges = np.append(np.repeat(coarse[:-1], cuts) + step * (np.arange(cuts.sum()) - first), until)
        x, w = gauss_legendre_rule(ORDER)
        half, middle = 0.5 * np.diff(edges)[:, None], 0.5 * (edges[:-1] + edges[1:])[:, None]
        return cls(edges, (middle + half * x).ravel(), (half * w).ravel())


@dataclass(frozen=True, slots=True, eq=False)
class RunningIntegral:
    """F(x), the integral of f from 0 to x: a polynomial in each panel; F(0) below 0, F(end) past the end.

    Parameters
    ----------
    edges
        Ends of the panels, shape (m + 1,).
    reached
        F at the edges, shape (m + 1,).
    coefficients
        Legendre coefficients of F - F(left edge) in each panel, shape (10, m).

    """

    edges: FloatArray
    reached: FloatArray
    coefficients: FloatArray

    @classmethod
    def of(cls, panels: Panels, values: FloatArray) -> RunningIntegral:
        """The integral of a function given at the panels' nodes, shape (8 m,)."""
        half = 0.5 * np.diff(panels.edges)
        inner = half * (_antiderivative() @ values.reshape(-1, ORDER).T)
        whole = inner.sum(axis=0)
        return cls(panels.edges, np.concatenate(([0.0], np.cumsum(whole))), inner)

    def __call__(self, x: FloatArray) -> FloatArray:
        """F at any points, shape as `x`."""
        at = np.clip(x, self.edges[0], self.edges[-1])
        piece = np.clip(np.searchsorted(self.edges, at, side="right") - 1, 0, len(self.edges) - 2)
        left, width = self.edges[piece], np.diff(self.edges)[piece]
        within = 2.0 * (at - left) / width - 1.0
        c = self.coefficients[:, piece]
        return np.asarray(self.reached[piece] + legendre.legval(within, c, tensor=False))


def _antiderivative() -> FloatArray:
    """Values at the nodes of (-1, 1) to the Legendre coefficients of their integral from -1, shape (9, 8)."""
    x, w = gauss_legendre_rule(ORDER)
    degree = np.arange(ORDER)
    series = (degree + 0.5)[:, None] * legendre.legvander(x, ORDER - 1).T * w
    return np.asarray(legendre.legint(series, lbnd=-1, axis=0))
