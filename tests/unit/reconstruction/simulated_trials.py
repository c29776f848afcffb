"""Simulated trials whose summaries, printed as a journal would, are the input of a reconstruction."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.survival import cox, follow_up, kaplan_meier, rmst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Counts = NDArray[np.int64]
    Flags = NDArray[np.bool_]

CUTOFF = date(2024, 6, 30)


def simulated_facts(seed: int) -> dict[str, Any]:
    """A file of published facts, as a document, printed from a simulated two-arm trial."""
    rng = np.random.default_rng(seed)
    strata = int(rng.integers(1, 4))
    size = int(rng.integers(120, 1200))
    years, early = float(rng.uniform(2.0, 5.0)), float(rng.uniform(0.0, 1.0))
    stratum = rng.choice(strata, size=size, p=rng.dirichlet(np.full(strata, 6.0)))
    reach = np.sort(rng.uniform(early, years, size=size))[::-1]
    arm = np.zeros(size, dtype=int)
    for s in range(strata):
        rows = np.flatnonzero(stratum == s)
        blocks = [rng.permutation([0, 0, 1, 1]) for _ in range(len(rows) // 4 + 1)]
        arm[rows] = np.concatenate(blocks)[: len(rows)]
    hazard = rng.uniform(0.04, 0.35) * np.exp(rng.normal(0.0, 0.4, strata))[stratum]
    hazard *= np.where(arm == 1, rng.uniform(0.35, 1.1), 1.0)
    event_at = rng.weibull(rng.uniform(0.8, 1.5), size) / hazard
    lost_at = rng.exponential(1.0 / 0.02, size)
    followed = np.minimum(reach, lost_at)
    days = np.maximum(np.floor(np.minimum(event_at, followed) * 365.25), 0).astype(int) + 1
    return printed_facts(stratum, arm, days, event_at <= followed, early, years)


def printed_facts(  # noqa: PLR0917 - the columns of a trial
    stratum: Counts, arm: Counts, days: Counts, event: Flags, early: float, years: float
) -> dict[str, Any]:
    """The summaries of a trial as they would be printed."""
    names, arms = [f"S{s + 1}" for s in range(stratum.max() + 1)], ["control", "experimental"]
    both = [np.flatnonzero(arm == a) for a in range(2)]
    times = [float(t) for t in range(math.ceil(years)) if t * 365.25 <= min(days[b].max() for b in both)]
    milestone = times[min(2, len(times) - 1)]
    mark = {"status": "published"}

    def by_arm(value: Callable[[Flags], Any], mask: Flags) -> dict[str, Any]:
        return {name: value((arm == a) & mask) for a, name in enumerate(arms)}

    def at_risk(mask: Flags) -> list[int]:
        return [int((days[mask] >= t * 365.25).sum()) for t in times]

    def survival(mask: Flags) -> str:
        at = kaplan_meier(days[mask], event[mask], se="peto").at(milestone * 365.25)
        return f"{100 * at.survival[0]:.1f} ± {100 * at.std_err[0]:.1f}"

    whole = np.ones(len(days), dtype=bool)
    fit = cox(days, event, arm.astype(float), strata=stratum)
    last = min(int(days[b].max()) for b in both)
    horizon = 0.5 * math.floor(2.0 * last / 365.25)
    mean = rmst(days, event, arm, control=0, tau=horizon * 365.25)
    median = follow_up(days, event).median[0] / 365.25
    facts: dict[str, Any] = {
        "schema_version": 1,
        "trial": mark
        | {
            "name": "SIM",
            "title": "A simulated trial",
            "time_unit": "years",
            "endpoint": "EFS",
            "endpoint_label": "Event-free survival",
        },
        "arm": [mark | {"id": name, "label": name, "control": a == 0} for a, name in enumerate(arms)],
        "stratum": [
            mark | {"id": name, "subjects": by_arm(lambda m: int(m.sum()), stratum == s)}
            for s, name in enumerate(names)
        ],
        "accrual": mark
        | {
            "first": CUTOFF - timedelta(days=math.floor(years * 365.25)),
            "last": CUTOFF - timedelta(days=math.floor(early * 365.25)),
        },
        "cutoff": mark | {"date": CUTOFF},
        "prior": [mark | {"arm": name, "hazards": [float(rate)]} for name, rate in _rates(arm, days, event)],
        "follow_up": mark | {"median": f"{median:.1f}"},
        "dropout": mark | {"rate": 0.02},
        "at_risk": [mark | {"times": times, "by_arm": by_arm(at_risk, whole)}],
        "milestone": [
            mark | {"time": milestone, "error": "peto", "by_arm": by_arm(survival, whole)},
        ],
        "hazard_ratio": [
            mark
            | {
                "value": f"{fit.hazard_ratio[0]:.2f}",
                "limits": f"{fit.lower[0]:.2f} to {fit.upper[0]:.2f}",
            }
        ],
        "restricted_mean": [
            mark | {"horizon": horizon, "unit": "days", "difference": f"{mean.difference:.0f}"}
        ],
        "events": [mark | {"by_arm": by_arm(lambda m: int(event[m].sum()), whole)}],
    }
    if len(names) > 1:
        for s, name in enumerate(names):
            inside = stratum == s
            facts["milestone"].append(
                mark
                | {"time": milestone, "stratum": name, "error": "peto", "by_arm": by_arm(survival, inside)}
            )
            part = cox(days[inside], event[inside], arm[inside].astype(float))
            facts["hazard_ratio"].append(mark | {"stratum": name, "value": f"{part.hazard_ratio[0]:.2f}"})
    return facts


def _rates(arm: Counts, days: Counts, event: Flags) -> Iterator[tuple[str, float]]:
    for a, name in enumerate(("control", "experimental")):
        mine = arm == a
        yield name, max(event[mine].sum(), 0.5) / (days[mine].sum() / 365.25)
