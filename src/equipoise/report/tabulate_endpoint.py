"""Rows of an endpoint's analysis: sizes, curves at planned times, tests, hazard ratios, restricted means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.margin_words import MARGIN, UPPER
from equipoise.report.results_table import ResultRow, result_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from equipoise.analysis.results import ArmComparison, EndpointAnalysis, IntercurrentSummary, MarginTest
    from equipoise.survival import LogrankTest, Rmst

ERRORS = {
    "greenwood": "Greenwood error",
    "peto": "Peto error S √((1 − S)/number at risk)",
    "tsiatis": "Tsiatis error",
}
ALL_ARMS = "all arms"


def endpoint_rows(e: EndpointAnalysis, unit: str, unit_days: float) -> Iterator[ResultRow]:
    """Rows of one endpoint in one population; times in the protocol's unit, restricted means in days."""
    where = {"analysis": e.endpoint, "population": e.population}
    for arm in e.arms:
        yield result_row(statistic="n", value=arm.n, group=arm.arm, unit="subjects", **where)
        yield result_row(statistic="events", value=arm.events, group=arm.arm, unit="events", **where)
    for i in e.intercurrent:
        yield result_row(
            statistic="intercurrent_events",
            value=i.n,
            group=i.arm,
            item=i.event,
            unit="subjects",
            method=strategy_words(i),
            **where,
        )
    for arm_id, counts in e.n_risk.items():
        for time, n in zip(e.risk_times, counts, strict=True):
            item = at_time(time, unit)
            yield result_row(statistic="n_risk", value=n, group=arm_id, item=item, unit="subjects", **where)
    method = (
        f"Kaplan–Meier; {ERRORS[e.curves.se]}; {e.curves.ci} limits, {numbers.confidence(e.curves.level)}"
    )
    for m in e.milestones:
        about = {
            "group": m.arm,
            "item": at_time(m.time, unit),
            "unit": "proportion",
            "method": method,
            **where,
        }
        values = (("survival", m.survival), ("std_err", m.std_err), ("lower", m.lower), ("upper", m.upper))
        for name, value in values:
            yield result_row(statistic=name, value=value, **about)
    yield from _medians(e, unit, unit_days)
    if e.overall is not None:
        yield from logrank_rows(e.overall, group=ALL_ARMS, method=test_method(e), **where)
    for c in e.comparisons:
        yield from _comparison_rows(e, c)
    yield from _follow_up_rows(e, unit, unit_days)
    for missing in e.not_estimable:
        note = f"not estimable: {missing.reason}"
        yield result_row(e.endpoint, missing.what, population=e.population, group=ALL_ARMS, note=note)


def at_time(time: float, unit: str) -> str:
    """How a time is named in the column `item`: "at 3 years"."""
    return f"at {time:g} {unit}"


def strategy_words(i: IntercurrentSummary) -> str:
    """The strategy for an intercurrent event and what it does: "hypothetical (censored there, ...)"."""
    late = f" up to {i.days_after} days after it" if i.days_after else ""
    return f"{i.strategy.value.replace('-', ' ')}{late} ({i.strategy.effect})"


def versus(c: ArmComparison) -> str:
    """How a comparison is named in the column `group`."""
    return f"{c.experimental} v {c.control}"


def test_method(e: EndpointAnalysis) -> str:
    """The log-rank test with its strata."""
    return f"log-rank{strata_words(e)}"


def cox_method(e: EndpointAnalysis) -> str:
    """The model behind the hazard ratio."""
    return f"Cox model, Efron's ties{strata_words(e)}; Wald limits, {numbers.confidence(e.curves.level)}"


def strata_words(e: EndpointAnalysis) -> str:
    """What the test and the model are stratified by; nothing where they are not."""
    factors = ["stratum of randomisation" if f == "stratum" else f for f in e.test_strata]
    pooled = f" (strata {' and '.join(e.pooled_strata)} as one, having few events)" if e.pooled_strata else ""
    return f", stratified by {' and '.join(factors)}{pooled}" if factors else ""


def logrank_rows(test: LogrankTest, **about: str) -> Iterator[ResultRow]:
    """Z (above 0 is benefit), chi-square with its degrees of freedom, P with its sides."""
    if test.z is not None:
        yield result_row(statistic="logrank_z", value=test.z, note="above 0 is benefit", **about)
        yield result_row(statistic="logrank_score", value=test.score, note="expected minus observed", **about)
        yield result_row(statistic="information", value=test.information, note="null variance", **about)
    yield result_row(statistic="logrank_chi2", value=test.chi2, **about)
    yield result_row(statistic="logrank_df", value=test.df, **about)
    yield result_row(statistic="logrank_p", value=test.p, note=test.alternative, **about)


def _medians(e: EndpointAnalysis, unit: str, unit_days: float) -> Iterator[ResultRow]:
    found = e.curves.quantile(0.5)
    method = f"Kaplan–Meier; Brookmeyer–Crowley limits, {numbers.confidence(e.curves.level)}"
    for i, arm in enumerate(found.group):
        for name, values in (
            ("median", found.time),
            ("median_lower", found.lower),
            ("median_upper", found.upper),
        ):
            value = float(values[i]) / unit_days
            note = {} if numbers.known(value) else {"note": numbers.NOT_REACHED}
            yield result_row(
                e.endpoint,
                name,
                value,
                population=e.population,
                group=str(arm),
                unit=unit,
                method=method,
                **note,
            )


def _comparison_rows(e: EndpointAnalysis, c: ArmComparison) -> Iterator[ResultRow]:
    about = {"analysis": e.endpoint, "population": e.population, "group": versus(c)}
    values = (("hazard_ratio", c.hazard_ratio), ("lower", c.lower), ("upper", c.upper), ("cox_p", c.cox_p))
    for name, value in values:
        statistic = name if name in {"hazard_ratio", "cox_p"} else f"hazard_ratio_{name}"
        note = {"note": "two-sided"} if name == "cox_p" else {}
        yield result_row(
            statistic=statistic, value=value, unit="ratio", method=cox_method(e), **about, **note
        )
    yield from logrank_rows(c.logrank, method=test_method(e), **about)
    if c.margin_test is not None:
        yield from _margin_rows(c.margin_test, test_method(e), about)
    if c.rmst is not None:
        # The control arm is the same in every comparison: its mean stands once.
        arms = (c.control, c.experimental) if c is e.comparisons[0] else (c.experimental,)
        yield from _restricted_mean_rows(c.rmst, arms, about)


def _margin_rows(m: MarginTest, method: str, about: dict[str, str]) -> Iterator[ResultRow]:
    yield result_row(statistic=MARGIN, value=m.margin, unit="ratio", **about)
    sign = "above 0 is a hazard ratio below the margin"
    method = f"{method}, against the margin"
    yield result_row(statistic="margin_z", value=m.test.z, method=method, note=sign, **about)
    yield result_row(statistic="margin_p", value=m.test.p, method=method, note="one-sided", **about)
    level = numbers.percent(limit_level(m))
    said = f"the test inverted, one-sided {level}, looks not allowed for"
    yield result_row(statistic=UPPER, value=m.interval.upper, unit="ratio", method=said, **about)


def limit_level(m: MarginTest) -> float:
    """Confidence of the upper limit alone."""
    return 0.5 * (1.0 + m.interval.level)


def _restricted_mean_rows(r: Rmst, printed: tuple[str, ...], about: dict[str, str]) -> Iterator[ResultRow]:
    limits = numbers.confidence(r.level)
    method = f"restricted mean to {numbers.decimal(r.tau, 1)} days, Greenwood-type error, {limits}"
    arms = dict(zip((str(g) for g in r.groups), r.mean.tolist(), strict=True))
    for arm in printed:
        yield result_row(
            statistic="restricted_mean",
            value=arms.get(arm),
            unit="days",
            method=method,
            **{**about, "group": arm},
        )
    if r.comparison is None:
        return
    found = r.comparison
    for name, value in (
        ("rmst_difference", found.difference),
        ("rmst_lower", found.lower),
        ("rmst_upper", found.upper),
    ):
        yield result_row(statistic=name, value=value, unit="days", method=method, **about)
    yield result_row(statistic="rmst_p", value=found.p, method=method, note="two-sided", **about)


def _follow_up_rows(e: EndpointAnalysis, unit: str, unit_days: float) -> Iterator[ResultRow]:
    f = e.follow_up
    about = {"population": e.population, "group": ALL_ARMS, "unit": unit, "method": "reverse Kaplan–Meier"}
    for name, values in (
        ("follow_up_median", f.median),
        ("follow_up_first_quartile", f.first_quartile),
        ("follow_up_third_quartile", f.third_quartile),
    ):
        yield result_row(e.endpoint, name, float(values[0]) / unit_days, **about)
