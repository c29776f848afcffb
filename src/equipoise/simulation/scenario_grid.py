"""Scenarios written in TOML: each table is a truth, or with ranges a grid of them, crossed."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

from equipoise import _check
from equipoise.errors import ArgumentError, Problem, ProtocolError
from equipoise.numerics.piecewise import PiecewiseConstant
from equipoise.protocol.provenance import unwrap
from equipoise.protocol.toml_document import load_toml, read_text
from equipoise.simulation.changed_protocol import changed, value_at
from equipoise.simulation.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

    from equipoise.protocol import Protocol

LARGEST_GRID = 10_000
_RANGES = ({"values"}, {"from", "to", "step"}, {"from", "to", "count"})
_PIECES = ("starts", "hazard_ratio")
_EFFECT = ("hazard_ratio", "delay")


def read_scenarios(path: str | Path, protocol: Protocol) -> tuple[Scenario, ...]:
    """The scenarios of a TOML file that holds `[scenario.NAME]` tables and nothing else.

    Raises
    ------
    ProtocolError
        The file cannot be read, holds something else, or a scenario that the protocol cannot play.

    """
    document, _ = unwrap(load_toml(read_text(path), str(path)))
    strange = [k for k in document if k != "scenario"]
    if strange or not document:
        rule = "must hold [scenario.NAME] tables alone"
        raise ProtocolError(str(path), [Problem(k, None, rule) for k in strange or ["scenario"]])
    return scenarios_in(document["scenario"], protocol, str(path))


def own_scenarios(protocol: Protocol) -> tuple[Scenario, ...]:
    """The scenarios that a protocol itself holds."""
    return scenarios_in(protocol.scenario, protocol, "protocol")


def scenarios_in(tables: Any, protocol: Protocol, source: str) -> tuple[Scenario, ...]:
    """Scenarios of tables by name.

    A table names values of the protocol by their paths; `hazard_ratio` is that of every experimental arm (a
    number, or pieces `{ starts, hazard_ratio }`) and `delay` a time before which there is no effect. A list
    where one value stands, a list of lists where a list stands, and the tables `{ from, to, step }`,
    `{ from, to, count }` and `{ values }` are ranges: each of their values is played with each of the others.
    """
    if not isinstance(tables, dict):
        raise ProtocolError(source, [Problem("scenario", None, "must hold tables [scenario.NAME]")])
    found: list[Scenario] = []
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise ProtocolError(source, [Problem(f"scenario.{name}", table, "must be a table")])
        found += _grid(name, table, protocol, source)
        if len(found) > LARGEST_GRID:
            rule = f"crosses its ranges to more than {LARGEST_GRID} scenarios"
            raise ProtocolError(source, [Problem(f"scenario.{name}", None, rule, "Leave some values out.")])
    return tuple(found)


def _grid(name: str, table: dict[str, Any], protocol: Protocol, source: str) -> list[Scenario]:
    """Every combination of one table's values."""
    values = {path: _values(path, value, protocol, name, source) for path, value in _leaves(table, protocol)}
    if math.prod(len(v) for v in values.values()) > LARGEST_GRID:
        rule = f"crosses its ranges to more than {LARGEST_GRID} scenarios"
        raise ProtocolError(source, [Problem(f"scenario.{name}", None, rule, "Leave some values out.")])
    varied = [path for path, several in values.items() if len(several) > 1]
    grid = []
    for combination in itertools.product(*values.values()):
        chosen = dict(zip(values, combination, strict=True))
        told = ", ".join(f"{path} {_written(chosen[path])}" for path in varied)
        full = f"{name}: {told}" if told else name
        grid.append(_one(full, name, chosen, protocol, source))
    return grid


def _one(full: str, name: str, chosen: dict[str, Any], protocol: Protocol, source: str) -> Scenario:
    place = f"{source}: scenario {full!r}"
    ratio, delay = chosen.get("hazard_ratio"), chosen.get("delay", 0.0)
    changes = tuple((p, _frozen(v)) for p, v in chosen.items() if p not in _EFFECT)
    settings = tuple((p, _setting(v)) for p, v in chosen.items())
    try:
        if isinstance(ratio, dict):
            ratio = PiecewiseConstant(*(tuple(_check.numbers(k, ratio[k]).tolist()) for k in _PIECES))
        scenario = Scenario(full, ratio, delay, changes, (("family", name), *settings))
    except ArgumentError as error:
        problem = Problem(f"scenario.{name}.{error.name}", error.value, error.rule, error.remedy)
        raise ProtocolError(place, [problem]) from error
    if changes:
        changed(protocol, changes, place)
    return scenario


def _leaves(table: dict[str, Any], protocol: Protocol, path: str = "") -> list[tuple[str, Any]]:
    """Paths and what is given there, through nested tables."""
    found: list[tuple[str, Any]] = []
    for key, value in table.items():
        here = f"{path}.{key}" if path else key
        pieces = here == "hazard_ratio" and isinstance(value, dict) and set(value) == set(_PIECES)
        if isinstance(value, dict) and set(value) not in _RANGES and not pieces:
            found += _leaves(value, protocol, here)
        else:
            found.append((here, value))
    return found


def _values(path: str, given: Any, protocol: Protocol, name: str, source: str) -> list[Any]:
    """The values that one path takes in turn."""
    if isinstance(given, dict) and set(given) in _RANGES:
        several = _range(given, f"scenario.{name}.{path}", source)
    elif isinstance(given, list):
        nested = bool(given) and all(isinstance(v, list) for v in given)
        several = given if nested or not isinstance(value_at(protocol, path), list) else [given]
    else:
        several = [given]
    if not several:
        raise ProtocolError(
            source, [Problem(f"scenario.{name}.{path}", given, "must hold at least one value")]
        )
    return several


def _range(given: dict[str, Any], path: str, source: str) -> list[Any]:
    if "values" in given:
        listed: list[Any] = given["values"] if isinstance(given["values"], list) else [given["values"]]
        return listed
    low, high = given["from"], given["to"]
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in given.values())
    if numbers and "step" in given and given["step"] > 0 and high >= low:
        # The end counts where a whole number of steps reaches it, rounding apart.
        steps = math.floor((high - low) / given["step"] + 1e-9)
        if steps < LARGEST_GRID:
            return [float(f"{low + i * given['step']:.12g}") for i in range(steps + 1)]
    count = given.get("count", 0)
    if numbers and isinstance(count, int) and 2 <= count <= LARGEST_GRID:
        return [float(f"{low + (high - low) * i / (count - 1):.12g}") for i in range(count)]
    rule = f"must run from a number up to another, by a step above 0 or a count of 2 to {LARGEST_GRID}"
    raise ProtocolError(
        source, [Problem(path, None, rule, "For example { from = 0.5, to = 0.8, step = 0.1 }.")]
    )


def _written(value: Any) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:g}" if number else str(_setting(value))


def _setting(value: Any) -> Any:
    """A value as one cell of a table."""
    if isinstance(value, dict):
        return ", ".join(f"{k} {_written(v)}" for k, v in value.items())
    return "; ".join(_written(v) for v in value) if isinstance(value, list) else value


def _frozen(value: Any) -> Any:
    return tuple(_frozen(v) for v in value) if isinstance(value, list) else value
