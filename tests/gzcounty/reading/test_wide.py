"""Tables with years in their headings become a row a county and year."""

import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gzcounty as gz

COUNTIES = ["榕江县", "台江县", "雷山县"]
INCOME = {"收入": "yuan a person"}


def wide(**columns):
    """Return three counties with columns whose names Python's syntax does not have to allow."""
    return pd.DataFrame({"县": COUNTIES} | columns)


def read(frame, values=INCOME, years=(2014, 2015), **options):
    return gz.read_panel(frame, "县", years, values, **options)


def refused(frame, values=INCOME, years=(2014, 2015), **options):
    with pytest.raises(gz.InputError) as error:
        read(frame, values, years, **options)
    return str(error.value)


PATTERNS = ["{y}年{m}", "{m}{y}", "{m}_{y}", "{y} {m}", "{m}（{y}年）", "{y}年度{m}（元）",
            "{m}（{y}年，元）", "{m}(元){y}"]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    measures=st.lists(st.sampled_from(["收入", "年末存款", "GDP", "rural income"]), min_size=1,
                      max_size=3, unique=True),
    years=st.lists(st.integers(1949, 2100), min_size=1, max_size=4, unique=True),
    pattern=st.sampled_from(PATTERNS),
    data=st.data(),
)  # fmt: skip
def test_a_wide_table_has_the_values_of_the_long_one(measures, years, pattern, data):
    number = st.floats(-1e9, 1e9)
    table = {"县": COUNTIES}
    expected = {}
    for measure in measures:
        for year in years:
            cells = data.draw(st.lists(number, min_size=3, max_size=3))
            table[pattern.format(y=year, m=measure)] = cells
            expected |= {(c, year, measure): v for c, v in zip(COUNTIES, cells, strict=True)}
    panel = read(pd.DataFrame(table), dict.fromkeys(measures, "number"), years)
    names = gz.load_counties().set_index("adcode").name_zh
    got = {
        (names[row.adcode], row.year, measure): row[measure]
        for _, row in panel.iterrows()
        for measure in measures
    }
    assert got == expected


@pytest.mark.parametrize(
    "bare", [(2014, 2015), (2014.0, 2015.0), ("2014年", "2015年度"), ("X2014", "X2015")]
)
def test_a_single_measure_may_stand_under_bare_years(bare):
    panel = read(pd.DataFrame({"县": COUNTIES} | dict.fromkeys(bare, 9000.0)))
    assert panel.year.tolist() == [2014, 2015] * 3
    assert "there is no such column" in refused(
        pd.DataFrame({"县": COUNTIES} | dict.fromkeys(bare, 9000.0)),
        {"收入": "number", "GDP": "number"},
    )


def test_headings_of_two_levels_and_files_are_read_too():
    columns = pd.MultiIndex.from_tuples([("县", ""), ("收入", 2014), ("收入", 2015)])
    frame = pd.DataFrame([["榕江县", 1, 2]], columns=columns)
    assert read(frame, {"收入": "number"}).收入.tolist() == [1, 2]
    file = io.StringIO("县,2014年收入,2015年收入\n榕江县,1,x\n")
    assert "row 2, column '收入 2015', 'x': not a number" in refused(file, {"收入": "number"})


@pytest.mark.parametrize(
    ("columns", "years", "words"),
    [
        (["收入2014"], [2014, 2015], "column '收入 2015': there is no such column"),
        (
            ["收入2014", "2014年收入"],
            [2014],
            "2 columns for '收入 2014': '收入2014' and '2014年收入'",
        ),
        (["收入2014"], [2014, 2014], "year names a year twice"),
        (["收入2014"], [14], "year is 14"),
        (["收入2014"], [], "or the years in the headings, such as range(2014, 2021)"),
        (["收入2014"], ["2014"], "or the years in the headings, such as range(2014, 2021)"),
    ],
)
def test_gaps_duplicates_and_years_that_are_none_are_refused(columns, years, words):
    assert words in refused(wide(**dict.fromkeys(columns, 9000.0)), INCOME, years)


def test_years_that_were_not_asked_for_are_noted():
    panel = read(wide(收入2014=9e3, 收入2015=9e3, 收入2016=9e3, 其他2017=1))
    assert "Years in the headings that were not asked for: 2016." in panel.attrs["notes"]


def test_a_problem_of_a_county_is_told_once_and_leaves_out_all_its_years():
    frame = wide(收入2014=[9000.0, 9100.0, 9200.0], 收入2015=[9000.0, 9100.0, "x"])
    frame["县"] = ["榕江县", "榕江", "台江县"]
    report = read(frame, on_problem="report")
    assert report.problems[["row", "column"]].values.tolist() == [[1, "县"], [2, "收入 2015"]]
    assert report.panel[["adcode", "year"]].values.tolist() == [
        ["522630", 2014], ["522632", 2014], ["522632", 2015]
    ]  # fmt: skip


def test_a_unit_that_one_years_heading_states_is_held_against_the_declared_one():
    frame = pd.DataFrame({"县": COUNTIES, "2014年收入（元）": 9000.0, "2015年收入（万元）": 0.9})
    assert "the heading states 万元, and yuan a person is declared" in refused(frame)


def test_totals_are_left_out_of_a_wide_table():
    frame = wide(收入2014=9e3, 收入2015=9e3)
    frame["县"] = ["全省", "榕江县", "台江县"]
    assert len(read(frame, skip_totals=True)) == 4
    assert "skip_totals=True" in refused(frame)
