"""The shell: one command a verb, no arithmetic."""

from equipoise.cli.app import main

__all__ = ["main"]
