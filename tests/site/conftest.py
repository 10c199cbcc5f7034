"""Opens each page once for each mode and size of screen; the tests read the records."""

import pytest
from visits import Visit, make_visit


@pytest.fixture(scope="session")
def visits() -> dict[tuple[str, str, str], Visit]:
    """Keep the records of the pages already opened."""
    return {}


@pytest.fixture
def visit(request, visits, browser, server) -> Visit:
    """Return the record for the (page, mode, screen) that the test is parametrised with."""
    if request.param not in visits:
        visits[request.param] = make_visit(browser, server, *request.param)
    return visits[request.param]
