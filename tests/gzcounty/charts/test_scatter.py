"""Points, and a line that a model drew."""

import numpy as np
import pandas as pd
import pytest
import vl_convert
from words import chart_words, rows, subtitle

import gzcounty as gz
from gzcounty.charts.scatter import _ticks

POINTS = pd.DataFrame(
    {
        "adcode": ["522632", "522630", "520102"],
        "name_en": ["Rongjiang", "Taijiang", "Nanming"],
        "name_zh": ["榕江县", "台江县", "南明区"],
        "share": [10.0, 12.0, np.nan],
        "income": [10_000.0, 12_000.0, 20_000.0],
    }
)
WORDS = chart_words("2 simulated counties")
AXES = {"x_title": "share, %", "y_title": "yuan"}


def test_draws_complete_rows_and_the_given_line():
    chart = gz.scatter_chart(
        POINTS, "share", "income", line=(8.0, 0.1), log_y=True, **AXES, **WORDS
    )
    drawn = pd.DataFrame(rows(chart))
    points, line = drawn.dropna(subset="adcode"), drawn[drawn.adcode.isna()]
    assert points.y.tolist() == [10_000.0, 12_000.0]
    assert np.log(line.y.to_numpy()) == pytest.approx(8.0 + 0.1 * line.x.to_numpy())
    assert "vertical axis is logarithmic" in subtitle(chart)


def test_without_a_line_there_is_none():
    chart = gz.scatter_chart(POINTS, "share", "income", **AXES, **WORDS)
    assert len(rows(chart)) == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.drop(columns="share"), "lacks the column 'share'"),
        (lambda d: d.assign(share=np.nan), "no county has both"),
        (lambda d: d.assign(income=[0.0, 1.0, 1.0]), "income of Rongjiang is not"),
    ],
)
def test_bad_input_is_refused(change, says):
    with pytest.raises(gz.InputError, match=says):
        gz.scatter_chart(change(POINTS), "share", "income", log_y=True, **AXES, **WORDS)


@pytest.mark.parametrize(("low", "high"), [(9_700, 15_100), (0.02, 20.8), (1, 1e6)])
def test_log_axes_have_a_few_round_ticks(low, high):
    ticks = _ticks(low, high)
    assert 2 <= len(ticks) <= 8
    assert ticks == sorted(ticks)


def test_what_the_search_proposes_and_the_labels_come_from_the_table():
    yunnan = gz.load_china_counties().query("province_en == 'Yunnan'")
    capital = {"seat of the province": ["530102"]}
    chart = gz.scatter_chart(yunnan, "urban_share", "car_share", marked=capital)
    spec = chart.to_dict()
    assert [p["bind"]["placeholder"] for p in spec["params"] if "bind" in p] == ["五华"]
    assert ">五华区</text>" in vl_convert.vegalite_to_svg(spec | {"width": 400})
    assert "Diamonds: seat of the province." in subtitle(chart)
    titles = [line["title"] for line in spec["layer"][0]["encoding"]["tooltip"]]
    assert titles == ["县", "urban_share", "car_share"]
    elsewhere = gz.scatter_chart(yunnan[1:], "urban_share", "car_share", marked=capital)
    assert "Diamonds" not in subtitle(elsewhere)
    with pytest.raises(gz.InputError, match="lacks the column 'name_en' or 'name_zh'"):
        gz.scatter_chart(yunnan.drop(columns="name_zh"), "urban_share", "car_share")


def test_names_of_neighbours_stand_on_two_sides():
    near = pd.DataFrame(
        {
            "adcode": ["520328", "522632", "522701", "520102"],
            "name_en": ["Meitan", "Rongjiang", "Duyun", "Nanming"],
            "name_zh": ["湄潭县", "榕江县", "都匀市", "南明区"],
            "x": [10.0, 10.5, 40.0, 0.0],
            "y": [5.0, 5.1, 9.0, 0.0],
        }
    )
    three = {"three": ["520328", "522632", "522701"]}
    words = {"x_title": "x", "y_title": "y"} | chart_words("4 counties")
    chart = gz.scatter_chart(near, "x", "y", marked=three, **words)
    side = {row["name_en"]: row["side"] for row in rows(chart) if "side" in row}
    assert side == {"Meitan": -1, "Rongjiang": 1, "Duyun": 1, "Nanming": 1}
