"""What holds for every notebook: stored clean, small, and running anywhere."""

import json
import re
import shutil
import subprocess
from importlib.metadata import distributions
from pathlib import Path

import nbformat
import pytest
import yaml
from conftest import run_elsewhere
from folds import COLLAPSED, HEADING, fold, main
from raw_myst import RAW

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


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_text_is_markdown_that_every_reader_of_notebooks_shows(path):
    cells = nbformat.read(path, as_version=4).cells

    raw = [m[0] for c in cells if c.cell_type == "markdown" for m in RAW.finditer(c.source)]
    assert raw == [], "write it as Markdown without MyST: a link, a heading, a sentence"


@pytest.mark.parametrize(
    "text",
    [
        "a {term}`panel`",
        "(claim-2-3-b)=",
        "```{note}",
        "::: tip",
        "% no",
        "[1-c](#claim-1-c)",
        "[](value.ipynb)",
        "[1]{.gz-zh}",
        "so {{ it }} is",
        "true[^1]",
    ],
)
def test_raw_myst_is_seen(text):
    assert RAW.search(f"A line.\n{text}\nAnother line.")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_links_lead_to_files(path):
    cells = nbformat.read(path, as_version=4).cells
    text = "\n".join(c.source for c in cells if c.cell_type == "markdown")
    for target in re.findall(r"\]\((?!https?:)([^)#\s]+)", text):
        assert (path.parent / target).is_file(), target


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_what_folds_on_the_website_folds_in_jupyter(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert fold(cells) == cells, f"run: python tools/folds.py notebooks/{path.name}"


def test_folding_follows_the_tags(tmp_path):
    def cell(id, kind="code", **metadata):
        return {"cell_type": kind, "id": id, "metadata": metadata, "source": [f"{id}\n"]}

    cells = [
        cell("open", jupyter={"source_hidden": True}),
        cell("figure", tags=["gz-figure-a", "hide-input"]),
        cell("said", tags=["hide-output"]),
        cell("question", "markdown"),
        cell("solution", tags=["hide-cell"]),
    ]
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": cells, "nbformat": 4}), encoding="utf-8")
    assert main([str(path)]) == 1
    assert main([str(path)]) == 0
    _, figure, said, question, heading, solution = after = json.loads(path.read_text())["cells"]
    assert after[0]["metadata"] == question["metadata"] == {}
    assert figure["metadata"]["jupyter"] == {"source_hidden": True}
    assert said["metadata"]["jupyter"] == {"outputs_hidden": True}
    assert solution["metadata"]["jupyter"] == {"source_hidden": True, "outputs_hidden": True}
    # Lab opens an output as soon as its cell runs; what is under a collapsed heading stays closed.
    assert heading["source"] == [HEADING]
    assert heading["metadata"] == {COLLAPSED: True, "tags": ["remove-cell"]}


def test_stripping_outputs_leaves_folds_alone(tmp_path):
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (hook,) = [h for h in config["repos"][0]["hooks"] if h["id"] == "nbstripout"]
    command, *options = hook["entry"].split()
    path = shutil.copy(ROOT / "notebooks" / "own-data.ipynb", tmp_path)
    before = nbformat.read(path, as_version=4).cells
    subprocess.run([ROOT / command, *options, path], check=True)
    assert [c.metadata for c in nbformat.read(path, as_version=4).cells] == [
        c.metadata for c in before
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_a_collapsed_solution_ends_before_the_next_exercise(path):
    cells = nbformat.read(path, as_version=4).cells
    for at in [i for i, cell in enumerate(cells) if cell.source == HEADING]:
        after = next(c.source for c in cells[at + 1 :] if c.cell_type == "markdown")
        assert re.match("#{2,4} ", after), after


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


@pytest.mark.site
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
