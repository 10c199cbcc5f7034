"""notebooks/programme: its numbers, and the very same notebook on a filled roster."""

import json
import re
import shutil
import warnings
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbclient import NotebookClient

import gzbook
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


def test_what_incomes_rule_out_after_entry_by_hand_and_by_diff_diff(execute):
    import diff_diff

    entries = gzbook.load_roster().in_use().entries()
    long = store.read_table("panel").query("variable == 'rural_income' and year >= 2014")
    income = long.pivot(index="adcode", columns="year", values="value").dropna()
    first, logs = entries[income.index], np.log(income)

    def gap(event):
        """Mean difference to counties not yet entered, from the last year before entry."""
        gaps = []
        for g in sorted(first[first > 2014].unique()):
            if g + event in logs:
                change = logs[g + event] - logs[g - 1]
                others = (first == 0) | (first > max(g + event, g - 1))
                gaps += list(change[first == g] - change[others & (first != g)].mean())
        return np.mean(gaps)

    rows = logs.reset_index().melt("adcode", var_name="year", value_name="y")
    rows["first"] = rows.adcode.map(first)
    rows["unit"] = rows.adcode.astype("category").cat.codes.astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = diff_diff.CallawaySantAnna(
            control_group="not_yet_treated", base_period="universal", cluster="unit"
        ).fit(rows, "y", "unit", "year", "first")
        path = theirs.aggregate("event_study").to_dataframe().set_index("event_time")
    estimate, error = path["att"][0], path["se"][0]
    assert estimate == pytest.approx(gap(0), rel=1e-8)
    level = income[2023].mean()
    plain = [estimate + z * error for z in (-1.959964, 1.959964)]
    beyond = max(abs(estimate + z * error) for z in (-1.644854, 1.644854))
    leads = [gap(event) for event in range(-5, 0)]
    largest = np.abs(np.diff(leads)).max()
    parted = [estimate + sign * (largest + 1.959964 * error) for sign in (-1, 1)]
    breakdown = max(0.0, (abs(estimate) - 1.959964 * error) / largest)
    yuan = level * np.expm1([estimate, *plain, beyond, *parted])
    said = execute("programme").published["honest"]
    found = [float(x.replace(",", "")) for x in re.findall(r"[-+]?\d[\d,]*(?:\.\d+)?", said)]
    # Difference, its interval, year and level, what is ruled out; M = 1, its interval; breakdown.
    assert found[:6] == pytest.approx([*yuan[:3], 2023, level, yuan[3]], abs=0.6)
    assert found[6:9] == pytest.approx([1, *yuan[4:]], abs=1)  # found on a grid
    assert found[9] == pytest.approx(breakdown, abs=0.006)
