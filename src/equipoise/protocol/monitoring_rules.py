"""Mistakes in the plans of monitoring: looks out of order, parameters of another family, plans twice."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from equipoise.errors import Problem
from equipoise.protocol._document import Document, one_or_many, section, tables

if TYPE_CHECKING:
    from collections.abc import Iterator


def monitoring_mistakes(document: Document) -> Iterator[Problem]:
    """Every mistake of each hypothesis' plan."""
    plans = one_or_many(document, "monitoring")
    for path, plan in plans:
        yield from _looks(path, tables(plan, "look"))
        yield from _information(document, path, plan)
        yield from _boundaries(path, plan)
    monitored = [plan.get("hypothesis") for _, plan in plans]
    for i, (path, plan) in enumerate(plans):
        if plan.get("hypothesis") in monitored[:i]:
            rule = "has a plan of monitoring already"
            yield Problem(f"{path}.hypothesis", plan["hypothesis"], rule, "One plan each hypothesis.")


def _looks(path: str, looks: list[Document]) -> Iterator[Problem]:
    units = ("fraction", "events", "information", "time", "calendar_date")
    for i, look in enumerate(looks):
        given = [u for u in units if u in look]
        if len(given) != 1:
            rule = f"must be due at exactly one of {', '.join(units)}; {len(given)} are given"
            yield Problem(f"{path}.look[{i}]", None, rule)
    for unit in units:
        due = [
            (i, look[unit]) for i, look in enumerate(looks) if isinstance(look.get(unit), int | float | date)
        ]
        for (_, before), (i, now) in pairwise(due):
            if now <= before:
                rule = f"must lie above the look before ({before})"
                yield Problem(f"{path}.look[{i}].{unit}", now, rule)


def _information(document: Document, path: str, plan: Document) -> Iterator[Problem]:
    """Looks by information are for the log-rank test: of another test V is known after its design alone."""
    given = {h.get("id"): h for h in tables(document, "hypothesis")}
    monitored = given.get(plan.get("hypothesis"), {})
    test = monitored.get("test", "stratified-logrank")
    pooled = "pool_strata_below" in monitored
    for i, look in enumerate(tables(plan, "look")):
        if "information" in look and (pooled or test not in {"stratified-logrank", "logrank"}):
            rule = f"goes with a log-rank test, not with {'pool_strata_below' if pooled else test}"
            yield Problem(f"{path}.look[{i}].information", look["information"], rule, "Name events.")


def _boundaries(path: str, monitoring: Document) -> Iterator[Problem]:
    futility = section(monitoring, "futility")
    if futility and (("spending" in futility) == ("p_value" in futility)):
        yield Problem(f"{path}.futility", None, "must give either spending or p_value")
    plans = {f"{path}.efficacy": section(monitoring, "efficacy")}
    plans[f"{path}.futility.spending"] = section(futility, "spending")
    for at, plan in plans.items():
        for family, parameter in (("Hwang-Shih-DeCani", "gamma"), ("Kim-DeMets", "rho")):
            if plan.get("family") == family and parameter not in plan:
                yield Problem(f"{at}.{parameter}", None, f"is missing: {family} needs it")
            if plan and plan.get("family") != family and parameter in plan:
                yield Problem(f"{at}.{parameter}", plan[parameter], f"belongs to {family} only")
