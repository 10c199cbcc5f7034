"""Two lines side by side: each named at its end, and told apart without colours."""

import pandas as pd
import pytest

import gzbook
from gzcounty.errors import InputError

LINES = pd.DataFrame({
    "group": ["many"] * 3 + ["few"] * 3, "year": [2014, 2018, 2023] * 2,
    "value": [100.0, 150.0, 228.0, 100.0, 152.0, 232.0],
})  # fmt: skip
WORDS = {
    "title": "Both rose", "unit": "2014 = 100", "sample": "2 groups", "period": "2014-2023",
    "source": "none, typed by hand", "description": "Two lines rise alike.",
}  # fmt: skip


def test_each_line_is_named_with_its_last_value_the_higher_one_above():
    spec = gzbook.side_by_side(LINES, **WORDS).to_dict()
    ends = {}
    for layer in spec["layer"][2:]:
        (row,) = spec["datasets"][layer["data"]["name"]]
        ends[row["group"], row["last"]] = layer["mark"]["dy"]
    assert list(ends) == [("few", 232.0), ("many", 228.0)]
    assert ends["few", 232.0] < 0 < ends["many", 228.0]


def test_the_lines_differ_by_dashes_too():
    spec = gzbook.side_by_side(LINES, **WORDS).to_dict()
    dashes = spec["layer"][0]["encoding"]["strokeDash"]["scale"]
    assert dashes["domain"] == ["few", "many"]  # the higher one first
    assert dashes["range"][0] != dashes["range"][1]


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        (LINES[LINES.group == "few"], "two groups"),
        (LINES[:5], "two groups"),
        (pd.concat([LINES, LINES[:1]]), "'many' has two values in 2014"),
    ],
)
def test_what_is_not_two_lines_is_refused(table, complaint):
    with pytest.raises(InputError, match=complaint):
        gzbook.side_by_side(table, **WORDS)
