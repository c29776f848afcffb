"""docs/validation/survival.md and safety.md."""

# ruff: noqa: E501 - sentences of a page, not code

from __future__ import annotations

from typing import TYPE_CHECKING

from validation_pages.markdown import page, table
from validation_pages.quantities import generated_data_sets, rows, used_tolerances

if TYPE_CHECKING:
    from validation_pages.comparisons import Name, Tolerances

HEAD = ("quantity", "source", "numbers", "largest difference", "tolerance", "test")
DIFFERENCE = (
    "Differences are absolute for numbers up to 1 and relative above. They are bounded by 1, 2 or 5 times a "
    "power of ten, and everything below 1e-12 as that: the last digits depend on the machine."
)


def survival_page(found: dict[Name, Tolerances]) -> str:
    """Estimates and tests of survival against R on the generated data sets."""
    names = ", ".join(name.replace("_", " ") for name in generated_data_sets())
    return page(
        "Survival estimates and tests",
        f"R's numbers were recorded by the scripts in `tests/reference/`; the tests replay them without R. "
        f"The data on this page are {len(generated_data_sets())} small made-up trials, each hard in one way: {names}. "
        f"They are drawn by `tests/reference/survival/make_data.py`.",
        DIFFERENCE,
        table(HEAD, rows("survival", found)),
        "A quantity stands once for each tolerance that its numbers are held within. The tolerance is the relative one; "
        "where a number can be 0, its test adds an absolute one.",
        used_tolerances("survival", found),
        "## Held by the same tests where outside data are",
        "The tests above read well-known data sets too, and `tests/reference/survival/test_figures.py` replays R on "
        "digitised figures of published trials, wherever `EQUIPOISE_TEST_DATA` names the data's folder. Their numbers "
        "are not counted here, so that this page is the same on every machine.",
        "## Beside R",
        "`tests/independent/` holds every estimator to a naive rival that shares no code with it, in rational numbers "
        "where that is possible, on thousands of small trials with ties, late entry and thin strata. "
        "`tests/textbook/` reproduces printed examples, each with its place.",
    )


def safety_page(found: dict[Name, Tolerances]) -> str:
    """Limits of rates and differences of rates against R."""
    return page(
        "Safety",
        "Rates of adverse events are counts; their limits are held to R.",
        DIFFERENCE,
        table(HEAD, rows("safety", found)),
        used_tolerances("safety", found),
        "Counts by arm, term, grade and course are held to counting by hand in `tests/unit/safety/`.",
    )
