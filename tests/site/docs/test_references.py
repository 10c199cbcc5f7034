"""references.bib holds what docstrings cite, agrees with the tables, and is written well."""

import csv
import inspect
import re
from pathlib import Path

import pytest
import reference
import yaml
from gz_cite import STYLE, CountyStyle, chinese, english
from pybtex.database import Entry, parse_file
from pybtex.plugin import find_plugin, register_plugin

ROOT = Path(__file__).resolve().parents[3]
BIB = parse_file(str(ROOT / "book" / "references.bib"))
SECTIONS = ("methods", "literature", "data", "paper")
YEAR = r"(?:19|20)\d\d"
# "Abadie, Diamond and Hainmueller (2010" and "(Abadie, Diamond and Hainmueller 2010": one name,
# or names with commas and a last "and", or "et al." and "and others".
NAME = r"[A-Z][\w'’-]*[a-z](?:-in-[A-Z][a-z]+)?"
CITED = re.compile(
    rf"({NAME}(?:(?:, {NAME})*,? and {NAME}| et al\.| and others)?),? \(?({YEAR})(?=[,;):. ]|$)"
)
# What looks like a citation and is none: a place, a month, a table or a thing with its year.
NOT_CITED = {
    "Census",
    "China",
    "Cross-section",
    "From",
    "Guizhou",
    "Huaxi's",
    "In",
    "Nanming",
    "Xiaohe",
}


def cited(text: str) -> list[tuple[list[str], str]]:
    """Return the family names and the year of each citation in a text."""
    works = []
    for names, year in CITED.findall(" ".join(text.split())):
        family = re.split(r", | and | et al\.", names)
        family = [name for name in family if name and name not in ("others",)]
        if family[0] not in NOT_CITED:
            works.append((family, year))
    return works


def families(entry: Entry) -> list[str]:
    """Return the family names of an entry, in Latin letters."""
    if "romanised" in entry.fields:  # family name first
        people = re.split(r", | and ", entry.fields["romanised"])
        return [person.split()[0] for person in people]
    people = entry.persons.get("author", [])
    return [" ".join([*p.prelast_names, *p.last_names]).strip("{}") for p in people]


def is_listed(names: list[str], year: str) -> bool:
    """Return whether an entry of that year has these as its first authors."""
    works = [families(e) for e in BIB.entries.values() if e.fields.get("year") == year]
    return any(listed[: len(names)] == names for listed in works)


def public_docstrings() -> list[tuple[str, str]]:
    return [
        (name, inspect.getdoc(reference.thing(name)) or "") for name in sorted(reference.PUBLIC)
    ]


def test_the_pattern_sees_a_citation_in_each_form():
    text = "see Roth (2022, AER: Insights); (Sun and Abraham 2021, Journal 1) and Abadie,\n"
    text += "Diamond and Hainmueller 2010; Wang et al. 2021. In 2020 and Guizhou, 2010-2023"
    assert cited(text) == [
        (["Roth"], "2022"),
        (["Sun", "Abraham"], "2021"),
        (["Abadie", "Diamond", "Hainmueller"], "2010"),
        (["Wang"], "2021"),
    ]
    assert not is_listed(["Nobody"], "2021")
    assert not is_listed(["Sun", "Abraham"], "2020")


def test_docstrings_cite():
    assert sum(len(cited(text)) for _, text in public_docstrings()) > 30


@pytest.mark.parametrize(
    ("name", "text"), public_docstrings(), ids=[name for name, _ in public_docstrings()]
)
def test_what_a_docstring_cites_is_listed(name, text):
    missing = [f"{names} {year}" for names, year in cited(text) if not is_listed(names, year)]
    assert missing == []


@pytest.mark.parametrize("key", BIB.entries)
def test_each_entry_has_a_place_on_the_page(key):
    fields = BIB.entries[key].fields
    assert fields["keywords"] in SECTIONS
    page = (ROOT / "book" / "references.md").read_text(encoding="utf-8")
    assert f':filter: keywords % "{fields["keywords"]}"' in page
    assert fields["title"]
    if fields["keywords"] != "data":
        assert re.fullmatch(YEAR, fields["year"])
        assert BIB.entries[key].persons["author"]


def test_the_literature_is_that_which_can_be_cited():
    with (ROOT / "data" / "literature.csv").open(encoding="utf-8", newline="") as file:
        rows = {r["id"]: r for r in csv.DictReader(file) if r["citable"] == "true"}
    of_page = {k: e for k, e in BIB.entries.items() if e.fields["keywords"] == "literature"}
    assert set(of_page) == set(rows)
    for key, entry in of_page.items():
        assert entry.fields["year"] == rows[key]["year"]
        assert entry.fields["title"].strip("[]") == rows[key]["title"].strip("()")
        author = str(entry.persons["author"][0].last_names[0]).strip("{}")
        assert author in rows[key]["authors"]


# These keys stand for many publications, or for this project's own work.
NO_ENTRY = {"pages", "press", "literature", "geometry", "tiles", "census2010_total", "poverty832"}


def test_each_source_has_an_entry_in_its_own_words():
    with (ROOT / "data" / "sources.csv").open(encoding="utf-8", newline="") as file:
        rows = {r["source_key"]: r for r in csv.DictReader(file)}
    listed = {k for k, e in BIB.entries.items() if e.fields["keywords"] in ("data", "paper")}
    assert listed == set(rows) - NO_ENTRY
    for key in listed - {"paper", "pku_dfiic"}:
        assert BIB.entries[key].fields["title"] == rows[key]["original_publication"]
        assert BIB.entries[key].fields["note"] == f"Read in: {rows[key]['citation']}"


def test_the_paper_is_cited_as_in_citation_cff():
    (paper,) = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["references"]
    fields = BIB.entries["paper"].fields
    assert fields["title"] == paper["title"]
    assert fields["url"] == paper["url"]
    assert fields["year"] == str(paper["year"])
    assert fields["journal"] == paper["journal"]
    assert fields["note"].lower().startswith(paper["number"])


def test_english_entries():
    assert str(english(BIB.entries["anselin1996tests"])) == (
        "Anselin, L., Bera, A. K., Florax, R. and Yoon, M. J. (1996). Simple Diagnostic Tests for "
        "Spatial Dependence. Regional Science and Urban Economics 26, 77-104."
    )
    assert str(english(BIB.entries["friedman1992"])).startswith(
        "Friedman, M. (1992). Do Old Fallacies Ever Die? Journal of Economic Literature 30,"
    )
    assert str(english(BIB.entries["L07"])) == (
        "Li, H., Wang, S. and Zhao, C. (2021). A Study on Income Distribution Effect of Rural "
        "E-commerce Development: Evidence from Taobao Village. Economic Survey (经济经纬) 38(1), "
        "37. In Chinese."
    )


def test_chinese_entries_keep_names_and_marks():
    assert str(chinese(BIB.entries["L31"])) == (
        "王淑佳, 孔伟, 任亮, 治丹丹, 戴彬婷. 国内耦合协调度模型的误区及修正[J]. 自然资源学报, "
        "2021, 36(3): 793-810. Wang Shujia, Kong Wei, Ren Liang, Zhi Dandan and Dai Binting "
        "(2021). [How the coupling coordination model is misused in China, and a correction]. "
        "Journal of Natural Resources."
    )
    assert str(chinese(BIB.entries["L12"])).startswith(
        "王怡鑫. 电子商务对农民收入的影响——基于“电子商务进农村综合示范”项目的研究[J]. "
        "电子商务评论, 2025, 14(1)."
    )
    assert "[J]. 现代管理科学, 2021(2). Gao" in str(chinese(BIB.entries["L08"]))


def test_entries_stand_in_alphabetical_order_whatever_their_letters():
    register_plugin("pybtex.style.formatting", STYLE, CountyStyle)
    style = find_plugin("pybtex.style.formatting", STYLE)()
    assert isinstance(style, CountyStyle)
    written = list(style.format_entries(BIB.entries[key] for key in ("L32", "L01", "L31", "L08")))
    assert [entry.key for entry in written] == ["L01", "L08", "L32", "L31"]
