"""What a build reads and writes again, so that one changed word costs seconds.

The environment that the last good build has left remembers what each page was read from: its file,
the files that it depends on, and the outputs of a notebook, each by its hash. A page is read again
when one of them has changed. It is written again when it was read, or shows something from a
notebook that was read (`gz_plumbing.Shelf`). All pages are written when one has changed what others
show of it: titles, addresses, terms, names of the reference, works cited. All are read when the
modules have changed that these extensions use; those that only a directive needs it notes itself
(`depend_on_package`).

``gz_again_pages`` names the pages that alone are read again: the others stay as they were.
"""

import hashlib
import json
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

import build
import nbformat
from jupyter_cache import get_cache
from sphinx.application import Sphinx
from sphinx.environment import CONFIG_OK, BuildEnvironment
from sphinx.util.index_entries import split_index_msg

hash_of = cache(build.hash_of)  # of a file as it was when the build first asked


def machinery(app: Sphinx) -> dict[str, str]:
    """Return the modules of this checkout that the extensions have loaded, and their catalogs."""
    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    source = f"{app.srcdir / 'src'}{os.sep}"
    paths = {Path(file) for file in files if file and file.startswith(source)}
    if app.config.language != "en":
        paths |= set((Path(app.srcdir) / "src").glob("*/locale/*.po"))
    return {str(path): hash_of(path) for path in sorted(paths)}


def source_of(env: BuildEnvironment, docname: str) -> dict[str, str]:
    """Return what a page is read from: paths and their hashes, and when a notebook was run."""
    page = Path(env.doc2path(docname))
    # Sphinx notes a compiled catalog before it reads the page, and forgets it then.
    others = [name for name in sorted(env.dependencies[docname]) if not name.endswith(".mo")]
    catalog = Path("locale", env.config.language, "LC_MESSAGES", f"{docname}.po")
    paths = [page, *(Path(env.srcdir) / name for name in (*others, catalog))]
    made = {str(path): hash_of(path) for path in paths}
    if page.suffix == ".ipynb":
        outputs = get_cache(env.config.nb_execution_cache_path)
        try:
            record = outputs.match_cache_notebook(nbformat.read(page, as_version=4))
            made["run"] = record.created.isoformat()
        except KeyError:
            made["run"] = ""
    return made


def find_outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Return the pages that must be read again."""
    known = env.__dict__.setdefault("gz_sources", {})
    used = machinery(app)
    if env.__dict__.get("gz_machinery") != used or env.config_status != CONFIG_OK:
        known.clear()
        env.__dict__["gz_machinery"] = used
    outdated = {name for name in env.found_docs if known.get(name) != source_of(env, name)}
    if app.config.gz_again_pages:
        outdated &= set(app.config.gz_again_pages)
    if not outdated:  # where no page is read, Sphinx copies no style sheets either
        outdated = {*app.config.gz_again_pages[:1]} or {app.config.root_doc}
    env.__dict__["gz_read"] = sorted(outdated)
    return env.__dict__["gz_read"]


def read_these(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Let Sphinx read them and no others: it goes by dates, which a copied file may have older."""
    docnames[:] = env.__dict__["gz_read"]


def shared(env: BuildEnvironment) -> str:
    """Return a hash of what pages show of each other."""
    standard, python = env.get_domain("std"), env.get_domain("py")
    cited = env.domaindata.get("cite", {})
    parts: list[Any] = [
        sorted((name, title.astext()) for name, title in env.titles.items()),
        sorted((name, repr(data.get("myst_slugs"))) for name, data in env.metadata.items()),
        [
            repr(sorted(standard.data[key].items()))
            for key in ("labels", "anonlabels", "objects", "terms")
        ],
        repr(sorted(python.data["objects"].items())),
        sorted((work.key, work.citation_id) for work in cited.get("citations", [])),
        sorted((place.docname, sorted(place.keys)) for place in cited.get("citation_refs", [])),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def note_read(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Remember what was read; return all pages if one has changed what others show of it."""
    for name in env.__dict__["gz_read"]:
        env.__dict__["gz_sources"][name] = source_of(env, name)
    before, now = env.__dict__.get("gz_shared"), shared(env)
    env.__dict__["gz_shared"] = now
    return [] if before == now else sorted(env.found_docs)


def mend_search_index(app: Sphinx) -> list[Any]:
    """Make the index that of a cold build.

    Sphinx leaves words in it that no page has any more, and forgets the terms and names that pages
    explain which are not written again.
    """
    index = app.builder.indexer  # type: ignore[attr-defined]
    for docname, entries in app.env.get_domain("index").entries.items():  # type: ignore[attr-defined]
        explained = {
            (part, target or "", main)
            for kind, value, target, main, _key in entries
            for part in split_index_msg(kind, value)
        }
        index._index_entries.setdefault(docname, sorted(explained))
    for terms in (index._mapping, index._title_mapping):
        for term in [term for term, pages in terms.items() if not pages]:
            del terms[term]
    return []


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_config_value("gz_again_pages", [], "")
    app.connect("env-get-outdated", find_outdated)
    app.connect("env-before-read-docs", read_these, priority=900)
    app.connect("env-updated", note_read)
    app.connect("html-collect-pages", mend_search_index)
