"""A small trial as TOML text, from which the tests of this room make mistakes."""

from __future__ import annotations

import pytest

SMALL = """
schema_version = 1
[trial]
name = "SMALL"
title = "A small trial"
question = "Is B better than A?"
time_unit = "months"
[[arm]]
id = "A"
label = "Standard"
control = true
[[arm]]
id = "B"
label = "New"
[[stratum]]
id = "low"
prevalence = 0.6
[[stratum]]
id = "high"
prevalence = 0.4
[[endpoint]]
id = "EFS"
label = "Event-free survival"
events = ["relapse"]
[randomization]
ratio = { A = 1, B = 1 }
block_sizes = [4]
[accrual]
patients = 200
rates = [10]
[[assumption]]
endpoint = "EFS"
stratum = "low"
milestones = [{ time = 24, survival = 0.8 }]
[[assumption]]
endpoint = "EFS"
stratum = "high"
hazard = { starts = [0, 12], rates = [0.02, 0.01] }
[[effect]]
endpoint = "EFS"
arm = "B"
hazard_ratio = [0.6]
[[hypothesis]]
id = "primary"
endpoint = "EFS"
experimental = "B"
alpha = 0.025
power = 0.9
[monitoring]
hypothesis = "primary"
efficacy = { family = "Kim-DeMets", rho = 2 }
look = [{ fraction = 0.5 }, { fraction = 1.0 }]
"""


@pytest.fixture
def small() -> str:
    return SMALL
