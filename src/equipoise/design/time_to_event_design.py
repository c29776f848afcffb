"""A time-to-event design: boundaries with the events, patients and calendar that they ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl

    from equipoise._check import FloatArray
    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.design.population import Accrual, Stratum
    from equipoise.design.power_conventions import PowerConvention

# Below this the chance that the planned events ever come is printed.
SURE = 0.9995


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TimeToEventDesign:
    """Stratified log-rank test with looks at given fractions of the events; time 0 is the first patient.

    Parameters
    ----------
    sequential
        Boundaries on the z scale.
    convention
        What the power is reckoned by.
    strata, accrual, ratio
        The assumptions; with accrual solved where that was asked for.
    hazard_ratio
        Average hazard ratio at the last look under the assumptions.
    hazard_ratio_null
        The hazard ratio that is tested.
    drift
        Expected z at the last look under the assumptions, or (by variances under the alternative) the one
        for which the boundaries have the same power.
    power
        Probability of crossing for benefit under the assumptions.
    look_events, look_times, look_patients
        Events, calendar time and patients entered at each look, shape (K,).
    look_information
        Null variance at each look, events r / (1 + r)^2 or the expected V, shape (K,).
    reach_probability
        Probability that the events of the last look ever come, however long one waits.

    """

    sequential: GroupSequentialDesign
    convention: PowerConvention
    strata: tuple[Stratum, ...]
    accrual: Accrual
    ratio: float
    hazard_ratio: float
    hazard_ratio_null: float
    drift: float
    power: float
    look_events: FloatArray
    look_times: FloatArray
    look_patients: FloatArray
    look_information: FloatArray
    reach_probability: float

    @property
    def events(self) -> float:
        """Events at the last look."""
        return float(self.look_events[-1])

    @property
    def patients(self) -> float:
        """Patients in all."""
        return self.accrual.patients

    @property
    def study_duration(self) -> float:
        """Calendar time of the last look."""
        return float(self.look_times[-1])

    @property
    def efficacy_hazard_ratio(self) -> FloatArray:
        """Observed hazard ratio at the efficacy bound, HR_null exp(-z / sqrt(information)), shape (K,)."""
        return self._on_ratio_scale(self.sequential.efficacy_z)

    @property
    def futility_hazard_ratio(self) -> FloatArray | None:
        """Observed hazard ratio at the futility bound, shape (K,)."""
        bound = self.sequential.futility_z
        return None if bound is None else self._on_ratio_scale(bound)

    def expected(self, drift: float | None = None) -> tuple[float, float, float]:
        """Expected events, patients entered and calendar time at stopping, under the plan or a drift."""
        stop = self.sequential.crossing(self.drift if drift is None else drift).stop
        return (
            float(stop @ self.look_events),
            float(stop @ self.look_patients),
            float(stop @ self.look_times),
        )

    def to_frame(self) -> pl.DataFrame:
        """One row a look: calendar, events, patients, information, and the columns of the boundaries."""
        import polars as pl

        calendar = pl.DataFrame(
            {
                "time": self.look_times,
                "events": self.look_events,
                "patients": self.look_patients,
                "information": self.look_information,
                "efficacy_hazard_ratio": self.efficacy_hazard_ratio,
            }
        )
        return pl.concat([self.sequential.to_frame(), calendar], how="horizontal")

    def __repr__(self) -> str:
        """The boundaries, then the calendar."""
        size = f"{self.events:g} events, {self.patients:g} patients, {self.ratio:g}:1"
        effect = f"average hazard ratio {self.hazard_ratio:.4g} against {self.hazard_ratio_null:g}"
        power = f"drift {self.drift:.4f}, power {self.power:.4f}"
        lines = [repr(self.sequential), f"{size}; {effect}; {power} by {self.convention!r}"]
        if self.reach_probability < SURE:
            lines.append(f"the planned events ever come with probability {self.reach_probability:.3f}")
        lines.append("look         time       events     patients   HR at efficacy")
        columns = (self.look_times, self.look_events, self.look_patients, self.efficacy_hazard_ratio)
        for k, (t, d, n, h) in enumerate(zip(*columns, strict=True), 1):
            lines.append(f"{k:>4}{t:>13.3f}{d:>13.3f}{n:>13.2f}{h:>17.4f}")
        return "\n".join(lines)

    def _on_ratio_scale(self, z: FloatArray) -> FloatArray:
        return np.asarray(self.hazard_ratio_null * np.exp(-z / np.sqrt(self.look_information)))
