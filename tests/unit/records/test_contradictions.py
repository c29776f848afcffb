"""Tables that contradict one another: dates of randomisation, arms and strata said twice."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from equipoise.analysis import analyze, trial_data
from equipoise.errors import DataError
from equipoise.protocol import parse_protocol
from small_trial import PROTOCOL, adam_tables


def written(folder: Path, **changed: pl.DataFrame) -> Path:
    for name, table in (adam_tables() | changed).items():
        table.write_csv(folder / f"{name}.csv")
    return folder


def test_nobody_is_randomised_after_the_data_were_cut(tmp_path: Path) -> None:
    subjects = adam_tables()["adsl"].with_columns(DCUTDT=pl.lit(dt.date(2030, 1, 1)))
    late = subjects.with_columns(
        RANDDT=pl.when(pl.col("USUBJID") == "S03").then(dt.date(2031, 1, 1)).otherwise("RANDDT")
    )
    with pytest.raises(DataError, match=r"RANDDT.*must not lie after the data cut-off"):
        trial_data(parse_protocol(PROTOCOL), written(tmp_path, adsl=late))


def test_time_from_randomisation_begins_at_randomisation(tmp_path: Path) -> None:
    subjects = adam_tables()["adsl"].with_columns(pl.col("RANDDT").dt.offset_by("30d"))
    with pytest.raises(DataError, match=r"was randomised on .* begins on"):
        trial_data(parse_protocol(PROTOCOL), written(tmp_path, adsl=subjects))
    other = PROTOCOL.replace('id = "EFS"', 'id = "EFS"\norigin = "start of treatment"')
    assert trial_data(parse_protocol(other), tmp_path).times is not None


@pytest.mark.parametrize(("column", "swap"), [("TRT01P", {"A": "B", "B": "A"}), ("STRATUM", {"low": "high"})])
def test_arm_and_stratum_are_the_same_in_both_tables(
    tmp_path: Path, column: str, swap: dict[str, str]
) -> None:
    tables = adam_tables()
    times = tables["adtte"].with_columns(tables["adsl"][column].replace(swap))
    with pytest.raises(DataError, match=f"ADTTE.{column} = .* is not that of ADSL"):
        analyze(
            parse_protocol(PROTOCOL), trial_data(parse_protocol(PROTOCOL), written(tmp_path, adtte=times))
        )


def test_safety_columns_that_the_protocol_names_must_be_there(tmp_path: Path) -> None:
    named = PROTOCOL + '[safety]\nevaluable = "SAFFLX"\n'
    with pytest.raises(DataError, match=r"no column SAFFLX, which the protocol names as safety.evaluable"):
        analyze(parse_protocol(named), trial_data(parse_protocol(named), written(tmp_path)))
