"""What contributors are told and what runs before a commit."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import yaml

from gzcounty.data import store

ROOT = Path(__file__).resolve().parents[3]


def hooks():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    return config["repos"][0]["hooks"]


def test_hooks_are_those_of_this_environment_and_fetch_nothing():
    assert {hook["id"] for hook in hooks()} == {"ruff-check", "ruff-format", "nbstripout", "folds"}
    for hook in hooks():
        assert hook["language"] == "system"
        assert hook["entry"].startswith(".venv/bin/")


def test_pre_commit_accepts_the_configuration():
    command = [sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_floors_are_listed_in_the_order_of_the_code():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"^data/  ->[^`]*", text, flags=re.MULTILINE)
    floors = [part.strip().removeprefix("gzcounty.") for part in lines.split("->")]
    assert floors[:4] == ["data/", "data", "models", "measures"]
    assert floors[4:7] == ["inference", "simulation", "charts"]
    assert floors[7:] == ["gzbook", "notebooks/", "book/"]
    for floor in floors:
        home = "" if floor.endswith("/") else "src" if floor == "gzbook" else "src/gzcounty"
        place = ROOT / home / floor
        assert place.is_dir() or place.with_suffix(".py").is_file()


def test_dictionary_notebook_has_a_section_for_every_table():
    notebook = nbformat.read(ROOT / "notebooks" / "data-dictionary.ipynb", as_version=4)
    shown = re.findall(
        r'^dictionary\("(\w+)"\)$', "\n".join(c.source for c in notebook.cells), re.M
    )
    assert sorted(shown) == sorted([*store.table_names(), "boundaries"])


def test_loaders_named_in_the_dictionary_notebook_exist():
    import gzbook
    import gzcounty as gz

    notebook = nbformat.read(ROOT / "notebooks" / "data-dictionary.ipynb", as_version=4)
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    named = set(re.findall(r"`gz(?:book)?\.(load_\w+)\(\)`", text))
    loaders = {name for name in [*gz.__all__, *gzbook.__all__] if name.startswith("load_")}
    assert named == loaders


def test_changelog_leads_with_what_is_unreleased():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(.+?)\]", text, flags=re.MULTILINE)
    assert versions[0] == "Unreleased"
