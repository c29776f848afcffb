"""The worked example; and the first call of a kernel compiles it, which no deadline for one example should count."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from equipoise.reconstruction import Reconstruction, read_published, reconstruct

settings.register_profile("compiling", deadline=None)
settings.load_profile("compiling")


@pytest.fixture(scope="session")
def aall1731() -> Path:
    """The worked example's file of published facts."""
    return Path(__file__).parents[3] / "examples" / "aall1731" / "published.toml"


@pytest.fixture(scope="session")
def cohort(aall1731: Path) -> Reconstruction:
    """The cohort made from it."""
    return reconstruct(read_published(aall1731), seed=20240630)
