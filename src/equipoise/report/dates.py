"""Dates as a reader sees them, the same whatever the computer's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def written_date(day: date) -> str:
    """30 June 2024."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    """30 Jun 2024, for figures."""
    return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"
