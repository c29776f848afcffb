"""The data sets are those of the survival folder."""

from reference.survival.conftest import case_of  # noqa: F401 - a fixture is found by its name
