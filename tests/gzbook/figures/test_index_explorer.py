"""The index explorer: what it carries, and the arithmetic that the browser does."""

import numpy as np
import pandas as pd
import pytest
from shapes import CODES, NAMES, TILES
from words import chart_words, rows, subtitle

import gzbook
import gzcounty as gz

WORDS = chart_words("4 simulated counties")
INDICES = pd.DataFrame(
    {
        "adcode": CODES,
        "industry": [0.9, 0.1, 0.5, 0.2],
        "county": [0.1, 0.8, 0.5, 0.2],
        "people": [0.4, 0.4, 0.5, 0.2],
    }
)


def chart(data=INDICES):
    return gzbook.index_explorer(data, TILES, NAMES, **WORDS)


def carried(drawn) -> pd.DataFrame:
    return pd.DataFrame(rows(drawn)).set_index("adcode")


def parameters(drawn) -> dict[str, dict]:
    return {param["name"]: param for param in drawn.to_dict()["params"]}


def test_each_county_carries_its_indices_and_its_place_at_equal_weights():
    drawn = carried(chart(INDICES.iloc[::-1]))
    for row in INDICES.itertuples():
        assert drawn.u[row.adcode] == [100 * row.industry, 100 * row.county, 100 * row.people]
    mean = INDICES.set_index("adcode").mean(axis=1)
    assert drawn.equal.to_dict() == mean.rank(ascending=False).astype(int).to_dict()


def test_range_of_places_over_all_weights_that_the_sliders_can_give():
    drawn = carried(chart())
    # Number 1 by industry alone, below two by county alone; by county alone Taijiang leads.
    assert drawn.loc["522632", ["best", "worst"]].tolist() == [1, 4]
    assert drawn.loc["522630", ["best", "worst"]].tolist() == [1, 4]
    # As good as or better than Yunyan in everything, so never below it.
    assert drawn.loc["520102", ["best", "worst"]].tolist() == [1, 2]
    assert drawn.loc["520103", "worst"] == 4


def test_equal_indices_share_a_place():
    drawn = carried(chart(INDICES.assign(industry=0.3, county=0.3, people=0.3)))
    assert set(drawn.equal) == set(drawn.best) == set(drawn.worst) == {1}


def test_sliders_start_equal_and_zero_weights_count_as_equal():
    params = parameters(chart())
    sliders = [params[f"weight{k}"] for k in range(3)]
    assert len({slider["value"] for slider in sliders}) == 1
    assert all((s["bind"]["min"], s["bind"]["max"]) == (0, 10) for s in sliders)
    assert params["share1"]["expr"].endswith(f": {1 / 3!r}")
    assert params["search"]["bind"]["input"] == "search"
    assert params["focus"]["value"] == "522632"
    assert {"hover", "pick"} <= set(params)


def test_the_formula_of_the_browser_is_the_weighted_mean():
    steps = [
        step for step in chart().to_dict()["transform"] if "calculate" in step
    ]  # in the order in which they run
    formulas = {step["as"]: step["calculate"] for step in steps}
    assert formulas["part1"] == "share1 * datum.u[1]"
    assert formulas["end2"] == "datum.part0 + datum.part1 + datum.part2"
    (window,) = [s for s in chart().to_dict()["transform"] if "window" in s]
    assert window["sort"] == [{"field": "value", "order": "descending"}]


def test_subtitle_says_what_dark_means():
    assert "dark is number 1" in subtitle(chart())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.drop(columns="people"), "lacks the column 'people'"),
        (
            lambda d: d.assign(people="0.1"),
            "'people' of the table of indices must be numeric",
        ),
        (lambda d: d.assign(county=[0.1, np.nan, 0.5, 0.2]), "county of 522630 is nan"),
        (lambda d: d.assign(county=[0.1, np.inf, 0.5, 0.2]), "'county' of .* is infinite"),
        (lambda d: d.assign(county=[0.1, 50.0, 0.5, 0.2]), "county of 522630 is 50.0"),
        (lambda d: d.iloc[:3], "industry of 520103 is nan"),
        (lambda d: pd.concat([d, d.iloc[:1]]), "522632 more than once"),
        (lambda d: d.assign(adcode=["榕江县", *CODES[1:]]), "adcode 榕江县, which the tile grid"),
    ],
)
def test_bad_indices_are_refused(change, says):
    with pytest.raises(gz.InputError, match=says):
        chart(change(INDICES))
