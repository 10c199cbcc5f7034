"""CITATION.cff is well formed and agrees with the package."""

import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]
CFF = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_required_keys_of_version_1_2_0():
    assert CFF["cff-version"] == "1.2.0"
    assert CFF["type"] == "software"
    for key in ("message", "title", "authors"):
        assert CFF[key]
    # Keys that the schema knows; a misspelled one would be ignored by readers.
    fields = {
        "abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi",
        "identifiers", "keywords", "license", "license-url", "message", "preferred-citation",
        "references", "repository", "repository-artifact", "repository-code", "title", "type",
        "url", "version",
    }  # fmt: skip
    assert set(CFF) <= fields
    assert len(set(CFF["keywords"])) == len(CFF["keywords"])


def test_agrees_with_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert CFF["version"] == project["version"]
    assert CFF["license"] == project["license"]
    assert [a["name"] for a in CFF["authors"]] == [a["name"] for a in project["authors"]]


def test_paper_is_referenced_with_what_is_known_and_no_more():
    (paper,) = CFF["references"]
    assert {"type", "title", "authors"} <= set(paper)  # what the schema asks of a reference
    assert paper["type"] == "article"
    assert "119623" in paper["number"]
    assert paper["year"] == 2025
    # Nobody is named whose name is not known here.
    assert [set(author) for author in paper["authors"]] == [{"name"}]
    assert paper["title"].startswith("[")
    assert "not its printed title" in paper["notes"]
