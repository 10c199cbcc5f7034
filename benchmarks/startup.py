"""A student's start: the size of the environment, and seconds until a notebook has run in Lab.

Goals: Jupyter Lab within 15 s, a lab that answers within 30 s. The size has no goal of its own:
the environment is that of the website and of all tests as well.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from importlib.metadata import Distribution, distributions
from pathlib import Path

import nbformat

from benchmarks.measure import table

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ("lab-regression", "lab-hubs", "dilemma-people")
LARGEST = 10
MB = 1e6


def megabytes(distribution: Distribution) -> float:
    """Return what the files of an installed distribution take, in MB."""
    files = (Path(str(distribution.locate_file(file))) for file in distribution.files or ())
    return sum(path.stat().st_size for path in files if path.is_file()) / MB


def sizes() -> dict[str, float]:
    """Return the size of every installed distribution in MB, the largest first."""
    found = {d.metadata["Name"]: megabytes(d) for d in distributions()}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def size() -> None:
    """Print the size of the environment and of its largest parts."""
    found = sizes()
    rows: list[tuple[str, object]] = [("all of them", f"{sum(found.values()):.0f}")]
    rows += [(name, f"{found[name]:.0f}") for name in list(found)[:LARGEST]]
    table(f"The environment: {len(found)} packages, MB", ("package", "MB"), rows)


def starts() -> None:
    """Print how long a new Jupyter Lab takes to answer, to show a notebook, and to run it."""
    sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests")]
    import lab
    from chromium import chromium

    rows = []
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        served = Path(folder) / "notebooks"
        shutil.copytree(ROOT / "notebooks", served, ignore=shutil.ignore_patterns(".*"))
        start = time.perf_counter()
        with lab.serving(served) as address:
            rows.append(("the server answers", time.perf_counter() - start, ""))
            for name in NOTEBOOKS:
                notebook = nbformat.read(served / f"{name}.ipynb", as_version=4)
                cells = sum(cell.cell_type == "code" for cell in notebook.cells)
                page = browser.new_page(viewport={"width": 1280, "height": 6000})
                start = time.perf_counter()
                lab.open_notebook(page, address, name)
                opened = time.perf_counter()
                lab.run_all(page, cells)
                ran = time.perf_counter()
                rows.append((f"{name}: open, kernel ready", opened - start, ""))
                rows.append((f"{name}: all cells run", ran - opened, cells))
                page.close()
    head = ("step", "seconds", "code cells")
    table("Jupyter Lab, empty browser, one after the other", head, rows)


def run() -> None:
    """Print the tables."""
    size()
    starts()
