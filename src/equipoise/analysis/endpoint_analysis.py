"""One endpoint in one population: curves, milestones, tests, hazard ratios, restricted means, follow-up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from equipoise.analysis._attempts import Attempts
from equipoise.analysis.endpoint_data import EndpointData, population_label, strata_of_test
from equipoise.analysis.margin_test import margin_hypothesis, margin_test
from equipoise.analysis.planned_hypothesis import planned_hypothesis
from equipoise.analysis.results import (
    ArmComparison,
    ArmSummary,
    EndpointAnalysis,
    IntercurrentSummary,
    MilestoneEstimate,
)
from equipoise.analysis.sparse_strata import pooled_strata, strata_as_pooled
from equipoise.records.estimand import times_met
from equipoise.survival import CoxFit, KaplanMeier, cox, follow_up, kaplan_meier, logrank, rmst

if TYPE_CHECKING:
    import polars as pl

    from equipoise.protocol import Protocol
    from equipoise.protocol.endpoints import Hypothesis


def analyze_endpoint(
    protocol: Protocol, endpoint: str, population: str, data: EndpointData, days_per_unit: float
) -> EndpointAnalysis:
    """Analyse one endpoint in one population ("all" or the id of a stratum); times of `data` in days."""
    arms = [protocol.control, *(a for a in protocol.arm if not a.control)]
    plan = protocol.analyses
    curves = kaplan_meier(data.time, data.event, group=data.arm, se=plan.standard_error, level=plan.level)
    planned = {a.id: planned_hypothesis(protocol, endpoint, a.id, population) for a in arms[1:]}
    first = planned[arms[1].id]
    several = population == "all" and len(protocol.stratum) > 1
    strata = strata_of_test(protocol, first, protocol.strata_ids if several else (population,))
    attempts = Attempts()
    within = strata_as_pooled(protocol, first, data.stratum, data.event) if strata else None
    fit = attempts("hazard ratio", lambda: _fit(data, within, plan.level, [a.id for a in arms[1:]]))
    overall = None
    if len(arms) > 2:
        overall = attempts("log-rank test", lambda: logrank(data.time, data.event, data.arm, strata=within))
    horizon = None if plan.rmst_horizon is None else plan.rmst_horizon * days_per_unit
    pairs = {a.id: data.of_arms(arms[0].id, a.id) for a in arms[1:]}
    found = [
        _compare(
            pair,
            arm,
            fit,
            i,
            attempts,
            strata=strata_as_pooled(protocol, planned[arm], pair.stratum, pair.event) if strata else None,
            horizon=horizon,
            tested=margin_hypothesis(protocol, endpoint, arm, population),
        )
        for i, (arm, pair) in enumerate(pairs.items())
    ]
    times = _risk_times(protocol, data, days_per_unit)
    n_risk = curves.at_risk(np.array(times) * days_per_unit)
    return EndpointAnalysis(
        endpoint=endpoint,
        label=protocol.endpoint_of(endpoint).label,
        population=population,
        population_label=population_label(protocol, population),
        test_strata=strata,
        pooled_strata=pooled_strata(protocol, first, data.stratum, data.event) if strata else (),
        arms=tuple(_summary(data, a.id, a.label) for a in arms),
        curves=curves,
        risk_times=times,
        n_risk={a: tuple(int(n) for n in row) for a, row in zip(curves.groups, n_risk, strict=True)},
        milestones=_milestones(protocol, curves, days_per_unit),
        overall=overall,
        comparisons=tuple(c for c in found if c is not None),
        follow_up=follow_up(data.time, data.event),
        not_estimable=tuple(attempts.failed),
        intercurrent=_intercurrent(data, [a.id for a in arms]),
    )


def _summary(data: EndpointData, arm: str, label: str) -> ArmSummary:
    mine = (data.arm == arm).to_numpy()
    return ArmSummary(arm, label, int(mine.sum()), int(data.event[mine].sum()))


def _intercurrent(data: EndpointData, arms: list[str]) -> tuple[IntercurrentSummary, ...]:
    """How often each intercurrent event fell within the time analysed, arm by arm."""
    events = data.source.intercurrent
    met = [mask.to_numpy() for mask in times_met(data.baseline, events)]
    by_arm = {arm: (data.arm == arm).to_numpy() for arm in arms}
    return tuple(
        IntercurrentSummary(e.name, e.strategy, e.days_after, arm, int((mask & mine).sum()))
        for e, mask in zip(events, met, strict=True)
        for arm, mine in by_arm.items()
    )


def _fit(data: EndpointData, strata: pl.Series | None, level: float, experimental: list[str]) -> CoxFit:
    """Cox model with one indicator an experimental arm, Efron's ties."""
    indicators = np.column_stack([(data.arm == a).to_numpy().astype(float) for a in experimental])
    return cox(data.time, data.event, indicators, strata=strata, level=level)


def _compare(
    pair: EndpointData,
    experimental: str,
    fit: CoxFit | None,
    i: int,
    attempts: Attempts,
    *,
    strata: pl.Series | None,
    horizon: float | None,
    tested: Hypothesis | None,
) -> ArmComparison | None:
    """One experimental arm against the control; column i of the fit is its hazard ratio."""
    test = attempts(
        f"log-rank test, {experimental}", lambda: logrank(pair.time, pair.event, pair.arm, strata=strata)
    )
    if test is None or fit is None:
        return None
    mean = None
    if horizon is not None:
        mean = attempts(
            f"restricted mean, {experimental}", lambda: rmst(pair.time, pair.event, pair.arm, tau=horizon)
        )
    control, against = str(test.groups[0]), None
    if tested is not None:
        against = attempts(
            f"test against the margin, {experimental}",
            lambda: margin_test(tested, pair, control=control, strata=strata),
        )
    return ArmComparison(
        experimental=experimental,
        control=control,
        hazard_ratio=float(fit.hazard_ratio[i]),
        lower=float(fit.lower[i]),
        upper=float(fit.upper[i]),
        cox_p=float(fit.p[i]),
        logrank=test,
        rmst=mean,
        margin_test=against,
    )


def _risk_times(protocol: Protocol, data: EndpointData, days_per_unit: float) -> tuple[float, ...]:
    """Times at which numbers at risk are printed: those planned, else about six round ones."""
    if protocol.analyses.risk_table_times:
        return protocol.analyses.risk_table_times
    last = float(data.time.max()) / days_per_unit
    step = next((s for s in (1, 2, 3, 6, 12, 24, 30, 60, 90, 180, 365, 730) if last / s <= 8), last / 6)
    return tuple(float(step * k) for k in range(math.floor(last / step) + 1))


def _milestones(
    protocol: Protocol, curves: KaplanMeier, days_per_unit: float
) -> tuple[MilestoneEstimate, ...]:
    labels = {a.id: a.label for a in protocol.arm}
    if not protocol.analyses.milestones:
        return ()
    table = curves.at(np.array(protocol.analyses.milestones) * days_per_unit).to_frame()
    return tuple(
        MilestoneEstimate(
            arm=row["group"],
            label=labels[row["group"]],
            time=row["time"] / days_per_unit,
            n_risk=int(row["n_risk"]),
            survival=_value(row["survival"]),
            std_err=_value(row["std_err"]),
            lower=_value(row["lower"]),
            upper=_value(row["upper"]),
        )
        for row in table.iter_rows(named=True)
    )


def _value(x: float | None) -> float:
    return math.nan if x is None else float(x)
