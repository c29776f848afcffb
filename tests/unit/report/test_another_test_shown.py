"""A look by another test than the log-rank test claims nothing of a hazard ratio."""

from __future__ import annotations

from dataclasses import replace

from equipoise.design import design_trial
from equipoise.monitoring import interim_inference, monitor
from equipoise.protocol import parse_protocol
from equipoise.records import snapshot, trial_records
from equipoise.report.committee_text import meeting_text
from small_trial import PROTOCOL, adam_tables


def test_the_planned_test_is_named_and_no_interval_is_given() -> None:
    tables = adam_tables()
    data = snapshot(trial_records(tables["adsl"], tables["adtte"], synthetic=True))
    plain = design_trial(parse_protocol(PROTOCOL))
    text = PROTOCOL.replace("power = 0.8\n", 'power = 0.8\ntest = "rmst"\nhorizon = 12.0\n')
    design = replace(plain, hypothesis=parse_protocol(text).hypothesis[0], information=1e-4)
    result = monitor(design, data)
    found = interim_inference(design, result)
    assert (found.repeated, found.stopped, found.conditional_power_planned) == (None, None, None)
    shown = meeting_text(result, found)
    assert "z of the planned test, rmst; above 0 is benefit." in shown
    assert "not given: the planned test speaks of no hazard ratio" in shown
    assert "z = U/√V of the log-rank test" in meeting_text(
        monitor(plain, data), interim_inference(plain, monitor(plain, data))
    )
