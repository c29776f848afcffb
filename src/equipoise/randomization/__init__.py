"""Protocol + subject -> Allocation: blocks from a seed, one subject at a time or as a list, and replayed."""

from __future__ import annotations

from equipoise.randomization.allocation import Allocation, randomize
from equipoise.randomization.permuted_blocks import PermutedBlocks
from equipoise.randomization.randomization_list import RandomizationList, randomization_list
from equipoise.randomization.replay import Mismatch, Replay, replay

__all__ = [
    "Allocation",
    "Mismatch",
    "PermutedBlocks",
    "RandomizationList",
    "Replay",
    "randomization_list",
    "randomize",
    "replay",
]
