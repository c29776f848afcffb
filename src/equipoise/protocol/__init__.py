"""A TOML file becomes a Protocol."""
