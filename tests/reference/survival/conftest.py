"""One fixture: a data set of cases.csv, outside data only where they are."""

from __future__ import annotations

import pytest

from reference.survival.replay import Case, CaseOf, catalogue, needs_outside_data, read_case


@pytest.fixture
def case_of(request: pytest.FixtureRequest) -> CaseOf:
    """Function from a name in cases.csv to its columns."""

    def find(dataset: str) -> Case:
        row = catalogue()[dataset]
        outside = request.getfixturevalue("outside_data") if needs_outside_data(row) else None
        return read_case(row, outside)

    return find
