"""A student's start: the size of the environment, and seconds until a notebook has run in Lab.

``python -m benchmarks.startup`` measures and keeps ``benchmarks/measured/startup.csv``, which the
page on labs quotes; ``python -m benchmarks startup`` only prints it. Goals: Jupyter Lab within
15 s, a lab that answers within 30 s, and for Binder no library that no notebook needs.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

import nbformat
import pandas as pd

from benchmarks.environment import BINDER, every_extra, sizes
from benchmarks.measure import machine, table

ROOT = Path(__file__).resolve().parent.parent
MEASURED = Path(__file__).parent / "measured" / "startup.csv"
NOTEBOOKS = ("lab-regression", "lab-weights", "lab-staggered", "lab-hubs", "dilemma-people")
LARGEST = 10
LAB, ANSWER = 15.0, 30.0
"""The goals in seconds."""


def weight() -> pd.DataFrame:
    """Return the size of both environments in MB, and how many libraries each has."""
    rows = []
    for name, extras in (("all", every_extra()), ("binder", BINDER)):
        mb = sizes(extras).values()
        rows.append((f"environment_{name}", "MB", sum(mb), len(mb), "libraries"))
    return pd.DataFrame(rows, columns=["name", "unit", "value", "of", "what"])


def starts() -> pd.DataFrame:
    """Return how long a new Jupyter Lab takes to answer, to show a notebook, and to run it."""
    sys.path.insert(0, str(ROOT / "tools"))
    import browser
    import lab

    rows = []
    with tempfile.TemporaryDirectory() as folder, browser.opened() as chromium:
        served = Path(folder)
        shutil.copytree(
            ROOT / "notebooks", served / "notebooks", ignore=shutil.ignore_patterns(".*")
        )
        start = time.perf_counter()
        with lab.serving(served) as address:
            rows.append(("server", time.perf_counter() - start, 1))
            for name in NOTEBOOKS:
                notebook = nbformat.read(served / "notebooks" / f"{name}.ipynb", as_version=4)
                cells = sum(cell.cell_type == "code" for cell in notebook.cells)
                page = chromium.new_page(viewport={"width": 1280, "height": 6000})
                start = time.perf_counter()
                lab.open_notebook(page, address, name)
                opened = time.perf_counter()
                lab.run_all(page)
                ran = time.perf_counter()
                rows += [
                    (f"{name}: open", opened - start, 1),
                    (f"{name}: run", ran - opened, cells),
                ]
                page.close()
    measures = pd.DataFrame(rows, columns=["name", "value", "of"])
    what = measures.name.map(lambda name: "code cells" if name.endswith("run") else "start")
    return measures.assign(unit="s", what=what)


def measure() -> pd.DataFrame:
    """Weigh both environments and time every start."""
    measures = pd.concat([weight(), starts()], ignore_index=True)
    return measures[["name", "value", "unit", "of", "what"]]


def save(path: Path = MEASURED) -> pd.DataFrame:
    """Measure and keep it, with the machine, the day and the versions of what started."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("jupyterlab", "ipykernel"))
    measures = measure()
    kept = measures.assign(
        value=measures.value.round(2),
        machine=machine(),
        date=date.today().isoformat(),
        versions=versions,
    )
    kept.to_csv(path, index=False, lineterminator="\n")
    return measures


def measured(path: Path = MEASURED) -> pd.DataFrame:
    """Read the table that `save` kept."""
    return pd.read_csv(path)


def show(measures: pd.DataFrame) -> None:
    """Print the table, and the largest libraries of both environments."""
    rows = list(measures.itertuples(index=False))
    table("Jupyter Lab, empty browser, one after the other", list(measures), rows)
    for title, extras in (("all extras", every_extra()), ("Binder", BINDER)):
        largest = [(name, f"{mb:.0f}") for name, mb in list(sizes(extras).items())[:LARGEST]]
        table(f"The largest libraries of {title}", ("library", "MB"), largest)


def run() -> None:
    """Measure and print."""
    show(measure())


if __name__ == "__main__":
    show(save())
