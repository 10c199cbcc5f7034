"""Estimates and standard errors under one name on both sides of a check."""

import pandas as pd
import pytest

from gzbook.published.shapes import computed, printed

TABLE = pd.DataFrame({"term": ["x", "县"], "estimate": [0.5, -1.0], "std_error": [0.1, 0.2]})


def test_published_numbers_stay_as_they_are_printed():
    found = printed(["x", "z"], "0.500 -1.0e-3", ".10 0.2")
    assert found == {"x": "0.500", "z": "-1.0e-3", "SE of x": ".10", "SE of z": "0.2"}
    assert printed(["x"], errors="0.10") == {"SE of x": "0.10"}


@pytest.mark.parametrize("column", ["1", "1 2 3"])
def test_a_lost_number_is_missed(column):
    with pytest.raises(ValueError, match="zip"):
        printed(["x", "z"], column)


def test_ours_are_named_as_the_published_ones():
    assert computed(TABLE) == {"x": 0.5, "县": -1.0, "SE of x": 0.1, "SE of 县": 0.2}
    assert computed(TABLE, {"县": "county"}) == {"county": -1.0, "SE of county": 0.2}
    assert computed(TABLE, {"x": "x"}, errors=False) == {"x": 0.5}
    assert computed(TABLE, {"x": "x"}, estimates=False) == {"SE of x": 0.1}
    with pytest.raises(KeyError):
        computed(TABLE, {"y": "y"})
