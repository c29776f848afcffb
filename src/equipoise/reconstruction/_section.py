"""What every section of a file of published facts has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from equipoise.errors import ArgumentError
from equipoise.protocol.provenance import Status
from equipoise.reconstruction import intervals

if TYPE_CHECKING:
    from collections.abc import Callable


def _as_printed(parse: Callable[[Any], object]) -> AfterValidator:
    """Keep the text as printed if it can be read so."""

    def check(text: Any) -> Any:
        try:
            parse(text)
        except ArgumentError as error:
            raise ValueError(f"{error.rule}. {error.remedy}") from error
        return text

    return AfterValidator(check)


Identifier = Annotated[str, Field(min_length=1, max_length=60)]
Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
Level = Annotated[float, Field(gt=0.0, lt=1.0)]
PrintedNumber = Annotated[str, _as_printed(intervals.single)]
PrintedLimits = Annotated[str, _as_printed(intervals.limits)]
PrintedEstimate = Annotated[str, _as_printed(intervals.value_with_error)]
PrintedCount = Annotated[int | str, _as_printed(intervals.count_range)]
Use = Literal["input", "check"]


class Section(BaseModel):
    """A section of the file: frozen, unknown keys refused, its source and status said."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    status: Status
    """published, secondary (transcribed by another), derived (by stated arithmetic) or assumed."""
    source: str | None = None
    """Where it stands, or how it was derived, or why it was assumed."""


class Fact(Section):
    """A published number that the cohort is asked to meet, or that is kept back to check it."""

    use: Use = "input"
    """"input": the reconstruction aims at it; "check": it is kept back, and only compared."""
