"""Each format gives the same typed table, and an error that says where and what."""

from __future__ import annotations

import builtins
import gzip
import json
import zlib
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from equipoise.errors import DataError, MissingPartError
from equipoise.records import read_table

if TYPE_CHECKING:
    from pathlib import Path

    from equipoise.records import TrialRecords


def written(tmp_path: Path, name: str, content: Any) -> Any:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_csv_types_come_from_all_the_values(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", "USUBJID,SUBJID,N,X,D,T\n01-1,007,1,1.5,2024-06-30,a\n01-2,8,,-2e3,,\n")
    table = read_table(path)
    assert table.schema == {
        "USUBJID": pl.String,
        "SUBJID": pl.String,
        "N": pl.Int64,
        "X": pl.Float64,
        "D": pl.Date,
        "T": pl.String,
    }
    assert table.row(0) == ("01-1", "007", 1, 1.5, date(2024, 6, 30), "a")
    assert table.row(1) == ("01-2", "8", None, -2000.0, None, None)


def test_csv_identifiers_stay_text(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "t.csv", "SITEID,usubjid,N\n701,12,1\n702,1e5,2\n"))
    assert table.row(1) == ("702", "1e5", 2)


def test_csv_leading_zeros_are_no_number(tmp_path: Path) -> None:
    assert read_table(written(tmp_path, "t.csv", "CODE\n007\n12\n"))["CODE"].to_list() == ["007", "12"]


def test_csv_from_r_tells_missing_na_from_north_america(tmp_path: Path) -> None:
    content = '"REGION","ARM","X"\n"NA","A",1\n"EU",NA,NA\n"a ""NA"", b,NA,c",NA,3\n'
    table = read_table(written(tmp_path, "t.csv", content))
    assert table["REGION"].to_list() == ["NA", "EU", 'a "NA", b,NA,c']
    assert table["ARM"].to_list() == ["A", None, None]
    assert table["X"].to_list() == [1, None, 3]


def test_csv_na_among_numbers_is_missing_and_among_unquoted_words_is_a_word(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "t.csv", "X,Y,COUNTRY\n1,.,NA\nNA,2.5,FR\n"))
    assert table["X"].to_list() == [1, None]
    assert table["Y"].to_list() == [None, 2.5]
    assert table["COUNTRY"].to_list() == ["NA", "FR"]


def test_csv_impossible_date_leaves_the_column_text(tmp_path: Path) -> None:
    assert read_table(written(tmp_path, "t.csv", "D\n2024-02-30\n")).schema == {"D": pl.String}


def test_csv_utf8_with_mark_gzip_and_other_encoding(tmp_path: Path) -> None:
    text = "NAME,X\nÅsa,1\n"
    for name, raw in (
        ("a.csv", text.encode("utf-8-sig")),
        ("b.CSV.GZ", gzip.compress(text.encode())),
    ):
        assert read_table(written(tmp_path, name, raw))["NAME"].to_list() == ["Åsa"]
    latin = written(tmp_path, "c.csv", text.encode("latin-1"))
    assert read_table(latin, encoding="windows-1252")["NAME"].to_list() == ["Åsa"]
    with pytest.raises(DataError, match=r"c\.csv, line 2: byte 0xc5 is not utf-8 text.*windows-1252"):
        read_table(latin)


CUT_SHORT = gzip.compress(b"A,B\n" + b"1,2\n" * 999, mtime=0)[:-20]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", "", "the file is empty"),
        ("t.csv", "A,B\n1,2\n3\n", "line 3: 1 fields under a header of 2"),
        ("t.csv", "A,B\n1,2,3\n", "line 2: 3 fields under a header of 2"),
        ("t.csv", "A,A\n1,2\n", "column name 'A' must be present and stand once"),
        ("t.csv", "A;B\n1;2\n", "has no comma"),
        ("t.csv", 'A,B\n"1,2\n', "is not CSV"),
        ("t.csv.gz", b"not gzip", "is not a whole gzip file"),
        ("t.csv.gz", CUT_SHORT, "is not a whole gzip file"),
        ("t.parquet", b"PAR1 not really", "is not a whole Parquet file"),
        ("t.xpt", b"not sas", "is not a SAS transport file"),
        ("t.xpt", b"HEADER RECORD*******LIBRARY HEADER", "cannot be read as a SAS transport file"),
        ("t.json", "{", "is not JSON"),
        ("t.json", "[]", "must hold one JSON object"),
        ("t.json", '{"clinicalData": {}}', "datasetJSONVersion must be 1.1"),
        ("t.ndjson", "", "the file is empty"),
        ("t.dsjc", b"neither", "neither a whole zlib nor a whole gzip stream"),
        ("t.sas7bdat", b"", "no reader for this kind of file"),
        ("absent.csv", None, "does not exist"),
    ],
)
def test_what_is_no_table_is_refused_by_name(tmp_path: Path, name: str, content: Any, message: str) -> None:
    path = tmp_path / name
    if content is not None:
        written(tmp_path, name, content)
    with pytest.raises(DataError, match=message) as caught:
        read_table(path)
    assert str(path) in str(caught.value)


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(DataError, match="is a folder, not a file"):
        read_table(tmp_path / "t.csv")


def dataset_json(rows: list[int], records: TrialRecords = None, **types: Any) -> Any:
    columns = [
        {"itemOID": c, "name": c, "label": c, **(t if isinstance(t, dict) else {"dataType": t})}
        for c, t in types.items()
    ]
    return {
        "datasetJSONVersion": "1.1.0",
        "records": len(rows) if records is None else records,
        "columns": columns,
        "rows": rows,
    }


NUMERIC_DATE = {"dataType": "date", "targetDataType": "integer", "displayFormat": "DATE9."}
TYPED = {
    "S": "string", "I": "integer", "F": "double", "P": {"dataType": "decimal", "targetDataType": "decimal"},
    "B": "boolean", "D": NUMERIC_DATE, "C": "date", "T": "datetime",
}  # fmt: skip
ROWS = [
    ["日本", 3, 2, "0.10", True, "2024-06-30", "2024-06", "2024-06-30T10:00:00"],
    ["", None, None, "", None, None, None, ""],
]


@pytest.mark.parametrize("form", ["json", "ndjson", "zlib", "gzip"])
def test_dataset_json_types_in_every_wrapping(tmp_path: Path, form: str) -> None:
    whole = dataset_json(ROWS, **TYPED)
    head = {k: v for k, v in whole.items() if k != "rows"}
    lines = "\n".join(json.dumps(x, ensure_ascii=False) for x in (head, *ROWS)) + "\n"
    raw, name = {
        "json": (json.dumps(whole).encode(), "t.json"),
        "ndjson": (lines.encode(), "t.ndjson"),
        "zlib": (zlib.compress(lines.encode()), "t.dsjc"),
        "gzip": (gzip.compress(lines.encode()), "t.dsjc"),
    }[form]
    table = read_table(written(tmp_path, name, raw))
    expected = pl.DataFrame(
        {
            "S": ["日本", None], "I": [3, None], "F": [2.0, None], "P": [0.1, None], "B": [True, None],
            "D": [date(2024, 6, 30), None], "C": ["2024-06", None], "T": ["2024-06-30T10:00:00", None],
        }
    )  # fmt: skip
    assert_frame_equal(table, expected)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (dataset_json([["x"]], records=2, S="string"), "records = 2 is promised, 1 rows are there"),
        (dataset_json([["x", 1]], S="string"), "row 1: must be a list of 1 values"),
        (dataset_json([["x"], [3]], S="string"), "row 2, column S: 3 is not of dataType string"),
        (dataset_json([[1], [2.5]], N="integer"), "row 2, column N: 2.5 is not of dataType integer"),
        (dataset_json([["2024-06"]], D=NUMERIC_DATE), "row 1, column D: '2024-06' is not a date"),
        (dataset_json([], S="text"), "column 1: needs a name and a dataType of"),
        (dataset_json([["a", "b"]], S="string") | {"columns": [{"name": "S", "dataType": "string"}] * 2}, "column S must stand once"),
    ],
)  # fmt: skip
def test_dataset_json_says_which_row_and_column(tmp_path: Path, content: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_table(written(tmp_path, "t.json", json.dumps(content)))


def test_xpt_without_pyreadstat_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "pyreadstat":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingPartError, match=r"pip install 'equipoise\[xpt\]'"):
        read_table(written(tmp_path, "t.xpt", b""))


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    table = pl.DataFrame({"USUBJID": ["1"], "D": [date(2024, 1, 1)], "X": [1.5]})
    table.write_parquet(tmp_path / "t.parquet")
    assert_frame_equal(read_table(tmp_path / "t.parquet"), table)
