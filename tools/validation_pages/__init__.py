"""The pages of docs/validation, one file a page."""
