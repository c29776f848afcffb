"""Forecasts: each model against its own law, arms that stay blind, and what is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from equipoise.design import Design, design_trial
from equipoise.errors import DataError
from equipoise.monitoring import forecast_events
from equipoise.monitoring.enrolment_model import MONTH, EnrolmentModel
from equipoise.monitoring.event_models import CureWeibull, EventModel, PiecewiseExponential
from equipoise.monitoring.forecast import ALL, futures, look_forecast
from equipoise.monitoring.weighed_models import (
    FollowedPatients,
    WeighedModels,
    fitted_models,
    predictive_densities,
    weighed_models,
)
from equipoise.protocol import parse_protocol
from equipoise.records import TrialRecords, cut, trial_records
from equipoise.report.committee_text import forecast_text
from small_trial import PROTOCOL, adam_tables

DAY = dt.date(2020, 12, 31)


def rng() -> np.random.Generator:
    return np.random.default_rng(20240630)


def sample(n: int, cured: float, shape: float, scale: float = 600.0) -> tuple[np.ndarray, np.ndarray]:
    """Times and events with follow-up spread evenly over 200 to 2000 days."""
    draw = rng()
    time = np.where(draw.uniform(size=n) < cured, np.inf, scale * draw.weibull(shape, size=n))
    follow_up = np.linspace(200.0, 2000.0, n)
    return np.minimum(time, follow_up), time <= follow_up


@pytest.fixture(scope="module")
def design() -> Design:
    return design_trial(parse_protocol(PROTOCOL))


@pytest.fixture(scope="module")
def records() -> TrialRecords:
    tables = adam_tables()
    return trial_records(tables["adsl"], tables["adtte"], synthetic=True)


@pytest.mark.parametrize(("cured", "shape"), [(0.0, 1.0), (0.0, 1.6), (0.6, 1.2)])
def test_every_model_inverts_its_own_cumulative_hazard(cured: float, shape: float) -> None:
    time, event = sample(400, cured, shape)
    patients = FollowedPatients.of(np.linspace(200.0, 2000.0, 400), time, event)
    at = np.array([1.0, 50.0, 300.0, 900.0])
    for model in fitted_models(patients, 20, rng()):
        whole = model.cumulative(at)
        assert whole.shape == (20, 4)
        for draw in (0, 7, 19):
            one = model.cumulative_under(draw, at)
            assert one == pytest.approx(whole[draw], rel=1e-12)
            assert model.time_of(draw, one) == pytest.approx(at, rel=1e-6)
            step = 1e-4
            slope = (model.cumulative_under(draw, at + step) - model.cumulative_under(draw, at - step)) / (
                2 * step
            )
            # Where a piece of the hazard ends just there the slope has two values.
            assert np.exp(model.log_hazard(at)[draw]) == pytest.approx(slope, rel=1e-3), model.name


def test_the_exponential_posterior_is_its_gamma() -> None:
    time, event = sample(500, 0.0, 1.0)
    model = PiecewiseExponential.fitted(time, event, 40_000, rng(), pieces=1)
    d = int(event.sum())
    assert model.rates.mean() == pytest.approx((d + 0.5) / time.sum(), rel=4 / np.sqrt(d * 40_000))
    assert model.rates.std() == pytest.approx(np.sqrt(d + 0.5) / time.sum(), rel=0.02)


def test_draws_of_the_cure_model_lie_about_the_truth() -> None:
    time, event = sample(3000, 0.6, 1.2)
    model = CureWeibull.fitted(time, event, 1000, rng(), cure=True)
    for draws, truth in ((model.cured, 0.6), (model.shape, 1.2), (model.scale, 600.0)):
        low, high = np.quantile(draws, [0.001, 0.999])
        assert low < truth < high
    assert model.cured.std() == pytest.approx(np.sqrt(0.6 * 0.4 / 3000), rel=0.5), (
        "about that of a proportion"
    )


def test_the_cured_never_have_their_event() -> None:
    model = CureWeibull(np.array([500.0]), np.array([1.0]), np.array([0.7]), "Weibull with cure")
    assert np.isinf(model.time_of(0, np.array([-np.log(0.7) + 1e-9])))
    assert np.isfinite(model.time_of(0, np.array([-np.log(0.7) - 1e-3])))


def test_the_score_prefers_the_model_that_is_true() -> None:
    """Sixty in a hundred cured: an exponential foretells too many late events."""
    time, event = sample(2000, 0.6, 1.0, scale=250.0)
    patients = FollowedPatients.of(np.linspace(200.0, 2000.0, 2000), time, event)
    early = patients.as_of(700.0)
    scores = {
        m.name: predictive_densities(m, early, patients, 700.0).sum()
        for m in fitted_models(early, 200, rng())
    }
    assert scores["Weibull with cure"] > scores["exponential"] + 10.0
    weights = weighed_models(patients, 200, rng()).weights
    assert sum(weights.values()) == pytest.approx(1.0)
    assert weights["exponential"] < 1e-3


def test_patients_as_of_an_earlier_day_know_nothing_later() -> None:
    patients = FollowedPatients.of(
        np.array([1000.0, 1000.0, 300.0]), np.array([900.0, 100.0, 300.0]), np.array([True, True, False])
    )
    then = patients.as_of(500.0)
    assert then.since_entry.tolist() == [500.0, 500.0]
    assert then.event.tolist() == [False, True]
    assert then.time.tolist() == [500.0, 100.0]


def test_the_lost_are_told_from_the_late() -> None:
    """Last seen 500 days ago where the others are current, and where the others come once in 300 days."""
    nobody = np.zeros(5, dtype=bool)
    current = FollowedPatients.of(np.full(5, 1000.0), np.array([500.0, 1000, 1000, 990, 995]), nobody)
    assert current.lost.tolist() == [True, False, False, False, False]
    slow = FollowedPatients.of(np.full(5, 1000.0), np.array([500.0, 700, 720, 710, 730]), nobody)
    assert not slow.lost.any()


def test_enrolment_goes_on_at_its_rate_and_trend() -> None:
    steady = -np.arange(1, 1081) * 0.5
    model = EnrolmentModel.fitted(steady, 0.0, 400, rng())
    assert model.rate.mean() == pytest.approx(2 * MONTH, rel=0.1)
    assert abs(model.trend.mean()) < 0.02
    draw = rng()
    days = [model.arrivals(m, 60, draw)[-1] for m in range(400)]
    assert np.mean(days) == pytest.approx(30.0, rel=0.15)
    assert all((np.diff(model.arrivals(m, 60, draw)) > 0).all() for m in range(20))
    rising = EnrolmentModel(np.array([10.0]), np.array([0.1]), 1.0)
    falling = EnrolmentModel(np.array([10.0]), np.array([-0.1]), 1.0)
    assert rising.arrivals(0, 200, rng())[-1] < falling.arrivals(0, 200, rng())[-1]


def test_nobody_entering_of_late_still_has_a_rate() -> None:
    model = EnrolmentModel.fitted(-np.linspace(900.0, 1500.0, 100), 0.0, 200, rng())
    assert np.isfinite(model.rate).all()
    assert np.median(model.rate) < 1.0


def test_futures_of_an_exponential_trial_have_its_expected_events() -> None:
    """A known rate, nobody lost, nobody to come: events by day t are binomial with 1 - exp(-rate t)."""
    n, rate, draws = 400, 0.001, 500
    model = PiecewiseExponential(np.zeros(1), np.full((draws, 1), rate))
    # A hundred entered long ago and had their event: follow-up has been seen as far as is foretold.
    event = np.arange(n + 100) >= n
    patients = FollowedPatients(
        np.where(event, 1000.0, 100.0), np.full(n + 100, 100.0), event, np.zeros(n + 100, dtype=bool)
    )
    place = np.full(n + 100, ALL)
    days = futures(patients, place, place, {ALL: WeighedModels((model,), np.ones(1))}, 0, rng())
    mean = float((days <= 300.0).sum(axis=1).mean())
    # A loss rate of half an event in all the person-time so far is played too.
    lost = 0.5 / float(patients.time.sum())
    expected = n * rate / (rate + lost) * (1.0 - np.exp(-(rate + lost) * 300.0))
    error = np.sqrt(expected * (1.0 - expected / n) / draws)
    assert abs(mean - expected) < 4.0 * error


def test_beyond_the_follow_up_seen_futures_differ_more() -> None:
    """The same trial with nobody followed beyond 100 days: the mean stays near, the spread grows."""
    n, rate, draws = 400, 0.001, 500
    model = PiecewiseExponential(np.zeros(1), np.full((draws, 1), rate))
    none = np.zeros(n, dtype=bool)
    place = np.full(n, ALL)
    fit = {ALL: WeighedModels((model,), np.ones(1))}
    young = FollowedPatients(np.full(n, 100.0), np.full(n, 100.0), none, none)
    old = FollowedPatients(np.linspace(100.0, 2000.0, n), np.full(n, 100.0), none, none)
    spreads = [(futures(p, place, place, fit, 0, rng()) <= 300.0).sum(axis=1).std() for p in (young, old)]
    assert spreads[0] > 2.0 * spreads[1]


def test_a_forecast_is_blind_to_the_arms_unless_asked(design: Design, records: TrialRecords) -> None:
    data = cut(records, DAY)
    swapped = records.subjects.with_columns(TRT01P=pl.col("TRT01P").replace({"A": "B", "B": "A"}))
    other = cut(trial_records(swapped, records.times, synthetic=True), DAY)
    one, two = (forecast_events(d, design.protocol, design=design, seed=3, draws=100) for d in (data, other))
    assert np.array_equal(one.days, two.days)
    assert one.looks == two.looks
    apart = forecast_events(data, design.protocol, design=design, seed=3, draws=100, by_arm=True)
    assert set(apart.weights) == {"A", "B"}


def test_looks_to_come_are_in_order_and_intervals_nest(design: Design, records: TrialRecords) -> None:
    early = cut(records, "2020-10-31")
    found = forecast_events(early, design.protocol, design=design, seed=1, draws=300)
    assert found.patients_to_come == 200 - found.patients
    assert [k.look for k in found.looks] == [1, 2]
    first, second = found.looks
    assert first.median is not None
    assert second.median is not None
    assert found.cutoff <= first.median <= second.median
    for k in found.looks:
        lows = [low for _, low, _ in k.intervals]
        highs = [high for _, _, high in k.intervals]
        assert lows == sorted(lows, reverse=True)  # type: ignore[type-var]
        assert highs == sorted(highs)  # type: ignore[type-var]
    counts = found.expected_events([0.0, 100.0, 400.0])
    assert (np.diff(counts, axis=1) >= 0).all()
    assert (np.diff(counts, axis=0) >= 0).all()
    assert found.to_frame().height == 2
    assert "when the events will come" in forecast_text(found)


def test_events_that_never_come_are_said_with_their_probability(design: Design) -> None:
    days = np.full((4, 3), np.inf)
    days[0] = [10.0, 20.0, 30.0]
    days[1, :2] = [15.0, 40.0]
    look = replace(design.looks[0], events=12)
    found = look_forecast(look, days, 10, DAY)
    assert found.probability == 0.5
    assert found.median == DAY + dt.timedelta(days=40)
    assert found.intervals[0][2] is None
    beyond = look_forecast(replace(look, events=20), days, 10, DAY)
    assert (beyond.probability, beyond.median) == (0.0, None)
    assert (found.never, beyond.never) == (0.5, 1.0)


def test_the_same_seed_gives_the_same_forecast(design: Design, records: TrialRecords) -> None:
    data = cut(records, DAY)
    one, two, other = (
        forecast_events(data, design.protocol, design=design, seed=s, draws=50) for s in (5, 5, 6)
    )
    assert np.array_equal(one.days, two.days)
    assert not np.array_equal(one.days, other.days)


def test_too_few_events_or_no_dates_are_refused(design: Design, records: TrialRecords) -> None:
    quiet = trial_records(records.subjects, records.times.with_columns(CNSR=1), synthetic=True)  # type: ignore[union-attr]
    with pytest.raises(DataError, match="a forecast needs 2"):
        forecast_events(cut(quiet, DAY), design.protocol, design=design, seed=1)


def test_models_are_event_models() -> None:
    assert issubclass(PiecewiseExponential, EventModel)
    assert issubclass(CureWeibull, EventModel)
