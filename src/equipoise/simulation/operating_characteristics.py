"""Operating characteristics: how a design behaves over many simulated trials, scenario by scenario."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from equipoise.design.decision import Exit
from equipoise.errors import ArgumentError
from equipoise.simulation.estimates import QUANTILES, Distribution, Estimate, distribution, proportion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from equipoise.simulation.after_stop import AfterStop
    from equipoise.simulation.scenario import Scenario
    from equipoise.simulation.stopped_inference import StoppedInference
    from equipoise.simulation.tally import Tally


class Named(Protocol):
    """What is known of one scenario."""

    @property
    def scenario(self) -> str:
        """Its name."""

    @property
    def settings(self) -> tuple[tuple[str, Any], ...]:
        """Quantities that it is named by, with their values."""


@dataclass(frozen=True, slots=True)
class LookCharacteristics:
    """One look over the simulated trials; probabilities are of all trials, not of those that reach the look.

    Times are in the protocol's unit, from the day on which accrual opens to the cut-off.
    """

    look: int
    """From 1."""
    label: str
    reached: Estimate
    """Probability that the trial has not stopped before, and holds the look."""
    efficacy: Estimate
    """Probability of stopping here for efficacy."""
    futility: Estimate
    """Probability of stopping here for futility."""
    harm: Estimate
    """Probability of stopping here for harm."""
    end: Estimate
    """Probability of ending here without rejecting: above 0 at the last look alone."""
    events: Distribution
    """Events of the test, in trials that reach the look."""
    patients: Distribution
    """Patients randomised by then, in trials that reach the look."""
    time: Distribution
    """Time of the look, in trials that reach it."""


@dataclass(frozen=True, slots=True)
class ScenarioCharacteristics:
    """A design's behaviour under one scenario."""

    scenario: str
    trials: int
    rejection: Estimate
    """Probability of rejecting for benefit: type I error under the null, power under an effect."""
    looks: tuple[LookCharacteristics, ...]
    events: Distribution
    """Events of the test when the trial stops."""
    patients: Distribution
    """Patients randomised when the trial stops."""
    duration: Distribution
    """Time from the opening of accrual to the last cut-off, in the protocol's unit."""
    one_step_hazard_ratio: Estimate
    """exp of the mean log hazard ratio at the stop: -U/V, the one-step (Peto) estimate, or where a margin is
    tested that of observed over expected events. No adjustment is made for stopping early."""
    log_hazard_ratio_sd: float
    """Standard deviation of the log hazard ratio over trials."""
    short_of_events: Estimate
    """Share of trials in which the planned events of some look never come."""
    after_stop: AfterStop | None = None
    """What comes in after the stop, where the protocol's [simulation.after_stop] has it played."""
    inference: StoppedInference | None = None
    """Estimates at the stop, where they were asked for."""
    settings: tuple[tuple[str, Any], ...] = ()
    """Quantities that the scenario is named by, with their values."""


@dataclass(frozen=True, slots=True)
class OperatingCharacteristics:
    """What many simulated trials of one protocol come to.

    Parameters
    ----------
    trial, protocol_hash
        Name and SHA-256 of the protocol.
    time_unit
        Unit of times.
    trials, seed
        Replicates of each scenario, and the seed that gives them again.
    scenarios
        One result a scenario.
    replicates
        One row a replicate, where they were asked for: scenario, number, look and exit, time, events,
        patients, score, information, z and the log hazard ratio at the stop.
    hazard_ratio_null
        The hazard ratio that is tested: 1, or a margin; that of the scenario "null".

    """

    trial: str
    protocol_hash: str
    time_unit: str
    trials: int
    seed: int
    scenarios: tuple[ScenarioCharacteristics, ...]
    replicates: pl.DataFrame | None = field(default=None, compare=False, repr=False)
    hazard_ratio_null: float = 1.0

    def __getitem__(self, scenario: str) -> ScenarioCharacteristics:
        """The result of the scenario of this name."""
        for found in self.scenarios:
            if found.scenario == scenario:
                return found
        listed = ", ".join(repr(s.scenario) for s in self.scenarios)
        raise ArgumentError("scenario", scenario, f"must be one of {listed}")

    def summary(self) -> pl.DataFrame:
        """Wide table: one row a scenario, its settings as columns, then what the whole trial comes to.

        `rejection` is the probability of rejecting for benefit, `rejection_error` its Monte-Carlo error;
        events, patients and duration are means at the stop; `after_stop_...` is what comes in after it.
        """
        return by_scenario(self.scenarios, [_whole(s) | _after(s) for s in self.scenarios])

    def to_frame(self) -> pl.DataFrame:
        """Long table: scenario, look (null: the whole trial), statistic, value, mc_error (null: none)."""
        import polars as pl

        schema = {
            "scenario": pl.String,
            "look": pl.Int64,
            "statistic": pl.String,
            "value": pl.Float64,
            "mc_error": pl.Float64,
        }
        rows = [(s.scenario, *row) for s in self.scenarios for row in _rows(s)]
        return pl.DataFrame(rows, schema=schema, orient="row")


def by_scenario(found: Sequence[Named], rows: Sequence[Mapping[str, float]]) -> pl.DataFrame:
    """One row a scenario: its name, its settings as columns, then its numbers (null: none)."""
    import polars as pl

    given = [dict(s.settings) for s in found]
    names = dict.fromkeys(name for settings in given for name in settings)
    columns = [pl.Series(n, [g.get(n) for g in given], strict=False) for n in names]
    told = dict.fromkeys(name for row in rows for name in row)
    numbers = [pl.Series(n, [row.get(n) for row in rows], pl.Float64) for n in told]
    return pl.DataFrame([pl.Series("scenario", [s.scenario for s in found]), *columns, *numbers])


def scenario_characteristics(
    scenario: Scenario, labels: tuple[str, ...], total: Tally, days_per_unit: float
) -> ScenarioCharacteristics:
    """Read a tally."""
    n = total.trials
    looks = []
    for k, counts in enumerate(total.at_look):
        left = {e: proportion(int(total.exits[k, e]), n) for e in Exit}
        events, patients, time = (
            distribution(counts.events),
            distribution(counts.patients),
            distribution(counts.day, per=days_per_unit, shift=1.0),
        )
        looks.append(
            LookCharacteristics(
                look=k + 1,
                label=labels[k],
                reached=proportion(events.n, n),
                efficacy=left[Exit.EFFICACY],
                futility=left[Exit.FUTILITY],
                harm=left[Exit.HARM],
                end=left[Exit.END],
                events=events,
                patients=patients,
                time=time,
            )
        )
    ratio, sd = _one_step(total)
    return ScenarioCharacteristics(
        scenario=scenario.name,
        trials=n,
        rejection=proportion(int(total.exits[:, Exit.EFFICACY].sum()), n),
        looks=tuple(looks),
        events=distribution(total.at_stop.events),
        patients=distribution(total.at_stop.patients),
        duration=distribution(total.at_stop.day, per=days_per_unit, shift=1.0),
        one_step_hazard_ratio=ratio,
        log_hazard_ratio_sd=sd,
        short_of_events=proportion(total.short, n),
        settings=scenario.settings,
    )


def _one_step(total: Tally) -> tuple[Estimate, float]:
    n, sum_of_logs, squares = total.log_hazard_ratio
    if n == 0:
        return Estimate(math.nan, math.nan), math.nan
    mean = sum_of_logs / n
    sd = math.sqrt(max(0.0, squares - n * mean * mean) / max(1, n - 1))
    return Estimate(math.exp(mean), math.exp(mean) * sd / math.sqrt(n)), sd


def _whole(s: ScenarioCharacteristics) -> dict[str, float]:
    """One scenario's trial in a few numbers."""
    return {
        "rejection": s.rejection.value,
        "rejection_error": s.rejection.error,
        "events": s.events.mean.value,
        "patients": s.patients.mean.value,
        "duration": s.duration.mean.value,
        "one_step_hazard_ratio": s.one_step_hazard_ratio.value,
        "short_of_events": s.short_of_events.value,
    }


def _after(s: ScenarioCharacteristics) -> dict[str, float]:
    """What comes in after its stops, where that is played."""
    if s.after_stop is None:
        return {}
    return {f"after_stop_{name}": getattr(s.after_stop, name).value for name in s.after_stop.__slots__}


Row = tuple[int | None, str, float, float | None]


def _rows(s: ScenarioCharacteristics) -> Iterator[Row]:
    for name in ("rejection", "short_of_events", "one_step_hazard_ratio"):
        yield (None, name, *getattr(s, name))
    yield (None, "log_hazard_ratio_sd", s.log_hazard_ratio_sd, None)
    for name in ("events", "patients", "duration"):
        yield from _spread(None, name, getattr(s, name))
    if s.after_stop is not None:
        for name in s.after_stop.__slots__:
            yield (None, f"after_stop_{name}", *getattr(s.after_stop, name))
    if s.inference is not None:
        yield from _estimated(s.inference)
    for look in s.looks:
        for name in ("reached", "efficacy", "futility", "harm", "end"):
            yield (look.look, name, *getattr(look, name))
        for name in ("events", "patients", "time"):
            yield from _spread(look.look, name, getattr(look, name))


def _estimated(found: StoppedInference) -> Iterator[Row]:
    yield (None, "estimated", *found.estimated)
    for name in ("naive", "adjusted"):
        for statistic in ("log_hazard_ratio", "bias", "coverage"):
            yield (None, f"{name}_{statistic}", *getattr(getattr(found, name), statistic))
    for k, power in enumerate(found.conditional_power):
        yield (k + 1, "conditional_power_at_futility", *power)


def _spread(look: int | None, name: str, found: Distribution) -> Iterator[Row]:
    yield (look, f"{name}_mean", *found.mean)
    yield (look, f"{name}_sd", found.sd, None)
    for q, value in zip(QUANTILES, found.quantiles, strict=True):
        yield (look, f"{name}_q{round(100 * q):02}", value, None)
