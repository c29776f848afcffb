"""Published summaries become TrialRecords."""

from __future__ import annotations

from equipoise.reconstruction.facts import Fact
from equipoise.reconstruction.published import Published
from equipoise.reconstruction.read_published import parse_published, read_published
from equipoise.reconstruction.reconstruct import Reconstruction, reconstruct

__all__ = [
    "Fact",
    "Published",
    "Reconstruction",
    "parse_published",
    "read_published",
    "reconstruct",
]
