"""How to cite the companion, the paper and each source, written from the files that know.

``CITATION.cff`` knows the companion and the paper, ``data/sources.csv`` the sources. The page only
places them::

    ```{gz-cite} companion
    ```

with ``paper`` and ``sources`` besides. Nothing is typed twice, so nothing can drift.

The page of references writes English works with names, year, title, journal, volume and pages, and
Chinese ones as GB/T 7714 has it: family name first, nothing abbreviated, full-width title marks
left alone, with a romanised form and a title in English for those who read no Chinese.
"""

import csv
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import yaml
from docutils import nodes
from pybtex.database import Entry, Person
from pybtex.plugin import register_plugin
from pybtex.richtext import HRef, Tag, Text
from pybtex.style import FormattedEntry
from pybtex.style.formatting.unsrt import Style as UnsrtStyle
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from gzcounty.language import _, in_language

ROOT = Path(__file__).resolve().parents[2]
# Sources that are not somebody's publication but this project's own, or a name for many rows that
# each carry their own source.
NOT_CITED = {
    "geometry": "computed by this project",
    "tiles": "drawn by this project",
    "census2010_total": "a difference of two published counts",
    "paper": "cited above",
}


def citation() -> dict[str, Any]:
    """Read CITATION.cff, its dates and numbers as the text they are."""
    return yaml.load((ROOT / "CITATION.cff").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def names(authors: Sequence[dict[str, str]]) -> str:
    """Write the authors of a CITATION.cff entry."""
    full = [a.get("name") or f"{a['family-names']}, {a['given-names']}" for a in authors]
    return " and ".join(full)


def software(cff: dict[str, Any]) -> str:
    """Write the companion as one line. It has no year until it is released."""
    authors, title, year = names(cff["authors"]), cff["title"], cff.get("date-released", "")
    fields = {"authors": _(authors), "title": _(title), "version": cff["version"]}
    if year:
        line = _("{authors} ({year}). {title}. Version {version}.", year=str(year)[:4], **fields)
    else:
        line = _("{authors}. {title}. Version {version}.", **fields)
    address = cff.get("doi") or cff.get("repository-code") or cff.get("url")
    return f"{line} {address}" if address else line


def article(entry: dict[str, Any]) -> str:
    """Write a reference of CITATION.cff as one line, without its address."""
    fields = {name: entry[name] for name in ("title", "journal", "number")}
    fields |= {"authors": names(entry["authors"]), "publisher": entry["publisher"]["name"]}
    return _(
        "{authors} ({year}). {title}. {journal}, {publisher}, {number}.",
        year=entry["year"], **{name: _(value) for name, value in fields.items()},
    )  # fmt: skip


def bibtex(kind: str, key: str, fields: dict[str, object]) -> str:
    """Write a BibTeX entry from what is not empty."""
    rows = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", ",\n".join(rows), "}"])


def software_bibtex(cff: dict[str, Any]) -> str:
    """Write the companion for BibTeX."""
    fields = {
        "author": f"{{{names(cff['authors'])}}}",
        "title": cff["title"],
        "version": cff["version"],
        "year": str(cff.get("date-released", ""))[:4],
        "license": cff["license"],
        "doi": cff.get("doi"),
        "url": cff.get("repository-code") or cff.get("url"),
    }
    return bibtex("software", "gzcounty", fields)


def article_bibtex(entry: dict[str, Any]) -> str:
    """Write a reference of CITATION.cff for BibTeX."""
    fields = {
        "author": f"{{{names(entry['authors'])}}}",
        "title": entry["title"],
        "journal": entry["journal"],
        "publisher": entry["publisher"]["name"],
        "year": entry["year"],
        "number": entry["number"],
        "url": entry["url"],
        "note": entry.get("notes"),
    }
    return bibtex("article", "paper", fields)


def sources(path: Path) -> list[dict[str, str]]:
    """Read the sources that can be cited."""
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["source_key"] not in NOT_CITED]


class CiteDirective(SphinxDirective):
    """``{gz-cite} companion``, ``paper`` or ``sources``."""

    required_arguments = 1
    KINDS: ClassVar[tuple[str, ...]] = ("companion", "paper", "sources")

    def run(self) -> list[nodes.Node]:
        """Write one of the three."""
        kind = self.arguments[0]
        if kind not in self.KINDS:
            raise self.error(f"gz-cite knows {', '.join(self.KINDS)}, not {kind!r}.")
        if kind == "sources":
            self.env.note_dependency(str(ROOT / "data" / "sources.csv"))
            return [self._table(sources(ROOT / "data" / "sources.csv"))]
        self.env.note_dependency(str(ROOT / "CITATION.cff"))
        cff = citation()
        if kind == "companion":
            return self._both(software(cff), software_bibtex(cff))
        (paper,) = cff["references"]
        notes, line = paper["notes"], f"{article(paper)} {paper['url']}"
        return [*self._both(line, article_bibtex(paper)), nodes.paragraph("", _(notes))]

    def _both(self, line: str, code: str) -> list[nodes.Node]:
        """Return the line to read and the code to copy."""
        block = nodes.literal_block(code, code, language="bibtex")
        words, _, address = line.rpartition(" ")
        if not address.startswith("https://"):
            return [nodes.block_quote("", nodes.paragraph("", line)), block]
        link = nodes.reference("", address, refuri=address)
        text = nodes.paragraph("", "", nodes.Text(f"{words} "), link)
        return [nodes.block_quote("", text), block]

    def _table(self, rows: list[dict[str, str]]) -> nodes.table:
        """Return a table: key, what to cite, where it was read."""
        group = nodes.tgroup("", *[nodes.colspec(colwidth=w) for w in (15, 45, 40)], cols=3)
        head = _row("source_key", _("cite"), _("read in"))
        keys = [nodes.literal("", row["source_key"]) for row in rows]
        texts = [(row["original_publication"], row["citation"]) for row in rows]
        body = [_row(key, *map(_, both)) for key, both in zip(keys, texts, strict=True)]
        group += [nodes.thead("", head), nodes.tbody("", *body)]
        return nodes.table("", group, classes=["gz-sources"])


def _row(*cells: str | nodes.Node) -> nodes.row:
    """Make a row of a table."""
    filled = [nodes.Text(c) if isinstance(c, str) else c for c in cells]
    return nodes.row("", *[nodes.entry("", nodes.paragraph("", "", c)) for c in filled])


STYLE = "gzcounty"
# The kind of work in GB/T 7714: journal, book, dissertation, report, online.
MARKS = {"article": "J", "book": "M", "phdthesis": "D", "techreport": "R", "misc": "EB/OL"}


def plain(text: str) -> str:
    """Take out the braces with which BibTeX keeps a name or a capital together."""
    return text.replace("{", "").replace("}", "")


def name_of(person: Person) -> str:
    """Write a name: family name, then initials. Names of one part stay as they are."""
    family = plain(" ".join([*person.prelast_names, *person.last_names]))
    first = [plain(part) for part in [*person.first_names, *person.middle_names]]
    if not first:
        return family
    # Jean-Marc gives J.-M., A. D. stays.
    initials = ["-".join(f"{p[0]}." for p in part.split("-") if p) for part in first]
    return f"{family}, {' '.join(initials)}"


def listed(names: list[str], last: str) -> str:
    """Join names; `last` stands before the last one."""
    return last.join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def sort_key(entry: Entry) -> tuple[str, str, str]:
    """Sort by names in Latin letters, then year, then title."""
    names = "; ".join(name_of(person) for person in entry.persons.get("author", []))
    first = entry.fields.get("romanised") or names or entry.fields["title"]
    return plain(first).casefold(), entry.fields.get("year", ""), entry.fields["title"]


def where(entry: Entry) -> str:
    """Return volume, number and pages, as ``38(1), 37-52``."""
    fields = entry.fields
    number = f"({fields['number']})" if "number" in fields else ""
    return ", ".join(p for p in (fields.get("volume", "") + number, fields.get("pages", "")) if p)


def data(entry: Entry) -> Text:
    """Write a source of figures, whose entry says what the table of sources does."""
    source = _source_rows()[entry.key]
    publication, copy = source["original_publication"], source["citation"]
    published = _("{publication}.", publication=_(publication))
    read_in = _("Read in: {citation}.", citation=_(copy))
    return Text(published, in_language(" ", ""), read_in, *links(entry))


@cache
def _source_rows() -> dict[str, dict[str, str]]:
    return {row["source_key"]: row for row in sources(ROOT / "data" / "sources.csv")}


def paper(entry: Entry) -> Text:
    """Write the paper as the page on how to cite does."""
    (reference,) = citation()["references"]
    return Text(article(reference), *links(entry))


def english(entry: Entry) -> Text:
    """Write an English entry."""
    fields = entry.fields
    names = listed([name_of(person) for person in entry.persons.get("author", [])], " and ")
    parts: list[Any] = []
    if names:
        parts.append(f"{names} ({fields['year']}). " if "year" in fields else f"{names}. ")
    title = plain(fields["title"])
    parts.append(Tag("em", title) if entry.type == "book" else title)
    parts.append("" if title.endswith(("?", "...", ".")) else ".")
    if holder := fields.get("journal") or fields.get("booktitle"):
        name, bracket, original = plain(holder).partition(" (")  # slanted Chinese reads badly
        parts += [" ", Tag("em", name), bracket + original]
        parts.append(f" {where(entry)}." if where(entry) else ".")
    for key in ("edition", "publisher", "institution", "school", "howpublished", "note"):
        if key in fields:
            parts.append(f" {plain(fields[key]).rstrip('.')}.")
    return Text(*parts, *links(entry))


def chinese(entry: Entry) -> Text:
    """Write a Chinese entry, with what it is called in Latin letters behind it."""
    fields = entry.fields
    names = ", ".join(plain(str(person)) for person in entry.persons["author"])
    number = f"({fields['number']})" if "number" in fields else ""
    volume = f", {fields['volume']}" if "volume" in fields else ""
    spot = f"{fields['year']}{volume}{number}"  # 2021, 36(3), or 2021(2) where volumes have none
    if "journal" in fields:
        spot = f"{fields['journal']}, {spot}"
    pages = f": {fields['pages']}" if "pages" in fields else ""
    text = f"{names}. {fields['title']}[{MARKS[entry.type]}]. {spot}{pages}."
    latin = f" {fields['romanised']} ({fields['year']})."
    if "titleaddon" in fields:
        latin += f" [{fields['titleaddon']}]."
    if "note" in fields:
        latin += f" {fields['note']}."
    return Text(text, latin, *links(entry))


def links(entry: Entry) -> list[Any]:
    """Return the address of the work, if the entry has one."""
    doi, url = entry.fields.get("doi"), entry.fields.get("url")
    if doi:
        return [" ", HRef(f"https://doi.org/{doi}", f"doi:{doi}")]
    if url:
        shown = re.sub(r"^https?://(www\.)?|/.*$", "", url)
        return [" ", HRef(url, _("Read at {site}", site=shown))]
    return []


class CountyStyle(UnsrtStyle):
    """Entries in alphabetical order, each written in the manner of its language."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **options)
        self.sort = lambda entries: sorted(entries, key=sort_key)

    def format_entry(
        self,
        label: str,
        entry: Entry,
        bib_data: Any = None,  # noqa: ANN401
    ) -> FormattedEntry:
        """Write one entry."""
        by_part = {"data": data, "paper": in_language(english, paper)}
        write = by_part.get(entry.fields["keywords"], english)
        if entry.fields.get("langid") == "chinese":
            write = chinese
        return FormattedEntry(entry.key, write(entry), label)


def setup(app: Sphinx) -> None:
    """Register with Sphinx, and the style of the references with pybtex."""
    app.add_directive("gz-cite", CiteDirective)
    register_plugin("pybtex.style.formatting", STYLE, CountyStyle)
