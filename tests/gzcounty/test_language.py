"""What is shown is said in the language that the reader chose."""

import subprocess
import sys

import pytest

import gzcounty as gz
from gzcounty import language
from gzcounty.language import _, _n, read_catalog
from gzcounty.parallel import run
from gzcounty.words import data_notes, listed


@pytest.fixture
def chinese(monkeypatch):
    monkeypatch.setenv(language.VARIABLE, "zh")


def test_a_language_is_chosen_and_given_back(monkeypatch):
    monkeypatch.setenv(language.VARIABLE, "en")
    gz.set_language("zh")
    assert listed("abc") == "“a”、“b”和“c”"
    gz.set_language("en")
    assert listed("abc") == "'a', 'b' and 'c'"


def test_another_language_is_refused_wherever_it_is_asked_for(monkeypatch):
    with pytest.raises(gz.InputError, match="must be 'en' or 'zh', not 'fr'"):
        gz.set_language("fr")
    monkeypatch.setenv(language.VARIABLE, "fr")
    with pytest.raises(ValueError, match=f"{language.VARIABLE} in the environment .* not 'fr'"):
        language.current_language()


@pytest.mark.usefixtures("chinese")
def test_errors_tables_charts_and_numbers_are_said():
    census = gz.load_census().query("year == 2020")
    with pytest.raises(gz.InputError, match=r"数据缺少列“urban”.*是不是“urban_share”？"):
        gz.ols("schooling_years ~ urban", census)
    fit = gz.ols("schooling_years ~ urban_share", census)
    assert "最小二乘法，88行" in str(fit)
    assert list(fit.table().columns[:2]) == ["term", "estimate"]  # names of columns stay
    assert "95%区间" in gz.coefficient_plot(fit).description
    assert _n("{n:,} row", "{n:,} rows", 1200) == "1,200行"


@pytest.mark.usefixtures("chinese")
def test_what_has_no_chinese_is_said_in_english():
    assert _("{n} moons of Jupiter", n=95) == "95 moons of Jupiter"
    assert _("{n!r} moons of {planet!r}", n=95, planet="Jupiter") == "95 moons of “Jupiter”"


@pytest.mark.usefixtures("chinese")
def test_simulated_data_say_so_once_in_either_language():
    panel = gz.simulate_panel(12, n_prefectures=3)
    assert sum("模拟数据" in note for note in data_notes(panel)) == 1
    panel.attrs["notes"] = ["SIMULATED data."]  # made before the language was chosen
    assert data_notes(panel) == ["SIMULATED data."]


@pytest.mark.usefixtures("chinese")
def test_other_processes_say_it_too():
    assert run(_, [("{head} and {end}",)] * 2, n_jobs=2) == ["{head}和{end}"] * 2
    code = "from gzcounty.words import listed; print(listed('ab'))"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == "“a”和“b”"


def test_a_catalog_is_read_as_translators_tools_write_it(tmp_path):
    path = tmp_path / "zh_CN.po"
    path.write_text(
        '#: a.py\nmsgid ""\n"{n} \\"rows\\"\\n"\n"of all"\nmsgstr "全部{n}“行”"\n\n'
        'msgid "one"\nmsgid_plural "{n} many"\nmsgstr[0] "{n}个"\n\nmsgid "none yet"\nmsgstr ""\n',
        encoding="utf-8",
    )
    assert read_catalog(path) == {'{n} "rows"\nof all': "全部{n}“行”", "one": "{n}个"}


def test_names_of_columns_are_the_same(monkeypatch):
    tables = {}
    for code in language.LANGUAGES:
        monkeypatch.setenv(language.VARIABLE, code)
        tables[code] = gz.growth("gdp", 2020, 2023)
    assert list(tables["en"].columns) == list(tables["zh"].columns)
    assert tables["en"].attrs != tables["zh"].attrs  # the sample's name
