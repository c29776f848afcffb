"""Who may enter and into which risk group: rules as conditions on one patient's baseline row."""

from __future__ import annotations

from pydantic import Field

from equipoise.protocol._section import Identifier, Section


class EligibilityRule(Section):
    """A condition that every patient must meet."""

    id: Identifier
    """Short name, printed for each patient that the rule refuses."""
    require: str = Field(min_length=1)
    """Row condition in polars' SQL, for example "AGE >= 1 AND AGE < 10"."""
    text: str | None = None
    """The rule in words."""


class RiskGroupRule(Section):
    """A condition that puts a patient into a risk group; the first that holds decides."""

    id: Identifier
    """Short name, printed for each patient that the rule places."""
    stratum: Identifier
    """Risk group of a patient for whom the condition holds."""
    when: str = Field(min_length=1)
    """Row condition in polars' SQL; "TRUE" for all who remain."""
    randomized: bool = True
    """False for a risk group that is recognised and not randomised."""
    text: str | None = None
    """The rule in words."""


class Screening(Section):
    """Rules of eligibility, then rules of the risk group, each in order."""

    eligibility: tuple[EligibilityRule, ...] = ()
    """Every one must hold."""
    risk_group: tuple[RiskGroupRule, ...] = ()
    """The first that holds decides."""
