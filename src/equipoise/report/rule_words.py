"""Spending functions and other rules for a bound, and tests, in a reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from equipoise.report import numbers

if TYPE_CHECKING:
    from collections.abc import Callable

_WRITTEN = {
    "LanDeMetsOBrienFleming": "Lan–DeMets spending, O'Brien–Fleming type",
    "LanDeMetsPocock": "Lan–DeMets spending, Pocock type",
    "HwangShihDeCani": "Hwang–Shih–DeCani spending, γ = {gamma:g}",
    "KimDeMets": "Kim–DeMets spending α·t^ρ, ρ = {rho:g}",
    "ExponentialSpending": "exponential spending, ν = {nu:g}",
    "LogisticSpending": "logistic spending, a = {a:g}, b = {b:g}",
    "NormalSpending": "normal spending, a = {a:g}, b = {b:g}",
    "CauchySpending": "Cauchy spending, a = {a:g}, b = {b:g}",
    "StudentSpending": "Student's t spending, a = {a:g}, b = {b:g}, {df:g} degrees of freedom",
    "BetaSpending": "beta spending, a = {a:g}, b = {b:g}",
    "OBrienFleming": "O'Brien–Fleming boundary",
    "Pocock": "Pocock boundary",
    "WangTsiatis": "Wang–Tsiatis boundary, Δ = {delta:g}",
    "Triangular": "triangular boundary (Whitehead)",
    "UnifiedFamily": "unified family of boundaries, p = {p:g}, r = {r:g}, a = {a:g}",
    "GivenHazardRatio": "hazard ratio above {ratio:g}",
    "RejectsAlternative": "one-sided test of the assumed effect at level {p:g}",
    "LinearInefficacy": "linear inefficacy boundary from {start:g} to {share:g} of the assumed effect",
}


def words_of_rule(rule: Any) -> str:
    """A rule in words; its own writing where it has none here."""
    name = type(rule).__name__
    if name == "At":
        looks = [str(k) for k in rule.looks]
        return f"{words_of_rule(rule.rule)}, at look{'s' if len(looks) > 1 else ''} {listed(looks)}"
    if name == "Capped":
        return f"{words_of_rule(rule.spending)}, capped at z = {rule.z:g}"
    if name in _SENTENCES:
        return _SENTENCES[name](rule)
    written = _WRITTEN.get(name)
    if written is None:
        return repr(rule)
    fields = {f: getattr(rule, f) for f in getattr(type(rule), "__slots__", ())}
    return written.format(**fields).replace("-", numbers.MINUS)


def words_of_test(test: str) -> str:
    """The name of a test as the protocol writes it, in words: "stratified log-rank"."""
    return test.replace("-", " ").replace("logrank", "log-rank")


def test_in_words(design: Any) -> str:
    """The test with what the protocol says of it, its weights or its horizon."""
    h, unit = design.hypothesis, design.protocol.trial.time_unit
    said = [_weight_in_words(w, unit) for w in ((h.weight,) if h.weight else h.weights)]
    if h.horizon is not None:
        place = f"to {h.horizon:g} {unit}" if h.test == "rmst" else f"survival at {h.horizon:g} {unit}"
        said.append(place + (", log-log scale" if h.scale == "log-log" else ""))
    named = {"rmst": "restricted mean", "maxcombo": "MaxCombo", "cox-score": "Cox score"}.get(
        h.test, words_of_test(h.test)
    )
    return f"{named} ({'; '.join(said)})" if said else named


def _weight_in_words(weight: Any, unit: str) -> str:
    if weight.family == "Fleming-Harrington":
        return f"Fleming–Harrington weight, ρ {weight.rho:g}, γ {weight.gamma:g}"
    if weight.family == "Magirr-Burman":
        delay, least = weight.delay, weight.least_survival
        until = f"survival {least:g}" if delay is None else f"{delay:g} {unit}"
        return f"Magirr–Burman weight, rising to {until}"
    return "no weight"


def null_in_words(design: Any) -> str:
    """The null hypothesis after an if: "there is no effect", or at the margin of non-inferiority."""
    return "there is no effect" if design.hypothesis.margin == 1.0 else "the hazard ratio is at the margin"


def listed(words: list[str]) -> str:
    """One, two and three."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _one_or_many(values: float | tuple[float, ...]) -> str:
    several = values if isinstance(values, tuple) else (values,)
    return ", ".join(f"{v:g}" for v in several)


def _haybittle_peto(rule: Any) -> str:
    last = "adjusted for the interim looks" if rule.adjusted else "as without interim looks"
    return f"Haybittle–Peto boundary, z = {rule.z:g} at interim looks, the last {last}"


def _power_left(rule: Any, kind: str) -> str:
    trend = " under the current trend" if getattr(rule, "trend", False) else ""
    return f"{kind} power{trend} below {rule.power:g}"


_SENTENCES: dict[str, Callable[[Any], str]] = {
    "GivenP": lambda rule: f"one-sided P {_one_or_many(rule.p)}",
    "GivenZ": lambda rule: f"z {_one_or_many(rule.z)}".replace("-", numbers.MINUS),
    "HaybittlePeto": _haybittle_peto,
    "GivenConditionalPower": lambda rule: _power_left(rule, "conditional"),
    "GivenPredictivePower": lambda rule: _power_left(rule, "predictive"),
}
