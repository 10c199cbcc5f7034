"""Run the notebooks that the cache does not have yet, several at a time.

``python tools/notebooks.py CACHE TOC``. Jupyter Book runs notebooks one after the other; here as
many run together as there are processors, and Jupyter Book then finds all outputs in its cache. A
notebook that fails is left to Jupyter Book, which runs it again and says what is wrong.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import yaml
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution

ROOT = Path(__file__).resolve().parent.parent


def listed(toc: Path) -> list[Path]:
    """Return the notebooks of a table of contents, in its order."""
    found: list[Path] = []

    def walk(entry: Any) -> None:  # noqa: ANN401
        if isinstance(entry, dict):
            path = ROOT / f"{entry.get('file', '')}.ipynb"
            if path.is_file():
                found.append(path)
            entry = list(entry.values())
        if isinstance(entry, list):
            for value in entry:
                walk(value)

    walk(yaml.safe_load(toc.read_text(encoding="utf-8")))
    return found


def execute(path: Path, timeout: int) -> tuple[Path, nbformat.NotebookNode, Any]:
    """Run one notebook in its folder, as Jupyter Book would."""
    notebook = nbformat.read(path, as_version=4)
    result = single_nb_execution(
        notebook, cwd=str(path.parent), timeout=timeout, allow_errors=False, meta_override=True
    )
    return path, notebook, result


def main(folder: str, toc: str) -> None:
    """Fill the cache."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    timeout = config["execute"]["timeout"]
    cache = get_cache(folder)
    missing = []
    for path in listed(Path(toc)):
        try:
            cache.match_cache_notebook(nbformat.read(path, as_version=4))
        except KeyError:
            missing.append(path)
    if len(missing) < 2:
        return  # nothing to run together
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for path, notebook, result in pool.map(execute, missing, [timeout] * len(missing)):
            name = path.relative_to(ROOT)
            if result.err is not None:
                print(f"{name}: {type(result.err).__name__}, to be run again", flush=True)
                continue
            record = cache.add_nb_to_project(str(path))
            bundle = CacheBundleIn(notebook, record.uri, data={"execution_seconds": result.time})
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
            print(f"{name}: run in {result.time:.0f} s", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
