"""docs/validation/index.md: what was proved against what."""

# ruff: noqa: E501 - sentences of a page, not code

from __future__ import annotations

from typing import TYPE_CHECKING

from validation_pages.group_sequential import matrix
from validation_pages.markdown import page, short, table, thousands, tolerances
from validation_pages.quantities import numbers, rows
from validation_pages.survival import DIFFERENCE

if TYPE_CHECKING:
    from validation_pages.comparisons import Name, Tolerances

PAGES = {
    "group-sequential": "Boundaries, events and calendar",
    "survival": "Survival",
    "safety": "Safety",
    "worked-example": "The worked example",
}


def index_page(found: dict[Name, Tolerances]) -> str:
    """The match matrix, the tolerances and the pages."""
    first = [[f"[{PAGES['group-sequential']}](group-sequential.md)", *row] for row in matrix()]
    rest = [
        [f"[{name}]({stem}.md)", *row[:-1], row[-1]]
        for stem, name in PAGES.items()
        for row in rows(stem, found, linked=False)
    ]
    return page(
        "What was proved against what",
        "A number is right only when an independent source says so. Each row is a quantity, whose numbers it was held to, "
        "how many, the largest difference seen and the tolerance of the test.",
        table(("page", "quantity", "source", "numbers", "largest difference", "tolerance"), first + rest),
        f"{thousands(numbers(found) + sum(int(row[3].replace(' ', '')) for row in first))} numbers in all. {DIFFERENCE}",
        "Beside these: [simulated error rates and power](simulation.md) against normal theory and a plain loop; "
        "[looks that do not go as planned](monitoring.md), what they do to error rates, intervals and estimates; "
        "[known differences](known-differences.md) to other programs with their reasons.",
        "## How",
        "* `tests/reference/`: numbers that other programs answered, recorded by the script beside them and replayed "
        "without them.\n"
        "* `tests/independent/`: naive rivals that share no code with the program.\n"
        "* `tests/textbook/`: printed examples, page or table named.\n"
        "* `tests/simulation/`: error rates, against bands fixed beforehand.\n\n"
        "`make test` runs them. `make oracle` asks R again. `python tools/write_validation.py` writes these pages from "
        "what the tests compare while they run; `--check` says whether they are up to date.",
        "## Tolerances and their reasons",
        "Every tolerance of the tests has a name and a reason. None is loosened to pass.",
        table(
            ("name", "value", "reason"),
            [(f"`{name}`", short(value), reason) for name, (value, reason) in tolerances().items()],
        ),
    )
