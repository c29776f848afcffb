"""A limit of the hazard ratio beside the margin that was tested, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers

if TYPE_CHECKING:
    from equipoise.report.document import Span
    from equipoise.report.view import View

MARGIN, UPPER = "margin", "margin_upper"
FEWEST, MOST = 2, 6


def limit_against_margin(view: View, which: str, *, conclude: bool = True) -> tuple[Span, ...]:
    """The limit, on which side of the margin it lies, and what that shows.

    So: "the upper limit of the one-sided 97.5 % interval of the hazard ratio, 1.12, lies below the margin
    1.30: non-inferiority is shown". The rows are `MARGIN` and `UPPER`; `which` says what interval it is.
    A limit that allows for no look does not `conclude`.
    """
    margin, upper = view.value(MARGIN), view.value(UPPER)
    if margin is None or upper is None:
        return ()
    digits = telling_digits(upper, margin)
    below = upper < margin
    return (
        f"the upper limit of the {which} of the hazard ratio, ",
        view.cell(numbers.decimal, UPPER, digits=digits),
        f", {'lies' if below else 'does not lie'} below the margin ",
        view.cell(numbers.decimal, MARGIN, digits=digits),
        *((f": {shown_words(margin, shown=below)}",) if conclude else ()),
    )


def telling_digits(upper: float, margin: float) -> int:
    """Decimals that tell a limit from the margin: two, or more where they are close."""
    for digits in range(FEWEST, MOST):
        if numbers.decimal(upper, digits) != numbers.decimal(margin, digits):
            return digits
    return MOST


def z_words(margin: float) -> str:
    """What z is, beside an axis."""
    above = "benefit of the experimental arm" if margin == 1.0 else f"hazard ratio below {margin:.3g}"
    return f"z (above 0: {above})"


def shown_words(margin: float, *, shown: bool) -> str:
    """What a test against a margin shows: non-inferiority above 1, else a benefit beyond the margin."""
    what = "non-inferiority" if margin > 1.0 else "a benefit beyond the margin"
    return f"{what} is {'shown' if shown else 'not shown'}"
