"""Intercurrent events of an endpoint, each with the strategy that its estimand takes for it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from equipoise.errors import Problem
from equipoise.protocol._document import Document, items, tables
from equipoise.protocol._section import Identifier, Section

if TYPE_CHECKING:
    from collections.abc import Iterator


class Strategy(Enum):
    """What becomes of a time to event at an intercurrent event.

    Reference: ICH E9(R1) (2019), Addendum on estimands and sensitivity analysis in clinical trials.
    """

    TREATMENT_POLICY = "treatment-policy"
    HYPOTHETICAL = "hypothetical"
    COMPOSITE = "composite"
    WHILE_ON_TREATMENT = "while-on-treatment"

    @property
    def effect(self) -> str:
        """What the strategy does, as the foot of a table says it."""
        return _EFFECTS[self]


_EFFECTS = {
    Strategy.TREATMENT_POLICY: "follow-up goes on as randomised",
    Strategy.HYPOTHETICAL: "censored there, as if it would not have happened",
    Strategy.COMPOSITE: "counted as an event of the endpoint",
    Strategy.WHILE_ON_TREATMENT: "censored there, what comes later does not count",
}


class Intercurrent(Section):
    """An intercurrent event of an endpoint, the column that dates it, and the strategy for it."""

    id: Identifier
    """Short name, kept as the reason of each subject's date that it changes."""
    date: str = Field(min_length=1)
    """Date column of the subject table; missing where it did not happen."""
    strategy: Strategy
    """treatment-policy: nothing changes. hypothetical: censored there. composite: an event of the endpoint.
    while-on-treatment: censored `days_after` days later."""
    days_after: Annotated[int, Field(ge=0)] = 0
    """Days of follow-up after it that still count, for while-on-treatment."""


def intercurrent_mistakes(document: Document) -> Iterator[Problem]:
    """Intercurrent events named twice, or as an event of the endpoint; days that no strategy asks for."""
    for i, endpoint in enumerate(tables(document, "endpoint")):
        seen: list[object] = []
        for j, table in enumerate(tables(endpoint, "intercurrent")):
            path, name = f"endpoint[{i}].intercurrent[{j}]", table.get("id")
            if name is not None and name in seen:
                yield Problem(f"{path}.id", name, "names a second one alike", "Give each its own id.")
            if name in items(endpoint, "events"):
                yield Problem(
                    f"{path}.id",
                    name,
                    "is an event of the endpoint already",
                    "Give it a name of its own, so that the reason of each date stays clear.",
                )
            seen.append(name)
            if table.get("days_after", 0) != 0 and table.get("strategy") != "while-on-treatment":
                yield Problem(
                    f"{path}.days_after",
                    table["days_after"],
                    "goes with strategy = 'while-on-treatment'",
                    "Leave it out.",
                )
