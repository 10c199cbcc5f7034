"""Bring the Chinese catalogs up to date with the English: ``python tools/translate.py``.

A message that stands there already keeps its Chinese, one that is gone goes, a new one is put in
without any and is printed: it is then to be written, by hand or with a translator's tool. Tests
fail as long as one is missing. See "In both languages" in CONTRIBUTING.md.

Code says things through ``_`` and its like (gzcounty.language). Each of `CODE` has one catalog,
``locale/zh_CN.po`` in its folder. A page or notebook has one in `PAGES`, where Sphinx looks for it;
its messages are the paragraphs, headings and cells of tables that the last build has read.
"""

import csv
import io
import json
import pickle
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import build
import nbformat
import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from build import ROOT
from docutils import nodes
from sphinx.util.nodes import extract_messages

CODE = ("src/gzcounty", "src/gzbook", "notebooks", "book")  # of the last: extensions and scripts
PAGES = ROOT / "locale" / "zh_CN" / "LC_MESSAGES"
# Texts of tables that a package says: by the package, the table and its columns.
TABLES = {
    "src/gzcounty": {
        "data/cases.csv": ("source", "note"), "data/digital_village_pilot.csv": ("source", "note"),
        "data/events.csv": ("event", "source", "note"), "data/poverty_exit.csv": ("note",),
        "data/programme.csv": ("source", "note"),
        "data/sources.csv": ("citation", "original_publication", "trust"),
    },
    "src/gzbook": {
        "data/claims.csv": (
            "wrong_if", "test", "needed", "margin_unit", "margin_reason", "amended_reason",
        ),
        "data/literature.csv": (
            "authors", "sample", "period", "outcome", "method", "finding",
        ),
    },
}  # fmt: skip
# How code says things: which arguments are messages; None: the first.
KEYWORDS: dict = {
    "_": None, "say": None, "gzSay": None, "_n": (1, 2), "N_": None,
    "InputError": None, "TrapError": None, "require": (2,),
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


def code_of(folder: str, root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Yield the files of a folder's code, and of a notebook its cells."""
    for file in sorted((root / folder).rglob("*.py")):
        yield file, file.read_text(encoding="utf-8")
    for file in sorted((root / folder / "_static").glob("*.js")):
        yield file, file.read_text(encoding="utf-8")
    for file in sorted((root / folder).glob("*.ipynb")):
        cells = nbformat.read(file, as_version=4).cells
        lines = [cell.source for cell in cells if cell.cell_type == "code"]
        yield file, re.sub("^[%!].*", "", "\n".join(lines), flags=re.MULTILINE)


def messages(folder: str, root: Path = ROOT) -> Iterator[Said]:
    """Yield the messages of a folder's code, in the order of the code."""
    for file, text in code_of(folder, root):
        code = text.encode()
        language = "javascript" if file.suffix == ".js" else "python"
        found = [
            (line, form.format(message) if form else message)
            for keywords, form in ((KEYWORDS, ""), (COUNTED, "{{n:,}} {}"))
            for line, message, *_ in extract(language, io.BytesIO(code), keywords)
        ]
        for _line, message in sorted(found, key=lambda row: row[0]):
            yield Said(file.relative_to(root).as_posix(), message)
    for table, columns in TABLES.get(folder, {}).items():
        with (root / table).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield from (Said(table, row[name]) for name in columns if is_english(row[name]))
    if folder == "src/gzcounty":
        yield from descriptions(root)
    if folder == "book":
        yield from settings(root)


def descriptions(root: Path) -> Iterator[Said]:
    """Yield the descriptions in the data package, and what it says of licences."""
    package = json.loads((root / "data/datapackage.json").read_text(encoding="utf-8"))
    for table in package["resources"]:
        entries = [table, *table.get("schema", {}).get("fields", []), *table.get("variables", [])]
        texts = [entry.get("description", "") for entry in entries]
        texts += [source["licence_status"] for source in table.get("sources", [])]
        yield from (Said("data/datapackage.json", text) for text in texts if is_english(text))


def settings(root: Path) -> Iterator[Said]:
    """Yield what the site takes from files of settings."""
    toc = (root / "_toc.yml").read_text(encoding="utf-8")
    for text in re.findall(r'\b(?:title|caption): "?([^"#\n]+?)"?\s*(?:#|$)', toc, re.MULTILINE):
        yield Said("_toc.yml", text)
    config, cff = (
        yaml.safe_load((root / name).read_text(encoding="utf-8"))
        for name in ("_config.yml", "CITATION.cff")
    )
    (paper,) = cff["references"]
    yield Said("_config.yml", config["author"])
    authors, publisher = paper["authors"][0]["name"], paper["publisher"]["name"]
    texts = [cff["title"], cff["authors"][0]["name"], authors, publisher]
    for text in (*texts, *(paper[name] for name in ("title", "journal", "number", "notes"))):
        yield Said("CITATION.cff", text)
    yield Said("_config.yml", config["sphinx"]["config"]["html_theme_options"]["search_bar_text"])


def is_english(text: str) -> bool:
    """Return whether a text has letters; a number or a year reads alike in both languages."""
    return bool(re.search("[A-Za-z]", text))


def pages() -> Iterator[tuple[Path, list[Said]]]:
    """Yield the catalog of each page that has a translation, and the page's messages.

    What a notebook's cells print is no message of its page: code says it.
    """
    sys.path.insert(0, str(ROOT / "book/_ext"))  # the nodes of our extensions
    others = {build.DOCTREES / language for language in build.EDITIONS[1:]}
    for file in sorted(build.DOCTREES.rglob("*.doctree")):
        page = file.relative_to(build.DOCTREES).with_suffix("")
        if build.in_reference(page.as_posix()) or others & set(file.parents):
            continue
        doctree = pickle.loads(file.read_bytes())
        found = [message for node, message in extract_messages(doctree) if not is_output(node)]
        yield (PAGES / page).with_suffix(".po"), [Said(page.as_posix(), text) for text in found]


def is_output(node: nodes.Node) -> bool:
    """Return whether a node is within what a cell of a notebook has printed."""
    while node.parent is not None:
        node = node.parent
        if node.get("nb_element") == "cell_code_output":
            return True
    return False


def read(path: Path) -> dict[Message, Message]:
    """Return the translations in a catalog, by message; none if there is no catalog."""
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


def updated(path: Path, found: Iterable[Said]) -> Catalog:
    """Return a catalog as it should be, with the Chinese that is known."""
    known = read(path)
    catalog = Catalog(locale="zh_CN", fuzzy=False)
    for file, message in found:
        catalog.add(message, known.get(message, ""), locations=[(file, None)])
    return catalog


def of_code() -> dict[Path, Catalog]:
    """Return the catalogs of code as they should be, by path."""
    paths = {folder: catalog_of(folder) for folder in CODE}
    return {path: updated(path, messages(folder)) for folder, path in paths.items()}


def of_pages() -> dict[Path, Catalog]:
    """Return the catalogs of pages as they should be, by path."""
    return {path: updated(path, found) for path, found in pages()}


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
    build.build()
    catalogs = of_code() | of_pages()
    for path in set(PAGES.rglob("*.po")) - set(catalogs) - {PAGES / "sphinx.po"}:
        path.unlink()  # of a page that is gone
    for path, catalog in catalogs.items():
        write(catalog, path)
    missing = [text for catalog in catalogs.values() for text in untranslated(catalog)]
    print(*missing, sep="\n")
    print(f"{len(missing)} messages to translate.")


if __name__ == "__main__":
    main()
