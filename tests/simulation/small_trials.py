"""Protocols for tests: a trial of two strata whose sections can be replaced one by one."""

from __future__ import annotations

from equipoise.protocol import Protocol, parse_protocol

SECTIONS = {
    "trial": """
schema_version = 1
[trial]
name = "TEST"
title = "A trial for tests"
question = "Does the test hold?"
time_unit = "years"
""",
    "arms": """
[[arm]]
id = "control"
label = "Control"
control = true
[[arm]]
id = "treatment"
label = "Treatment"
""",
    "strata": """
[[stratum]]
id = "low"
prevalence = 0.6
[[stratum]]
id = "high"
prevalence = 0.4
""",
    "randomization": """
[randomization]
ratio = { control = 1, treatment = 1 }
block_sizes = [4, 6]
""",
    "accrual": """
[accrual]
start_date = 2019-07-01
patients = 400
starts = [0.0, 1.0]
rates = [100.0, 160.0]
""",
    "dropout": """
[dropout]
rate = 0.03
""",
    "endpoint": """
[[endpoint]]
id = "DFS"
label = "Disease-free survival"
events = ["relapse"]
""",
    "assumptions": """
[[assumption]]
endpoint = "DFS"
stratum = "low"
hazard = { starts = [0.0, 1.0], rates = [0.08, 0.15] }
[[assumption]]
endpoint = "DFS"
stratum = "high"
hazard = { rates = [0.30] }
[[effect]]
endpoint = "DFS"
arm = "treatment"
starts = [0.0, 0.5]
hazard_ratio = [1.0, 0.55]
""",
    "hypothesis": """
[[hypothesis]]
id = "primary"
endpoint = "DFS"
experimental = "treatment"
alpha = 0.025
power = 0.8
""",
    "monitoring": """
[monitoring]
hypothesis = "primary"
efficacy = { family = "Lan-DeMets O'Brien-Fleming" }
[[monitoring.look]]
events = 40
[[monitoring.look]]
events = 60
[[monitoring.look]]
events = 80
""",
    "data": "",
}


def small_trial(**replaced: str) -> Protocol:
    """The trial above with some of its sections replaced; an empty section is left out."""
    unknown = set(replaced) - set(SECTIONS)
    assert not unknown, unknown
    return parse_protocol("\n".join((SECTIONS | replaced).values()), source="small_trial")
