"""Links lead somewhere, anchors exist, and no address of a content network is left in a page."""

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from gz_head import offer_what_has_an_address
from visits import PAGES, TRANSLATED, toc_pages

pytestmark = pytest.mark.site
NETWORKS = ("cdn.", "unpkg", "cdnjs", "googleapis", "jsdelivr")
# Of others, and never asked for anything by a page.
NOT_OURS = ("vendor", "scripts", "styles")


class Page(HTMLParser):
    """The anchors of a page and the addresses it names."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.addresses: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in {"id", "name"} and value:
                self.ids.add(value)
            elif name in {"href", "src"} and value:
                self.addresses.append(value)


# Pages of the same folder have the same bars, which lead to the same pages.
@cache
def file_of(folder: Path, address: str) -> Path | None:
    """Return the file that an address in a folder leads to, or None if there is none."""
    target = (folder / unquote(address)).resolve()
    return target if target.is_file() else None


read = cache(Page)


@pytest.fixture(scope="module")
def pages(site) -> dict[Path, Page]:
    names = [*PAGES, *(f"zh/{name}" for name in TRANSLATED)]
    return {site / name: read(site / name) for name in names}


def test_every_link_leads_somewhere(pages, site):
    broken = []
    for path, page in pages.items():
        for address in page.addresses:
            parts = urlsplit(address)
            if parts.scheme in {"http", "https"}:
                assert parts.netloc, f"{path.name}: {address}"
                continue
            if parts.scheme:  # mailto, data, javascript
                continue
            target = file_of(path.parent, parts.path) if parts.path else path
            if target is None:
                broken.append(f"{path.relative_to(site)}: {address}")
            elif parts.fragment and target.suffix == ".html":
                there = pages.get(target) or read(target)
                if unquote(parts.fragment) not in there.ids:
                    broken.append(f"{path.relative_to(site)}: {address} (no such anchor)")
    assert broken == []


def test_the_front_door_opens(site):
    assert "book/index.html" in (site / "index.html").read_text(encoding="utf-8")


def test_no_address_of_a_content_network(site):
    found = []
    for path in site.rglob("*"):
        parts = path.relative_to(site).parts
        if path.suffix not in {".html", ".js", ".css"} or set(NOT_OURS) & set(parts):
            continue
        text = path.read_text(encoding="utf-8")
        found += [f"{path.relative_to(site)}: {name}" for name in NETWORKS if name in text]
    assert found == []


def test_launch_and_repository_follow_one_address(pages, site):
    """The one public address stands in _config.yml; without it nothing leads to where it is not."""
    import yaml

    config = yaml.safe_load((site.parents[1] / "_config.yml").read_text(encoding="utf-8"))
    url = config["repository"]["url"]
    notebooks = [path for path in pages if path.parent.name == "notebooks"]
    assert notebooks
    for path in notebooks:
        addresses = pages[path].addresses
        name = f"notebooks/{path.stem}.ipynb"
        assert any(address.endswith(f"_sources/{name}") for address in addresses)
        assert (url in addresses) == bool(url)
        launch = [a for a in addresses if a.endswith(f"/main?urlpath=lab/tree/{name}")]
        assert bool(launch) == bool(url)
    for edition, button in (("", "launch button"), ("zh", "启动按钮")):
        labs = (site / edition / "book" / "labs.html").read_text(encoding="utf-8")
        assert ("Binder" in labs) == (button in labs) == bool(url)


@pytest.mark.parametrize("url", ["", "https://github.com/someone/gzcounty"])
def test_buttons_are_there_where_there_is_an_address(url):
    options = {"repository_url": url, "launch_buttons": {"binderhub_url": "https://mybinder.org"}}
    app = SimpleNamespace(tags=set())
    offer_what_has_an_address(app, SimpleNamespace(html_theme_options=options))
    assert options["use_repository_button"] == bool(options["launch_buttons"]) == bool(url)
    assert app.tags == ({"launch"} if url else set())


def test_the_side_bar_is_short_and_leads_to_every_page(pages, site):
    """But for single names of the reference, which are listed on pages of their group."""
    names = {page for page in toc_pages() if page.count("/") > 2}
    for name, group in (("book/value-people", "-"), ("book/reference/data", "reference/data/")):
        page = BeautifulSoup((site / f"{name}.html").read_bytes(), "html.parser")
        bar = page.select_one(".bd-sidebar-primary nav")
        links = {a["href"] for a in bar.select("a")} - {"#"}
        folder = (site / name).parent
        led_to = {(folder / link).resolve().relative_to(site).as_posix() for link in links}
        wanted = {p for p in toc_pages() if p not in names or group in p}
        assert wanted - led_to == {"book/index.html", f"{name}.html"}
        assert led_to <= wanted
        first, *others = bar.select("li.toctree-l0 > details")
        assert first.has_attr("open")
        assert sum(part.has_attr("open") for part in others) == (group != "-")


def test_the_way_on_passes_the_notebooks(site):
    page = BeautifulSoup((site / "book/value-county.html").read_bytes(), "html.parser")
    ways = page.select(".prev-next-footer .left-prev, .prev-next-footer .right-next")
    assert [way["href"] for way in ways] == ["value-industry.html", "value-people.html"]
