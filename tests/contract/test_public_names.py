"""The public names: sorted, there, documented; the shipped schema is the generated one."""

from __future__ import annotations

import inspect
import json
from importlib import import_module

import pytest

import equipoise
from equipoise.protocol import protocol_schema
from equipoise.protocol.template import shipped_schema

ROOMS = (
    "analysis",
    "design",
    "monitoring",
    "protocol",
    "randomization",
    "reconstruction",
    "records",
    "report",
    "safety",
    "simulation",
    "survival",
)


def test_every_public_name_is_there() -> None:
    for name in equipoise.__all__:
        assert getattr(equipoise, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = equipoise.nothing


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_lists_its_names_sorted_and_documented(room: str) -> None:
    module = import_module(f"equipoise.{room}")
    assert module.__doc__
    assert list(module.__all__) == sorted(module.__all__)
    for name in module.__all__:
        thing = getattr(module, name)
        if inspect.isfunction(thing) or inspect.isclass(thing):
            assert inspect.getdoc(thing), f"{room}.{name} has no docstring"


def test_the_shipped_schema_is_the_generated_one() -> None:
    """Mend with: python -c 'see tools/write_reference.py'."""
    assert json.loads(shipped_schema()) == protocol_schema()
