"""What users get wrong: a message with what, where, which value, which rule, what to do; exit 2; nothing half-written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

Change = Callable[[Path], None]


def protocol(old: str, new: str) -> Change:
    def change(trial: Path) -> None:
        text = (trial / "protocol.toml").read_text()
        assert old in text
        (trial / "protocol.toml").write_text(text.replace(old, new, 1))

    return change


def table(name: str, edit: Callable[[pl.DataFrame], pl.DataFrame]) -> Change:
    def change(trial: Path) -> None:
        path = trial / "adam" / f"{name}.csv"
        edit(pl.read_csv(path, try_parse_dates=True)).write_csv(path)

    return change


def with_value(column: str, row: int, value: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    def edit(t: pl.DataFrame) -> pl.DataFrame:
        values = t[column].to_list()
        values[row] = value
        return t.with_columns(pl.Series(column, values, strict=False))

    return edit


def garbage(name: str, content: bytes) -> Change:
    return lambda trial: (trial / "adam" / name).write_bytes(content) and None


CASES = {
    "unknown key": (
        protocol("prevalence = 0.5", "prevalance = 0.5"),
        ["stratum[0].prevalance", "Did you mean prevalence"],
    ),
    "wrong unit": (protocol('"months"', '"moons"'), ["trial.time_unit", "'moons'", "'months'"]),
    "arm without subjects": (
        table("adsl", lambda t: t.with_columns(TRT01P=pl.lit("A"))),
        ["TRT01P", "no subject has 'B'"],
    ),
    "arm unknown to the protocol": (
        table("adsl", with_value("TRT01P", 3, "C")),
        ["'C'", "unknown to the protocol"],
    ),
    "stratum missing in the data": (
        table("adsl", lambda t: t.with_columns(STRATUM=pl.lit("low"))),
        ["STRATUM", "no subject has 'high'"],
    ),
    "stratum column missing": (table("adsl", lambda t: t.drop("STRATUM")), ["no column STRATUM"]),
    "events after the cut": (
        table("adsl", lambda t: t.with_columns(DCUTDT=pl.lit("2020-06-30").str.to_date())),
        ["DCUTDT", "2020-07-16", "must not lie after the data cut-off"],
    ),
    "negative time": (
        table("adtte", lambda t: with_value("AVAL", 5, -3)(t).drop("ADT", "STARTDT")),
        ["AVAL", "-3"],
    ),
    "CNSR of a half": (table("adtte", with_value("CNSR", 2, 0.5)), ["CNSR", "0.5"]),
    "CNSR negative": (table("adtte", with_value("CNSR", 2, -1)), ["CNSR", "-1"]),
    "duplicate subject": (table("adsl", with_value("USUBJID", 1, "S00")), ["S00"]),
    "subject unknown to ADSL": (table("adtte", with_value("USUBJID", 1, "X99")), ["X99"]),
    "event not foreseen": (
        table("adtte", with_value("EVNTDESC", 0, "lightning")),
        ["lightning", "not foreseen"],
    ),
    "unreadable file": (garbage("adtte.csv", b"\xff\xfe\x00garbage\x00"), ["adtte.csv"]),
    "empty file": (garbage("adsl.csv", b""), ["adsl.csv"]),
    "no such endpoint": (protocol('id = "EFS"', 'id = "EFS"\nparameter = "OS"'), ["OS", "It holds EFS"]),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_explained_and_nothing_is_written(name: str, trial: Path, equipoise: Callable) -> None:
    change, words = CASES[name]
    change(trial)
    done = equipoise("analyze", "protocol.toml", "--adam", "adam", "--out", "report")
    assert done.returncode == 2, done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr
    assert not list(trial.glob("report/*"))


OTHER_CALLS = {
    "no such folder": (["analyze", "protocol.toml", "--adam", "nowhere"], "nowhere: does not exist"),
    "a file for a folder": (["analyze", "protocol.toml", "--adam", "protocol.toml"], "protocol.toml"),
    "neither data nor folder": (["analyze", "protocol.toml"], "either --adam"),
    "no such protocol": (["check", "nowhere.toml"], "cannot be read"),
    "a folder that cannot be written": (
        ["analyze", "protocol.toml", "--adam", "adam", "--out", "protocol.toml/sub"],
        "cannot be written",
    ),
    "a date that is none": (
        ["analyze", "protocol.toml", "--adam", "adam", "--cutoff", "2020-13-45"],
        "must be a date",
    ),
    "a cut before the first patient": (
        ["analyze", "protocol.toml", "--adam", "adam", "--cutoff", "2019-01-01"],
        "nobody was randomised",
    ),
    "a look too many": (
        ["monitor", "protocol.toml", "--adam", "adam", "--cutoff", "2021-12-31", "--look", "3"],
        "not planned",
    ),
    "no such command": (["analyse", "protocol.toml"], "No such command"),
    "no such option": (["check", "protocol.toml", "--fast"], "No such option"),
    "a seed below 0": (["randomize", "protocol.toml", "--seed", "-1"], "'--seed'"),
    "a template over a file": (["init", "protocol.toml"], "is there already"),
}


@pytest.mark.parametrize("name", OTHER_CALLS)
def test_a_wrong_call_is_explained(name: str, equipoise: Callable) -> None:
    arguments, word = OTHER_CALLS[name]
    done = equipoise(*arguments)
    assert done.returncode == 2, done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert word in done.stderr


def test_all_mistakes_of_a_protocol_are_said_at_once(trial: Path, equipoise: Callable) -> None:
    for change in (
        protocol("alpha = 0.025", "alpha = 25"),
        protocol("[4]", "[5]"),
        protocol('"months"', '"moons"'),
    ):
        change(trial)
    done = equipoise("check", "protocol.toml")
    assert done.returncode == 2
    assert "3 mistakes" in done.stderr
