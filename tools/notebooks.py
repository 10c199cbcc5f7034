"""Run the notebooks that the cache does not have yet, several at a time.

``python tools/notebooks.py CACHE TOC``. Jupyter Book runs notebooks one after the other; here
jupyter-cache runs as many together as there are processors, and Jupyter Book then finds all outputs
in its cache. A notebook that fails is left to Jupyter Book, which runs it again and says what is
wrong.
"""

from __future__ import annotations

import multiprocessing
import sys
from pathlib import Path

import yaml
from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).resolve().parent.parent


def main(folder: str, toc: str) -> None:
    """Fill the cache with the outputs of the notebooks of a table of contents."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    cache = get_cache(folder)
    paths = [str(ROOT / f"{name}.ipynb") for name in parse_toc_yaml(toc)]
    paths = [path for path in paths if Path(path).is_file()]
    for path in paths:
        cache.add_nb_to_project(path)
    missing = cache.list_unexecuted(filter_uris=paths)
    if len(missing) < 2:
        return  # nothing to run together
    print(f"Running {len(missing)} notebooks", flush=True)
    # Jupyter Book says what is wrong with a notebook; once is enough.
    multiprocessing.get_logger().setLevel("CRITICAL")
    result = load_executor("local-parallel", cache).run_and_cache(
        filter_uris=paths, timeout=config["execute"]["timeout"]
    )
    for path in result.excepted + result.errored:
        print(f"{Path(path).relative_to(ROOT)} failed and is run again", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
