"""Tables of estimates in words."""

import re

import numpy as np
import pandas as pd
import pytest

from gzbook.tables import estimate_table, interval
from gzcounty.errors import InputError

TABLE = pd.DataFrame(
    {
        "what": ["榕江县, naive", "held"],
        "estimate": [4.7464, -0.04],
        "conf_low": [2.0, -1.25],
        "conf_high": [7.48, np.nan],
        "nobs": [61, 2069],
        "p_value": [0.0004, 0.26],
    }
)


def text(styled):
    """Return the cells of the table as a browser shows them."""
    heads = re.findall(r"<th[^>]*>(.*?)</th>", styled.to_html())
    cells = re.findall(r"<td[^>]*>(.*?)</td>", styled.to_html())
    rows = [cells[i : i + len(heads)] for i in range(0, len(cells), len(heads))]
    return pd.DataFrame(rows, columns=heads)


def test_an_estimate_and_its_interval_share_a_column():
    shown = text(estimate_table(TABLE, unit="%"))
    assert list(shown) == ["model", "% (95 % interval)", "n"]
    assert list(shown["% (95 % interval)"]) == ["4.7 (2.0 to 7.5)", "0.0 (-1.2 to none)"]
    assert list(shown["n"]) == ["61", "2,069"]


def test_what_rounds_to_zero_has_no_sign():
    table = pd.DataFrame({"what": ["held"], "change": [-0.04]})
    assert list(text(estimate_table(table, {"change": "change"}))["change"]) == ["0.0"]


def test_an_estimate_without_an_interval_stands_alone():
    shown = text(estimate_table(TABLE[["what", "estimate"]], unit="%"))
    assert list(shown["estimate, %"]) == ["4.7", "0.0"]


def test_p_values_are_written_as_such():
    shown = text(estimate_table(TABLE, {"p_value": "p, usual"}, precision=1))
    assert list(shown["p, usual"]) == ["below 0.001", "0.260"]


def test_words_stand_left_and_numbers_do_not():
    html = estimate_table(TABLE).to_html()
    assert "th.col0" in html
    assert "th.col1" not in html


def test_an_interval_and_a_short_word_are_not_torn_and_a_long_text_wraps():
    html = estimate_table(TABLE.assign(why="word " * 9), {"why": "why"}).to_html()
    assert re.findall(r"td\.col(\d) \{\s*white-space: nowrap", html) == ["0", "1"]


def test_a_table_without_estimates_shows_what_is_asked_for():
    counted = pd.DataFrame({"part": ["China"], "above": [188], "median": [3.03]})
    assert list(text(estimate_table(counted, {"above": "above zero"}))) == ["part", "above zero"]


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="no 'draws'"):
        estimate_table(TABLE, {"draws": "draws"})


def test_interval_in_words():
    assert interval(TABLE.head(1), 2).iloc[0] == "2.00 to 7.48"
