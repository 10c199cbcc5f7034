"""Every page in a real browser: light on a desktop, dark on a phone, some in all four ways.

Most pages of the reference are visited once only: see visits.py.
"""

import json
from pathlib import Path

import pytest
from visits import EVERY_VISIT, JUDGED_VISITS, ONCE

pytestmark = [pytest.mark.site, pytest.mark.browser]
every_visit = pytest.mark.parametrize(
    "visit", EVERY_VISIT, indirect=True, ids=["-".join(key) for key in EVERY_VISIT]
)
judged = pytest.mark.parametrize(
    "visit", JUDGED_VISITS, indirect=True, ids=["-".join(key) for key in JUDGED_VISITS]
)
once = pytest.mark.parametrize("visit", ONCE, indirect=True, ids=[key[0] for key in ONCE])

# Compressed bytes on a first visit, so that a page opens soon on a slow line.
TEXT_PAGE, CHART_PAGE = 400_000, 1_000_000


@every_visit
def test_asks_no_other_host(visit):
    assert visit.foreign == []


@every_visit
def test_has_no_error_and_no_missing_file(visit):
    assert visit.errors == []


@every_visit
def test_draws_every_chart(visit):
    for chart in visit.charts:
        assert chart["state"] == "drawn", chart
        assert chart["marks"] > 0, chart


@every_visit
def test_charts_fit_their_room(visit):
    for chart in visit.charts:
        assert chart["width"] <= chart["room"] + 2, chart


@every_visit
def test_charts_are_described(visit):
    for chart in visit.charts:
        assert len(chart["said"]) > 20, chart


@every_visit
def test_sets_every_formula(visit):
    assert visit.unset_formulas == 0


@every_visit
def test_does_not_scroll_sideways(visit):
    assert visit.overflow <= 0


@judged
def test_is_accessible(visit):
    assert visit.axe == []


def test_every_excuse_has_a_reason():
    """The baseline names what the theme does and we cannot change; it is empty so far."""
    for entry in json.loads((Path(__file__).parent / "axe_baseline.json").read_text("utf-8")):
        assert set(entry) == {"rule", "target", "reason"}
        assert len(entry["reason"]) > 20


@once
def test_loads_chart_scripts_only_for_charts(visit):
    loaded = any("vega" in script for script in visit.scripts)
    assert loaded == bool(visit.charts)


@once
def test_needs_no_font_file(visit):
    assert visit.fonts == []


@once
def test_is_light(visit):
    assert visit.weight < (CHART_PAGE if visit.charts else TEXT_PAGE)


def test_the_site_has_charts_and_formulas(site):
    """The tests above say nothing of charts and formulas if there are none."""
    pages = [(site / key[0]).read_text(encoding="utf-8") for key in ONCE]
    assert sum(page.count('class="gz-chart') for page in pages) >= 40
    assert sum(page.count('class="gz-math') for page in pages) >= 40
