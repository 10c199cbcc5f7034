"""What holds for every notebook: stored clean, small, and running anywhere."""

import re
from importlib.metadata import distributions
from pathlib import Path

import nbformat
import pytest
from conftest import run_elsewhere

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]
# These two are looked things up in, not read from end to end.
CHAPTERS = [p for p in NOTEBOOKS if p.stem not in ("data-dictionary", "checked-against")]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_stored_without_outputs_and_with_valid_form(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_reads_no_file_by_path(path):
    notebook = nbformat.read(path, as_version=4)
    code = "\n".join(c.source for c in notebook.cells if c.cell_type == "code")
    assert not re.search(r"read_csv|open\(|\.\./|data/", code)


@pytest.mark.parametrize("path", CHAPTERS, ids=[p.stem for p in CHAPTERS])
def test_opens_and_closes_as_a_lesson(path):
    notebook = nbformat.read(path, as_version=4)
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    for heading in ("What you will learn", "What you need", "Exercises", "Where to go next"):
        assert heading in text, heading
    code = [c for c in notebook.cells if c.cell_type == "code"]
    solutions = [c for c in code if "hide-cell" in c.metadata.get("tags", [])]
    assert len(solutions) >= 3
    assert all("assert " in c.source for c in solutions)
    assert max(len(c.source.splitlines()) for c in code) <= 40


@pytest.mark.parametrize("name", NAMES)
def test_runs_without_an_error_or_a_warning(execute, name):
    cells = execute(name).cells
    errors = [o for c in cells for o in c.get("outputs", []) if o.output_type == "error"]
    warned = [
        o for c in cells for o in c.get("outputs", []) if o.get("name") == "stderr" and o.text
    ]
    assert errors == []
    assert warned == []


def test_runs_from_any_working_directory(tmp_path):
    notebook = nbformat.read(ROOT / "notebooks" / "dilemma-people.ipynb", as_version=4)
    run_elsewhere(notebook, tmp_path)
    assert not list(tmp_path.iterdir())


def test_this_environment_is_made_of_requirements_txt_alone():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = {}
    for line in lines:
        if found := re.match(r"([A-Za-z0-9._-]+)==([^ ;]+)", line):
            pins.setdefault(canonical(found[1]), set()).add(found[2])
    # The environment's own tools, and this package, come from elsewhere.
    own = {"gzcounty", "pip", "setuptools", "uv", "wheel"}
    for found in distributions():
        name = canonical(found.metadata["Name"])
        if name not in own:
            assert found.version in pins.get(name, set()), f"{name} {found.version} is not pinned"
