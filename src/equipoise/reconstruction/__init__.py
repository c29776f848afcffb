"""Published summaries become TrialRecords."""
