"""Spending functions and other rules for a bound, in a reader's words."""

from __future__ import annotations

from typing import Any

from equipoise.report import numbers


def words_of_rule(rule: Any) -> str:
    """A rule in words; its own writing where it has none here."""
    name = type(rule).__name__
    if name == "At":
        looks = [str(k) for k in rule.looks]
        listed = looks[0] if len(looks) == 1 else f"{', '.join(looks[:-1])} and {looks[-1]}"
        return f"{words_of_rule(rule.rule)}, at look{'s' if len(looks) > 1 else ''} {listed}"
    if name == "Capped":
        return f"{words_of_rule(rule.spending)}, capped at z = {rule.z:g}"
    if name == "GivenP":
        return f"one-sided P {_one_or_many(rule.p)}"
    if name == "GivenZ":
        return f"z {_one_or_many(rule.z)}"
    written = {
        "LanDeMetsOBrienFleming": "Lan–DeMets spending, O'Brien–Fleming type",
        "LanDeMetsPocock": "Lan–DeMets spending, Pocock type",
        "HwangShihDeCani": "Hwang–Shih–DeCani spending, γ = {gamma:g}",
        "KimDeMets": "Kim–DeMets spending α·t^ρ, ρ = {rho:g}",
    }.get(name)
    if written is None:
        return repr(rule)
    return written.format(gamma=getattr(rule, "gamma", 0.0), rho=getattr(rule, "rho", 0.0)).replace(
        "-", numbers.MINUS
    )


def _one_or_many(values: float | tuple[float, ...]) -> str:
    several = values if isinstance(values, tuple) else (values,)
    return ", ".join(f"{v:g}" for v in several)
