"""Opens each page once for each mode and size of screen; the tests read the records."""

import pytest
from visits import Visit, make_visit


@pytest.fixture(scope="session")
def records() -> dict[tuple[str, str, str], Visit]:
    """Return the store of what was met so far, by page, mode and screen."""
    return {}


@pytest.fixture
def visit(request, browser, server, records) -> Visit:
    """Return the record for the (page, mode, screen) that the test is parametrised with."""
    if request.param not in records:
        records[request.param] = make_visit(browser, server, *request.param)
    return records[request.param]
