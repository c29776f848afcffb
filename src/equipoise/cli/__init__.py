"""The shell: one command a verb, no arithmetic."""
