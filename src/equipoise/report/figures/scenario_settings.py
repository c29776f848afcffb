"""What the scenarios of a simulation differ in, as axes of a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from equipoise.simulation import OperatingCharacteristics, ScenarioCharacteristics

WORDS = {
    "hazard_ratio": "Hazard ratio, experimental over control",
    "delay": "Delay of the effect",
    "dropout.rate": "Hazard of loss to follow-up",
    "accrual.patients": "Patients planned",
}
TIMES = frozenset({"delay"})


def varied_settings(found: OperatingCharacteristics) -> tuple[str, ...]:
    """Settings that are numbers and take more than one value, in the order in which they are given."""
    values: dict[str, set[float]] = {}
    for s in found.scenarios:
        for name, value in s.settings:
            if isinstance(value, int | float) and not isinstance(value, bool):
                values.setdefault(name, set()).add(float(value))
    return tuple(name for name, several in values.items() if len(several) > 1)


def chosen_setting(found: OperatingCharacteristics, wanted: str | None, name: str, at: int) -> str | None:
    """The setting asked for, or the one in place `at` of those that vary; None where there is none."""
    varied = varied_settings(found)
    if wanted is None:
        return varied[at] if at < len(varied) else None
    if wanted not in varied:
        listed = ", ".join(map(repr, varied)) or "none in these scenarios"
        raise ArgumentError(name, wanted, f"must be a setting with several numbers: {listed}")
    return wanted


def setting_words(found: OperatingCharacteristics, setting: str) -> str:
    """A setting as an axis names it."""
    words = WORDS.get(setting, setting)
    return f"{words}, {found.time_unit}" if setting in TIMES else words


def by_settings(
    found: OperatingCharacteristics, first: str, second: str | None
) -> dict[float | None, dict[float, ScenarioCharacteristics]]:
    """Scenarios by the value of the second setting, then of the first, both rising.

    Raises
    ------
    ArgumentError
        Two scenarios have the same values of both.

    """
    grid: dict[float | None, dict[float, ScenarioCharacteristics]] = {}
    for s in found.scenarios:
        given = dict(s.settings)
        x, y = given.get(first), given.get(second) if second else None
        if not isinstance(x, int | float) or (second and not isinstance(y, int | float)):
            continue
        row = grid.setdefault(None if y is None else float(y), {})
        if float(x) in row:
            raise ArgumentError(
                "scenarios",
                (row[float(x)].scenario, s.scenario),
                f"must differ in {first}" + (f" or {second}" if second else ""),
                "Simulate one family of scenarios at a time, or name the settings by x and by.",
            )
        row[float(x)] = s
    return {
        y: dict(sorted(row.items())) for y, row in sorted(grid.items(), key=lambda item: (item[0] or 0.0,))
    }
