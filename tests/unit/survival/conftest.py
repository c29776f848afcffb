"""The first call of a kernel on a new machine compiles it, which no deadline for one example should count."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("compiling", deadline=None)
settings.load_profile("compiling")
