"""The empty corner of a pandas table is not announced as a header."""

import pandas as pd
from gz_tables import mend


def test_mends_the_corner_and_nothing_else():
    html = pd.DataFrame({"income": [1]}, index=pd.Index(["Rongjiang"])).to_html()
    assert "<th></th>" in html
    mended = mend(html)
    assert "<th></th>" not in mended
    assert mended.count("<td></td>") == 1
    assert "<th>income</th>" in mended
    assert "<th>Rongjiang</th>" in mended


def test_mends_a_styled_table():
    html = "<th class='blank level0' >&nbsp;</th><th>income</th>"
    assert mend(html) == "<td class='blank level0' ></td><th>income</th>"
