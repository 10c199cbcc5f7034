"""Every notebook is stored clean, runs, and publishes what the pages quote."""

import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NUMBERS = "application/vnd.gzcounty.numbers+json"
QUOTED = {
    (page.name, *match)
    for page in sorted((ROOT / "book").glob("*.md"))
    for match in re.findall(r"\{num\}`([\w-]+):(\w+)", page.read_text(encoding="utf-8"))
}


@cache
def published(name: str) -> dict:
    """Run a notebook and return the numbers that it publishes."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    where = {"metadata": {"path": str(ROOT / "notebooks")}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=where).execute()
    numbers = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            numbers |= output.get("data", {}).get(NUMBERS, {})
    return numbers


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_stored_without_outputs(path):
    cells = nbformat.read(path, as_version=4).cells
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_and_publishes(path):
    assert published(path.stem)


def test_what_pages_quote_is_published():
    assert QUOTED
    assert [q for q in sorted(QUOTED) if q[2] not in published(q[1])] == []
