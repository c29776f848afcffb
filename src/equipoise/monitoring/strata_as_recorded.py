"""Strata as randomised against strata as recorded later: who was misplaced, and the test either way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from equipoise.analysis import strata_as_pooled
from equipoise.errors import DataError
from equipoise.monitoring.hypothesis_test import hypothesis_data
from equipoise.survival import logrank

if TYPE_CHECKING:
    from equipoise.design import Design
    from equipoise.records import Snapshot

FEW = 0.05


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Patients randomised in one stratum and recorded in another, by arm."""

    randomised_in: str
    recorded_in: str
    arm: str
    patients: int


@dataclass(frozen=True, slots=True)
class StratificationCheck:
    """Agreement of the two, and the stratified log-rank by each; z above 0 is benefit."""

    patients: int
    misplaced: tuple[Misplaced, ...]
    not_recorded: int
    """Patients without a recorded stratum: taken as randomised."""
    z_as_randomised: float
    z_as_recorded: float

    @property
    def share(self) -> float:
        """Of the patients, how many were misplaced."""
        return sum(m.patients for m in self.misplaced) / self.patients

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        wrong = sum(m.patients for m in self.misplaced)
        if wrong == 0:
            return "Every patient is recorded in the stratum of randomisation."
        many = " More than one in twenty: ask how strata are entered." if self.share > FEW else ""
        return (
            f"{wrong} of {self.patients} patients are recorded in another stratum than at randomisation; "
            f"the test is by randomisation (z {self.z_as_randomised:.2f}), by record z would be "
            f"{self.z_as_recorded:.2f}.{many}"
        )


def stratification_check(design: Design, snapshot: Snapshot) -> StratificationCheck | None:
    """Compare the strata; None with one stratum, or where the protocol names no column of recorded ones.

    The allocation was balanced by the strata as randomised, so that the primary test keeps them; the other is
    shown beside it.

    Raises
    ------
    DataError
        The column that the protocol names is not there, or holds a stratum that the protocol does not know.

    """
    protocol = design.protocol
    column = protocol.data.stratum_recorded
    if column is None or len(protocol.stratum) == 1:
        return None
    if column not in snapshot.subjects.columns:
        raise DataError(
            f"{snapshot.source}: ADSL has no column {column}, which the protocol names as "
            f"data.stratum_recorded. There are: {', '.join(snapshot.subjects.columns)}."
        )
    data = hypothesis_data(design, snapshot)
    values = {s.data_value: s.id for s in protocol.stratum}
    table = snapshot.subjects.select("USUBJID", recorded=pl.col(column).cast(pl.String))
    joined = data.baseline.select("USUBJID").join(table, on="USUBJID", how="left", maintain_order="left")
    strange = sorted(set(joined["recorded"].drop_nulls()) - set(values))
    if strange:
        raise DataError(
            f"{snapshot.source}: {column} = {strange[0]!r} is no stratum of the protocol, which knows "
            f"{', '.join(map(repr, values))}. Correct the data, or name the value (stratum.value)."
        )
    randomised = data.stratum.cast(pl.String)
    recorded = joined["recorded"].replace(values).fill_null(randomised)
    cells = pl.DataFrame({"randomised": randomised, "recorded": recorded, "arm": data.arm.cast(pl.String)})
    moved = cells.filter(pl.col("randomised") != pl.col("recorded")).group_by(cells.columns).len()
    control = protocol.control.id
    z = [
        logrank(
            data.time,
            data.event,
            data.arm,
            control=control,
            strata=strata_as_pooled(protocol, design.hypothesis, strata, data.event),
        ).z
        for strata in (randomised, recorded)
    ]
    assert z[0] is not None and z[1] is not None  # noqa: PT018, S101 - two arms
    return StratificationCheck(
        patients=len(randomised),
        misplaced=tuple(Misplaced(*row) for row in moved.sort(cells.columns).iter_rows()),
        not_recorded=joined["recorded"].null_count(),
        z_as_randomised=z[0],
        z_as_recorded=z[1],
    )
