"""Bring the Chinese catalogs up to date with the English: ``python tools/translate.py``.

A message that stands there already keeps its Chinese, one that is gone goes, a new one is put in
without any and is printed: it is then to be written, by hand or with a translator's tool. Tests
fail as long as one is missing. See "In both languages" in CONTRIBUTING.md.

Code says things through ``_`` and its like (gzcounty.language). Each of `PACKAGES` has one catalog,
``locale/zh_CN.po`` in its folder.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("src/gzcounty", "src/gzbook")
# Texts of tables that a package says: by the package, the table and its columns.
TABLES = {
    "src/gzcounty": {
        "data/cases.csv": ("source", "note"), "data/digital_village_pilot.csv": ("source", "note"),
        "data/events.csv": ("event", "source", "note"), "data/poverty_exit.csv": ("note",),
        "data/programme.csv": ("source", "note"), "data/sources.csv": ("citation",),
    },
    "src/gzbook": {
        "data/claims.csv": (
            "wrong_if", "test", "needed", "margin_unit", "margin_reason", "amended_reason",
        ),
        "data/literature.csv": ("sample", "period"),
    },
}  # fmt: skip
# How code says things: which arguments are messages; None: the first.
KEYWORDS: dict = {
    "_": None, "_n": (1, 2), "N_": None, "InputError": None, "TrapError": None, "require": (2,),
}  # fmt: skip
# A number with its noun is one message; see gzcounty.words.
COUNTED: dict = {"counted": (2,)}

Message = str | tuple[str, ...]


class Said(NamedTuple):
    """A message and the file that says it."""

    file: str
    message: Message


def catalog_of(folder: str, root: Path = ROOT) -> Path:
    """Return the path of the catalog of a folder's code."""
    return root / folder / "locale" / "zh_CN.po"


def messages(folder: str, root: Path = ROOT) -> Iterator[Said]:
    """Yield the messages of a folder's code, in the order of the code."""
    for file in sorted((root / folder).rglob("*.py")):
        code = file.read_bytes()
        found = [
            (line, form.format(message) if form else message)
            for keywords, form in ((KEYWORDS, ""), (COUNTED, "{{n:,}} {}"))
            for line, message, *_ in extract("python", io.BytesIO(code), keywords)
        ]
        for _line, message in sorted(found, key=lambda row: row[0]):
            yield Said(file.relative_to(root).as_posix(), message)
    for table, columns in TABLES.get(folder, {}).items():
        with (root / table).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield from (Said(table, row[name]) for name in columns if is_english(row[name]))
    if folder == "src/gzcounty":
        yield from descriptions(root)


def descriptions(root: Path) -> Iterator[Said]:
    """Yield the descriptions in the data package, and what it says of licences."""
    package = json.loads((root / "data/datapackage.json").read_text(encoding="utf-8"))
    for table in package["resources"]:
        entries = [table, *table.get("schema", {}).get("fields", []), *table.get("variables", [])]
        texts = [entry.get("description", "") for entry in entries]
        texts += [source["licence_status"] for source in table.get("sources", [])]
        yield from (Said("data/datapackage.json", text) for text in texts if is_english(text))


def is_english(text: str) -> bool:
    """Return whether a text has letters; a number or a year reads alike in both languages."""
    return bool(re.search("[A-Za-z]", text))


def read(path: Path) -> dict[Message, Message]:
    """Return the translations in a catalog, by message; none if there is no catalog."""
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


def updated(folder: str, root: Path = ROOT) -> Catalog:
    """Return the catalog of a folder's code as it should be, with the Chinese that is known."""
    known = read(catalog_of(folder, root))
    catalog = Catalog(locale="zh_CN", fuzzy=False)
    for file, message in messages(folder, root):
        catalog.add(message, known.get(message, ""), locations=[(file, None)])
    return catalog


def write(catalog: Catalog, path: Path) -> None:
    """Write a catalog, one line a message."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=0, omit_header=True, include_lineno=False)


def untranslated(catalog: Catalog) -> list[str]:
    """Return the messages without Chinese, each with where it is said."""
    return [
        f"{message.locations[0][0]}: {message.id}"
        for message in catalog
        if message.id and not any(message.string)
    ]


def main() -> None:
    """Update every catalog and print what is to be written."""
    missing = []
    for folder in PACKAGES:
        catalog = updated(folder)
        write(catalog, catalog_of(folder))
        missing += untranslated(catalog)
    print(*missing, sep="\n")
    print(f"{len(missing)} messages to translate.")


if __name__ == "__main__":
    main()
