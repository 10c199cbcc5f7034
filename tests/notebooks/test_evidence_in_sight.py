"""A student sees the models behind a section's answer and can change them in the cell."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

import gzcounty as gz

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
EVIDENCE = [p for p in NOTEBOOKS if re.match("introduction|value|dilemma|path", p.stem)]
# Public functions that estimate, measure or resample; looking a column up is none of these.
LOOKS_UP = {"census_change", "growth", "paper_table", "penetration", "sample_name"}
MODELS = {
    name
    for name, function in ((name, getattr(gz, name)) for name in gz.__all__)
    if inspect.isfunction(function)
    and re.match(r"gzcounty\.(models|inference|measures)\b", inspect.unwrap(function).__module__)
    and name not in LOOKS_UP
}


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


def in_sight(path: Path) -> list[str]:
    """Return the code that stands open on the page and in Jupyter Lab."""
    hidden = {"hide-cell", "hide-input"}
    return [c.source for c in code_cells(path) if not hidden & set(c.metadata.get("tags", []))]


def called(code: str) -> Iterator[str]:
    """Yield the public functions of gzcounty that a cell calls."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and re.match(r"gz\.\w+$", name := ast.unparse(node.func)):
            yield name.removeprefix("gz.")


@pytest.mark.parametrize("path", EVIDENCE, ids=lambda path: path.stem)
def test_at_least_four_cells_show_a_model(path):
    assert sum(any(name in MODELS for name in called(code)) for code in in_sight(path)) >= 4


@pytest.mark.parametrize("path", EVIDENCE, ids=lambda path: path.stem)
def test_what_is_in_sight_is_compared_with_the_ledger(path):
    code = "\n".join(in_sight(path))
    assert "gzbook.examine(" in code
    assert re.search(r"^ *(assert (is_judged|np\.allclose)|pd\.testing\.assert_)", code, re.M)


@pytest.mark.parametrize("path", EVIDENCE, ids=lambda path: path.stem)
def test_a_section_is_read_in_about_25_cells(path):
    assert len(code_cells(path)) <= 26


# The chart of timings is made with what the reference offers for charts of one's own.
@pytest.mark.parametrize(
    "path", [p for p in NOTEBOOKS if p.stem != "scaling"], ids=lambda path: path.stem
)
def test_no_inner_module_is_imported(path):
    for cell in code_cells(path):
        imported = re.findall(r"^\s*(?:from|import) (?:gzcounty|gzbook)\..*", cell.source, re.M)
        assert imported == []
