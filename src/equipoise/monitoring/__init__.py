"""A Design and a Snapshot become an InterimResult."""
