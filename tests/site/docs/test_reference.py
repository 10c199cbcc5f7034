"""The reference: every public name has a page, made from its docstring without a fault."""

import inspect
import re
from pathlib import Path

import pytest
import reference
import yaml

import gzcounty as gz

ROOT = Path(__file__).resolve().parents[3]
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pages(site) -> Path:
    """Return the folder of the reference; the build of the site counts warnings as errors."""
    return site / reference.FOLDER


def text_of(path: Path) -> str:
    """Return the text of a page's body, with single spaces and straight quotes."""
    from bs4 import BeautifulSoup

    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    text = (
        page.select_one("article.bd-article")
        .get_text()
        .translate(str.maketrans("’‘“”¶", "''\"\" "))
    )
    return " ".join(text.split())


def test_every_public_name_has_one_page():
    names = [name.rpartition("/")[2] for name in reference.page_names()]
    assert sorted(set(names) - set(reference.GROUPS) - {"index"}) == sorted(reference.PUBLIC)
    assert len(names) == len(set(names)) == len(reference.PUBLIC) + len(reference.GROUPS) + 1


def test_the_table_of_contents_has_every_group():
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    for group in reference.GROUPS:
        assert f"- file: {reference.FOLDER}/{group}\n" in toc
        assert f"- glob: {reference.FOLDER}/{group}/*\n" in toc


def test_an_unknown_module_is_an_error(monkeypatch):
    monkeypatch.setattr(inspect.unwrap(gz.ols), "__module__", "gzcounty.moon")
    with pytest.raises(KeyError, match=r"No group of the reference holds gzcounty\.moon"):
        reference.group_of("ols")


def test_pages_of_names_that_are_gone_are_removed(tmp_path):
    old = tmp_path / "data" / "load_moon.md"
    old.parent.mkdir()
    old.touch()
    reference.write_pages(tmp_path, ["load_counties"])
    assert not old.exists()
    assert (tmp_path / "data" / "load_counties.md").is_file()


def test_results_are_followed_to_what_their_methods_return():
    names = [kind.__name__ for kind in reference.result_classes(gz.event_study)]
    assert names[:2] == ["EventStudyResult", "Result"]
    assert {"WaldTest", "Estimate"} < set(names)
    assert reference.result_classes(gz.load_counties) == []


@pytest.mark.site
@pytest.mark.parametrize("name", sorted(reference.PUBLIC))
def test_page_has_what_the_docstring_has(pages, name):
    thing = reference.thing(name)
    path = pages / reference.group_of(name) / f"{name}.html"
    text = text_of(path)
    plain = reference.summary(thing).replace("`", "")
    assert plain.partition(":math:")[0].strip() in text
    assert "src/gz" in text
    if url := CONFIG["repository"]["url"]:
        address = f'href="{url}/blob/{CONFIG["repository"]["branch"]}/src/'
        assert address in path.read_text(encoding="utf-8")
    if inspect.isclass(thing):
        return
    for parameter in inspect.signature(thing).parameters.values():
        assert f"{parameter.name}:" in text, parameter.name
    assert ">>> " in text
    assert f"{reference.PUBLIC[name].replace('gzcounty.', 'gz.')}(" in text
    for kind in reference.result_classes(thing):
        assert f"class {kind.__name__}" in text


@pytest.mark.site
def test_panel_ols_has_types_example_output_and_the_methods_of_its_result(pages):
    text = text_of(pages / "models" / "panel_ols.html")
    assert "cluster: str | Sequence[str] | None = None" in text
    assert "→ Result" in text
    assert "log(household_savings) 0.015" in text
    for part in ("table(level: float = 0.95)", "wald( terms: Sequence[str]", "n_clusters (int or"):
        assert part in text
    html = (pages / "models" / "panel_ols.html").read_text(encoding="utf-8")
    assert 'href="ols.html#gzcounty.ols"' in html  # a name in single backticks is a link
    chart = (pages / "charts" / "map_chart.html").read_text(encoding="utf-8")
    assert 'href="../charts.html#gzcounty.charts.frame.finish"' in chart


@pytest.mark.site
def test_formulas_stay_as_they_are_typed_and_classes_have_no_constructor(pages):
    html = (pages / "models" / "event_study.html").read_text(encoding="utf-8")
    assert "\n          + controls[i, t]" in html
    text = text_of(pages / "models" / "event_study.html")
    assert "class WaldTest An F test" in text
    assert "Alias for field" not in text
    assert "Variables" not in text


@pytest.mark.site
def test_fields_that_share_a_line_are_all_shown(pages):
    text = text_of(pages / "models/bacon_decomposition.html")
    for name in ("nobs", "n_entities"):
        assert re.search(rf"\b{name}\b\s*\(int\)", text), name
    assert "n_entities (nobs,)" not in text


@pytest.mark.site
def test_index_has_every_name_with_its_first_sentence(pages):
    text = text_of(pages / "index.html")
    for name in reference.PUBLIC:
        assert name in text
    assert "Estimate a linear panel model with entity and time effects." in text
