"""A build after an edit does what the edit concerns, and gives what a cold one does.

A book of three pages and two notebooks, in a folder of its own: `first` reads a module, which reads
another; `second` reads a table. A page quotes `first`.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
MACHINERY = ("_config.yml", "book/_ext", "book/_static", "book/references.bib", "tools")
TOC = """format: jb-book
root: book/index
parts:
- caption: All
  chapters:
  - file: book/quoting
  - file: book/other
  - file: notebooks/first
  - file: notebooks/second
"""
TEXTS = {
    "_toc.yml": TOC,
    "requirements.txt": "",
    "book/index.md": "# Home\n\nSee [](other.md).\n\n```{glossary}\nadcode\n  A code.\n```\n",
    "book/quoting.md": "# Quoting\n\nIt is {num}`first:value`.\n",
    "book/other.md": "# Other\n\nA word.\n",
    "src/upper.py": "import lower\n\n\ndef value():\n    return 10 * lower.VALUE\n",
    "src/lower.py": "VALUE = 4\n",
    "src/unread.py": "",
    "data/table.csv": "a\n7\n",
}
CELLS = {
    "first": "import sys\nsys.path.insert(0, '../src')\nimport upper\nfrom gzbook import publish\n"
    "publish(value=upper.value())",
    "second": "print(open('../data/table.csv').read())",
}

pytestmark = [pytest.mark.slow, pytest.mark.site, pytest.mark.xdist_group("build-again")]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Write the book and build it for the first time."""
    root = tmp_path_factory.mktemp("checkout") / "县域 经济"
    for name in MACHINERY:
        source, target = ROOT / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    for name, text in TEXTS.items():
        write(root, name, text)
    for name, code in CELLS.items():
        write_notebook(root, name, code, "A text.")
    assert ran(build(root)) == {"first", "second"}
    return root


def write(root, name, text):
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")


def write_notebook(root, name, code, text):
    notebook = nbformat.v4.new_notebook()
    title, cell = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    notebook.cells = [title(f"# {name}\n\n{text}", id="title"), cell(code, id="code")]
    (root / "notebooks").mkdir(exist_ok=True)
    nbformat.write(notebook, root / "notebooks" / f"{name}.ipynb")


def build(root, *options, fails=False):
    command = [sys.executable, str(root / "tools" / "build.py"), *options]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stdout + done.stderr


def ran(output):
    """Return the notebooks that a build has run, by its report of progress."""
    return set(re.findall(r"\d of \d (\w+) \(\d+ s\)", output))


def html(root):
    folder = root / "_build" / "html"
    return {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}


def written(root, before):
    """Return the pages that are newer than they were."""
    times = {name: path.stat().st_mtime_ns for name, path in html(root).items()}
    return {name for name in times if re.search("^(book|notebooks)/.*html", name)} - {
        name for name, time in before.items() if times.get(name) == time
    }


def times(root):
    return {name: path.stat().st_mtime_ns for name, path in html(root).items()}


def contents(root):
    return {name: path.read_bytes() for name, path in html(root).items()}


def text_of(root, page):
    return html(root)[f"{page}.html"].read_text(encoding="utf-8")


def test_a_word_on_a_page_or_in_a_notebook_runs_nothing_and_writes_that_page(book):
    before = times(book)
    write(book, "book/other.md", "# Other\n\nAnother word.\n")
    write_notebook(book, "second", CELLS["second"], "Another text.")
    assert not ran(build(book))
    # The first page lists the others.
    assert written(book, before) == {"book/index.html", "book/other.html", "notebooks/second.html"}
    assert "Another word." in text_of(book, "book/other")
    assert "Another text." in text_of(book, "notebooks/second")


def test_a_module_below_another_runs_the_notebook_that_read_it_and_its_number_is_new(book):
    before = times(book)
    write(book, "src/lower.py", "VALUE = 5\n")
    write(book, "src/unread.py", "X = 1\n")
    assert ran(build(book)) == {"first"}
    assert re.search(r"It is <span[^>]*>50<", text_of(book, "book/quoting"))
    assert written(book, before) == {"book/index.html", "book/quoting.html", "notebooks/first.html"}


def test_a_page_that_shows_nothing_new_leaves_the_site_as_it_was(book):
    before = contents(book)
    write(book, "src/unread.py", "X = 2\n")
    assert not ran(build(book, "--page", "book/other"))
    assert contents(book) == before


def test_one_page_alone_leaves_the_others_and_the_next_build_makes_them(book):
    """The next one: a table runs the notebook that read it, a title is new wherever it is shown."""
    write(book, "src/lower.py", "VALUE = 6\n")
    write(book, "data/table.csv", "a\n9\n")
    write(book, "book/other.md", "# Otherwise\n\nA third word.\n")
    output = build(book, "--page", "book/quoting")
    assert ran(output) == {"first"}
    assert "_build/html/book/quoting.html" in output
    assert re.search(r"It is <span[^>]*>60<", text_of(book, "book/quoting"))
    assert "Another word." in text_of(book, "book/other")
    assert ran(build(book)) == {"second"}
    assert "A third word." in text_of(book, "book/other")
    assert "a\n9\n" in text_of(book, "notebooks/second")
    for page in ("book/index", "book/quoting", "notebooks/first"):
        assert "Otherwise" in text_of(book, page), page


def test_no_such_page_is_one_sentence_that_names_those_near(book):
    output = build(book, "--page", "book/quoted", fails=True)
    assert "There is no page 'book/quoted' in _toc.yml. Near it are: book/quoting" in output


def test_a_fault_leaves_the_last_good_site_and_is_gone_when_it_is_mended(book):
    """What no page shows has changed by then, and leaves the site as it was."""
    good = contents(book)
    write(book, "book/quoting.md", TEXTS["book/quoting.md"] + "\n[a link](nowhere.md)\n")
    assert "nowhere.md" in build(book, fails=True)
    assert contents(book) == good
    write(book, "book/quoting.md", TEXTS["book/quoting.md"])
    write(book, "src/unread.py", "X = 3\n")
    assert not ran(build(book))
    assert contents(book) == good


def test_a_notebook_that_fails_says_where_and_why(book):
    write_notebook(book, "second", "print(1 / 0)", "A text.")
    output = build(book, fails=True)
    assert "notebooks/second.ipynb fails" in output
    assert "print(1 / 0)" in output
    assert "ZeroDivisionError: division by zero" in output
    write_notebook(book, "second", CELLS["second"], "Another text.")


def test_the_pages_are_those_of_a_cold_build(book):
    """Last, after all the edits above."""
    again = contents(book)
    assert not ran(build(book, "--cold"))
    cold = contents(book)
    assert again.keys() == cold.keys()
    assert [name for name in cold if again[name] != cold[name]] == []
