"""A few units among many."""

import numpy as np
import pandas as pd
import pytest
from words import chart_words, rows

import gzcounty as gz

VARIABLES = pd.DataFrame(
    {"variable": ["x", "z"], "label": ["First", "Second"], "unit": ["%", "yuan"], "format": ".1f"}
)


@pytest.fixture
def units():
    rng = np.random.default_rng(2)
    codes = [f"{520000 + i}" for i in range(500)]
    frame = pd.DataFrame({"adcode": codes, "name_en": "County", "name_zh": "县"})
    frame["inside"] = frame.index < 20
    long = [frame.assign(variable=v, value=rng.normal(50, 10, 500)) for v in ("x", "z")]
    return pd.concat(long, ignore_index=True)


WORDS = chart_words("20 simulated counties among 500 simulated units")


def test_every_unit_is_counted_and_only_the_few_are_named(units):
    chart = gz.distribution_chart(units, VARIABLES, **WORDS)
    drawn = pd.DataFrame(rows(chart))
    for label in VARIABLES.label:
        expected = drawn[drawn.label == label]
        assert expected.units.sum() == 500
        assert expected.share.sum() == pytest.approx(100, abs=0.2)
        assert expected.value.notna().sum() == 20
    assert drawn["keys"].notna().sum() == 20


def test_medians_are_those_of_the_groups(units):
    chart = gz.distribution_chart(units, VARIABLES, few="few", many="many", **WORDS)
    drawn = pd.DataFrame(rows(chart)).dropna(subset="median").set_index(["label", "group"])
    x = units[units.variable == "x"]
    assert drawn["median"]["First", "many"] == pytest.approx(x.value.median())
    assert drawn["median"]["First", "few"] == pytest.approx(x.value[x.inside].median())


def test_percentile_of_the_largest_is_one_hundred(units):
    units.loc[0, "value"] = 1e6
    chart = gz.distribution_chart(units, VARIABLES, **WORDS)
    drawn = pd.DataFrame(rows(chart)).query("label == 'First'").dropna(subset="value")
    top = drawn.loc[drawn.value.idxmax()]
    assert top.percentile == 100
    assert top["at"] < top.value  # drawn at the edge, told in full


def test_row_labels_do_not_matter(units):
    same = gz.distribution_chart(units, VARIABLES, **WORDS)
    moved = gz.distribution_chart(units.set_index(units.index % 7), VARIABLES, **WORDS)
    assert rows(moved) == rows(same)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.drop(columns="inside"), "lacks the column 'inside'"),
        (lambda d: d.assign(inside=False), "nobody to place"),
        (lambda d: d[d.variable == "x"], "'z' has no value"),
        (lambda d: d[d.adcode != "520003"], "draws 19 units"),
        (lambda d: pd.concat([d, d[-1:]]), "unit 520499 has more than one value of 'z'"),
    ],
)
def test_bad_input_is_refused(units, change, says):
    with pytest.raises(gz.InputError, match=says):
        gz.distribution_chart(change(units), VARIABLES, **WORDS)
