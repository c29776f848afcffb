"""Write docs/validation from what the tests compare while they run. --check compares; pages may be named."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools")]

from validation_pages.comparisons import run_tests  # noqa: E402 - the folders above must be known first
from validation_pages.differences import known_differences_page  # noqa: E402 - likewise
from validation_pages.group_sequential import group_sequential_page  # noqa: E402 - likewise
from validation_pages.index import index_page  # noqa: E402 - likewise
from validation_pages.monitoring import monitoring_page  # noqa: E402 - likewise
from validation_pages.quantities import PAGES, files  # noqa: E402 - likewise
from validation_pages.simulated import simulation_page  # noqa: E402 - likewise
from validation_pages.survival import safety_page, survival_page  # noqa: E402 - likewise
from validation_pages.worked_example import worked_example_page  # noqa: E402 - likewise

if TYPE_CHECKING:
    from collections.abc import Callable

    from validation_pages.comparisons import Name, Tolerances

FOLDER = ROOT / "docs" / "validation"


@cache
def compared(page: str) -> dict[Name, Tolerances]:
    """What the tests of a page compare."""
    return run_tests(files(page))


def main() -> int:
    """Write the pages, or say which are out of date."""
    pages: dict[str, Callable[[], str]] = {
        "known-differences": known_differences_page,
        "simulation": simulation_page,
        "monitoring": monitoring_page,
        "group-sequential": lambda: group_sequential_page(compared("group-sequential")),
        "survival": lambda: survival_page(compared("survival")),
        "safety": lambda: safety_page(compared("safety")),
        "worked-example": lambda: worked_example_page(compared("worked-example")),
        "index": lambda: index_page({name: seen for page in PAGES for name, seen in compared(page).items()}),
    }
    named = [argument for argument in sys.argv[1:] if not argument.startswith("-")] or list(pages)
    unknown = sorted(set(named) - set(pages))
    if unknown:
        print(f"no such page: {', '.join(unknown)}. There are {', '.join(pages)}.")
        return 2
    stale = 0
    for name in named:
        path, text = FOLDER / f"{name}.md", pages[name]()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        if "--check" in sys.argv:
            print(f"{path.relative_to(ROOT)} is out of date: run python tools/write_validation.py {name}")
        else:
            FOLDER.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"{path.relative_to(ROOT)} written")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
