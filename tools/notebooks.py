"""Run the notebooks whose outputs are not kept, then make the pages: what build.py calls.

A notebook runs once for each language, in one kernel: what the package has computed and keeps is
said in the next language without being computed again; several run at a time. Jupyter Book then
finds all outputs in the cache of an edition's language.

Outputs are kept by a notebook's cells, and with them what the kernel and the processes it started
have read of the checkout: modules, tables, variables of the environment (``recorder/``). They are
good as long as all that is the same; a notebook runs again if it has read what has changed.

The edition of the first language lies in the site's folder, others in folders of that one, named by
their language. They are made side by side, by Jupyter Book's way into Sphinx with our paths.

The Chinese edition is the same book, said by the catalogs in ``locale/``: its addresses and anchors
are those of the English. It has no reference of its own, which is English (book/_ext/gz_edition.py
leads there).
"""

from __future__ import annotations

import copy
import gc
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any, NamedTuple

# ruff: noqa: E402  (jsonschema, which nbformat loads, can do without a library that takes seconds)
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]

# What Sphinx loads and reads stays to the end: looking for garbage in it is a seventh of the work.
gc.set_threshold(20_000, 50, 100)

import nbformat
import yaml
from build import A_NOTEBOOK, EDITIONS, LANGUAGES, ROOT, files, hash_of, in_reference
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from jupyter_cache.cache.db import NbCacheRecord
from jupyter_cache.executors.utils import single_nb_execution
from nbformat.v4 import new_code_cell
from sphinx_external_toc.parsing import parse_toc_yaml

from gzcounty.language import _, add_catalog

# Tells what shows otherwise on a page than in Jupyter (gzbook.labs).
SITE = "GZCOUNTY_SITE"
RECORDER = ROOT / "tools" / "recorder"
# What the outputs of every notebook depend on, besides what it has read.
ALWAYS = ("Python", "requirements.txt", "tools/recorder/sitecustomize.py")
TOC = ROOT / "_toc.yml"

# Between two languages: no name is left, as in a new kernel.
NEXT = """%reset -f
import os
os.environ["GZCOUNTY_LANGUAGE"] = {language!r}
del os"""


class Ran(NamedTuple):
    """A notebook after its run."""

    outputs: dict[str, nbformat.NotebookNode]  # by language
    seconds: float
    error: str
    read: list[str]  # paths below ROOT, and $NAMES of variables


def run(path: Path, timeout: int) -> Ran:
    """Run a notebook in its folder, in each language."""
    notebook = nbformat.read(path, as_version=4)
    cells, together = notebook.cells, copy.deepcopy(notebook)
    together.cells = []
    for language in EDITIONS:
        together.cells += [new_code_cell(NEXT.format(language=language)), *copy.deepcopy(cells)]
    before = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    path_of_python = [str(RECORDER), *(part for part in before if part not in ("", str(RECORDER)))]
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "read"
        os.environ |= {
            "RECORD_ROOT": str(ROOT),
            "RECORD_TO": str(record),
            SITE: "1",
            "PYTHONPATH": os.pathsep.join(path_of_python),
        }
        result = single_nb_execution(
            together, cwd=str(path.parent), timeout=timeout, allow_errors=False
        )
        lines = record.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    error = f"{result.err}" if result.err else ""
    outputs = {}
    for place, language in enumerate(EDITIONS):
        start = place * (len(cells) + 1) + 1
        part = together.cells[start : start + len(cells)]
        outputs[language] = nbformat.from_dict({**together, "cells": part})
    return Ran(outputs, result.time, error, names(lines))


def names(lines: Iterable[str]) -> list[str]:
    """Return what a record names: compiled modules by their source, and nothing hidden or built."""
    found = set()
    for line in lines:
        if line.startswith("$"):
            found.add(line)
            continue
        if line.endswith(".pyc"):
            line = importlib.util.source_from_cache(line)
        path = Path(line).relative_to(ROOT)
        if not path.parts[0].startswith((".", "_build")):
            found.add(path.as_posix())
    return sorted(found)


def state(name: str, known: Mapping[str, str]) -> str:
    """Return the hash of a file by `build.files`, or anew, or a variable's value; else ''."""
    if name.startswith("$"):
        return os.environ.get(name[1:], "")
    return known[name] if name in known else hash_of(ROOT / name)


def kept(
    cache: JupyterCacheAbstract, notebook: nbformat.NotebookNode, known: Mapping[str, str]
) -> NbCacheRecord | None:
    """Return the record of a notebook's outputs, if they are there and good."""
    try:
        record = cache.match_cache_notebook(notebook)
    except KeyError:
        return None
    read = record.data.get("read", {})
    good = read and all(state(name, known) == value for name, value in read.items())
    return record if good else None


def keep(
    caches: Mapping[str, JupyterCacheAbstract], path: Path, ran: Ran, known: Mapping[str, str]
) -> None:
    """Put a notebook's outputs into the caches, in the place of older ones."""
    name = path.relative_to(ROOT).as_posix()
    read = {each: state(each, known) for each in (*ALWAYS, *ran.read)}
    data = {"execution_seconds": ran.seconds, "read": read}
    for language, cache in caches.items():
        for old in cache.list_cache_records():
            if old.uri == name:
                cache.remove_cache(old.pk)
        bundle = CacheBundleIn(ran.outputs[language], name, data=data)
        cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def outputs(folder: str | Path, language: str) -> JupyterCacheAbstract:
    """Return the cache of the outputs in one language."""
    return get_cache(Path(folder) / language)


def run_missing(folder: str, *chosen: str) -> bool:
    """Fill the caches with the outputs of the book's notebooks; return whether one fails."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    caches = {language: outputs(folder, language) for language in EDITIONS}
    known = files()
    listed = chosen or list(parse_toc_yaml(str(TOC)))
    paths = [path for name in listed if (path := ROOT / f"{name}.ipynb").is_file()]
    sources = {path: nbformat.read(path, as_version=4) for path in paths}
    missing = [
        path
        for path in paths
        if any(kept(cache, sources[path], known) is None for cache in caches.values())
    ]
    if not missing:
        return False
    records = next(iter(caches.values())).list_cache_records()
    seconds = {record.uri: record.data.get("execution_seconds", 0) for record in records}
    called = {path: path.relative_to(ROOT).as_posix() for path in missing}
    missing.sort(key=lambda path: -seconds.get(called[path], float("inf")))  # the longest first
    several = f"{len(missing)} notebooks" if len(missing) > 1 else "1 notebook"
    print(f"Running {several}", flush=True)
    if len(missing) > 1:  # there is a process for each processor already
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    started, failed = time.monotonic(), False
    with ProcessPoolExecutor(min(len(missing), os.cpu_count() or 1)) as pool:
        jobs = {pool.submit(run, path, config["execute"]["timeout"]): path for path in missing}
        for number, job in enumerate(as_completed(jobs), start=1):
            path, ran = jobs[job], job.result()
            end = f"{ran.seconds:.0f} s" + (", failed" if ran.error else "")
            print(f"{number} of {len(missing)} {path.stem} ({end})", flush=True)
            if ran.error:
                failed = True
                print(f"{called[path]} fails:\n{ran.error}", flush=True)
            else:
                keep(caches, path, ran, known)
    print(f"Ran {several} in {time.monotonic() - started:.0f} s", flush=True)
    return failed


def make(out: str, cache: str, *pages: str) -> int:
    """Make all of it, or some pages; return 0, or A_NOTEBOOK, or another number for a fault."""
    if run_missing(cache, *pages):
        return A_NOTEBOOK
    first, *others = EDITIONS
    run = [sys.executable, __file__, out, cache]
    started = [subprocess.Popen([*run, language, *pages]) for language in others]
    codes = [edition(out, cache, first, *pages), *(process.wait() for process in started)]
    # MyST-NB leaves the notebooks that it has read beside the pages, of a translated edition in the
    # site. They go when no edition looks through its folder any more.
    for folder in (Path(out).parent, Path(out)):
        shutil.rmtree(folder / "jupyter_execute", ignore_errors=True)
    return next((code for code in codes if code), 0)


def edition(out: str, cache: str, language: str, *pages: str) -> int:
    """Make the pages of one edition, or some of them."""
    os.environ["GZCOUNTY_LANGUAGE"] = language
    overrides: dict[str, Any] = {
        "external_toc_path": str(TOC),
        "nb_execution_cache_path": str(Path(cache) / language),
        "latex_individualpages": False,
    }
    made = Path(out)
    doctrees = made.with_name("doctrees")
    if language != EDITIONS[0]:
        wanted = tuple(name for name in pages if not in_reference(name))
        if pages and not wanted:
            return 0
        pages, made, doctrees = wanted, made / language, doctrees / language
        overrides |= translated(Path(cache).with_name(f"edition-{language}"), language)
    from jupyter_book.sphinx import build_sphinx

    code = build_sphinx(
        str(ROOT), str(made), noconfig=True, path_config=str(ROOT / "_config.yml"),
        confoverrides={**overrides, "gz_again_pages": list(pages)},
        quiet=True, warningiserror=True, keep_going=True, doctreedir=str(doctrees),
    )  # fmt: skip
    return code if isinstance(code, int) else 2


def translated(folder: Path, language: str) -> dict[str, Any]:
    """Prepare what a translated edition is made from, and return what Sphinx is told of it.

    The catalogs are copied, for Sphinx puts what it compiles beside them. The table of contents
    names no page of the reference, and its titles are in the language.
    """
    code = LANGUAGES[language]
    add_catalog(ROOT / "book" / "locale" / f"{code}.po")
    shutil.copytree(ROOT / "locale", folder / "locale", dirs_exist_ok=True)
    contents = yaml.safe_load(TOC.read_text(encoding="utf-8"))
    toc = folder / "_toc.yml"
    toc.write_text(yaml.safe_dump(said(contents)), encoding="utf-8")
    return {
        "language": code,
        "locale_dirs": [str(folder / "locale")],
        "gettext_compact": False,
        "external_toc_path": str(toc),
    }


def said(entry: Any) -> Any:  # noqa: ANN401
    """Return a table of contents, or a part of it, in the language of the edition."""
    if isinstance(entry, list):
        return [said(p) for p in entry if not in_reference(p.get("file", p.get("glob", "")))]
    if isinstance(entry, dict):
        words = ("title", "caption")
        return {key: _(part) if key in words else said(part) for key, part in entry.items()}
    return entry


if __name__ == "__main__":
    sys.exit(edition(*sys.argv[1:]))
