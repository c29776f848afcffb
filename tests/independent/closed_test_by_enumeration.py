"""Weighted Bonferroni closed test over all intersections, the graph read as a random walk.

A rival written from the definitions: no graph is ever updated. Weight that starts on a hypothesis outside an
intersection J walks along the edges until it arrives in J or is lost; the weight of j in J is what started on j
plus what arrives there (absorption in a Markov chain). H_i is rejected if every J with i in it is rejected by
min p_j / w_j(J) <= alpha (Marcus, Peritz and Gabriel, 1976).
"""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

DOUBLINGS = 60  # 2^60 steps of the walk


def intersection_weights(
    weights: list[float], transitions: list[list[float]], inside: set[int]
) -> np.ndarray:
    """Weight of each hypothesis in the intersection `inside`; 0 outside, shape (m,)."""
    m = len(weights)
    step = np.zeros((m, m))
    for i in range(m):
        for j in range(m):
            if i not in inside:
                step[i, j] = transitions[i][j]
    for j in inside:
        step[j, j] = 1.0  # whoever has arrived stays
    walked = step
    for _ in range(DOUBLINGS):
        walked = walked @ walked
    arrived = np.array(weights) @ walked
    return np.array([arrived[j] if j in inside else 0.0 for j in range(m)])


def intersections(m: int) -> list[set[int]]:
    """Every set of hypotheses that is not empty."""
    return [set(c) for size in range(1, m + 1) for c in combinations(range(m), size)]


def closed_test_adjusted_p(
    weights: list[float], transitions: list[list[float]], p_values: list[float]
) -> list[float]:
    """Largest p of the intersections that hold each hypothesis, at most 1."""
    m = len(weights)
    adjusted = [0.0] * m
    for inside in intersections(m):
        w = intersection_weights(weights, transitions, inside)
        p = min((p_values[j] / w[j] if w[j] > 1e-12 else math.inf) for j in inside)
        for j in inside:
            adjusted[j] = max(adjusted[j], p)
    return [min(1.0, p) for p in adjusted]


def closed_test_of_crossings(
    weights: list[float], transitions: list[list[float]], alpha: float, crossed: dict[int, object]
) -> set[int]:
    """Hypotheses that a group-sequential closed test rejects.

    crossed[j](level) says whether hypothesis j alone, tested from its first look on at this level, has been
    rejected; J is rejected if any j in it has, at w_j(J) alpha.
    """
    m = len(weights)
    rejected = set(range(m))
    for inside in intersections(m):
        w = intersection_weights(weights, transitions, inside)
        if not any(w[j] > 1e-12 and crossed[j](w[j] * alpha) for j in inside):  # type: ignore[operator]
            rejected -= inside
    return rejected
