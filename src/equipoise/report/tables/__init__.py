"""Tables as readers know them, each a view of rows of results."""
