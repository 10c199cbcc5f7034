"""The helper works with the companion taken away: in a copy, where `gzbook` does not exist."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = re.findall(
    r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL
)
# A quick one of each floor; that none of the others needs gzbook is a test among them.
TESTS = (
    "test_public_names.py",
    "data/test_loaders.py",
    "measures/test_penetration.py",
    "models/test_panel.py",
    "inference/test_pairs.py",
    "charts/test_scatter.py",
)
# Python finds the copy first, and the checkout behind it must not give it a companion.
FORGET = """
import sys


class NoCompanion:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "gzbook":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, NoCompanion())
"""


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> Path:
    """Copy package, tables and tests of the helper, and nothing else."""
    copy = tmp_path_factory.mktemp("alone")
    shutil.copytree(ROOT / "src" / "gzcounty", copy / "src" / "gzcounty")
    shutil.copytree(ROOT / "data", copy / "data")
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "tests" / "gzcounty", copy / "tests" / "gzcounty", ignore=ignore)
    for path in (ROOT / "tests").glob("*.py"):
        if not path.name.startswith("test_"):
            shutil.copy(path, copy / "tests")
    shutil.copytree(ROOT / "tools", copy / "tools", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", copy)
    (copy / "src" / "sitecustomize.py").write_text(FORGET, encoding="utf-8")
    return copy


def run(alone: Path, *arguments: str, cwd: Path | None = None) -> str:
    """Run Python on the copy and return what it printed; on stderr it must print nothing."""
    environment = os.environ | {"PYTHONPATH": str(alone / "src"), "PYTHONUTF8": "1"}
    for name in [name for name in environment if name.startswith(("PYTEST_", "COV"))]:
        del environment[name]
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd or alone,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert done.stderr == ""
    return done.stdout


def test_it_is_the_copy_and_a_moved_name_says_what_is_missing(alone):
    code = """
import gzcounty as gz
print(gz.__file__)
for name in gz.__all__:
    getattr(gz, name)
try:
    gz.examine
except ModuleNotFoundError as error:
    print(error)
"""
    printed = run(alone, "-W", "ignore", "-c", code).splitlines()
    assert Path(printed[0]).is_relative_to(alone)
    assert printed[1] == "No module named 'gzbook'"


def test_its_tests_pass(alone):
    run(
        alone,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *(f"tests/gzcounty/{t}" for t in TESTS),
    )


@pytest.mark.parametrize("code", BLOCKS, ids=range(len(BLOCKS)))
def test_the_examples_of_the_readme_run_anywhere(alone, tmp_path, code):
    assert run(alone, "-c", code, cwd=tmp_path).strip()
