"""A Protocol and a Snapshot become the analyses that the protocol plans."""
