"""A Protocol and a subject become an Allocation."""
