"""Times and events become estimates and tests."""
