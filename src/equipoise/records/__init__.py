"""Files and tables become TrialRecords, TimeToEvent and Snapshot."""
