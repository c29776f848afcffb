"""How a protocol's populations and endpoints are spoken of under tables and beside figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers

if TYPE_CHECKING:
    from equipoise.protocol import Protocol

AS_RANDOMISED = frozenset({"TRT01P", "TRTP", "ARM", "ARMCD"})
EVERYBODY = frozenset({None, "ITTFL", "RANDFL"})


def population_words(protocol: Protocol) -> str:
    """Who is analysed, in which arm: intent to treat, or the subjects that a flag marks."""
    columns = protocol.data
    arm = "as randomised" if columns.arm in AS_RANDOMISED else f"in the arm of {columns.arm}"
    if columns.population in EVERYBODY:
        return "all randomised" + (
            ", as randomised (intent to treat)" if arm == "as randomised" else f", {arm}"
        )
    return f"subjects with {columns.population} = Y, {arm}"


def free_of_event(label: str) -> str:
    """What a Kaplan-Meier curve shows: a survival by its name, else being free of the event."""
    word = label.casefold()
    return label if word.endswith("survival") or "free" in word else "Event-free"


def in_sentence(label: str) -> str:
    """A label within a sentence: its first letter small, unless it is an abbreviation (DFS stays DFS)."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def milestone_words(label: str, time: float, unit: str) -> str:
    """Survival at a milestone: "3-year disease-free survival", "Event-free at 30 days"."""
    name = free_of_event(label)
    if name == label:
        return f"{numbers.milestone_name(time, unit)} {in_sentence(label)}"
    return f"{name} at {numbers.decimal(time, 0 if time == int(time) else 1)} {unit}"
