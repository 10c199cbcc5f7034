"""The atlas as a specification: what it holds, what it refuses, how large it is."""

import json
import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
from shapes import CODES, NAMES, TILES, land
from words import chart_words, subtitle

import gzbook
import gzcounty as gz
from gzbook.figures.atlas import _span

WORDS = chart_words("4 simulated counties")
VARIABLES = pd.DataFrame(
    {
        "variable": ["income", "change"],
        "label": ["Income", "Change of income"],
        "unit": ["yuan", "%"],
        "format": [",.0f", "+.1f"],
        "kind": ["amount", "difference"],
        "source": ["drawn for a test", "drawn for a test"],
        "sample": ["3 former poverty counties", None],
    }
)
DATA = pd.DataFrame(
    [
        *[(code, 2010, "income", 1000.0 + i) for i, code in enumerate(CODES)],
        *[(code, 2020, "income", 2000.0 + i) for i, code in enumerate(CODES[:3])],
        *[(code, 2015, "change", float(i)) for i, code in enumerate(CODES)],
    ],
    columns=["adcode", "year", "variable", "value"],
)


def draw(data=DATA, variables=VARIABLES, **more):
    return gzbook.atlas(data, land(), TILES, NAMES, variables, **{**WORDS, **more})


@cache
def drawn() -> dict:
    """Return the specification of the plain atlas, which altair takes a second to check."""
    return draw().to_dict()


def parameter(spec: dict, name: str) -> dict:
    return next(param for param in spec["params"] if param.get("name") == name)


def counties(spec: dict) -> dict[str, dict]:
    sets = [s for s in spec["datasets"].values() if isinstance(s, list)]
    return {row["adcode"]: row for rows in sets for row in rows if "adcode" in row}


def test_its_tooltips_name_the_county():
    tooltips = re.findall(r'"tooltip": (\[.*?\])', json.dumps(draw().to_dict()))
    assert tooltips
    assert [lines for lines in tooltips if '"en"' not in lines] == []


def test_values_stand_where_the_catalogue_says():
    spec = drawn()
    catalogue = parameter(spec, "catalogue")["value"]
    for row in DATA.itertuples():
        entry = catalogue[row.variable]
        place = entry["from"] + entry["years"].index(row.year)
        assert counties(spec)[row.adcode]["v"][place] == row.value
    missing = catalogue["income"]["from"] + 1
    assert counties(spec)["520103"]["v"][missing] is None


def test_a_download_has_a_named_column_for_each_value():
    spec = drawn()
    columns = spec["usermeta"]["columns"]
    assert columns["v"] == ["income_2010", "income_2020", "change_2015"]
    for row in counties(spec).values():
        assert len(row["v"]) == len(columns["v"])
        assert set(row) - {"adcode"} == set(columns)


def test_a_year_without_data_leads_to_the_nearest_one_the_later_of_two():
    entry = parameter(drawn(), "catalogue")["value"]["income"]
    assert [entry["years"][place] for place in entry["nearest"]] == [2010] * 5 + [2020] * 6


def test_catalogue_counts_ranks_and_colours_each_year_by_itself():
    catalogue = parameter(drawn(), "catalogue")["value"]
    assert catalogue["income"]["n"] == [4, 3]
    assert catalogue["income"]["median"] == [1001.5, 2001.0]
    assert catalogue["income"]["low"][1] > catalogue["income"]["high"][0]
    assert catalogue["change"]["low"] == [-high for high in catalogue["change"]["high"]]
    assert catalogue["income"]["sample"] == "3 former poverty counties"
    assert "year shown" in subtitle(draw())


def test_it_starts_where_it_is_told():
    spec = draw(start="change").to_dict()
    assert parameter(spec, "variable")["value"] == "change"
    assert parameter(spec, "year")["value"] == 2015
    assert parameter(spec, "last")["value"]["focus"] == "522632"


def test_hover_and_pick_belong_to_views_that_exist():
    spec = drawn()
    layers = [
        layer for row in spec["vconcat"] for view in row["hconcat"] for layer in view["layer"]
    ]
    named = {layer["name"] for layer in layers if "name" in layer}
    for name in ("hover", "pick"):
        assert set(parameter(spec, name)["views"]) == named
    assert len(named) == 3


def test_parameters_survive_a_copy():
    chart = draw()
    assert chart.copy().properties(title="another").to_dict()["params"] == chart.to_dict()["params"]


def test_every_view_states_its_width():
    for row in drawn()["vconcat"]:
        assert all(isinstance(view["width"], int) for view in row["hconcat"])


def test_years_in_words():
    assert _span([2010, 2020]) == "2010, 2020"
    assert _span([2014, 2015, 2016, 2020]) == "2014-2016, 2020"
    assert _span([2019, 2020]) == "2019, 2020"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d, v: (d.replace("520103", "990101"), v), "adcode 990101"),
        (lambda d, v: (pd.concat([d, d[:1]]), v), "'income' of 522632 in 2010 more than once"),
        (lambda d, v: (d, v[:1]), "variable 'change' is in one of the two tables only"),
        (
            lambda d, v: (d, v.assign(kind="ratio")),
            "kind of 'income' must be 'amount', 'share' or 'difference', not 'ratio'",
        ),
        (lambda d, v: (d, v.assign(variable="income")), "'income' more than once"),
        (lambda d, v: (d.drop(columns="year"), v), "lacks the column 'year'"),
        (lambda d, v: (d, v.drop(columns="unit")), "lacks the column 'unit'"),
        (
            lambda d, v: (d.assign(value=d.value.where(d.variable != "change")), v),
            "variable 'change' has no value",
        ),
    ],
)
def test_bad_tables_are_refused(change, message):
    data, variables = change(DATA, VARIABLES)
    with pytest.raises(gz.InputError, match=message):
        draw(data, variables)


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ({"start": "rent"}, "variable 'rent' to start with"),
        ({"year": 1999}, "year 1999 to start with is not between 2010 and 2020"),
        ({"sample": "Guizhou"}, "draws 4 units"),
    ],
)
def test_a_start_that_does_not_exist_is_refused(start, message):
    with pytest.raises(gz.InputError, match=message):
        draw(**start)


def test_values_are_rounded_to_five_digits_and_no_further():
    data = DATA.assign(value=DATA.value * np.pi)
    spec = draw(data).to_dict()
    value = data.value.iloc[0]
    assert counties(spec)[CODES[0]]["v"][0] == pytest.approx(value, rel=5e-5)


def test_twenty_real_variables_stay_below_250_kilobytes():
    census, panel, names = gz.load_census(), gz.load_panel(), gz.load_counties()
    tables = [
        table[table.adcode.isin(names.adcode)].melt(["adcode", "year"], columns)
        for table, columns in (
            (census, [c for c in census.columns if c.endswith("_share")][:10]),
            (panel, [c for c in panel.columns if c not in ("adcode", "year")][:10]),
        )
    ]
    data = pd.concat(tables).dropna()
    variables = pd.DataFrame({"variable": data.variable.unique()}).assign(
        label="A label of some length",
        unit="million yuan",
        format=",.1f",
        kind="amount",
        source="x",
    )
    assert len(variables) == 20
    chart = gzbook.atlas(
        data,
        gz.load_boundaries(),
        gz.load_tile_grid(),
        names,
        variables,
        **chart_words("88 counties"),
    )
    # Written as the site writes it.
    written = json.dumps(chart.to_dict(), ensure_ascii=False, separators=(",", ":"))
    assert len(written.encode()) < 250_000
