"""A Protocol becomes a Design."""
