"""The edition that a test of the site looks at: who asks for one looks at both."""

import pytest
from gz_plumbing import CATALOG

from gzcounty.language import VARIABLE, add_catalog

add_catalog(CATALOG)  # what the site's own scripts say


@pytest.fixture(params=["en", "zh"])
def edition(request, monkeypatch) -> str:
    """Return the folder of an edition's pages; everything is said in its language meanwhile."""
    monkeypatch.setenv(VARIABLE, request.param)
    return "" if request.param == "en" else f"{request.param}/"
