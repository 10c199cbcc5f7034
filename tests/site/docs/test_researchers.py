"""The code on the page for researchers runs, block after block, as a reader would run it."""

import re
from pathlib import Path

import pytest

import gzcounty as gz

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "book" / "researchers.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
# The promise of ten lines is about data and models.
LONG = ("specification_curve",)


def write_own_data(folder: Path) -> None:
    """Write what the page calls my_counties.csv: SIMULATED counties under other names."""
    panel = gz.simulate_panel(n_counties=40, cohorts={2017: 0.3, 2019: 0.3}, seed=11)
    panel["income"] = panel.rural_income
    panel["programme"] = panel.inside
    columns = ["county", "year", "income", "programme", "first_year"]
    panel[columns].to_csv(folder / "my_counties.csv", index=False)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Run all blocks in one namespace; return it with what was printed."""
    import contextlib
    import io

    folder = tmp_path_factory.mktemp("own")
    write_own_data(folder)
    names: dict[str, object] = {}
    output = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(output):
        for block in BLOCKS:
            exec(compile(block, "researchers.md", "exec"), names)
    return names, output.getvalue()


def test_there_are_blocks():
    assert len(BLOCKS) >= 8


@pytest.mark.parametrize("block", BLOCKS, ids=[b.splitlines()[-1][:40] for b in BLOCKS])
def test_each_is_under_ten_lines(block):
    lines = [line for line in block.splitlines() if line.strip()]
    if not any(name in block for name in LONG):
        assert len(lines) < 10


def test_own_data_give_the_effect_that_was_drawn(ran):
    names, _ = ran
    row = names["fit"].term("programme")
    assert row.conf_low < 0.05 < row.conf_high
    overall = names["staggered"].aggregate("simple").overall
    assert overall.conf_low < 0.05 < overall.conf_high


def test_the_refusal_says_where(ran):
    _, output = ran
    assert "(S001, 2014)" in output  # the row that was doubled


def test_provinces_are_those_of_the_national_table(ran):
    names, _ = ran
    china = gz.load_china_counties()
    for province, fit in names["fits"].items():
        expected = china[china.province_en == province].savings_per_resident_2020.notna().sum()
        assert fit.nobs == expected
        assert any("wild cluster bootstrap" in note for note in fit.notes)
    assert set(names["fits"]) == {"Yunnan", "Zhejiang"}


def test_every_name_on_the_page_exists():
    named = set(re.findall(r"gz\.([a-z_]+|[A-Z]\w+)", PAGE))
    assert named
    assert [name for name in named if not hasattr(gz, name)] == []


def test_what_it_says_is_for_guizhou_only_is():
    china = gz.load_china_counties()
    assert "rural_income" not in china
    assert "lon" not in china
    assert set(gz.load_neighbours().adcode_i.str[:2]) == {"52"}
    assert set(gz.load_panel().adcode.str[:2]) == {"52"}
