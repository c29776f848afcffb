"""A Protocol becomes OperatingCharacteristics."""
