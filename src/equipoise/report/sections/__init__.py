"""Sections of a report, each from one part of a trial's life."""
