"""The subjects and coefficients that a fitted Cox model was made of, for what is asked of it later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.survival._cox_penalised import penalised_likelihood

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray, IntArray
    from equipoise.survival._cox_subjects import EventRows, Likelihood, SortedSubjects


@dataclass(frozen=True, slots=True)
class CoxModel:
    """Sorted subjects, whose X is (x - centre)/scale, and the scaled coefficients `beta` (p,).

    `order` is the permutation that sorted them; `strata` the labels of their strata; `expanded` says whether
    each risk set was laid out on its own for effects that vary with time.
    """

    subjects: SortedSubjects
    order: IntArray
    centre: FloatArray
    scale: FloatArray
    beta: FloatArray
    strata: tuple[Any, ...]
    firth: bool
    expanded: bool

    def likelihood(self, beta: FloatArray) -> Likelihood:
        """The likelihood that was maximised, penalised where it was."""
        return penalised_likelihood(self.subjects, beta) if self.firth else self.subjects.likelihood(beta)

    def rows(self) -> EventRows:
        """The event rows at the estimate."""
        return self.subjects.event_rows(self.beta)

    def in_own_order(self, x: FloatArray) -> FloatArray:
        """Values of the sorted subjects in the order in which they came."""
        out = np.empty_like(x)
        out[self.order] = x
        return out
