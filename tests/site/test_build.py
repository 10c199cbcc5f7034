"""The build is repeated when something has changed, and fails when a page has a fault."""

import shutil
import subprocess
import sys
from pathlib import Path

import build
import pytest

ROOT = Path(__file__).resolve().parents[2]
MACHINERY = ("_config.yml", "book/_ext", "book/_static", "book/references.bib", "tools")
TOC = (
    "format: jb-book\nroot: book/index\nparts:\n- caption: One\n  chapters:\n  - file: book/more\n"
)


def test_files_are_known_by_contents_and_names(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("1", encoding="utf-8")
    seen = [build.files(["data"], tmp_path)]
    (tmp_path / "data" / "a.csv").write_text("2", encoding="utf-8")
    seen.append(build.files(["data"], tmp_path))
    (tmp_path / "data" / "a.csv").rename(tmp_path / "data" / "b.csv")
    seen.append(build.files(["data"], tmp_path))
    (tmp_path / "data" / "c.csv").touch()
    seen.append(build.files(["data"], tmp_path))
    assert all(seen[i] != seen[j] for i in range(4) for j in range(i))
    assert build.files(["data"], tmp_path) == seen[-1]


def test_what_python_leaves_behind_is_no_source(tmp_path):
    before = build.files(["src"], tmp_path)
    (tmp_path / "src" / "__pycache__").mkdir(parents=True)
    (tmp_path / "src" / "__pycache__" / "a.pyc").touch()
    assert build.files(["src"], tmp_path) == before


@pytest.fixture(scope="module")
def small_site(tmp_path_factory) -> Path:
    """Make a site of two pages in a folder with a space and Chinese characters in its name."""
    root = tmp_path_factory.mktemp("checkout") / "县域 经济"
    for name in MACHINERY:
        source, target = ROOT / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    (root / "_toc.yml").write_text(TOC, encoding="utf-8")
    (root / "requirements.txt").touch()
    (root / "book" / "index.md").write_text("# Home\n\nText $x$.\n", encoding="utf-8")
    return root


def run(root: Path, more: str) -> subprocess.CompletedProcess[str]:
    """Build the small site with this text on its second page."""
    (root / "book" / "more.md").write_text(f"# More\n\n{more}\n", encoding="utf-8")
    command = [sys.executable, str(root / "tools" / "build.py")]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.slow
@pytest.mark.site
def test_builds_in_any_folder_and_then_has_nothing_to_do(small_site):
    first = run(small_site, "县域经济")
    assert first.returncode == 0, first.stdout + first.stderr
    page = (small_site / "_build" / "html" / "book" / "more.html").read_text(encoding="utf-8")
    assert "县域经济" in page
    assert "up to date" in run(small_site, "县域经济").stdout


@pytest.mark.slow
@pytest.mark.site
def test_a_fault_fails_the_build_each_time(small_site):
    """The second time too: nothing of the failed build may be taken for good."""
    faults = {
        "{num}`nowhere:key`": "no notebook 'nowhere' publishes numbers",
        "[a link](nowhere.md)": "nowhere.md",
        r"A formula $\frac{a}{$ here.": "cannot be set",
    }
    for _ in range(2):
        result = run(small_site, "\n\n".join(faults))
        assert result.returncode != 0
        for complaint in faults.values():
            assert complaint in result.stdout + result.stderr
