"""What a printed number says: every value that would have been printed so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite

from equipoise.errors import ArgumentError

_NUMBER = r"-?\d+(?:\.\d+)?"
_RANGE = re.compile(rf"^({_NUMBER})\s*(?:-|–|to)\s*({_NUMBER})$")
_WITH_ERROR = re.compile(rf"^({_NUMBER})\s*(?:±|\+/-)\s*({_NUMBER})$")
_SINGLE = re.compile(rf"^([<>])?\s*({_NUMBER})$")


@dataclass(frozen=True, slots=True)
class Interval:
    """The values [lower, upper] that agree with a fact, and the fact as printed."""

    lower: float
    upper: float
    printed: str

    @property
    def centre(self) -> float:
        """Middle of the interval."""
        return 0.5 * (self.lower + self.upper)

    @property
    def half_width(self) -> float:
        """Half the length of the interval: half a unit of the last printed digit for a single number."""
        return 0.5 * (self.upper - self.lower)

    def holds(self, value: float) -> bool:
        """Whether a value would be printed so; ends count, for halves are not rounded alike everywhere."""
        slack = 1e-9 * max([1e-6, *(abs(end) for end in (self.lower, self.upper) if isfinite(end))])
        return self.lower - slack <= value <= self.upper + slack

    def miss(self, value: float) -> float:
        """Distance of a value to the interval; 0 inside, below 0 when the value is too small."""
        if self.holds(value):
            return 0.0
        return value - self.lower if value < self.lower else value - self.upper

    def scaled(self, factor: float) -> Interval:
        """The same fact in another unit; factor above 0."""
        return Interval(self.lower * factor, self.upper * factor, self.printed)


def exact(count: int) -> Interval:
    """A count: one value only."""
    return Interval(float(count), float(count), str(count))


def _rounded(text: str, printed: str) -> Interval:
    half = float(Decimal(1).scaleb(int(Decimal(text).as_tuple().exponent)) / 2)
    value = float(Decimal(text))
    return Interval(value - half, value + half, printed)


def _must(text: str, rule: str, example: str) -> ArgumentError:
    return ArgumentError("value", text, f"must be {rule}", f"Write it as printed, in quotes: {example}.")


def single(text: str) -> Interval:
    """A number as printed: "87.9" stands for 87.85 to 87.95; "<0.0001" for everything below."""
    found = _SINGLE.match(text.strip())
    if not found:
        raise _must(text, "one number with the digits that were printed", '"0.39" or "<0.0001"')
    sign, number = found.groups()
    if sign == "<":
        return Interval(float("-inf"), float(number), text)
    if sign == ">":
        return Interval(float(number), float("inf"), text)
    return _rounded(number, text)


def limits(text: str) -> tuple[Interval, Interval]:
    """Confidence limits as printed: "0.24-0.64" or "-3 to 12"."""
    found = _RANGE.match(text.strip())
    if not found:
        raise _must(text, "two numbers, the lower limit first", '"0.24 to 0.64"')
    lower, upper = (_rounded(part, part) for part in found.groups())
    if lower.centre >= upper.centre:
        raise _must(text, "two numbers, the lower limit first", '"0.24 to 0.64"')
    return lower, upper


def value_with_error(text: str) -> tuple[Interval, Interval | None]:
    """An estimate with its standard error, "87.9 ± 2.1", or the estimate alone, "87.9"."""
    found = _WITH_ERROR.match(text.strip())
    if found:
        value, error = (_rounded(part, part) for part in found.groups())
        return value, error
    if not re.fullmatch(_NUMBER, text.strip()):
        raise _must(text, "an estimate, alone or with its standard error", '"87.9 ± 2.1"')
    return _rounded(text.strip(), text.strip()), None


def count_range(text: str | int) -> Interval:
    """A count, 58, or the counts that cannot be told apart, "57 to 60"."""
    found = re.match(r"^(\d+)(?:\s*(?:-|–|to)\s*(\d+))?$", str(text).strip())
    if not found:
        raise _must(str(text), "a count or a range of counts", '58 or "57 to 60"')
    lower, upper = int(found[1]), int(found[2] or found[1])
    if lower > upper:
        raise _must(str(text), "a range with the smaller count first", '"57 to 60"')
    return Interval(float(lower), float(upper), str(text).strip())
