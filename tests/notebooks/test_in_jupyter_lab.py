"""A student's way in: what the Binder files install, a real Jupyter Lab, a real browser."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import lab
import nbformat
import pytest
from folds import SOURCE
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from raw_myst import RAW

from benchmarks import environment

ROOT = Path(__file__).resolve().parents[2]
BINDER = ROOT / ".binder"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
OURS = ("gzcounty", "gzbook", "benchmarks")  # of this checkout, which Binder has too


@cache
def owners() -> dict[str, set[str]]:
    """Return by what distributions each module that can be imported here is installed."""
    found = packages_distributions()
    return {module: set(map(canonicalize_name, owners)) for module, owners in found.items()}


def code_cells(name: str) -> list[str]:
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


# The environment


def pins(path: Path) -> list[Requirement]:
    """Return what a file of requirements pins beside the project itself."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "-e ."
    return [Requirement(line) for line in lines[1:]]


def test_binder_finds_its_files_in_one_folder():
    """Where there is a folder ``.binder``, Binder reads that and nothing beside it."""
    assert {path.name for path in BINDER.iterdir()} == {
        "requirements.txt", "runtime.txt", "postBuild",
    }  # fmt: skip
    others = ("binder", "runtime.txt", "environment.yml", "Pipfile", "Dockerfile", "postBuild")
    assert [name for name in others if (ROOT / name).exists()] == []
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    version = (BINDER / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert SpecifierSet(project["requires-python"]).contains(version)
    assert make.count(f"--python-version {version} --") == 2


def test_binder_installs_a_part_of_what_make_env_installs():
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"pip install .*-r requirements\.txt$", make, flags=re.MULTILINE)
    assert " ".join(f"--extra {name}" for name in environment.BINDER) in make
    assert "--constraint .requirements.new" in make
    some, every = (
        {(pin.name, str(pin.specifier)) for pin in pins(folder / "requirements.txt")}
        for folder in (BINDER, ROOT)
    )
    assert some < every


def test_the_binder_files_are_whole_and_hold_nothing_else():
    here = [p for p in pins(BINDER / "requirements.txt") if not p.marker or p.marker.evaluate()]
    needed = environment.closure(environment.BINDER)
    del needed["gzcounty"]
    assert {str(pin.name): str(pin.specifier) for pin in here} == {
        name: f"=={each.version}" for name, each in needed.items()
    }


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_every_import_of_a_notebook_is_among_the_binder_files(path):
    pinned = {pin.name for pin in pins(BINDER / "requirements.txt")}
    for source in code_cells(path.stem):
        for node in ast.walk(ast.parse(source)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            for top in {name.partition(".")[0] for name in names}:
                if top not in sys.stdlib_module_names and top not in OURS:
                    assert owners().get(top, set()) & pinned, (
                        f"{top} is not in .binder/requirements.txt"
                    )


@pytest.mark.site
@pytest.mark.slow
@pytest.mark.parametrize("name", ["lab-staggered", "value-people"])
def test_a_notebook_runs_on_what_the_binder_files_install(name):
    """Every other library is hidden, also those that a library would use if they were there.

    Of these two notebooks one has widgets, the other maps and spatial models; what the others
    import is looked at above.
    """
    there = set(environment.closure(environment.BINDER))
    hidden = [
        module
        for module, owned_by in owners().items()
        if not there & owned_by and module not in OURS
    ]
    assert {"sphinx", "pytest", "playwright", "pyfixest", "dask"} <= set(hidden)
    code = "\n".join(
        [
            "import sys",
            "class Hide:",
            f"    names = {set(hidden)!r}",
            "    def find_spec(self, name, path=None, target=None):",
            "        if name.partition('.')[0] in self.names:",
            "            raise ModuleNotFoundError(f'{name} is hidden', name=name)",
            "sys.meta_path.insert(0, Hide())",
            "from IPython.core.interactiveshell import InteractiveShell",
            "shell = InteractiveShell.instance()",
            f"for cell in {code_cells(name)!r}:",
            "    done = shell.run_cell(cell)",
            "    done.raise_error()",
        ]
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_lab_of_binder_has_the_settings_of_make_lab(tmp_path):
    """``postBuild`` is run in the folder of the project, with Binder's Python before others."""
    venv.create(tmp_path / "env", symlinks=True)
    (tmp_path / "env" / "etc" / "jupyter").mkdir(parents=True)
    path = f"{tmp_path / 'env' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([BINDER / "postBuild"], cwd=ROOT, env={"PATH": path}, check=True)
    made = tmp_path / "env" / "etc" / "jupyter"
    given = [file.relative_to(lab.SETTINGS) for file in lab.SETTINGS.rglob("*.json")]
    assert len(given) == 3
    for file in given:
        assert (made / file).read_bytes() == (lab.SETTINGS / file).read_bytes()


@pytest.mark.parametrize("root", [True, False])
def test_make_lab_opens_the_notebooks_for_any_user(monkeypatch, capsys, root):
    """A root user is told in a sentence what that means, and nobody else is."""
    from jupyterlab.labapp import LabApp  # takes a second

    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "lab: env\n\t@$(BIN)/python tools/lab.py\n" in make
    launched: list[list[str]] = []
    monkeypatch.setattr(lab, "is_root", lambda: root)
    monkeypatch.setattr(sys, "argv", ["lab.py", "--no-browser"])
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "elsewhere")
    monkeypatch.setattr(LabApp, "launch_instance", launched.append)
    lab.main()
    (options,) = launched
    assert ("--allow-root" in options) is root
    assert f"--ServerApp.root_dir={ROOT}" in options
    assert options[-1] == "--no-browser"
    assert os.environ["JUPYTER_CONFIG_PATH"] == str(ROOT / "tools" / "jupyter")
    assert ("You are root" in capsys.readouterr().out) is root


# In the browser


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Serve a copy of the notebooks in a folder with a space and Chinese characters in its name."""
    folder = tmp_path_factory.mktemp("a copy 副本")
    for name in ("notebooks", "book"):
        ignored = shutil.ignore_patterns(".*", "_*", "reference")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    with lab.serving(folder) as served:
        yield served


@pytest.fixture(scope="module")
def started(address, browser):
    """Start Lab once, on the screen of a small laptop, and note what other hosts it asks."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(1000 * lab.SECONDS)
    asked: list[str] = []

    def watch(request) -> None:
        if request.url.startswith("http") and not request.url.startswith(address):
            asked.append(request.url)

    page.on("request", watch)
    page.goto(f"{address}/lab?token={lab.TOKEN}&reset")
    page.wait_for_selector(".jp-DirListing-item")
    yield page, asked
    page.close()


@pytest.fixture
def page(started):
    """Give the page of Lab, and refuse it any other host."""
    opened, asked = started
    yield opened
    others = [asked.pop() for _ in range(len(asked))]
    assert others == []


CELLS = """() => {
  const words = output => {
    const copy = output?.cloneNode(true);
    copy?.querySelectorAll('mjx-container').forEach(formula => formula.remove());
    return copy?.textContent ?? '';
  };
  return jupyterapp.shell.currentWidget.content.widgets.map(cell => ({
    kind: cell.model.type,
    source: cell.model.sharedModel.getSource(),
    tags: cell.model.getMetadata('tags') ?? [],
    folded: Boolean(cell.inputHidden),
    visible: !cell.isHidden,
    drawn: words(cell.node.querySelector('.jp-MarkdownOutput')),
    ran: Boolean(cell.model.executionCount),
    error: (cell.model.outputs?.toJSON() ?? []).some(
      o => o.output_type === 'error' || o.name === 'stderr'),
  }));
}"""


def shown(page) -> list[dict]:
    """Return what each cell of the open notebook is, and whether a student sees it."""
    return page.evaluate(CELLS)


NO_KERNEL = {"shouldStart": False, "canStart": False, "autoStartDefault": False}


def open_alone(page, name: str, kernel: dict | None = None) -> None:
    """Open a notebook as the file browser does, in the place of all that stood there."""
    page.evaluate(
        """async ([path, kernelPreference]) => {
          for (const other of [...jupyterapp.shell.widgets('main')]) other.dispose();
          const opened = await jupyterapp.commands.execute('docmanager:open', {
            path, factory: 'Notebook', kernelPreference: kernelPreference ?? undefined,
          });
          await opened.context.ready;
          await opened.revealed;
          await Promise.all(opened.content.widgets.map(cell => cell.ready));
        }""",
        [f"{lab.NOTEBOOKS}/{name}.ipynb", kernel],
    )


@pytest.mark.slow
@pytest.mark.browser
def test_every_notebook_opens_in_lab_folded_and_without_raw_markup(page):
    for path in NOTEBOOKS:
        open_alone(page, path.stem, NO_KERNEL)
        page.wait_for_function(
            f"() => ({CELLS})().every(c => c.kind === 'code' || c.drawn.trim())", polling=250
        )
        cells = shown(page)
        assert len(cells) == len(nbformat.read(path, as_version=4).cells), path.stem
        for cell in cells:
            where = (path.stem, cell["source"])
            if cell["kind"] == "markdown":
                assert not RAW.search(cell["drawn"]), where
            else:
                hidden = set(cell["tags"]) & SOURCE
                assert cell["folded"] is bool(hidden), where
                assert cell["visible"] is ("hide-cell" not in cell["tags"]), where
        assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0, path.stem


@pytest.mark.slow
@pytest.mark.browser
def test_a_term_leads_to_the_glossary(page):
    open_alone(page, "value-county", NO_KERNEL)
    page.locator("a", has_text="county town").first.click()
    page.locator(".jp-MarkdownViewer h1", has_text="Glossary").wait_for()


def sentence(page) -> str:
    return page.locator(".jp-OutputArea .gz-lab > p").first.inner_text()


def picture(page) -> str:
    return page.locator(".jp-OutputArea svg.marks").first.inner_html()


def run(page, name: str) -> None:
    """Open a notebook and run it; nothing may go wrong or warn."""
    open_alone(page, name)
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.ready")
    page.wait_for_selector(lab.READY)
    lab.run_all(page)
    cells = shown(page)
    assert [c["source"] for c in cells if c["ran"] and c["error"]] == []
    assert [c["source"] for c in cells if "hide-cell" in c["tags"] and c["visible"]] == []
    assert page.locator(lab.ERRORS).count() == 0


def assert_above_the_fold(page) -> None:
    """Controls and chart of a lab fit on the screen of a small laptop, side by side."""
    page.evaluate(
        "document.querySelector('.gz-lab-row').closest('.jp-OutputArea-output')"
        ".scrollIntoView({block: 'start'})"
    )
    page.wait_for_timeout(500)
    panel = page.locator(".jp-NotebookPanel-notebook").bounding_box()
    for part in (".gz-lab-controls", ".gz-lab-chart svg.marks"):
        box = page.locator(f".jp-OutputArea {part}").first.bounding_box()
        for start, size in (("x", "width"), ("y", "height")):
            assert panel[start] <= box[start], part
            assert box[start] + box[size] <= panel[start] + panel[size], part


def wait_for_change(page, said: str, drawn: str) -> None:
    page.wait_for_function(
        """([said, drawn]) => {
          const [words, chart] = ['.gz-lab > p', 'svg.marks'].map(
            which => document.querySelector('.jp-OutputArea ' + which));
          return words && chart && words.innerText !== said && chart.innerHTML !== drawn;
        }""",
        arg=[said, drawn],
    )


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("name", ["lab-weights", "lab-staggered", "lab-hubs"])
def test_moving_a_slider_changes_words_and_chart(page, name):
    run(page, name)
    page.wait_for_selector(".jp-OutputArea svg.marks")
    said, drawn = sentence(page), picture(page)
    page.locator(".widget-slider [role=slider]").first.press("ArrowRight")
    wait_for_change(page, said, drawn)
    assert page.locator(lab.ERRORS).count() == 0
    assert_above_the_fold(page)


@pytest.mark.slow
@pytest.mark.browser
def test_the_regression_answers_to_a_menu_and_refuses_in_a_sentence(page):
    run(page, "lab-regression")
    page.wait_for_selector(".jp-OutputArea svg.marks")
    said, drawn = sentence(page), picture(page)
    page.locator(".widget-dropdown select").nth(1).select_option(
        label="Commerce jobs 2010 (unconfirmed)"
    )
    wait_for_change(page, said, drawn)
    page.locator(".widget-dropdown select").first.select_option(label="Rural income 2014")
    page.wait_for_function(
        "document.querySelector('.jp-OutputArea .gz-lab > p').innerText.includes('income 2014')"
    )
    assert "n = 61" in sentence(page)
    words = page.locator(".jp-OutputArea .gz-lab").first.inner_text()
    assert "Of the same 61 counties, rural income 2020 gives" in words
    assert_above_the_fold(page)
    page.locator(".widget-select-multiple select").select_option(label="Commerce jobs 2010")
    alert = page.locator(".jp-OutputArea [role=alert]")
    alert.wait_for()
    assert "is the exposure; it cannot be a control as well." in alert.inner_text()
    assert page.locator(lab.ERRORS).count() == 0


@pytest.mark.slow
@pytest.mark.browser
def test_the_notebook_of_a_section_runs_and_draws_without_a_network(page):
    run(page, "dilemma-people")
    tagged = (ROOT / "notebooks" / "dilemma-people.ipynb").read_text(encoding="utf-8")
    figures = len(re.findall(r'"gz-figure-[a-z0-9-]+"', tagged))
    assert figures
    page.wait_for_function(
        "n => document.querySelectorAll('.jp-OutputArea svg.marks').length >= n", arg=figures
    )
