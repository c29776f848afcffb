"""What these data cannot give is said beside what they can, not instead of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from equipoise.analysis.results import NotEstimable
from equipoise.errors import EquipoiseError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Attempts:
    """Estimates tried one by one; those that fail are kept with the reason."""

    def __init__(self) -> None:
        self.failed: list[NotEstimable] = []

    def __call__(self, what: str, estimate: Callable[[], T]) -> T | None:
        """The estimate, or None with its reason kept."""
        try:
            return estimate()
        except EquipoiseError as error:
            self.failed.append(NotEstimable(what, str(error)))
            return None
