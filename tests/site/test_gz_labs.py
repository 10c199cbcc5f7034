"""On the site a lab is a still, with the launch button's own address and nothing of a widget."""

import re
from html import unescape

import pytest
from gz_labs import launch_address

LABS = ("lab-regression", "lab-weights", "lab-staggered", "lab-hubs")
# By which script types, files and hosts widgets come alive in pages that let them.
OF_WIDGETS = (
    "widget-state",
    "widget-view",
    "requirejs",
    "require.js",
    "embed-amd",
    "ipywidgets.js",
)


def test_the_address_is_found_among_the_buttons():
    binder = "https://example.org/v2/gh/somebody/gzcounty/main?urlpath=lab/tree/a.ipynb"
    group = {"type": "group", "buttons": [{"type": "link", "url": binder}]}
    download = {"type": "link", "url": "../_sources/a.ipynb"}
    assert launch_address([download, group]) == binder
    assert launch_address([download]) == ""
    assert launch_address([{"type": "group", "buttons": []}]) == ""


@pytest.mark.site
@pytest.mark.parametrize("name", LABS)
def test_page_of_a_lab(site, name):
    html = (site / "notebooks" / f"{name}.html").read_text(encoding="utf-8")
    still = html.index("This is a still of the lab.")
    chart = html.index('<figure class="gz-chart">')
    table = html.index('<div class="gz-lab">')
    assert still < chart < table
    for link in re.findall(r'<a href="([^"]*)">open this lab', html):  # none without an address
        assert unescape(link).endswith(f"?urlpath=lab/tree/notebooks/{name}.ipynb")
        # Twice more than here: the theme's button, and its copy for narrow screens, if any.
        assert unescape(html).count(unescape(link)) >= 2
    assert [word for word in OF_WIDGETS if word in html] == []
    assert "gz-launch" not in html
