"""Well-known multiple tests as graphs of hypotheses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.errors import ArgumentError
from equipoise.numerics.hypothesis_graph import HypothesisGraph

if TYPE_CHECKING:
    from collections.abc import Sequence


def bonferroni(hypotheses: Sequence[str], weights: Sequence[float] | None = None) -> HypothesisGraph:
    """Weighted Bonferroni test: nothing is passed on; equal weights unless given."""
    ids = tuple(hypotheses)
    return HypothesisGraph(ids, _weights(ids, weights), tuple((0.0,) * len(ids) for _ in ids))


def holm(hypotheses: Sequence[str], weights: Sequence[float] | None = None) -> HypothesisGraph:
    """Weighted Bonferroni-Holm test: a rejected weight is shared out by the weights of the others.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6:65-70.
    """
    ids = tuple(hypotheses)
    w = _weights(ids, weights)
    if len(ids) > 1 and any(x <= 0.0 for x in w):
        raise ArgumentError("weights", w, "must be above 0", "For an order of testing take fixed_sequence.")
    rows = []
    for i in range(len(ids)):
        others = sum(w) - w[i]
        rows.append(tuple(0.0 if j == i else w[j] / others for j in range(len(ids))))
    return HypothesisGraph(ids, w, tuple(rows))


def fixed_sequence(hypotheses: Sequence[str]) -> HypothesisGraph:
    """Hypotheses in a fixed order, each at the whole of alpha once all before it are rejected.

    References
    ----------
    Maurer, Hothorn, Lehmacher (1995), Biometrie in der chemisch-pharmazeutischen Industrie 6:3-18.
    """
    ids = tuple(hypotheses)
    return _chain(ids, (1.0, *(0.0 for _ in ids[1:])))


def fallback(hypotheses: Sequence[str], weights: Sequence[float]) -> HypothesisGraph:
    """Hypotheses in a fixed order, each with its own weight; a rejected one's is added to the next.

    References
    ----------
    Wiens (2003), Pharmaceutical Statistics 2:211-215.
    """
    ids = tuple(hypotheses)
    return _chain(ids, _weights(ids, weights))


def parallel_gatekeeping(primary: Sequence[str], secondary: Sequence[str]) -> HypothesisGraph:
    """Primary hypotheses by Bonferroni; each one rejected hands its weight to the secondary.

    The secondary hypotheses share what they receive equally, and are tested by Holm among themselves.

    References
    ----------
    Dmitrienko, Offen, Westfall (2003), Statistics in Medicine 22:2387-2400.
    """
    first, second = tuple(primary), tuple(secondary)
    if not first or not second:
        raise ArgumentError("secondary", second, "and primary must each name a hypothesis", "Or take holm.")
    m, n = len(first), len(second)
    opened = tuple((0.0,) * m + (1.0 / n,) * n for _ in first)
    shared = tuple((0.0,) * m + tuple(_equally(n, i, j) for j in range(n)) for i in range(n))
    return HypothesisGraph(first + second, (1.0 / m,) * m + (0.0,) * n, opened + shared)


def _equally(n: int, i: int, j: int) -> float:
    return 0.0 if i == j else 1.0 / (n - 1)


def _chain(ids: tuple[str, ...], weights: tuple[float, ...]) -> HypothesisGraph:
    rows = (tuple(float(j == i + 1) for j in range(len(ids))) for i in range(len(ids)))
    return HypothesisGraph(ids, weights, tuple(rows))


def _weights(ids: tuple[str, ...], given: Sequence[float] | None) -> tuple[float, ...]:
    if not ids:
        raise ArgumentError("hypotheses", ids, "must name a hypothesis")
    return (1.0 / len(ids),) * len(ids) if given is None else tuple(float(w) for w in given)
