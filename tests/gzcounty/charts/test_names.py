"""Names and values of any spelling reach a chart as a name and a value, never as its language."""

import json
import re
from decimal import Decimal
from functools import cache

import numpy as np
import pandas as pd
import pytest
import vl_convert
from hypothesis import example, given, settings
from hypothesis import strategies as st

import gzcounty as gz

CODES = [f"99000{place}" for place in range(1, 7)]
NAMES = pd.DataFrame({"adcode": CODES, "name_en": list("ABCDEF"), "name_zh": list("甲乙丙丁戊己")})
TILES = pd.DataFrame({"adcode": CODES, "col": range(6), "row": 0})
VALUES = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
HARD = [
    "gdp.1", "收入[元]", "v's", 'say "x"', "GDP:亿元", "a\\b", "a b", "a/b", "", " ", "2020",
    "__proto__", "constructor", "toString", "<b>", "{{x}}", "$x & y_1 % #", "📈", "x", "y", "value",
    "name", "index", "adcode_", "title", "image", "County", "a\nb", "datum.value", "`x`", "]",
]  # fmt: skip
names = st.one_of(
    st.sampled_from(HARD), st.text(alphabet=".[]'\"\\:/ <>{}$&%_亿📈ab1\n", max_size=12)
)
few = settings(max_examples=2, deadline=None)


def boundaries() -> dict:
    """Return six SIMULATED squares."""
    arcs = [[[i, 0], [i, 1], [i + 1, 1], [i + 1, 0], [i, 0]] for i in range(6)]
    shapes = [
        {"type": "Polygon", "arcs": [[i]], "id": code, "properties": {"name_en": code}}
        for i, code in enumerate(CODES)
    ]
    counties = {"type": "GeometryCollection", "geometries": shapes}
    return {"type": "Topology", "objects": {"counties": counties}, "arcs": arcs}


@cache
def plain_marks(chart) -> list[str]:
    """Return the marks of a chart of a column with a plain name."""
    return drawn(chart("plain"))


def drawn(chart) -> list[str]:
    """Return the paths of a chart's marks with their looks, without any text."""
    spec = chart.to_dict(validate=False)
    json.dumps(spec, allow_nan=False)
    svg = vl_convert.vegalite_to_svg(spec | {"width": 400})
    return sorted(re.findall(r'<path (?=[^>]*fill="(?:rgb|#))[^>]*? d="[^"]*"', _still(svg)))


def _still(svg: str) -> str:
    # Labels differ with the name; nothing else may.
    return re.sub(r' (aria-label|transform|aria-roledescription)="[^"]*"', "", svg)


def mapped(name):
    data = pd.DataFrame({"adcode": CODES}).assign(**{"other": 1.0})
    data[name] = VALUES
    return gz.map_chart(data, boundaries(), name)


def tiled(name):
    data = pd.DataFrame({"adcode": CODES})
    data[name] = VALUES
    return gz.tile_map(data, TILES, name, NAMES)


def scattered(name):
    data = NAMES.assign(other=VALUES[::-1])
    data[name] = VALUES
    return gz.scatter_chart(data, name, name)


@few
@given(names)
@example("v's: [\"a.b\\\\]")
@example("constructor")
@example("a\n\\")
@pytest.mark.parametrize("chart", [mapped, tiled, scattered])
def test_a_column_of_any_name_draws_the_marks_of_a_plain_one(chart, name):
    marks = drawn(chart(name))
    assert marks == plain_marks(chart)
    assert len(marks) >= len(CODES)


@few
@given(names, names)
@example("__proto__", "constructor")
def test_labels_and_values_of_any_spelling_leave_the_marks_as_they_are(first, second):
    def chart(one, other):
        rows = [
            {"label": label, "group": label, "estimate": 1.0, "conf_low": 0.5, "conf_high": 1.5}
            for label in (one, other)
        ]
        return gz.coefficient_plot(rows, title="t")

    same = first == second
    assert drawn(chart(first, second)) == drawn(chart("a", "a" if same else "b"))


@few
@given(names.filter(lambda name: name.strip()))
@example("v's \\")
def test_places_and_measures_of_any_spelling_are_found_by_the_menu(name):
    menu = pd.DataFrame([{"variable": name, "label": name, "unit": name, "format": ".1f"}])
    rows = NAMES.rename(columns={"adcode": "unit", "name_en": "name"}).assign(
        variable=name, value=VALUES, start=VALUES, end=VALUES + 1, year=2020, inside=[True] * 6,
        estimate=VALUES, conf_low=VALUES - 1, conf_high=VALUES + 1, label="other", note=1, format=2,
    )  # fmt: skip
    later = pd.concat([rows, rows.assign(year=2021)], ignore_index=True)
    units = NAMES.assign(variable=name, value=VALUES, inside=True)
    for chart in (
        gz.ranked_chart(rows.assign(name=[f"{name} {i}" for i in range(6)]), menu),
        gz.paths_chart(later, menu, labelled=["A"]),
        gz.dumbbell_chart(rows, menu, years=(2010, 2020)),
        gz.distribution_chart(units, menu),
    ):
        assert len(drawn(chart)) >= len(CODES)


@pytest.mark.parametrize("known", ["name_en", "name_zh"])
def test_one_column_of_names_is_enough_for_every_chart(known):
    names = NAMES[["adcode", known]]
    menu = pd.DataFrame([{"variable": "v", "label": "l", "unit": "u", "format": ".1f"}])
    land = boundaries()
    for shape, name in zip(land["objects"]["counties"]["geometries"], names[known], strict=True):
        shape["properties"] = {known: name}
    values = names.assign(v=VALUES, variable="v", value=VALUES, inside=True)
    for chart in (
        gz.map_chart(values, land, "v"),
        gz.tile_map(values, TILES, "v", names),
        gz.scatter_chart(values, "v", "value"),
        gz.distribution_chart(values, menu),
    ):
        spec = chart.to_dict()
        said = json.dumps(spec, ensure_ascii=False)
        assert ('"title": "县"' in said) == (known == "name_zh")
        assert len(drawn(chart)) >= len(CODES)


def test_a_tooltip_keeps_every_line_where_titles_are_the_same_or_reserved():
    spec = scattered("constructor").to_dict()
    lines = [layer["encoding"].get("tooltip", []) for layer in spec["layer"]]
    titles = [line["title"] for line in lines[0]]
    assert [title.strip() for title in titles] == ["county", "县", "constructor", "constructor"]
    assert len(set(titles)) == 4
    assert "constructor" not in titles


@pytest.mark.parametrize(
    "column",
    [
        [Decimal(1)] * 6, [None, *"abcde"], pd.date_range("2020", periods=6), [1j] * 6,
        [np.inf, 1, 2, 3, 4, 5],
    ],
)  # fmt: skip
def test_a_column_that_is_no_finite_number_is_refused_by_name(column):
    data = pd.DataFrame({"adcode": CODES, "v": column})
    with pytest.raises(gz.InputError, match="column 'v' of the table of values"):
        gz.map_chart(data, boundaries(), "v")


@pytest.mark.parametrize("dtype", ["Float64", "Int64", "float32", "int8", "bool"])
def test_gaps_and_numbers_of_any_type_make_strict_json(dtype):
    values = pd.Series([1, 0, 1, 1, 0, 1]).astype(dtype)
    if dtype[0].isupper():
        values[0] = pd.NA
    spec = gz.map_chart(pd.DataFrame({"adcode": CODES, "v": values}), boundaries(), "v").to_dict()
    json.dumps(spec, allow_nan=False)


def test_only_what_is_drawn_of_a_table_of_estimates_reaches_the_chart():
    rows = pd.DataFrame({"label": ["a"], "estimate": 1.0, "conf_low": 0.0, "conf_high": 2.0})
    rows["mine"] = [Decimal("NaN")]
    rows[2020] = [object()]
    spec = gz.coefficient_plot(rows).to_dict()
    json.dumps(spec, allow_nan=False)
    (row,) = next(iter(spec["datasets"].values()))
    assert {"mine", "2020"}.isdisjoint(row)


@pytest.mark.parametrize("number", ["'", ".1f')", "abc", "\\<5"])
def test_a_format_that_is_none_is_refused(number):
    data = pd.DataFrame({"adcode": CODES, "v": VALUES})
    with pytest.raises(gz.InputError, match="must be a d3-format"):
        gz.map_chart(data, boundaries(), "v", number=number)


def test_two_columns_of_one_name_are_refused():
    data = pd.DataFrame([[code, 1.0, 2.0] for code in CODES], columns=["adcode", "v", "v"])
    with pytest.raises(gz.InputError, match="more than one column is called 'v'"):
        gz.map_chart(data, boundaries(), "v")


def test_a_word_that_there_is_not_is_named():
    data = pd.DataFrame({"adcode": CODES, "v": VALUES})
    with pytest.raises(gz.InputError, match="no argument 'titel'"):
        gz.map_chart(data, boundaries(), "v", titel="x")


def test_a_first_chart_says_what_is_drawn_and_what_is_not_stated():
    words = mapped("gdp.1").usermeta["gzcounty"]
    assert words["title"] == "gdp.1 by county"
    assert words["sample"] == "6 counties"
    assert words["source"] == "not stated"
    assert words["description"] == (
        "Map of gdp.1 in 6 counties, from 1.000 to 6.000; the median is 3.500."
    )
