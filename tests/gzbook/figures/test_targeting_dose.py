"""The dose slider: the arithmetic is in the chart, so it is checked there."""

import numpy as np
import pandas as pd
import pytest
from words import chart_words, subtitle

import gzbook
import gzcounty as gz

COUNTIES = pd.DataFrame(
    {
        "adcode": ["522632", "522630", "520102"],
        "name_en": ["Rongjiang", "Taijiang", "Nanming"],
        "name_zh": ["榕江县", "台江县", "南明区"],
        "rural_income": [10_000.0, 12_000.0, np.nan],
    }
)
WORDS = chart_words("2 simulated counties")


def test_says_if_the_association_were_causal_and_counts_counties_with_income():
    chart = gzbook.dose_chart(COUNTIES, 0.02, -0.01, 0.05, **WORDS)
    assert "If the association were causal" in subtitle(chart)
    with pytest.raises(gz.InputError, match="draws 2 units"):
        gzbook.dose_chart(COUNTIES, 0.02, -0.01, 0.05, **chart_words("3 simulated counties"))


def test_slider_and_formula_carry_the_estimate():
    spec = gzbook.dose_chart(COUNTIES, 0.02, -0.01, 0.05, largest=4.0, step=0.5, **WORDS).to_dict()
    (dose,) = [p for p in spec["params"] if p["name"] == "dose"]
    assert (dose["bind"]["min"], dose["bind"]["max"], dose["bind"]["step"]) == (0, 4.0, 0.5)
    formulas = {
        t["as"]: t["calculate"]
        for layer in spec["layer"]
        for t in layer.get("transform", [])
        if "calculate" in t
    }
    assert formulas["change"] == "datum.income * (exp(0.02 * dose) - 1)"
    assert formulas["low"] == "datum.income * (exp(-0.01 * dose) - 1)"
    assert formulas["high"] == "datum.income * (exp(0.05 * dose) - 1)"


@pytest.mark.parametrize(
    ("args", "more", "says"),
    [
        ((0.02, 0.03, 0.05), {}, "must lie in its interval"),
        ((0.02, float("nan"), 0.05), {}, "must lie in its interval"),
        ((0.02, 0.01, 0.05), {"largest": 0.1}, "slider cannot run"),
    ],
)
def test_bad_numbers_are_refused(args, more, says):
    with pytest.raises(gz.InputError, match=says):
        gzbook.dose_chart(COUNTIES, *args, **more, **WORDS)
