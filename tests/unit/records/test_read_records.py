"""A folder of ADaM files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from equipoise.errors import DataError
from equipoise.records import read_records, write_records

if TYPE_CHECKING:
    from pathlib import Path

    from equipoise.records import TrialRecords


def test_a_folder_in_mixed_formats_and_cases(
    tmp_path: Path, records: TrialRecords, adsl: pl.DataFrame, adtte: pl.DataFrame, adae: pl.DataFrame
) -> None:
    adsl.write_csv(tmp_path / "ADSL.CSV")
    adtte.write_parquet(tmp_path / "AdTte.parquet")
    adae.write_csv(tmp_path / "adae.csv")
    (tmp_path / "notes.txt").write_text("not a table")
    read = read_records(tmp_path)
    assert read.data_hash == records.data_hash
    assert read.source == str(tmp_path)


def test_tables_may_be_absent_unless_named(tmp_path: Path, adsl: pl.DataFrame) -> None:
    adsl.write_csv(tmp_path / "adsl.csv")
    read = read_records(tmp_path)
    assert read.times is None
    assert read.adverse_events is None
    with pytest.raises(
        DataError, match=r"holds no adtte_onco file, asked for as times\. There are: adsl\.csv"
    ):
        read_records(tmp_path, times="adtte_onco")


def test_other_names(tmp_path: Path, adsl: pl.DataFrame, adtte: pl.DataFrame) -> None:
    adsl.write_csv(tmp_path / "subjects.csv")
    adtte.write_csv(tmp_path / "adtte_onco.csv")
    assert read_records(tmp_path, subjects="subjects", times="ADTTE_ONCO").times.height == 6


def test_one_table_in_two_formats_must_agree(tmp_path: Path, records: TrialRecords) -> None:
    write_records(records, tmp_path, format="csv")
    write_records(records, tmp_path, format="dataset-json")
    assert read_records(tmp_path).data_hash == records.data_hash
    records.subjects.with_columns(TRT01P=pl.lit("Chemo")).write_csv(tmp_path / "adsl.csv")
    with pytest.raises(DataError, match=r"adsl\.csv and adsl\.json hold different data"):
        read_records(tmp_path)


def test_the_wrong_folder(tmp_path: Path) -> None:
    (tmp_path / "adam").mkdir()
    with pytest.raises(DataError, match=r"holds no adsl file .*Is a folder inside meant \(adam\)\?"):
        read_records(tmp_path)
    with pytest.raises(DataError, match="does not exist"):
        read_records(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="is a file, not a folder"):
        read_records(tmp_path / "file")
