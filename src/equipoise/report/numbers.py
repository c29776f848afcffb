"""How numbers are written for a reader: digits by kind, rounded half away from zero, for display only."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

SPACE = "\u202f"
"""Narrow no-break space: within numbers and before a per cent sign."""
DASH = "\u2013"
MINUS = "\u2212"
NOT_APPLICABLE = "\u2014"
NOT_REACHED = "not reached"
NOT_ESTIMABLE = "not estimable"
_MOST_SAID = 100


def known(x: float | None) -> bool:
    """Whether there is a finite number to show."""
    return x is not None and math.isfinite(x)


def rounded(x: float, digits: int) -> Decimal:
    """To `digits` decimals, half away from zero on the shortest decimal writing (2.675 is 2.68)."""
    exact = Decimal(repr(float(x)))
    return exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def decimal(x: float | None, digits: int) -> str:
    """A fixed number of decimals and thousands set apart: 1 234.50; minus as a sign, never -0.0."""
    if x is None or math.isnan(x):
        return NOT_ESTIMABLE
    if math.isinf(x):
        return "∞" if x > 0 else f"{MINUS}∞"
    r = rounded(x, digits)
    sign = MINUS if r < 0 else ""
    whole, _, part = f"{abs(r):f}".partition(".")
    return sign + _thousands(whole) + (f".{part}" if part else "")


def count(n: float | None) -> str:
    """A whole number, thousands set apart from 1 000 on."""
    return NOT_APPLICABLE if n is None else decimal(n, 0)


def count_of(n: int, total: int) -> str:
    """n/N (%): 52/351 (14.8 %); without anyone at risk of it, n/N alone."""
    share = f" ({percent(n / total)})" if total else ""
    return f"{count(n)}/{count(total)}{share}"


def percent(x: float | None, digits: int = 1) -> str:
    """A share as a percentage: 0.8785 is 87.9 %."""
    return f"{_points(x, digits)}{SPACE}%" if known(x) else NOT_ESTIMABLE


def chance(p: float | None) -> str:
    """A probability as a percentage; one that is not sure is never written as 0 or 100 per cent."""
    if p is not None and 0.0 < p < 0.0005:
        return f"less than {percent(0.001)}"
    if p is not None and 0.9995 <= p < 1.0:
        return f"more than {percent(0.999)}"
    return percent(p)


def percent_with_error(x: float | None, std_err: float | None, digits: int = 1) -> str:
    """Estimate and standard error: 87.9 ± 2.1 %."""
    if not known(x):
        return NOT_ESTIMABLE
    if not known(std_err):
        return f"{percent(x, digits)} (error {NOT_ESTIMABLE})"
    return f"{_points(x, digits)} ± {_points(std_err, digits)}{SPACE}%"


def decimal_with_error(x: float | None, std_err: float | None, digits: int) -> str:
    """Estimate and standard error: 0.62 ± 0.01."""
    if not known(x):
        return NOT_ESTIMABLE
    error = f"± {decimal(std_err, digits)}" if known(std_err) else f"(error {NOT_ESTIMABLE})"
    return f"{decimal(x, digits)} {error}"


def percent_with_interval(
    x: float | None, lower: float | None, upper: float | None, level: float = 0.95
) -> str:
    """Estimate and interval: 87.9 % (95 % CI 83.3–91.3)."""
    if not known(x):
        return NOT_ESTIMABLE
    limits = interval(_hundredfold(lower), _hundredfold(upper), 1)
    return f"{percent(x)} ({confidence(level)} {limits})"


def interval(lower: float | None, upper: float | None, digits: int) -> str:
    """Both limits, by an en dash, or by "to" where a sign stands before one of them."""
    if lower is None or upper is None or math.isnan(lower) or math.isnan(upper):
        return NOT_ESTIMABLE
    low, high = decimal(lower, digits), decimal(upper, digits)
    joint = " to " if MINUS in low + high else DASH
    return f"{low}{joint}{high}"


def confidence(level: float) -> str:
    """95 % CI."""
    return f"{decimal(float(Decimal(repr(level)) * 100), _fewest_digits(level))}{SPACE}% CI"


def ratio(x: float | None) -> str:
    """A hazard or rate ratio: two decimals."""
    return decimal(x, 2) if known(x) else NOT_ESTIMABLE


def ratio_interval(lower: float | None, upper: float | None) -> str:
    """Limits of a ratio, 0.24–0.64; beyond 100 the upper one says no more than that."""
    if upper is None or not _MOST_SAID <= upper < math.inf:
        return interval(lower, upper, 2)
    return NOT_ESTIMABLE if not known(lower) else f"{ratio(lower)} to >{_MOST_SAID}"


def ratio_with_interval(
    x: float | None, lower: float | None, upper: float | None, level: float = 0.95
) -> str:
    """0.39 (95 % CI 0.24–0.64)."""
    if not known(x):
        return NOT_ESTIMABLE
    return f"{ratio(x)} ({confidence(level)} {ratio_interval(lower, upper)})"


def p_value(p: float | None) -> str:
    """Two decimals from 0.01 up, three below, "<0.001" below that; never 0.000."""
    if p is None or not math.isfinite(p):
        return NOT_ESTIMABLE
    if p < 0.001:
        return "<0.001"
    if p < 0.01:
        return decimal(p, 3)
    return ">0.99" if 0.995 <= p < 1.0 else decimal(p, 2)


def p_phrase(p: float | None) -> str:
    """P as it stands in a sentence: "P = 0.03", "P < 0.001"."""
    text = p_value(p)
    if text == NOT_ESTIMABLE:
        return f"P {text}"
    return f"P {text[0]} {text[1:]}" if text[0] in "<>" else f"P = {text}"


def nominal_p(p: float | None, digits: int = 4) -> str:
    """A nominal P with as many decimals as the boundary beside it."""
    if p is None or not math.isfinite(p):
        return NOT_ESTIMABLE
    least = 10.0**-digits
    return f"<{decimal(least, digits)}" if p < least else decimal(p, digits)


def boundary_z(z: float | None) -> str:
    """A boundary or a statistic on the z scale: three decimals; a dash where the look is not read for it."""
    return decimal(z, 3) if known(z) else NOT_APPLICABLE


def duration(x: float | None, unit: str) -> str:
    """A time in its unit: one decimal, days as whole numbers; "not reached" where there is none."""
    return NOT_REACHED if not known(x) else f"{decimal(x, time_digits(unit))} {unit}"


def time_digits(unit: str) -> int:
    """Decimals that times in this unit are shown with."""
    return 0 if unit == "days" else 1


def milestone_name(time: float, unit: str) -> str:
    """The time of a milestone in words: 3-year, 6-month, 2.5-year."""
    exact = Decimal(repr(float(time))).normalize()
    return f"{exact:f}-{unit.removesuffix('s')}"


def short_hash(sha256: str) -> str:
    """The first eight characters of a hash."""
    return sha256[:8] if sha256 else NOT_APPLICABLE


def _points(x: float | None, digits: int) -> str:
    return decimal(_hundredfold(x), digits)


def _hundredfold(x: float | None) -> float | None:
    """100 x without the binary rounding that would turn a half: 0.8785 to 87.85."""
    return None if x is None or not math.isfinite(x) else float(Decimal(repr(float(x))) * 100)


def _fewest_digits(level: float) -> int:
    exponent = (Decimal(repr(level)) * 100).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _thousands(digits: str) -> str:
    groups: list[str] = []
    while digits:
        digits, group = digits[:-3], digits[-3:]
        groups.insert(0, group)
    return SPACE.join(groups)
