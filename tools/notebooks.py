"""Run the notebooks whose outputs are not kept, several at a time: ``python tools/notebooks.py``.

``CACHE TOC [NAME ...]`` are its arguments: the folder of the outputs, the table of contents, and
the notebooks if not all of it. Jupyter Book then finds all outputs in the cache of an edition's
language, a folder in that one.

A notebook runs once for each language, in one kernel: what the package has computed and keeps is
said in the next language without being computed again.

Outputs are kept by a notebook's cells, and with them what the kernel and the processes it started
have read of the checkout: modules, tables, variables of the environment (``recorder/``). They are
good as long as all that is the same; a notebook runs again if it has read what has changed.
"""

from __future__ import annotations

import copy
import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

import nbformat
import yaml
from build import EDITIONS, ROOT, files, hash_of
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from jupyter_cache.cache.db import NbCacheRecord
from jupyter_cache.executors.utils import single_nb_execution
from nbformat.v4 import new_code_cell
from sphinx_external_toc.parsing import parse_toc_yaml

# Tells what shows otherwise on a page than in Jupyter (gzbook.labs.page).
SITE = "GZCOUNTY_SITE"
RECORDER = ROOT / "tools" / "recorder"
# What the outputs of every notebook depend on, besides what it has read.
ALWAYS = ("Python", "requirements.txt", "tools/recorder/sitecustomize.py")


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


def main(folder: str, toc: str, *chosen: str) -> int:
    """Fill the caches with the outputs of a book's notebooks; return 1 if one fails."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    caches = {language: outputs(folder, language) for language in EDITIONS}
    known = files()
    listed = chosen or list(parse_toc_yaml(toc))
    paths = [path for name in listed if (path := ROOT / f"{name}.ipynb").is_file()]
    sources = {path: nbformat.read(path, as_version=4) for path in paths}
    missing = [
        path
        for path in paths
        if any(kept(cache, sources[path], known) is None for cache in caches.values())
    ]
    if not missing:
        return 0
    records = next(iter(caches.values())).list_cache_records()
    seconds = {record.uri: record.data.get("execution_seconds", 0) for record in records}
    called = {path: path.relative_to(ROOT).as_posix() for path in missing}
    missing.sort(key=lambda path: -seconds.get(called[path], float("inf")))  # the longest first
    several = f"{len(missing)} notebooks" if len(missing) > 1 else "1 notebook"
    print(f"Running {several}", flush=True)
    if len(missing) > 1:  # there is a process for each processor already
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    started, failed = time.monotonic(), 0
    with ProcessPoolExecutor(min(len(missing), os.cpu_count() or 1)) as pool:
        jobs = {pool.submit(run, path, config["execute"]["timeout"]): path for path in missing}
        for number, job in enumerate(as_completed(jobs), start=1):
            path, ran = jobs[job], job.result()
            end = f"{ran.seconds:.0f} s" + (", failed" if ran.error else "")
            print(f"{number} of {len(missing)} {path.stem} ({end})", flush=True)
            if ran.error:
                failed += 1
                print(f"{called[path]} fails:\n{ran.error}", flush=True)
            else:
                keep(caches, path, ran, known)
    print(f"Ran {several} in {time.monotonic() - started:.0f} s", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
