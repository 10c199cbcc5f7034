"""A contributor's loop: seconds from a change until its page is seen, beside those of a full build.

A copy of the checkout is built in full, then changed and built again, once for each kind of change.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat

from benchmarks.measure import begin

ROOT = Path(__file__).resolve().parent.parent
PAGE, NOTEBOOK, SECTION = "book/value-people", "notebooks/dilemma-people", "section_3_3"
_RAN = re.compile(r"\d+ of \d+ (\S+) \((\d+) s\)")


def build(root: Path, *options: str) -> tuple[float, dict[str, int]]:
    """Build a checkout; return the seconds it took, and those of each notebook that it ran."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(root / "tools" / "build.py"), *options],
        env=os.environ | {"PYTHONPATH": str(root / "src")}, capture_output=True, text=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"The copy was not built: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return seconds, {name: int(took) for name, took in _RAN.findall(done.stdout)}


def append(path: Path, text: str) -> None:
    """Write a line at the end of a file."""
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def append_to_cell(path: Path, kind: str, text: str) -> None:
    """Write a line at the end of the last cell of a kind."""
    notebook = nbformat.read(path, as_version=4)
    cell = [cell for cell in notebook.cells if cell.cell_type == kind][-1]
    cell.source += text
    nbformat.write(notebook, path)


def changes(root: Path) -> dict[str, tuple[Callable[[], None], float]]:
    """Return each change by what it is, with the goal in seconds besides the notebook's own."""
    notebook = root / f"{NOTEBOOK}.ipynb"
    claims = root / "src" / "gzbook" / "evidence" / f"{SECTION}.py"
    return {
        "one word on a page": (lambda: append(root / f"{PAGE}.md", "\nA word.\n"), 10),
        "one word in a notebook's text": (
            lambda: append_to_cell(notebook, "markdown", "\n\nA word."), 10,
        ),
        "one model in a notebook": (lambda: append_to_cell(notebook, "code", "\n# changed"), 10),
        "one claim's test": (lambda: append(claims, "\n# changed\n"), 60),
    }  # fmt: skip


def run() -> None:
    """Print a row for the full build and for each change."""
    made = shutil.ignore_patterns(".git", ".venv", "_build", "dist", "__pycache__", ".*_cache")
    head = ("change", "seconds", "notebooks run", "their seconds", "goal", "share of a full build")
    row = begin("From a change to its page", head)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "checkout"
        shutil.copytree(ROOT, root, ignore=made)
        full, ran = build(root)
        row("everything, for the first time", full, len(ran), sum(ran.values()), "", 1.0)
        for what, (change, goal) in changes(root).items():
            change()
            seconds, ran = build(root)
            own = sum(ran.values()) if what == "one model in a notebook" else 0
            row(what, seconds, len(ran), sum(ran.values()), goal + own, seconds / full)
