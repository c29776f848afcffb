"""A small trial of forty invented subjects: a protocol and ADaM tables, shared by the tests."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

PROTOCOL = """
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
prevalence = 0.5
[[stratum]]
id = "high"
prevalence = 0.5
[[endpoint]]
id = "EFS"
label = "Event-free survival"
events = ["relapse", "death"]
[randomization]
ratio = { A = 1, B = 1 }
block_sizes = [4]
[accrual]
patients = 200
rates = [20]
start_date = 2020-01-01
[[assumption]]
endpoint = "EFS"
stratum = "low"
milestones = [{ time = 24, survival = 0.5 }]
[[assumption]]
endpoint = "EFS"
stratum = "high"
milestones = [{ time = 24, survival = 0.3 }]
[[effect]]
endpoint = "EFS"
arm = "B"
hazard_ratio = [0.6]
[[hypothesis]]
id = "primary"
endpoint = "EFS"
experimental = "B"
alpha = 0.025
power = 0.8
[monitoring]
hypothesis = "primary"
efficacy = { family = "Lan-DeMets O'Brien-Fleming" }
look = [{ events = 10 }, { events = 20 }]
[analyses]
milestones = [6]
[data]
stratum = "STRATUM"
"""


def adam_tables() -> dict[str, pl.DataFrame]:
    """Forty subjects, four in each of ten weeks; every other one has an event."""
    n = 40
    start = pl.date_range(pl.date(2020, 1, 1), pl.date(2020, 12, 31), "1d", eager=True).gather(
        range(0, 7 * n, 7)
    )
    days = pl.Series([30 + 17 * i % 400 for i in range(n)])
    ids = [f"S{i:02}" for i in range(n)]
    adsl = pl.DataFrame(
        {
            "USUBJID": ids,
            "TRT01P": ["A" if i % 4 in {0, 3} else "B" for i in range(n)],
            "STRATUM": ["low" if i % 8 < 4 else "high" for i in range(n)],
            "RANDDT": start,
            "ITTFL": ["Y"] * n,
            "SAFFL": ["Y"] * n,
        }
    )
    adtte = pl.DataFrame(
        {
            "USUBJID": ids,
            "PARAMCD": ["EFS"] * n,
            "AVAL": days,
            "CNSR": [i % 2 for i in range(n)],
            "EVNTDESC": ["relapse" if i % 4 == 0 else "death" if i % 2 == 0 else "ongoing" for i in range(n)],
            "STARTDT": start,
            "ADT": [s + timedelta(days=d - 1) for s, d in zip(start, days, strict=True)],
        }
    )
    adae = pl.DataFrame(
        {
            "USUBJID": ids[:10],
            "AEDECOD": ["Sepsis"] * 5 + ["Rash"] * 5,
            "AETOXGR": ["3", "4", "2", "3", "1"] * 2,
            "TRTEMFL": ["Y"] * 10,
            "ASTDT": start[:10],
        }
    )
    return {"adsl": adsl, "adtte": adtte, "adae": adae}
