"""Links lead somewhere, anchors exist, and no address of a content network is left in a page."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from visits import toc_pages

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


@pytest.fixture(scope="module")
def pages(site) -> dict[Path, Page]:
    found = {site / name: Page(site / name) for name in [*toc_pages(), "search.html"]}
    assert found
    return found


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
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file():
                broken.append(f"{path.relative_to(site)}: {address}")
            elif parts.fragment and target.suffix == ".html":
                there = pages.get(target) or Page(target)
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
    """The one public address stands in _config.yml; the buttons of a notebook follow it."""
    import yaml

    config = yaml.safe_load((site.parents[1] / "_config.yml").read_text(encoding="utf-8"))
    url = config["repository"]["url"]
    owner_and_name = urlsplit(url).path.strip("/")
    notebooks = [path for path in pages if path.parent.name == "notebooks"]
    assert notebooks
    for path in notebooks:
        addresses = pages[path].addresses
        assert url in addresses
        name = f"notebooks/{path.stem}.ipynb"
        launch = f"https://mybinder.org/v2/gh/{owner_and_name}/main?urlpath=lab/tree/{name}"
        assert launch in addresses
        assert any(address.endswith(f"_sources/{name}") for address in addresses)
