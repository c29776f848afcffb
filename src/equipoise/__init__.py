"""The whole statistical life of a randomized clinical trial, from one protocol file.

Every public verb and noun can be taken from here; a room is loaded when one of its names is first used.
"""

from __future__ import annotations

from importlib import import_module

from equipoise._version import __version__

_ROOMS = {
    "analysis": ("analyze",),
    "design": ("design_trial", "group_sequential"),
    "monitoring": ("monitor",),
    "protocol": ("Protocol", "parse_protocol", "read_protocol", "screen"),
    "randomization": ("randomization_list", "randomize", "replay"),
    "reconstruction": ("read_published", "reconstruct"),
    "records": ("cut", "derive_time_to_event", "read_records", "snapshot"),
    "report": ("plot", "render", "tabulate"),
    "safety": ("adverse_event_rates",),
    "simulation": ("simulate",),
    "survival": (
        "aalen_johansen",
        "adjusted_hazard_ratio",
        "adjusted_logrank",
        "cause_specific_cox",
        "completeness",
        "cox",
        "cumulative_incidence",
        "fine_gray",
        "follow_up",
        "gray_test",
        "hazard_ratio_interval",
        "kaplan_meier",
        "logrank",
        "maxcombo",
        "milestone",
        "mixture_cure",
        "nelson_aalen",
        "one_sample_logrank",
        "permutation_logrank",
        "piecewise_hazards",
        "plateau",
        "rmst",
        "standardized_survival",
        "stepp",
        "subgroups",
        "window_mean",
    ),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = ["__version__", *sorted(_HOME)]  # noqa: PLE0604 - the names of _ROOMS


def __getattr__(name: str) -> object:
    """A public name, from its room."""
    if name in _HOME:
        return getattr(import_module(f"equipoise.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Every public name."""
    return sorted(__all__)
