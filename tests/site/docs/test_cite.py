"""How to cite is written by code from CITATION.cff and sources.csv."""

from pathlib import Path

import gz_cite
import pytest
import yaml
from docutils import nodes
from pybtex.database import parse_string

ROOT = Path(__file__).resolve().parents[3]
CFF = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
PAGE = (ROOT / "book" / "cite.md").read_text(encoding="utf-8")


def test_the_companion_has_name_title_and_version():
    line = gz_cite.software(CFF)
    assert CFF["authors"][0]["name"] in line
    assert CFF["title"] in line
    assert f"Version {CFF['version']}." in line


def test_a_release_adds_year_and_address():
    released = CFF | {"date-released": "2026-12-01", "doi": "10.1/x"}
    assert "(2026). " in gz_cite.software(released)
    assert gz_cite.software(released).endswith(" 10.1/x")
    assert "year = {2026}" in gz_cite.software_bibtex(released)
    assert "year" not in gz_cite.software_bibtex(CFF | {"date-released": ""})


def test_people_are_named_family_name_first():
    two = [{"family-names": "Li", "given-names": "Zhen"}, {"name": "The others"}]
    assert gz_cite.names(two) == "Li, Zhen and The others"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (gz_cite.software_bibtex(CFF), "gzcounty"),
        (gz_cite.article_bibtex(CFF["references"][0]), "paper"),
    ],
)
def test_bibtex_can_be_read(text, key):
    entry = parse_string(text, "bibtex").entries[key]
    assert entry.fields["title"]
    assert len(entry.persons["author"]) == 1  # a group is one name, however many words it has


def test_the_paper_says_what_is_known_and_no_more():
    line = gz_cite.article(CFF["references"][0])
    for part in ("119623", "2025", "Hans Publishers", "电子商务评论", "Authors as named"):
        assert part in line


def test_every_source_stands_on_the_page_or_says_why_not():
    import csv

    with (ROOT / "data" / "sources.csv").open(encoding="utf-8", newline="") as file:
        keys = {row["source_key"] for row in csv.DictReader(file)}
    shown = {row["source_key"] for row in gz_cite.sources(ROOT / "data" / "sources.csv")}
    assert shown == keys - set(gz_cite.NOT_CITED)
    assert set(gz_cite.NOT_CITED) <= keys


def test_the_page_places_all_three_and_types_none():
    for kind in gz_cite.CiteDirective.KINDS:
        assert f"```{{gz-cite}} {kind}\n```" in PAGE
    assert CFF["title"] not in PAGE
    assert CFF["version"] not in PAGE


def test_each_row_of_the_table_says_its_own_source():
    rows = gz_cite.sources(ROOT / "data" / "sources.csv")
    table = gz_cite.CiteDirective._table(None, rows)
    shown = [[cell.astext() for cell in row] for row in table.findall(nodes.row)][1:]
    columns = ("source_key", "original_publication", "citation")
    assert shown == [[row[name] for name in columns] for row in rows]
