"""Adverse events become rates and comparisons."""
