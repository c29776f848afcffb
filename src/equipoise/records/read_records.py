"""A folder of ADaM files becomes TrialRecords."""

from __future__ import annotations

from pathlib import Path

from equipoise.errors import DataError
from equipoise.records._door import adam_table
from equipoise.records.data_hash import data_hash
from equipoise.records.readers import READERS, table_format
from equipoise.records.trial_records import TrialRecords, trial_records


def read_records(
    source: str | Path,
    *,
    subjects: str = "adsl",
    times: str = "adtte",
    adverse_events: str = "adae",
    exposure: str = "adex",
    synthetic: bool | None = None,
) -> TrialRecords:
    """Read ADSL, ADTTE, ADAE and ADEX from a folder, in any of the formats that `read_table` knows.

    Parameters
    ----------
    source
        The folder.
    subjects, times, adverse_events, exposure
        Names of the files without their endings, upper or lower case; all but ADSL may be absent under their
        usual names. A table that stands there in several formats must be the same in all.
    synthetic
        Whether the patients are made up; None takes it from SYNTHFL of ADSL.

    Raises
    ------
    DataError
        If the folder or a named file is absent, unreadable, or breaks a rule of `trial_records`.
    """
    folder = Path(source)
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "does not exist"
        raise DataError(f"{folder}: {what}. Give the folder that holds adsl, adtte and adae.")
    try:
        there = sorted(f for f in folder.iterdir() if table_format(f) is not None)
        below = sorted(f.name for f in folder.iterdir() if f.is_dir())
    except OSError as error:
        raise DataError(f"{folder}: cannot be read ({error.strerror}). May this user read it?") from error
    found = [f for f in there if _stem(f) == subjects.lower()]
    if not found:
        names = ", ".join(f.name for f in there) or "no table"
        inside = f" Is a folder inside meant ({', '.join(below)})?" if below else ""
        raise DataError(
            f"{folder}: holds no {subjects} file of {', '.join(READERS)}. There are: {names}.{inside}"
        )
    chosen: dict[str, Path | None] = {"subjects": _one(found)}
    for role, name, usual in (
        ("times", times, "adtte"),
        ("adverse_events", adverse_events, "adae"),
        ("exposure", exposure, "adex"),
    ):
        files = [f for f in there if _stem(f) == name.lower()]
        if not files and name.lower() != usual:
            names = ", ".join(f.name for f in there)
            raise DataError(f"{folder}: holds no {name} file, asked for as {role}. There are: {names}.")
        chosen[role] = _one(files) if files else None
    return trial_records(**chosen, synthetic=synthetic, source=str(folder))


def _stem(file: Path) -> str:
    ending = table_format(file) or ""
    return file.name.lower().removesuffix(ending)


def _one(files: list[Path]) -> Path:
    """The file, where several formats hold the same table; an error where they differ."""
    first = files[0]
    if len(files) > 1:
        hashes = {f: data_hash(table=adam_table(f, f.name)) for f in files}
        for other in files[1:]:
            if hashes[other] != hashes[first]:
                raise DataError(
                    f"{first.parent}: {first.name} and {other.name} hold different data under one name. "
                    "Keep the right one in the folder."
                )
    return first
