"""The terminal's view of a committee's meeting: the look, what it means, the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report.tables.forecast import forecast_table
from equipoise.report.tables.interim_inference import inference_facts, past_looks_table
from equipoise.report.tables.ledger import ledger_table
from equipoise.report.tables.over_time import over_time_table
from equipoise.report.tabulate_inference import inference_table, past_table
from equipoise.report.terminal import terminal_table
from equipoise.report.text import facts_text, interim_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.monitoring import (
        EventForecast,
        InformationLedger,
        InterimInference,
        InterimResult,
        MonitoredOverTime,
        PastLookNow,
    )


def meeting_text(
    interim: InterimResult, inference: InterimInference, past: Sequence[PastLookNow] = ()
) -> str:
    """The look against its boundary, warnings, inference, and past looks that would read otherwise now."""
    parts = [interim_text(interim)]
    if interim.not_read:
        parts.append(f"{interim.status[0].upper()}{interim.status[1:]}.")
    parts += [f"WARNING  {words}" for words in interim.warnings]
    parts.append(
        facts_text(
            inference_facts(inference, inference_table(inference, interim.hypothesis), interim.hypothesis)
        )
    )
    altered = [k for k in past if k.events != k.events_now or k.z != k.z_now]
    if altered:
        rows = past_table(altered, interim.hypothesis)
        parts.append(terminal_table(past_looks_table(altered, rows, interim.hypothesis)).rstrip())
    return "\n\n".join(parts)


def ledger_text(ledger: InformationLedger) -> str:
    """Every entry, and the head."""
    return terminal_table(ledger_table(ledger)).rstrip()


def over_time_text(found: MonitoredOverTime) -> str:
    """Each date as a committee would have read it."""
    return terminal_table(over_time_table(found)).rstrip()


def forecast_text(found: EventForecast) -> str:
    """When each look to come will be due."""
    if not found.looks:
        return f"{found.trial}: the data hold the events of every planned look; nothing is to come."
    return terminal_table(forecast_table(found)).rstrip()
