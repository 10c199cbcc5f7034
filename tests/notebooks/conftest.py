"""Each notebook is executed once a session, in a folder far from the repository."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from filelock import FileLock
from nbclient import NotebookClient

from gzbook.publishing import MIMETYPE

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


@dataclass(frozen=True)
class Executed:
    """A notebook after its cells ran: the cells, and the numbers it published."""

    cells: list[Any]
    published: dict[str, int | float | str]


@pytest.fixture(scope="session")
def execute(tmp_path_factory) -> Callable[[str], Executed]:
    """Return a function from a notebook's name to its executed form."""
    done: dict[str, Executed] = {}
    kept = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        kept = kept.parent  # of all processes of this session

    def run(name: str) -> Executed:
        if name not in done:
            file = kept / f"executed-{name}.ipynb"
            with FileLock(file.with_suffix(".lock")):
                if not file.exists():
                    nbformat.write(executed(name), file)
            notebook = nbformat.read(file, as_version=4)
            numbers: dict[str, int | float | str] = {}
            for cell in notebook.cells:
                for output in cell.get("outputs", []):
                    numbers |= output.get("data", {}).get(MIMETYPE, {})
            done[name] = Executed(notebook.cells, numbers)
        return done[name]

    def executed(name: str) -> nbformat.NotebookNode:
        notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
        where = {"metadata": {"path": str(tmp_path_factory.mktemp(name))}}
        NotebookClient(notebook, timeout=300, kernel_name="python3", resources=where).execute()
        return notebook

    return run
