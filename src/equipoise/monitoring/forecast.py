"""When will the planned events come, if they ever do? Enrolment, events and losses, played forward."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.design import design_trial
from equipoise.errors import ArgumentError, DataError
from equipoise.monitoring.blinded import BlindedSnapshot
from equipoise.monitoring.enrolment_model import EnrolmentModel
from equipoise.monitoring.event_forecast import EventForecast, LookForecast
from equipoise.monitoring.known_times import KnownTimes, pooled_times, times_by_arm
from equipoise.monitoring.weighed_models import FEWEST_EVENTS, FollowedPatients, WeighedModels, weighed_models

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from equipoise._check import FloatArray
    from equipoise.design import Design
    from equipoise.design.trial_design import PlannedLook
    from equipoise.monitoring.event_models import EventModel
    from equipoise.protocol import Protocol
    from equipoise.records import Snapshot

DRAWS = 1000
YEARS = 15.0
LEVELS = (0.5, 0.8, 0.95)
ALL = "all"
FOLLOWED = 0.9
UNSEEN_SD = 0.4


def forecast_events(
    snapshot: Snapshot | BlindedSnapshot,
    protocol: Protocol,
    *,
    seed: int,
    design: Design | None = None,
    by_arm: bool = False,
    draws: int = DRAWS,
) -> EventForecast:
    """Foretell the date of each planned look that is still to come.

    Models: exponential, piecewise exponential, Weibull, Weibull with a cured fraction, weighed by how well
    each, fitted to what was known at two thirds of the trial's time, foretold what has come since. Patients
    still to come follow a Poisson process with a trend, by stratum, up to the planned number.

    Parameters
    ----------
    snapshot
        The data at the cut-off; a blinded snapshot, for an open session, holds no arms.
    protocol
        Its monitored hypothesis, planned patients and dropout count.
    seed
        Of the random numbers.
    design
        Where it has been made already.
    by_arm
        Fit each arm apart; the arms are pooled (blinded) unless asked for.
    draws
        Futures played.

    Raises
    ------
    DataError
        The data hold no dates, or fewer than two events.
    ArgumentError
        Asked for by arm of data without arms.

    """
    plan = design if design is not None else design_trial(protocol)
    if isinstance(snapshot, BlindedSnapshot):
        data = pooled_times(plan, snapshot)
    else:
        data = times_by_arm(plan, snapshot)
    if by_arm and data.arm is None:
        raise ArgumentError("by_arm", by_arm, "must be False where the data hold no arms")
    patients, now = followed(data, snapshot.cutoff)
    rng = np.random.default_rng(np.random.Philox(int(_check.not_negative("seed", seed))))
    target = protocol.accrual.patients if protocol.accrual is not None else None
    to_come = max((target or 0) - len(patients.time), 0)
    group = data.arm.to_numpy() if by_arm and data.arm is not None else np.full(len(data.time), ALL)
    names = dict.fromkeys(group.tolist())
    fits = {g: weighed_models(patients.rows(group == g), draws, rng) for g in names}
    future = futures(patients, data.stratum.to_numpy(), group, fits, to_come, rng)
    happened = int(patients.event.sum())
    looks = tuple(
        look_forecast(k, future, happened, now)
        for k in plan.looks
        if k.events > happened and not k.by_calendar
    )
    return EventForecast(
        trial=protocol.trial.name,
        cutoff=now,
        events=happened,
        patients=len(patients.time),
        patients_to_come=to_come,
        looks=looks,
        weights={g: fit.weights for g, fit in fits.items()},
        days=future,
        by_arm=by_arm,
        seed=seed,
        synthetic=snapshot.synthetic,
        data_hash=snapshot.data_hash,
        protocol_hash=protocol.hash,
    )


def followed(data: KnownTimes, cutoff: dt.date | None) -> tuple[FollowedPatients, dt.date]:
    """The patients, and the date from which days are counted."""
    if data.start is None or data.end is None or data.start.null_count():
        raise DataError(
            f"{data.endpoint}: the data have no start dates, so nothing can be foretold. "
            "Add STARTDT to ADTTE."
        )
    now = cutoff or data.end.max()
    assert isinstance(now, dt.date)  # noqa: S101 - a column of dates
    since = np.array([(now - day).days + 1 for day in data.start], dtype=np.float64)
    found = FollowedPatients.of(since, data.time, data.event)
    if int(found.event.sum()) < FEWEST_EVENTS:
        raise DataError(
            f"{data.endpoint}: only {int(found.event.sum())} observed by {now}: a forecast needs "
            f"{FEWEST_EVENTS}. Until then the plan's own calendar (equipoise design) is all that can be said."
        )
    return found, now


def futures(  # noqa: PLR0917 - who, in which strata and groups, by which models
    patients: FollowedPatients,
    stratum: NDArray[np.str_],
    group: NDArray[np.str_],
    fits: dict[str, WeighedModels],
    to_come: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Days from now of each coming event in each future, rising, shape (M, width); infinite where none is."""
    draws = len(next(iter(fits.values())).models[0].cumulative(np.zeros(1)))
    entry = [
        EnrolmentModel.fitted(-patients.since_entry[stratum == s], 0.0, draws, rng)
        for s in dict.fromkeys(stratum.tolist())
        if to_come and int((stratum == s).sum()) > 1
    ]
    parts = {g: patients.rows(group == g) for g in fits}
    rows = []
    for m in range(draws):
        new = arrivals(entry, m, to_come, rng)
        days = [
            coming_events(part, fits[g], m, new[i :: len(parts)], rng)
            for i, (g, part) in enumerate(parts.items())
        ]
        rows.append(np.sort(np.concatenate(days)))
    found = np.full((draws, max(len(r) for r in rows)), np.inf)
    for m, r in enumerate(rows):
        found[m, : len(r)] = r
    found[found > YEARS * 365.25] = np.inf
    return found


def coming_events(
    patients: FollowedPatients, fit: WeighedModels, draw: int, new: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Days from now at which events come in one future; events that never come are left out."""
    model = fit.models[int(rng.choice(len(fit.models), p=fit.share))]
    at_risk = ~patients.event & ~patients.lost
    age = np.concatenate([patients.time[at_risk], np.zeros(len(new))])
    entered = np.concatenate([-patients.since_entry[at_risk], new])
    losing = rng.gamma(int(patients.lost.sum()) + 0.5) / float(patients.time.sum())
    event = model.time_of(draw, _beyond_follow_up(patients, model, draw, age, rng))
    lost = age + rng.exponential(size=len(age)) / losing
    # An event that fell between the last contact and the cut-off is reported soon after it.
    when = np.maximum(entered + event, 0.0)
    found: FloatArray = when[np.isfinite(event) & (event <= lost)]
    return found


def _beyond_follow_up(
    patients: FollowedPatients, model: EventModel, draw: int, age: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Cumulative hazard at which each event comes, on the model's scale.

    Beyond the follow-up that nine in ten have not reached, no data speak: there the model's hazard is
    multiplied by a lognormal factor, one a future.
    """
    seen = float(np.quantile(patients.since_entry, FOLLOWED))
    factor = float(np.exp(UNSEEN_SD * rng.standard_normal()))
    last, own = model.cumulative_under(draw, np.array([seen])), model.cumulative_under(draw, age)
    # On the scale of the factor hazard beyond `last` counts for so much more or less.
    start = np.where(own > last, last + factor * (own - last), own)
    target = start + rng.exponential(size=len(age))
    found: FloatArray = np.where(target > last, last + (target - last) / factor, target)
    return found


def arrivals(
    models: Sequence[EnrolmentModel], draw: int, patients: int, rng: np.random.Generator
) -> FloatArray:
    """Days from now at which the patients still planned come, over all strata."""
    if not models or patients == 0:
        return np.empty(0)
    every = np.concatenate([m.arrivals(draw, patients, rng) for m in models])
    return np.sort(every)[:patients]


def days_until(future: FloatArray, events: int) -> FloatArray:
    """Days from now until so many events have come, in each future; infinite where they never do."""
    if events > future.shape[1]:
        return np.full(len(future), np.inf)
    found: FloatArray = future[:, events - 1]
    return found


def look_forecast(look: PlannedLook, future: FloatArray, happened: int, now: dt.date) -> LookForecast:
    """When a look's events are reached over the futures; infinite where they never are."""
    days = days_until(future, look.events - happened)
    comes = float(np.isfinite(days).mean())

    def date_at(share: float) -> dt.date | None:
        at = float(np.quantile(days, share, method="inverted_cdf"))
        return now + dt.timedelta(days=round(at)) if np.isfinite(at) else None

    return LookForecast(
        look=look.look,
        label=look.label,
        events=look.events,
        probability=comes,
        median=date_at(0.5),
        intervals=tuple((level, date_at(0.5 - level / 2.0), date_at(0.5 + level / 2.0)) for level in LEVELS),
    )
