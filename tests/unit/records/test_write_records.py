"""Records written and read again are the same records; a failure leaves nothing behind."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import polars as pl
import pytest

from equipoise.errors import ArgumentError, OutputError
from equipoise.records import cut, read_records, trial_records, write_records

if TYPE_CHECKING:
    from equipoise.records import TrialRecords

FORMATS = ["csv", "parquet", "xpt", "dataset-json"]


@pytest.mark.parametrize("form", FORMATS)
def test_round_trip(tmp_path: Path, records: TrialRecords, pilot: TrialRecords, form: str) -> None:
    for number, original in enumerate((records, pilot, cut(pilot, "2013-06-30"))):
        folder = tmp_path / str(number)
        files = write_records(original, folder, format=form)
        assert sorted(f.name for f in folder.iterdir()) == sorted(f.name for f in files)
        assert read_records(folder).data_hash == original.data_hash


@pytest.mark.parametrize("form", FORMATS)
def test_hard_text_and_numbers_survive(tmp_path: Path, form: str) -> None:
    words = ['quote "', "comma, ü 日本", "a\nb", "NA", ".", "x" * 250]
    adsl = pl.DataFrame(
        {
            "USUBJID": [f"00{i}" for i in range(6)],
            "TRT01P": ["A"] * 6,
            "NOTE": words,
            "X": [0.1, 1e-9, None, 3e20, -2.5, 7.0],
        }
    )
    original = trial_records(adsl)
    write_records(original, tmp_path, format=form)
    again = read_records(tmp_path)
    assert again.subjects["NOTE"].to_list() == words
    assert again.subjects["X"].to_list() == adsl["X"].to_list()
    assert again.data_hash == original.data_hash


@pytest.mark.parametrize("form", FORMATS)
def test_equal_records_give_equal_bytes(tmp_path: Path, records: TrialRecords, form: str) -> None:
    first = [f.read_bytes() for f in write_records(records, tmp_path / "a", format=form)]
    assert first == [f.read_bytes() for f in write_records(records, tmp_path / "b", format=form)]
    assert first == [f.read_bytes() for f in write_records(records, tmp_path / "a", format=form)]


@pytest.mark.parametrize("form", FORMATS)
def test_synthetic_patients_stay_labelled(
    tmp_path: Path, adsl: pl.DataFrame, adtte: pl.DataFrame, form: str
) -> None:
    write_records(trial_records(adsl, adtte, synthetic=True), tmp_path, format=form)
    assert read_records(tmp_path).synthetic


def test_dataset_json_has_what_the_standard_requires(tmp_path: Path, records: TrialRecords) -> None:
    """The required members of Dataset-JSON 1.1, written out from the standard's model."""
    column = {
        "type": "object",
        "required": ["itemOID", "name", "label", "dataType"],
        "additionalProperties": False,
        "properties": {
            "itemOID": {"type": "string"},
            "name": {"type": "string"},
            "label": {"type": "string"},
            "dataType": {
                "enum": [
                    "string",
                    "integer",
                    "decimal",
                    "float",
                    "double",
                    "boolean",
                    "datetime",
                    "date",
                    "time",
                    "URI",
                ]
            },
            "targetDataType": {"enum": ["integer", "decimal"]},
            "displayFormat": {"type": "string"},
            "length": {"type": "integer", "minimum": 1},
        },
    }
    model = {
        "type": "object",
        "required": [
            "datasetJSONCreationDateTime",
            "datasetJSONVersion",
            "itemGroupOID",
            "records",
            "name",
            "label",
            "columns",
            "rows",
        ],
        "properties": {
            "columns": {"type": "array", "items": column},
            "rows": {"type": "array", "items": {"type": "array"}},
        },
    }
    for file in write_records(records, tmp_path, format="dataset-json"):
        content = json.loads(file.read_text(encoding="utf-8"))
        jsonschema.validate(content, model)
        assert content["records"] == len(content["rows"])
        assert content["datasetJSONVersion"] == "1.1.0"


def test_a_failure_leaves_the_folder_as_it_was(
    tmp_path: Path, records: TrialRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "adsl.csv").write_text("old")
    real, calls = os.fsync, []

    def full(handle: Any) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"cannot be written \(.*No space left on device\)"):
        write_records(records, tmp_path)
    assert [f.name for f in tmp_path.iterdir()] == ["adsl.csv"]
    assert (tmp_path / "adsl.csv").read_text() == "old"


def test_a_place_that_is_no_folder(tmp_path: Path, records: TrialRecords) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        write_records(records, tmp_path / "file")
    with pytest.raises(ArgumentError, match="format must be one of 'csv'"):
        write_records(records, tmp_path, format="sas7bdat")
    assert sorted(p.name for p in Path(tmp_path).iterdir()) == ["file"]
