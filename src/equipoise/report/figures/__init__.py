"""Figures: each kind of result drawn in the one way that its readers know."""
