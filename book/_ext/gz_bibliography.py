"""How the page of references writes an entry: English works and Chinese ones each in their way.

English: names, year, title, journal, volume and pages. Chinese: as GB/T 7714 has it, family name
first, nothing abbreviated, full-width title marks left alone, with a romanised form and a title in
English for those who read no Chinese.
"""

from __future__ import annotations

import re
from typing import Any

from gz_plumbing import PARALLEL
from pybtex.database import Entry, Person
from pybtex.plugin import register_plugin
from pybtex.richtext import HRef, Tag, Text
from pybtex.style import FormattedEntry
from pybtex.style.formatting.unsrt import Style as UnsrtStyle
from sphinx.application import Sphinx

STYLE = "gzcounty"
# The kind of work in GB/T 7714: journal, book, dissertation, report, online.
MARKS = {"article": "J", "book": "M", "phdthesis": "D", "techreport": "R", "misc": "EB/OL"}


def plain(text: str) -> str:
    """Take out the braces with which BibTeX keeps a name or a capital together."""
    return text.replace("{", "").replace("}", "")


def name_of(person: Person) -> str:
    """Write a name: family name, then initials. Names of one part stay as they are."""
    family = plain(" ".join([*person.prelast_names, *person.last_names]))
    given = [plain(part) for part in [*person.first_names, *person.middle_names]]
    if not given:
        return family
    # Jean-Marc gives J.-M., A. D. stays.
    initials = ["-".join(f"{p[0]}." for p in part.split("-") if p) for part in given]
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
    """Give volume, number and pages, as ``38(1), 37-52``."""
    fields = entry.fields
    number = f"({fields['number']})" if "number" in fields else ""
    return ", ".join(p for p in (fields.get("volume", "") + number, fields.get("pages", "")) if p)


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
    meant = f" {fields['romanised']} ({fields['year']})."
    if "titleaddon" in fields:
        meant += f" [{fields['titleaddon']}]."
    if "note" in fields:
        meant += f" {fields['note']}."
    return Text(text, meant, *links(entry))


def links(entry: Entry) -> list[Any]:
    """Give the address of the work, if the entry has one."""
    doi, url = entry.fields.get("doi"), entry.fields.get("url")
    if doi:
        return [" ", HRef(f"https://doi.org/{doi}", f"doi:{doi}")]
    if url:
        shown = re.sub(r"^https?://(www\.)?|/.*$", "", url)
        return [" ", HRef(url, f"Read at {shown}")]
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
        write = chinese if entry.fields.get("langid") == "chinese" else english
        return FormattedEntry(entry.key, write(entry), label)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the style under its name."""
    register_plugin("pybtex.style.formatting", STYLE, CountyStyle)
    return PARALLEL
