"""Each competing cause of the first endpoint, one arm against the control: rate and incidence compared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
from scipy.special import ndtri

from equipoise.analysis.competing_causes import CENSORED
from equipoise.analysis.endpoint_data import endpoint_data
from equipoise.errors import EquipoiseError
from equipoise.survival import cox, gray_test

if TYPE_CHECKING:
    from equipoise.analysis.endpoint_data import BoolArray, EndpointData
    from equipoise.protocol import Protocol
    from equipoise.records import Snapshot


@dataclass(frozen=True, slots=True)
class CauseComparison:
    """One cause; None where the data do not allow it, as where an arm has no such event."""

    cause: str
    hazard_ratio: float | None
    """Cause-specific, experimental over control: other causes are censored, as of those still at risk."""
    lower: float | None
    upper: float | None
    gray_p: float | None
    """Gray's test of the cumulative incidences, two-sided."""


def compare_causes(protocol: Protocol, data: Snapshot, endpoint: str) -> tuple[CauseComparison, ...]:
    """Compare the arms cause by cause, stratified by the protocol's strata where there are several.

    The cause-specific hazard ratio asks whether the treatment changes how often the cause strikes those still
    at risk; Gray's test asks whether it changes how many ever have it. Empty where no causes are grouped, or
    where there are more than two arms.

    Reference: Gray (1988), Annals of Statistics 16:1141-1154; Prentice et al. (1978), Biometrics 34:541-554.
    """
    groups = {c.id: c.events for c in protocol.analyses.cause}
    if not groups or len(protocol.arm) != 2:
        return ()
    found = endpoint_data(protocol, data, endpoint, causes=groups)
    cause = found.source.table["cause"].fill_null(CENSORED).cast(pl.String)
    several = len(protocol.stratum) > 1
    return tuple(
        _compared(found, cause, name, protocol.control.id, several=several, level=protocol.analyses.level)
        for name in groups
    )


def _compared(
    found: EndpointData, cause: pl.Series, name: str, control: str, *, several: bool, level: float
) -> CauseComparison:
    mine: BoolArray = (cause == name).to_numpy()
    experimental = (found.arm.cast(pl.String) != control).to_numpy()
    strata = found.stratum if several else None
    ratio: tuple[float | None, float | None, float | None] = (None, None, None)
    if mine[experimental].any() and mine[~experimental].any():
        fit = cox(found.time, mine, experimental.astype(float)[:, None], strata=strata)
        half = float(ndtri(0.5 + level / 2.0)) * float(fit.std_err[0])
        at = float(fit.coef[0])
        ratio = (math.exp(at), math.exp(at - half), math.exp(at + half))
    p: float | None = None
    try:
        p = gray_test(
            found.time, cause, found.arm.cast(pl.String), of=name, censored=CENSORED, strata=strata
        ).p
    except EquipoiseError:
        p = None
    return CauseComparison(name, *ratio, p)
