"""The roster of the programme: every problem told at once, half-filled ones refused."""

import pandas as pd
import pytest

import gzbook
import gzcounty as gz
from gzcounty.data import store
from gzcounty.reading.problems import PanelError

TEMPLATE = store.folder() / "programme_roster.csv"


@pytest.fixture
def template():
    """Return the template as a spreadsheet would hand it over, without what was typed."""
    frame = pd.read_csv(TEMPLATE, dtype=str, keep_default_na=False)
    return frame.assign(entry_year="", source="", note="")


def typed(frame, rows, year, source="a list"):
    frame.loc[rows, ["entry_year", "source"]] = [year, source]
    return frame


def test_the_template_has_each_county_once_by_its_own_names(template):
    counties = gz.load_counties()
    assert template.adcode.tolist() == counties.adcode.tolist()
    assert template.name_zh.tolist() == counties.name_zh.tolist()
    roster = gzbook.load_roster(template)
    assert roster.empty
    assert not roster.complete
    assert not roster.real
    assert not roster.simulated


def test_the_stored_roster_passes_its_own_checks():
    roster = gzbook.load_roster()
    assert len(roster.table) == 88
    assert roster.real == roster.complete


def test_a_filled_one_is_real_and_gives_years(template, tmp_path):
    typed(template, slice(None), "2016")
    typed(template, template.index[:3], "Never", "lists of 2014 to 2021")
    typed(template, template.index[3], "2015年")
    template.to_csv(tmp_path / "filled.csv", index=False)
    roster = gzbook.load_roster(tmp_path / "filled.csv")
    assert roster.complete
    assert roster.real
    years = roster.entries()
    assert years.iloc[:4].tolist() == [0, 0, 0, 2015]
    assert (years.iloc[4:] == 2016).all()
    assert roster.status == "Complete: 85 of 88 counties entered from 2015 to 2016, 3 never did."


@pytest.mark.parametrize("filled", [1, 40, 87])
def test_a_half_filled_one_loads_and_is_refused_for_analysis(template, filled):
    roster = gzbook.load_roster(typed(template, template.index[:filled], "2016"))
    assert roster.known == filled
    assert not roster.complete
    assert not roster.real
    said = f"Partly filled: {filled} of 88 counties filled, {88 - filled} not known"
    with pytest.raises(gz.InputError, match=said):
        roster.entries()


def test_counties_that_a_file_does_not_list_are_not_known(template):
    roster = gzbook.load_roster(typed(template, slice(None), "2016").iloc[:80])
    assert roster.known == 80
    with pytest.raises(gz.InputError, match="8 not known"):
        roster.entries()


def test_all_problems_are_told_at_once(template):
    typed(template, 0, "2013")
    typed(template, 1, "2024")
    typed(template, 2, "soon")
    typed(template, 3, "2016", "")
    typed(template, 4, "never", "  ")
    template.loc[5, "adcode"] = "529999"
    template.loc[6, "adcode"] = "330106"
    template.loc[[7, 8], "name_zh"] = template.loc[[8, 7], "name_zh"].to_numpy()
    template.loc[len(template)] = template.loc[9]
    with pytest.raises(PanelError) as caught:
        gzbook.load_roster(template)
    assert "places=" not in str(caught.value)  # an argument of read_panel alone
    found = caught.value.problems
    problems = found.groupby("row").problem.first()
    assert problems[[0, 1]].eq("not a year of the programme").all()
    assert problems[2] == "neither a year nor 'never'"
    assert problems[[3, 4]].tolist() == ["no source for '2016'", "no source for 'never'"]
    assert "no county has this code" in problems[5]
    assert "not in the province" in problems[6]
    assert problems[[7, 8]].eq("not the name of the county in this row").all()
    assert problems[88] == "the same county as row 9"
    assert set(found.row) == {*range(9), 88}


def test_missing_columns_are_named(template):
    with pytest.raises(PanelError) as caught:
        gzbook.load_roster(template.drop(columns=["entry_year", "source"]))
    assert set(caught.value.problems.column) == {"entry_year", "source"}


def test_names_and_former_codes_serve_too():
    mine = pd.DataFrame(
        {"县": ["榕江县", "522423", "Taijiang"], "entry_year": [2016, "2017", ""], "source": "list"}
    )
    roster = gzbook.load_roster(mine, county="县")
    known = roster.table.dropna(subset="entry_year").set_index("adcode").entry_year
    assert known.to_dict() == {"522632": 2016, "520581": 2017}


def test_an_entry_after_a_named_batch_is_told_and_not_decided(template):
    leishan = template.adcode == "522634"
    late = gzbook.load_roster(typed(template.copy(), leishan, "2018"))
    assert any("Leishan" in note and "batch of 2016" in note for note in late.notes)
    for year in ("2015", "2016"):
        roster = gzbook.load_roster(typed(template.copy(), leishan, year))
        assert not any("batch" in note for note in roster.notes)
