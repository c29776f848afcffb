"""Models of the coming events, weighed by what each would have foretold of the recent past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logsumexp, softmax

from equipoise.monitoring.event_models import CureWeibull, EventModel, PiecewiseExponential

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.analysis.endpoint_data import BoolArray

FEWEST_EVENTS = 2
# Without event and last seen longer ago than most of the others, and than a season: lost, not late.
LEAST_GAP = 92.0
USUAL_GAP = 0.75
EARLIER = 2.0 / 3.0
DRAWS_TO_WEIGH = 400
BOOTSTRAPS = 400


@dataclass(frozen=True, slots=True, eq=False)
class FollowedPatients:
    """Patients as the models see them: days of entry before the cut-off, follow-up, events, losses."""

    since_entry: FloatArray
    """Days from entry to the cut-off, shape (n,)."""
    time: FloatArray
    """Days followed, shape (n,)."""
    event: BoolArray
    lost: BoolArray

    @classmethod
    def of(cls, since_entry: FloatArray, time: FloatArray, event: BoolArray) -> FollowedPatients:
        """Lost are those without event last seen over three months ago, and twice as long as most others."""
        gap = since_entry - time
        usual = float(np.quantile(gap[~event], USUAL_GAP)) if (~event).any() else 0.0
        lost = ~event & (gap > max(LEAST_GAP, 2.0 * usual))
        return cls(since_entry, np.maximum(time, 0.5), event, lost)

    def as_of(self, days: float) -> FollowedPatients:
        """The same patients as they were known so many days before the cut-off."""
        there = self.since_entry > days
        since = self.since_entry[there] - days
        event = self.event[there] & (self.time[there] <= since)
        return FollowedPatients.of(since, np.minimum(self.time[there], since), event)

    def rows(self, keep: BoolArray) -> FollowedPatients:
        """Some of the patients."""
        return FollowedPatients(self.since_entry[keep], self.time[keep], self.event[keep], self.lost[keep])


@dataclass(frozen=True, slots=True)
class WeighedModels:
    """Fitted models with their weights, which add to 1."""

    models: tuple[EventModel, ...]
    share: FloatArray

    @property
    def weights(self) -> dict[str, float]:
        """Weight by name; with few events the piecewise model is the exponential one."""
        found: dict[str, float] = {}
        for m, w in zip(self.models, self.share.tolist(), strict=True):
            found[m.name] = found.get(m.name, 0.0) + w
        return found


def fitted_models(patients: FollowedPatients, draws: int, rng: np.random.Generator) -> tuple[EventModel, ...]:
    """Every model, fitted to the same patients."""
    time, event = patients.time, patients.event
    return (
        PiecewiseExponential.fitted(time, event, draws, rng, pieces=1),
        PiecewiseExponential.fitted(time, event, draws, rng),
        CureWeibull.fitted(time, event, draws, rng, cure=False),
        CureWeibull.fitted(time, event, draws, rng, cure=True),
    )


def weighed_models(patients: FollowedPatients, draws: int, rng: np.random.Generator) -> WeighedModels:
    """Every model fitted to all that is known, weighed by what it foretold from two thirds of the time.

    The weights are softmax of the log predictive densities summed over the patients, averaged over Bayesian
    bootstraps of the patients, so that no model wins by a few of them (pseudo-BMA+).

    References
    ----------
    Yao, Vehtari, Simpson, Gelman (2018), Bayesian Analysis 13:917-1007.

    """
    fitted = fitted_models(patients, draws, rng)
    before = (1.0 - EARLIER) * float(patients.since_entry.max())
    early = patients.as_of(before)
    if int(early.event.sum()) < 2 * FEWEST_EVENTS:
        return WeighedModels(fitted, np.full(len(fitted), 1.0 / len(fitted)))
    then = fitted_models(early, min(draws, DRAWS_TO_WEIGH), rng)
    each = np.array([predictive_densities(m, early, patients, before) for m in then])
    share = rng.standard_exponential((BOOTSTRAPS, each.shape[1]))
    share *= each.shape[1] / share.sum(axis=1, keepdims=True)
    return WeighedModels(fitted, softmax(share @ each.T, axis=1).mean(axis=0))


def predictive_densities(
    model: EventModel, early: FollowedPatients, later: FollowedPatients, days: float
) -> FloatArray:
    """Log predictive density of what came in the last `days`, of each patient at risk before them."""
    there = later.since_entry > days
    at_risk = ~early.event & ~early.lost
    start = early.time[at_risk]
    end = np.maximum(later.time[there][at_risk], start)
    event = later.event[there][at_risk]
    gone = model.cumulative(end) - model.cumulative(start)
    density = np.where(event, model.log_hazard(end), 0.0) - gone
    found: FloatArray = logsumexp(density, axis=0) - np.log(len(density))
    return found
