"""Herfindahl index of employment."""

import numpy as np
import pandas as pd
import pytest

import gzcounty as gz


def work(rows: dict[str, list[float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, index=["A", "B", "C", "D"]).T


def test_herfindahl_equals_the_sum_of_squares():
    H = gz.herfindahl(work({"even": [5, 5, 5, 5], "one": [7, 0, 0, 0], "榕江县": [6, 2, 1, 1]}))
    assert H.to_dict() == pytest.approx({"even": 0.25, "one": 1.0, "榕江县": 0.42})
    assert H.name == "herfindahl"


def test_scale_and_order_of_industries_do_not_matter():
    table = work({"a": [6, 2, 1, 1], "b": [1, 0, 3, 9]})
    turned = 17.0 * table[["D", "B", "A", "C"]]
    pd.testing.assert_series_equal(gz.herfindahl(turned), gz.herfindahl(table))


def test_long_table_of_the_census_by_its_own_sums():
    census = gz.load_industry_employment().query("year == 2020")
    H = gz.herfindahl(census, columns=("adcode", "section", "employed"))
    one = census[census.adcode == "522632"].employed
    assert H["522632"] == pytest.approx(float(np.sum((one / one.sum()) ** 2)))


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (work({"a": [1, np.nan, 1, 1]}), "employment"),
        (work({"a": [1, np.inf, 1, 1]}), "employment"),
        (work({"a": [1, -1, 1, 1]}), "employment"),
        (work({"Ａ": [0, 0, 0, 0]}), "Nobody is employed in unit 'Ａ'"),
        (pd.concat([work({"a": [1, 1, 1, 1]})] * 2), "'a' in more than one row"),
        (pd.DataFrame({"A": ["x"]}, index=["a"]), "employment"),
    ],
)
def test_bad_input_is_refused(table, says):
    with pytest.raises(gz.InputError, match=says):
        gz.herfindahl(table)


def test_a_million_units():
    table = pd.DataFrame(np.ones((1_000_000, 4)), columns=list("ABCD"))
    assert gz.herfindahl(table).eq(0.25).all()
