"""Rows of the inference at a look, and of past looks as the data now read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report.results_table import ResultRow, ResultsTable, result_row, words_row
from equipoise.report.tabulate_interim import P_SIDES, look_item

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from equipoise.monitoring import InterimInference, PastLookNow, SequentialInterval

INFERENCE = "inference at the look"
PAST = "past looks in the data now"


def inference_table(found: InterimInference, hypothesis: str = "") -> ResultsTable:
    """Intervals, estimates and powers at one look."""
    return ResultsTable(tuple(_inference_rows(found, hypothesis)))


def past_table(looks: Sequence[PastLookNow], hypothesis: str = "") -> ResultsTable:
    """Each past look as decided and as it reads now."""
    return ResultsTable(tuple(row for k in looks for row in _past_rows(k, hypothesis)))


def _inference_rows(found: InterimInference, hypothesis: str) -> Iterator[ResultRow]:
    about = {"population": hypothesis, "item": look_item(found.look)}
    if found.repeated is not None:
        yield from _interval_rows(
            "repeated", found.repeated, "repeated interval, simultaneous over looks", about
        )
    for name, value, method in (
        ("conditional_power_planned", found.conditional_power_planned, "planned effect from now on"),
        ("conditional_power_trend", found.conditional_power_trend, "effect seen so far holds on"),
        ("predictive_power", found.predictive_power, "averaged over the effect, flat prior"),
    ):
        if value is not None:
            yield result_row(INFERENCE, name, value, unit="probability", method=method, **about)
    if found.stopped is not None:
        yield from _interval_rows("stopped", found.stopped, "stage-wise ordering, median-unbiased", about)
    if found.stopped_if_obeyed is not None:
        method = "stage-wise ordering, median-unbiased, counting on futility boundaries obeyed"
        yield from _interval_rows("stopped_if_obeyed", found.stopped_if_obeyed, method, about)
    if found.bias_adjusted_hazard_ratio is not None:
        yield result_row(
            INFERENCE,
            "bias_adjusted_hazard_ratio",
            found.bias_adjusted_hazard_ratio,
            unit="ratio",
            method="Whitehead",
            **about,
        )


def _interval_rows(
    name: str, found: SequentialInterval, method: str, about: dict[str, str]
) -> Iterator[ResultRow]:
    said = f"{method}, level {found.level:g}"
    for statistic in ("hazard_ratio", "lower", "upper"):
        yield result_row(
            INFERENCE, f"{name}_{statistic}", getattr(found, statistic), unit="ratio", method=said, **about
        )
    yield result_row(
        INFERENCE, f"{name}_p", found.p_value, method=f"{method}, {P_SIDES[found.sides]}", **about
    )


def _past_rows(k: PastLookNow, hypothesis: str) -> Iterator[ResultRow]:
    about = {"population": hypothesis, "item": look_item(k.look)}
    for name in ("events", "events_now"):
        yield result_row(PAST, name, getattr(k, name), unit="events", **about)
    for name in ("z", "z_now"):
        yield result_row(PAST, name, getattr(k, name), method="log-rank; above 0 is benefit", **about)
    yield words_row(PAST, "status", k.exit.sentence, **about)
    yield words_row(PAST, "status_now", k.exit_now.sentence, method="against the bounds used then", **about)
