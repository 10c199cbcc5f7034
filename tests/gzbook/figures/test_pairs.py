"""How alike a chosen county is to the others."""

import numpy as np
import pandas as pd
import pytest
from shapes import CODES, NAMES, TILES
from words import chart_words, rows

import gzbook
import gzcounty as gz


def matrix(values: list[list[float]] | None = None, codes: list[str] | None = None) -> pd.DataFrame:
    values = values or [[100, 90, 40, 30], [90, 100, 50, 20], [40, 50, 100, 80], [30, 20, 80, 100]]
    codes = codes or CODES
    return pd.DataFrame(values, index=codes, columns=codes, dtype=float)


WORDS = chart_words("4 simulated counties")


def chart(alike=None, start="522632"):
    alike = {"All": matrix()} if alike is None else alike
    return gzbook.pair_explorer(alike, TILES, NAMES, start=start, **WORDS)


def test_every_tile_carries_its_values_against_every_county():
    drawn = pd.DataFrame(rows(chart())).set_index("adcode")
    # The order of a row's values is that of the tiles' numbers.
    order = drawn.sort_values("i").index
    for code, row in drawn.iterrows():
        assert row.v[0] == matrix().loc[code, order].tolist()


def test_the_three_lines_say_the_median_and_the_ends():
    drawn = pd.DataFrame(rows(chart())).set_index("adcode")
    first, most, least = drawn.lines["522632"][0]
    assert first == "Rongjiang 榕江县: a median of 40 % in common"
    assert most == "Most alike: Taijiang 90, Nanming 40, Yunyan 30"
    assert least == "Least alike: Yunyan 30, Nanming 40, Taijiang 90"


def test_rows_of_a_matrix_in_another_order_change_nothing():
    turned = matrix().iloc[::-1, [2, 0, 3, 1]]
    assert rows(chart({"All": turned})) == rows(chart())


def test_the_menu_starts_at_the_county_asked_for_and_names_all():
    spec = chart(start="520103").to_dict()
    pick = next(p for p in spec["params"] if p["name"] == "pick")
    numbers = {row["adcode"]: row["i"] for row in rows(chart())}
    assert pick["value"] == [{"i": numbers["520103"]}]
    assert len(pick["bind"]["labels"]) == len(pick["bind"]["options"]) == 4


def test_a_second_menu_only_where_there_are_several_measures():
    names = lambda c: {p["name"] for p in c.to_dict()["params"]}  # noqa: E731
    assert "measure" not in names(chart())
    both = chart({"All": matrix(), "Half": 50 + matrix() / 2})
    assert "measure" in names(both)
    assert all(len(row["v"]) == 2 for row in rows(both))


def test_small_enough_for_a_phone():
    census = gz.load_industry_employment().query("year == 2020")
    K = gz.krugman_dissimilarity(census, columns=("adcode", "section", "employed"))
    real = gzbook.pair_explorer(
        {"All": 100 * (1 - K / 2)},
        gz.load_tile_grid(),
        gz.load_counties(),
        start="520328",
        **chart_words("88 counties"),
    )
    assert len(real.to_json(indent=None)) < 100_000


@pytest.mark.parametrize(
    ("alike", "start", "says"),
    [
        ({}, "522632", "no matrix of pairs"),
        ({"All": matrix()}, "522633", "'522633' to start with is not on the tile grid"),
        ({"Ａ": matrix().iloc[:3, :3]}, "522632", "the matrix 'Ａ' lacks the county 520103"),
        ({"All": matrix(codes=[*CODES[:3], "110101"])}, "522632", "110101"),
        ({"All": matrix(codes=[*CODES[:3], CODES[0]])}, "522632", "more than once"),
        ({"All": 1.01 * matrix()}, "522632", "numbers from 0 to 100"),
        ({"All": matrix().replace(20.0, np.nan)}, "522632", "none missing"),
        ({"All": matrix().replace(20.0, -np.inf)}, "522632", "numbers from 0 to 100"),
    ],
)
def test_bad_input_is_refused(alike, start, says):
    with pytest.raises(gz.InputError, match=says):
        chart(alike, start)


def test_a_sample_that_says_another_number_is_refused():
    with pytest.raises(gz.InputError, match="draws 4 units"):
        gzbook.pair_explorer(
            {"All": matrix()}, TILES, NAMES, start="522632", **chart_words("5 simulated counties")
        )
