"""The pages on own data, another province, the command line and paper tables: all lines run."""

import contextlib
import inspect
import io
import re
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pypdf
import pytest
import reference
import yaml

import gzcounty as gz
from gzcounty.__main__ import main
from gzcounty.reading.units import UNITS, find_unit

BOOK = Path(__file__).resolve().parents[3] / "book"
PAGES = {
    name: (BOOK / f"{name}.md").read_text(encoding="utf-8")
    for name in ("own-data", "another-province", "command-line", "paper-tables", "methods")
}
SPOILT = '县,年,农民收入\n榕江县,2019,"9,760"\n熔江县,2020,—\n台江县,2019,9542\n'


def blocks(name, language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGES[name], flags=re.MULTILINE | re.DOTALL)


COMMANDS = [
    line.removeprefix("$ ")
    for block in blocks("command-line", "console")
    for line in block.splitlines()
]


def write_own_files(folder: Path) -> None:
    """Write what the pages call my_counties.csv and spoilt.csv."""
    own = gz.load_panel()[["adcode", "year", "rural_income", "gdp"]].dropna()
    names = gz.load_counties().set_index("adcode").name_zh
    mine = pd.DataFrame({"县": own.adcode.map(names), "年": own.year})
    mine = mine.assign(农民收入=own.rural_income, GDP=100 * own.gdp)
    mine = mine[~mine["县"].isin(["白云区", "西秀区"])]
    mine.to_csv(folder / "my_counties.csv", index=False, encoding="gb18030")
    (folder / "spoilt.csv").write_text(SPOILT, encoding="utf-8")


def run(name, folder, province=None):
    """Run all blocks of a page in one namespace; return it with what was printed."""
    names: dict[str, object] = {}
    output = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(output):
        for block in blocks(name, "python"):
            code = block.replace("Yunnan", province) if province else block
            exec(compile(code, f"{name}.md", "exec"), names)
    return names, output.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("own")
    write_own_files(path)
    return path


def test_another_province_takes_under_ten_lines():
    first = blocks("another-province", "python")[0]
    lines = [line for line in first.splitlines() if line.strip()]
    assert len(lines) < 10
    assert max(map(len, lines)) <= 100
    for name in ("entropy_weights", "composite_index", "coupling_coordination", "ols"):
        assert f"gz.{name}(" in first


def test_methods_of_statsmodels_run_on_the_panel(tmp_path):
    names, printed = run("methods", tmp_path)
    assert "QuantReg" in printed
    assert "ACME" in printed
    assert names["gap"].three_fold().params[-1] == pytest.approx(names["gap"].gap)


@pytest.mark.parametrize("province", ["Yunnan", "Zhejiang"])
def test_another_province_gives_what_its_table_gives_by_hand(folder, province):
    names, output = run("another-province", folder, province)
    units = gz.load_china_counties().query("province_en == @province").set_index("adcode")
    assert len(names["coordination"]) == len(units)
    rows = units.dropna(subset="savings_per_resident_2020")
    X = np.column_stack([np.ones(len(rows)), rows.commerce_share])
    slope = np.linalg.lstsq(X, np.log(rows.savings_per_resident_2020), rcond=None)[0][1]
    assert names["fit"].term("commerce_share").estimate == pytest.approx(slope)
    # The degree by its formula: geometric over arithmetic mean, times the mean, under a root.
    scores = pd.DataFrame(names["scores"])
    degree = np.sqrt(np.prod(scores, axis=1) ** (1 / 3))
    assert np.allclose(names["coordination"].coordination, degree)
    assert "wild cluster bootstrap" in output


def test_own_data_runs_and_gives_the_packages_own_figures_back(folder):
    names, output = run("own-data", folder)
    joined = names["joined"]
    assert (joined.income == joined.rural_income).all()
    assert np.allclose(joined.GDP, 100 * joined.gdp)
    assert "GB18030" in output
    assert set(names["report"].problems.value) == {"9,760", "熔江县", "—"}


def test_own_data_lists_every_unit_by_a_name_that_works():
    table = PAGES["own-data"].split("## Units")[1]
    listed = re.findall(r"^\| .*", table, flags=re.MULTILINE)
    documented = {unit for line in listed for unit in re.findall(r"`([^`]+)`", line)}
    assert documented == set(UNITS)
    for unit, chinese in re.findall(r"`([^`]+)` ([^\x00-\x7f][^\s,|]*)", table):
        assert find_unit(chinese).name == unit


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_runs(folder, command, capsys):
    python, module, name, *arguments = shlex.split(command)
    assert (python, module, name) == ("python", "-m", "gzcounty")
    with contextlib.chdir(folder):
        if "--force" in arguments:
            Path("panel.csv").touch()
        elif arguments[:1] == ["export"]:
            Path(arguments[2]).unlink(missing_ok=True)
        assert main(arguments) == 0, capsys.readouterr().err


def test_there_are_commands_and_the_options_it_names_exist(capsys):
    assert len(COMMANDS) >= 10
    with pytest.raises(SystemExit):
        main(["check", "--help"])
    options = set(re.findall(r"--[a-z]+", capsys.readouterr().out))
    line = next(x for x in PAGES["command-line"].splitlines() if x.startswith("The options are"))
    assert set(re.findall(r"`(--[a-z]+)`", line)) < options


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_files(name):
    for target in re.findall(r"\]\(([\w./-]+)\)", PAGES[name]):
        made = f"book/{target}".removesuffix(".md") in reference.page_names()
        assert made or (BOOK / target).is_file(), target


def test_the_page_for_researchers_leads_to_every_how_to_page():
    parts = yaml.safe_load((BOOK.parent / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    (how_to,) = (part["chapters"] for part in parts if part["caption"] == "How to")
    pages = {c["file"].removeprefix("book/") for c in how_to if c["file"].startswith("book/")}
    assert set(PAGES) - {"methods"} <= pages  # a page of its own, that shows some code
    listed = (BOOK / "researchers.md").read_text(encoding="utf-8").split("## How to")[1]
    assert set(re.findall(r"\]\(([\w-]+)\.md\)", listed.split("## ")[0])) == pages


def test_commands_are_copied_without_the_prompt():
    config = yaml.safe_load((BOOK.parent / "_config.yml").read_text(encoding="utf-8"))["sphinx"]
    prompt = re.compile(config["config"]["copybutton_prompt_text"])
    for line in ("$ make site", ">>> 1", "... 2"):
        assert prompt.match(line)
    assert not prompt.match("make site")


def test_what_it_says_is_not_carried_is_not():
    china = gz.load_china_counties()
    assert not {"rural_income", "lon", "population_2010"} & set(china)
    assert {"taobao_2014", "taobao_2016", "lights_2013", "lights_2020"} < set(china)


def test_paper_tables_runs_and_writes_what_it_says(folder):
    names, output = run("paper-tables", folder)
    assert "Commerce, % of employed" in output
    assert "Standard errors in parentheses." in output
    assert "*" in str(names["starred"])
    assert "*" not in str(names["table"])
    head = (folder / "table.tex").read_text(encoding="utf-8").splitlines()[0]
    for package in re.findall(r"array, .* threeparttable", PAGES["paper-tables"])[0].split(", "):
        assert package.split(" and ")[0] in head
    for ending in ("docx", "html"):
        assert (folder / f"table.{ending}").stat().st_size > 1000
    # The first figure is called what the estimates say.
    alone, held = (names[fit].term("commerce_share").estimate for fit in ("one", "two"))
    assert alone > held > 0
    for name, width in {"figure": 85, "bare": 85, "hubs": 120}.items():
        (page,) = pypdf.PdfReader(folder / f"{name}.pdf").pages
        assert float(page.mediabox.width) / 72 * 25.4 == pytest.approx(width, abs=0.1)
    for name in ("figure.svg", "figure.png"):
        assert (folder / name).stat().st_size > 1000


def test_defaults_that_the_page_names_are_those_of_the_function():
    output = re.search(r"PNG for Word: `dpi=(\d+)`", PAGES["paper-tables"])
    assert int(output[1]) == inspect.signature(gz.save_figure).parameters["dpi"].default
