"""A user's own table: what is read, what is refused, and what is said of it."""

import pickle
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gzcounty as gz

UNITS = {"gdp": "10k yuan", "income": "yuan a person"}


def table(**columns):
    """Return three counties in one year, with columns put in their place."""
    base = {
        "county": ["榕江县", "台江县", "雷山县"],
        "year": [2019, 2019, 2019],
        "gdp": [846176.0, 350000.0, 400000.0],
        "income": [9760.0, 9542.0, 9900.0],
    }
    return pd.DataFrame(base | columns)


def read(frame, values=UNITS, **options):
    return gz.read_panel(frame, "county", "year", values, **options)


def problems(frame, values=UNITS, **options):
    """Return the table of problems; the error must list the same ones."""
    report = read(frame, values, on_problem="report", **options)
    if report.ok:
        read(frame, values, **options)
    else:
        with pytest.raises(gz.InputError) as error:
            read(frame, values, **options)
        pd.testing.assert_frame_equal(error.value.problems, report.problems)
    return report.problems


def only(frame, values=UNITS, **options):
    """Return the one problem of a table."""
    result = problems(frame, values, **options)
    assert len(result) == 1, result
    return result.iloc[0]


def test_a_clean_table_is_tidy_typed_and_in_order():
    panel = read(table())
    assert panel.columns.tolist() == ["adcode", "year", "gdp", "income"]
    assert panel.adcode.tolist() == ["522630", "522632", "522634"]
    assert panel.gdp.tolist() == [350000.0, 846176.0, 400000.0]
    assert panel.year.dtype == "int64"
    assert panel.attrs["units"] == UNITS
    assert panel.attrs["notes"] == ["3 rows of 3 counties, 2019."]


def test_it_merges_with_the_packages_tables_and_goes_into_a_model():
    computed = gz.load_panel()[["adcode", "year", "rural_income"]].dropna()
    names = gz.load_counties().set_index("adcode").name_zh
    mine = computed.assign(county=computed.adcode.map(names).str.replace("江县", "江")).rename(
        columns={"rural_income": "income"}
    )
    panel = read(mine, {"income": "yuan a person"}, province="贵州")
    merged = panel.merge(gz.load_panel(), on=["adcode", "year"], validate="1:1")
    assert len(merged) == len(computed)
    assert (merged.income == merged.rural_income).all()
    merged.attrs = panel.attrs
    fit = gz.panel_ols("log(income) ~ log(household_savings)", merged, "adcode", "year")
    same = gz.panel_ols(
        "log(rural_income) ~ log(household_savings)", gz.load_panel(), "adcode", "year"
    )
    pd.testing.assert_frame_equal(fit.table(), same.table())
    assert any("榕江 = 榕江县 (522632)" in note for note in fit.notes)


def test_every_problem_is_told_at_once_by_row_column_and_value():
    frame = table(
        county=["熔江县", "台江县", "台江"], income=["9,760", -1, "12.5%"], gdp=[846176, "—", 4e5]
    )
    result = problems(frame, province="贵州")
    assert result[["row", "column", "value"]].values.tolist() == [
        [0, "county", "熔江县"],
        [0, "income", "9,760"],
        [1, "gdp", "—"],
        [1, "income", "-1"],
        [2, "county", "台江, 2019"],
        [2, "income", "12.5%"],
    ]
    written = result.suggestion.tolist()
    assert "榕江县 (522632)" in written[0]
    assert "thousands=','" in written[1]
    assert "missing=['—']" in written[2]
    assert "declare the unit '%'" in written[5]
    with pytest.raises(gz.InputError, match="6 problems in 3 rows; nothing was read"):
        read(frame, province="贵州")


def test_a_report_keeps_the_rows_without_a_problem_and_counts_the_others():
    report = read(table(income=[9760, "x", 9900]), on_problem="report")
    assert not report.ok
    assert report.panel.adcode.tolist() == ["522632", "522634"]
    assert report.notes[0] == "2 rows of 2 counties, 2019. 1 row with a problem left out."
    assert report.counties.how.tolist() == ["full name"] * 3
    assert "1 problem in 1 row" in repr(report)
    assert "<table" in report._repr_html_()


def test_the_error_is_an_input_error_that_travels():
    with pytest.raises(gz.InputError) as caught:
        read(table(income=[1e4, "x", 1e4]))
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    pd.testing.assert_frame_equal(again.problems, caught.value.problems)


def test_a_long_list_is_cut_in_the_message_only():
    frame = pd.DataFrame({"county": "榕江县", "year": range(1950, 2000), "v": "x"})
    frame["v"] += frame.year.astype(str)
    with pytest.raises(gz.InputError, match=r"and 30 more, in the error's .problems") as error:
        read(frame, {"v": "number"})
    assert len(error.value.problems) == 50


def test_rows_with_the_same_problem_are_told_in_one_line():
    frame = pd.DataFrame({"county": "熔江县", "year": range(2000, 2010), "v": 1.0})
    with pytest.raises(gz.InputError) as error:
        read(frame, {"v": "number"})
    assert len(str(error.value).splitlines()) == 2
    assert "rows 0, 1, 2, 3, 4 and 5 more, column 'county', '熔江县'" in str(error.value)


@pytest.mark.parametrize("empty", ["", " ", "\u3000", None, np.nan, pd.NA])
def test_an_empty_cell_is_missing_and_counted(empty):
    panel = read(table(gdp=[846176, empty, 400000]))
    assert panel.gdp.isna().sum() == 1
    assert "Column 'gdp': 1 value missing." in panel.attrs["notes"]


def test_marks_and_signs_that_are_declared_are_read():
    frame = table(gdp=["846,176", "—", "-999"])
    panel = read(frame, missing=["—", "-999"], thousands=",")
    assert panel.gdp.isna().sum() == 2
    assert panel.gdp.max() == 846176
    assert any("signs between thousands" in note for note in panel.attrs["notes"])
    assert read(table(gdp=[1e6, -999.0, 1e6]), missing=["-999"]).gdp.isna().sum() == 1


@pytest.mark.parametrize("year", ["2019", 2019.0, "2019年", "２０１９", " 2019 ", "2019.0"])
def test_years_that_are_read(year):
    assert read(table(year=[year, 2019, 2019])).year.eq(2019).all()


@pytest.mark.parametrize("year", ["19", 20190, "2019-12-31", "二〇一九", 1066, 2019.5, True])
def test_years_that_are_not(year):
    problem = only(table(year=pd.Series([year, 2019, 2019], dtype=object)))
    assert problem.problem == "not a year"
    assert problem.column == "year"


@pytest.mark.parametrize("column", ["county", "year"])
def test_no_county_and_no_year_are_problems(column):
    values = table()[column].astype(object).tolist()
    problem = only(table(**{column: [values[0], None, values[2]]}))
    assert problem.problem == f"no {column}"
    assert problem.row == 1


def test_one_year_for_all_rows():
    panel = gz.read_panel(table().drop(columns="year"), "county", 2020, UNITS)
    assert panel.year.tolist() == [2020] * 3


def test_codes_come_as_text_as_numbers_and_as_decimal_numbers():
    for codes in (["522632", "522630", "522634"], [522632, 522630, 522634]):
        assert read(table(county=codes)).attrs["notes"] == ["3 rows of 3 counties, 2019."]
    panel = read(table(county=[522632.0, 522630.0, 522634.0]))
    assert panel.adcode.tolist() == ["522630", "522632", "522634"]
    assert "such as 522632.0" in panel.attrs["notes"][1]


def test_every_name_that_was_understood_otherwise_is_in_the_notes():
    frame = table(county=["榕江", "Taijiang ", "盘县"])
    notes = "\n".join(read(frame).attrs["notes"])
    for texts in ("榕江 = 榕江县 (522632)", "Taijiang = 台江县 (522630)", "盘县 = 盘州市 (520281)"):
        assert texts in notes


def test_province_and_prefecture_as_a_column_or_for_all():
    frame = table(county=["白云区", "鼓楼区", "西湖区"])
    assert len(problems(frame)) == 3
    where = ["贵州省", "江苏", "Zhejiang"]
    assert len(problems(frame.assign(where=where), province="where")) == 1
    panel = read(
        frame.assign(where=where, city=["贵阳", "徐州市", "杭州市"]),
        province="where", prefecture="city",
    )  # fmt: skip
    assert panel.adcode.tolist() == ["320302", "330106", "520113"]
    assert only(table(county=["白云区", "台江县", "雷山县"])).column == "county"
    assert problems(table(county=["白云区", "台江县", "雷山县"]), province="贵州").empty


def test_a_province_that_does_not_exist():
    problem = only(table().assign(where=["贵州", "Atlantis", None]), province="where")
    assert (problem.column, problem.row, problem.value) == ("where", 1, "Atlantis")


def test_totals_and_wider_places_are_problems_or_left_out_and_noted():
    frame = table(county=["黔东南州", "台江县", "合计"], income=[1e9, 9542.0, 1e12])
    assert problems(frame)[["row", "value"]].values.tolist() == [[0, "黔东南州"], [2, "合计"]]
    panel = read(frame, skip_totals=True)
    assert panel.adcode.tolist() == ["522630"]
    with pytest.raises(gz.InputError, match="no row of a county"):
        read(frame.iloc[[0, 2]], skip_totals=True)
    assert "2 rows of no county left out: 0 '黔东南州', 2 '合计'." in panel.attrs["notes"]


def test_a_name_that_no_list_has_is_left_out_where_places_says_so():
    frame = table(county=["贵安新区", "台江县", "毕节市"])
    assert len(problems(frame, skip_totals=True)) == 2
    panel = read(frame, places={"贵安新区": None, "毕节市": None})
    assert panel.adcode.tolist() == ["522630"]
    assert any("0 '贵安新区', 2 '毕节市'" in note for note in panel.attrs["notes"])


def test_the_users_own_list_of_places():
    frame = table(county=["高新区", "台江县", "雷山县"])
    assert "places=" in only(frame).suggestion
    assert read(frame, places={"高新区": "330105"}).adcode[0] == "330105"


def test_two_names_that_are_one_county_today_are_told():
    frame = table(county=["小河区", "花溪区", "雷山县"], year=[2010, 2010, 2010])
    problem = only(frame)
    assert problem.problem == "the same county and year as row 0"
    assert "'小河区' and '花溪区' are one county" in problem.suggestion


def test_gaps_are_a_note_or_with_balanced_a_problem():
    frame = pd.concat([table(), table(year=[2020] * 3).head(2)], ignore_index=True)
    assert "1 county of 3 lacks some of the 2 years" in read(frame).attrs["notes"][1]
    problem = only(frame, balanced=True)
    assert (problem.value, problem.problem) == ("雷山县 (522634)", "no row for 2020")
    assert pd.isna(problem.row)


def long_table(**columns):
    computed = gz.load_panel()[["adcode", "year", "gdp", "rural_income"]].dropna()
    names = {"adcode": "county", "rural_income": "income"}
    return computed.rename(columns=names).assign(**columns)


def test_a_unit_that_cannot_be_is_one_problem_of_the_column_and_nothing_is_converted():
    frame = long_table()
    problem = only(frame, {"gdp": "yuan"})
    assert pd.isna(problem.row)
    assert "hard to believe" in problem.problem
    assert "million yuan" in problem.suggestion
    assert "sure=['gdp']" in problem.suggestion
    panel = read(frame, {"gdp": "yuan"}, sure=["gdp"])
    assert panel.gdp.sum() == pytest.approx(frame.gdp.sum())
    assert any("taken as given" in note for note in panel.attrs["notes"])


def test_shares_called_percent_are_one_problem_and_the_other_way_round():
    share = np.linspace(0.1, 0.9, len(long_table()))
    assert "share" in only(long_table(s=share), {"s": "%"}).suggestion
    assert "%" in only(long_table(s=100 * share), {"s": "share"}).suggestion


def test_one_cell_in_another_unit_is_told_with_its_row():
    frame = long_table().reset_index(drop=True)
    frame.loc[7, "income"] /= 1e4
    problem = only(frame, {"income": "yuan a person"})
    assert problem.row == 7
    assert "fifty times" in problem.problem
    assert len(read(frame, {"income": "yuan a person"}, sure=["income"])) == len(frame)


def test_a_heading_that_states_another_unit_is_one_problem_or_with_sure_a_note():
    frame = table().rename(columns={"gdp": "GDP（百万元）"})
    problem = only(frame, {"GDP（百万元）": "100m yuan"})
    assert pd.isna(problem.row)
    assert problem.problem == "the heading states 百万元, and 100m yuan is declared"
    assert problem.suggestion.startswith("declare 'million yuan'; or")
    panel = read(frame, {"GDP（百万元）": "100m yuan"}, sure="GDP（百万元）")
    assert any("heading states 百万元" in note for note in panel.attrs["notes"])


def test_one_of_two_years_in_another_unit_is_told():
    frame = pd.concat([table(), table(year=[2020] * 3, income=[0.98, 9600, 9950])])
    frame = frame.reset_index(drop=True)
    assert problems(frame)["row"].tolist() == [0, 3]
    assert read(frame, sure="income").income.min() == 0.98


def test_a_step_of_one_hundred_is_told_although_the_county_grew():
    frame = pd.concat(
        [table(gdp=[84.6, 3500, 4000]), table(year=[2020] * 3, gdp=[8000, 3300, 3900])],
        ignore_index=True,
    )
    assert problems(frame, {"gdp": "million yuan"})["row"].tolist() == [0, 3]


@pytest.mark.parametrize("heading", ["2014", 2014, 2014.0, np.int64(2014), "2014年"])
@pytest.mark.parametrize("name", ["2014", 2014, 2014.0, np.int64(2014), "2014年"])
def test_a_year_as_a_heading_is_found_however_it_is_given(heading, name):
    frame = table().rename(columns={"income": heading})
    assert read(frame, {name: "yuan a person"}, sure=name).iloc[:, 2].tolist() == [9542, 9760, 9900]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"missing": [None]}, "missing must be texts or numbers, one or a list of them"),
        ({"missing": True}, "missing must be texts or numbers, one or a list of them"),
        ({"sure": [["income"]]}, "sure must be texts or numbers"),
        ({"convert": "yuan"}, "convert must be a mapping"),
        ({"places": ["县"]}, "places must be a mapping"),
        ({"skip_totals": "no"}, "skip_totals must be True or False"),
        ({"convert": {2014: "yuan", "2014": "yuan"}}, "convert names a column twice"),
    ],
)
def test_arguments_of_another_type_are_refused_in_a_sentence(options, words):
    with pytest.raises(gz.InputError, match=re.escape(words)):
        read(table(), **options)


def test_conversion_is_asked_for_and_noted():
    panel = read(table(), convert={"gdp": "million yuan"})
    assert panel.gdp.tolist() == [3500.0, 8461.76, 4000.0]
    assert panel.attrs["units"]["gdp"] == "million yuan"
    assert panel.attrs["notes"][-1] == "Column 'gdp' was converted from 10k yuan to million yuan."
    with pytest.raises(gz.InputError, match="10k yuan cannot be converted to persons"):
        read(table(), convert={"gdp": "persons"})


def test_text_is_kept_as_it_is():
    panel = read(table(kind=["a", None, "b"]), {"kind": "text"})
    assert panel.kind.tolist()[1:] == ["a", "b"]
    assert panel.kind.isna()[0]


def test_all_that_is_wrong_with_the_question_is_told_at_once():
    with pytest.raises(gz.InputError) as error:
        gz.read_panel(
            table(), "countie", "years", {"gpd": "milion yuan"}, convert={"x": "%"}, sure=["y"]
        )
    text = str(error.value)
    assert "6 problems" in text
    for words in ("near: 'county'", "near: 'year'", "near: 'gdp'", "Did you mean 'million yuan'",
                  "convert names a column", "sure names a column"):  # fmt: skip
        assert words in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("county", "year", {}), "values must name at least one column"),
        (("county", "year", ["gdp"]), "values must name at least one column"),
        (("county", "county", UNITS), "cannot be two things at once"),
        (("county", 19, UNITS), "year is 19"),
        (("county", None, UNITS), "year must be a column, one year, or"),
        (("county", 2019, {"year": "number"}), "a column 'year' of its own"),
    ],
)
def test_questions_that_make_no_sense(arguments, words):
    with pytest.raises(gz.InputError, match=words):
        gz.read_panel(table(), *arguments)
    with pytest.raises(gz.InputError, match="on_problem must be"):
        read(table(), on_problem="ignore")
    for argument, column in (("province", "county"), ("prefecture", "gdp")):
        with pytest.raises(gz.InputError, match="cannot be two things at once"):
            read(table(), **{argument: column})


def test_no_rows_are_refused_and_a_wrong_column_of_counties_too():
    with pytest.raises(gz.InputError, match="has no rows"):
        read(table().head(0))
    ids = [f"x{number}" for number in range(30_000)]
    with pytest.raises(gz.InputError, match="in 30,000 ways"):
        read(pd.DataFrame({"county": ids, "year": 2019, "v": 1.0}), {"v": "number"})


def test_the_frame_is_left_as_it_was():
    frame = table(county=["榕江", "台江县", "雷山县"])
    before = frame.copy()
    read(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_hundreds_of_thousands_of_rows_with_as_many_problems():
    codes = gz.load_china_counties().adcode.to_numpy()
    row = np.arange(300_000)
    frame = pd.DataFrame({"county": codes[row % 2948], "year": 1960 + row // 2948, "v": 9000.0})
    assert len(read(frame, {"v": "yuan a person"})) == 300_000
    bad = frame.assign(v=-1.0, county="no" + pd.Series(codes)[row % 500].to_numpy())
    assert len(problems(bad.head(100_000), {"v": "yuan a person"})) == 200_000


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_what_is_read_is_what_was_written(data):
    """Any counties, years and numbers, dressed as files dress them, come back as they were."""
    china = gz.load_china_counties()
    codes = data.draw(st.lists(st.sampled_from(china.adcode.tolist()), min_size=1, max_size=20))
    years = data.draw(st.lists(st.integers(1949, 2100), min_size=len(codes), max_size=len(codes)))
    floats = st.floats(allow_nan=False, allow_infinity=False)
    values = data.draw(st.lists(floats, min_size=len(codes), max_size=len(codes)))
    dress = data.draw(st.sampled_from([str, lambda v: f" {v}\u3000", float]))
    frame = pd.DataFrame({"county": codes, "year": years, "v": values})
    frame = frame.drop_duplicates(["county", "year"])
    dressed = frame.assign(county=frame.county.map(dress), year=frame.year.map(dress))
    panel = read(dressed, {"v": "number"})
    expected = frame.sort_values(["county", "year"])
    assert panel.adcode.tolist() == expected.county.tolist()
    assert panel.year.tolist() == expected.year.tolist()
    assert panel.v.tolist() == expected.v.tolist()
