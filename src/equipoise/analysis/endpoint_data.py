"""One endpoint of a snapshot in the protocol's terms: its arms, its strata, its causes."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from equipoise.errors import DataError
from equipoise.records import (
    IntercurrentEvent,
    Snapshot,
    TimeToEvent,
    TrialRecords,
    derive_time_to_event,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.protocol import Protocol
    from equipoise.protocol.endpoints import Hypothesis

BoolArray = np.ndarray[Any, np.dtype[np.bool_]]
FloatArray = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class EndpointData:
    """Times of one endpoint, arms as the protocol's ids (control first), strata as its ids."""

    source: TimeToEvent
    time: FloatArray
    """Days, shape (n,)."""
    event: BoolArray
    arm: pl.Series
    """Arm ids, an Enum in the protocol's order with the control first."""
    stratum: pl.Series
    """Stratum ids, an Enum in the protocol's order."""
    baseline: pl.DataFrame
    """One row a subject: the columns asked for."""

    @property
    def ended_by_intercurrent(self) -> BoolArray:
        """Whose time an intercurrent event ended without an event of the endpoint, shape (n,)."""
        names = [e.name for e in self.source.intercurrent]
        return (self.baseline["reason"].is_in(names) & ~self.baseline["event"]).to_numpy()

    def rows(self, keep: BoolArray) -> EndpointData:
        """The subjects marked True."""
        mask = pl.Series(keep)
        return EndpointData(
            self.source,
            self.time[keep],
            self.event[keep],
            self.arm.filter(mask),
            self.stratum.filter(mask),
            self.baseline.filter(mask),
        )

    def of_strata(self, ids: Sequence[str]) -> EndpointData:
        """The subjects of these strata."""
        return self.rows(self.stratum.cast(pl.String).is_in(list(ids)).to_numpy())

    def of_arms(self, *ids: str) -> EndpointData:
        """The subjects of these arms."""
        return self.rows(self.arm.cast(pl.String).is_in(ids).to_numpy())


def endpoint_data(
    protocol: Protocol,
    data: Snapshot | TrialRecords,
    endpoint: str,
    *,
    causes: dict[str, tuple[str, ...]] | None = None,
    columns: Sequence[str] = (),
) -> EndpointData:
    """Derive one endpoint of the data, under its estimand, and put it into the protocol's terms.

    Raises
    ------
    DataError
        An arm of the protocol without subjects, a stratum of it missing in the data, an arm or stratum in the
        data that it does not know, a column that is not there.

    """
    wanted = protocol.endpoint_of(endpoint)
    several = len(protocol.stratum) > 1
    if several and protocol.data.stratum is None:
        raise DataError(
            f"the protocol has {len(protocol.stratum)} strata, and data.stratum does not say in which column "
            "the data hold them. Name it in the protocol's [data] section."
        )
    column = protocol.data.stratum or ""
    strata = (column,) if several else ()
    tte = derive_time_to_event(
        data,
        parameter=wanted.paramcd,
        arm=protocol.data.arm,
        strata=strata,
        population=_flag(protocol, data),
        causes=causes,
        events=wanted.events,
        intercurrent=[IntercurrentEvent(e.id, e.date, e.strategy, e.days_after) for e in wanted.intercurrent],
        covariates=tuple(dict.fromkeys(columns)),
    )
    arm = _as_ids(
        tte.table["arm"],
        {a.data_value: a.id for a in sorted(protocol.arm, key=lambda a: not a.control)},
        f"{tte.parameter}: arm, column {protocol.data.arm}",
    )
    if several:
        values = {s.data_value: s.id for s in protocol.stratum}
        stratum = _as_ids(tte.table["stratum"], values, f"{tte.parameter}: stratum, column {column}")
    else:
        only = protocol.stratum[0].id
        stratum = pl.Series([only] * tte.n, dtype=pl.Enum([only]))
    return EndpointData(tte, tte.time, tte.event, arm, stratum, tte.table)


EVERYBODY = frozenset({None, "ITTFL", "RANDFL"})


def population_label(protocol: Protocol, population: str) -> str:
    """Name of a population on pages: all, or those that a flag marks; or the stratum's."""
    if population != "all":
        return protocol.stratum_of(population).name
    flag = protocol.data.population
    return "All randomised" if flag in EVERYBODY else f"Subjects with {flag} = Y"


def _flag(protocol: Protocol, data: Snapshot | TrialRecords) -> str | None:
    """The column that marks the population; one that the protocol names itself must be in the data."""
    flag = protocol.data.population
    if flag is None or flag in data.subjects.columns:
        return flag
    if "population" in protocol.data.model_fields_set:
        there = ", ".join(data.subjects.columns)
        raise DataError(
            f"{data.source}: ADSL has no column {flag}, which the protocol names as data.population. "
            f"There are: {there}."
        )
    return None


def _as_ids(values: pl.Series, ids: dict[str, str], what: str) -> pl.Series:
    """The protocol's ids in place of the data's values; every one of them must occur."""
    found = values.cast(pl.String)
    known = ", ".join(repr(v) for v in ids)
    strange = [v for v in found.unique(maintain_order=True) if v not in ids]
    if strange:
        raise DataError(
            f"{what}: {strange[0]!r} is unknown to the protocol, which knows {known}. "
            "Correct the data, or name the value in the protocol (arm.value, stratum.value)."
        )
    there = set(found)
    absent = [v for v in ids if v not in there]
    if absent:
        raise DataError(
            f"{what}: no subject has {absent[0]!r}, which the protocol plans. The data have "
            f"{', '.join(repr(v) for v in sorted(there))}. Is the value spelt as in the data?"
        )
    return found.replace_strict(ids, return_dtype=pl.Enum(list(ids.values())))


def strata_of_test(
    protocol: Protocol, hypothesis: Hypothesis | None, population: Sequence[str]
) -> tuple[str, ...]:
    """The factors that a test in a population is stratified by; leaving one of the allocation's out warns.

    As the hypothesis says, and by stratum where there is none.
    """
    if len(population) < 2:
        return ()
    strata: Sequence[str] = ("stratum",)
    if hypothesis is not None:
        strata = () if hypothesis.test == "logrank" else hypothesis.strata
    planned = protocol.randomization.factors if protocol.randomization else ("stratum",)
    left_out = [f for f in planned if f not in strata]
    if left_out:
        warnings.warn(
            f"the analysis leaves out {', '.join(left_out)}, by which the allocation is stratified",
            stacklevel=3,
        )
    return tuple(f for f in strata if f == "stratum")
