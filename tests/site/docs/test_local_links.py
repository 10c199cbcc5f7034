"""Links from one document of the repository to another lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "RELEASING.md", "CHANGELOG.md", "data/README.md"]
PAGES = ["book/index.md", "book/data.md"]


def targets(text):
    """Return the local targets of links, pictures and downloads, without anchors."""
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    links += re.findall(r"^\[[^\]]+\]: (\S+)", text, flags=re.MULTILINE)
    links += re.findall(r"\{download\}`[^<`]*<([^>]+)>`", text)
    links += re.findall(r"^```\{(?:image|figure)\} (\S+)", text, flags=re.MULTILINE)
    return [t.partition("#")[0] for t in links if not re.match(r"[a-z]+:|#", t)]


@pytest.mark.parametrize("name", DOCUMENTS + PAGES)
def test_local_links_lead_to_files(name):
    document = ROOT / name
    for target in targets(document.read_text(encoding="utf-8")):
        if target.startswith("reference/"):
            continue  # made by the build, which checks these links itself
        assert (document.parent / target).is_file(), f"{name} links to {target}"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "book/data.md"])
def test_there_are_links_to_check(name):
    assert targets((ROOT / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["data/README.md", "book/data.md"])
def test_every_table_is_described_and_offered(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for path in (ROOT / "data").iterdir():
        if path.suffix in (".csv", ".topojson", ".json"):
            assert path.name in text


def test_front_page_says_of_each_section_whether_it_is_here():
    import yaml

    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    paper = next(part for part in toc["parts"] if part["caption"] == "The paper")
    pages = paper["chapters"]
    for page in pages:
        pages += page.get("sections", [])
    here = {Path(page["file"]).name for page in pages if page["file"].startswith("book/")}
    rows = re.findall(r"^\| [1-5].*\|$", (ROOT / "book" / "index.md").read_text("utf-8"), re.M)
    linked = {Path(t).stem for row in rows for t in targets(row)}
    assert linked == here
    assert all(("not yet" in row) != bool(targets(row)) for row in rows)
