"""The whole statistical life of a randomized clinical trial, from one protocol file."""
