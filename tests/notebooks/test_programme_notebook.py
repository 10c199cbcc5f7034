"""notebooks/programme: its numbers, and the very same notebook on a filled roster."""

import json
import re
import shutil
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbclient import NotebookClient

from gzbook.publishing import MIMETYPE
from gzcounty.data import store

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "book" / "programme.md"


def outputs(cells):
    return [output for cell in cells for output in cell.get("outputs", [])]


def test_the_published_words_are_those_of_the_roster(execute):
    said = execute("programme").published
    typed = pd.read_csv(store.folder() / "programme_roster.csv", dtype=str).entry_year.notna()
    for key in ("finding_lights", "finding_rural_income", "honest"):
        assert said[key].startswith("SIMULATED: ") != typed.all()
    assert ("SIMULATED" in said["standing"]) != typed.all()
    facts = store.read_table("programme")
    chosen = facts[facts.variable == "ecom_demo_counties_selected"]
    assert said["n_national"] == chosen.value.sum()
    named = facts[facts.variable == "ecom_demo_county_batch"]
    assert (said["n_named"], said["n_batches"]) == (named.adcode.nunique(), len(named))


def test_the_page_quotes_numbers_and_figures_that_exist(execute):
    page, done = PAGE.read_text(encoding="utf-8"), execute("programme")
    quoted = re.findall(r"\{num\}`programme:(\w+)", page)
    assert len(quoted) > 10
    assert set(quoted) <= set(done.published)
    tags = {tag for cell in done.cells for tag in cell.metadata.get("tags", [])}
    figures = re.findall(r"\{gz-figure\} programme:([\w-]+)", page)
    assert len(figures) == 6
    assert {f"gz-figure-{name}" for name in figures} <= tags


@pytest.mark.slow
@pytest.mark.site
def test_the_very_same_notebook_runs_on_real_years(tmp_path):
    data = tmp_path / "data"
    shutil.copytree(store.folder(), data)
    frame = pd.read_csv(data / "programme_roster.csv", dtype=str, keep_default_na=False)
    years = np.random.default_rng(9).choice(["2015", "2016", "2018", "2019", "never"], len(frame))
    frame.assign(entry_year=years, source="a test").to_csv(
        data / "programme_roster.csv", index=False
    )
    notebook = nbformat.read(ROOT / "notebooks" / "programme.ipynb", as_version=4)
    first = f"""from pathlib import Path
from gzcounty.data import store
store.folder = lambda: Path({str(data)!r})"""
    notebook.cells.insert(0, nbformat.v4.new_code_cell(first))
    where = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=where).execute()
    said = {}
    for output in outputs(notebook.cells):
        said |= output.get("data", {}).get(MIMETYPE, {})
    assert said["status"].startswith("Complete: ")
    assert "SIMULATED" not in json.dumps(outputs(notebook.cells), default=str)
