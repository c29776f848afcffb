"""What a forecast is made from: times of the patients of a hypothesis, with arms or without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from equipoise.errors import DataError
from equipoise.monitoring.hypothesis_test import hypothesis_data

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.analysis.endpoint_data import BoolArray
    from equipoise.design import Design
    from equipoise.monitoring.blinded import BlindedSnapshot
    from equipoise.records import Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class KnownTimes:
    """One row a patient of the hypothesis; rows of blinded data stand in the order of USUBJID."""

    endpoint: str
    time: FloatArray
    """Days."""
    event: BoolArray
    stratum: pl.Series
    start: pl.Series | None
    """Dates; None where the data hold none."""
    end: pl.Series | None
    arm: pl.Series | None
    """None where the data hold no arms."""


def times_by_arm(design: Design, snapshot: Snapshot) -> KnownTimes:
    """The patients of the hypothesis, in the arms that it compares."""
    data = hypothesis_data(design, snapshot)
    dated = "start" in data.baseline.columns
    return KnownTimes(
        endpoint=data.source.parameter,
        time=data.time,
        event=data.event,
        stratum=data.stratum.cast(pl.String),
        start=data.baseline["start"] if dated else None,
        end=data.baseline["end"] if dated else None,
        arm=data.arm.cast(pl.String),
    )


def pooled_times(design: Design, blinded: BlindedSnapshot) -> KnownTimes:
    """The patients of the hypothesis' strata, from data that hold no arm.

    Raises
    ------
    DataError
        The trial has arms that the hypothesis does not compare: without arms their events cannot be told.

    """
    protocol, hypothesis = design.protocol, design.hypothesis
    if len(protocol.arm) > 2:
        raise DataError(
            f"{hypothesis.id}: compares two of {len(protocol.arm)} arms, and data without arms do not tell "
            "whose events they are. Forecast it in the closed session, from data with arms."
        )
    mine = blinded.times.filter(
        (pl.col("endpoint") == hypothesis.endpoint)
        & pl.col("stratum").is_in(list(protocol.population(hypothesis)))
    )
    if mine.is_empty():
        raise DataError(f"{hypothesis.endpoint}: the data hold no times of this endpoint. Add it to ADTTE.")
    return KnownTimes(
        endpoint=hypothesis.endpoint,
        time=mine["time"].to_numpy(),
        event=mine["event"].to_numpy(),
        stratum=mine["stratum"],
        start=mine["start"],
        end=mine["end"],
        arm=None,
    )
