"""Each notebook as the build has executed it, else executed once a session.

The build keeps the outputs of every notebook by what it has read. Where there are none the notebook
is executed here, in a folder far from the repository.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import build
import nbformat
import pytest
from filelock import FileLock
from nbclient import NotebookClient

import notebooks
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
        return _from_the_build(notebook) or run_elsewhere(notebook, tmp_path_factory.mktemp(name))

    return run


def _from_the_build(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode | None:
    """Return the outputs that a build has kept, if what the notebook read is as it was."""
    if not build.OUTPUTS.is_dir():
        return None
    outputs = notebooks.outputs(build.OUTPUTS, "en")
    if notebooks.kept(outputs, notebook, _checkout()) is None:
        return None
    return outputs.merge_match_into_notebook(notebook)[1]


@cache
def _checkout() -> dict[str, str]:
    """Return the hashes of all files, which no test changes."""
    return build.files()


def run_elsewhere(notebook: nbformat.NotebookNode, folder: Path) -> nbformat.NotebookNode:
    """Execute a notebook in a folder."""
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=where).execute()
    return notebook
