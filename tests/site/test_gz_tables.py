"""The empty corner of a pandas table is not announced as a header."""

import pandas as pd
from gz_outputs import link_counties, mend, pages


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


def test_a_plain_cell_has_no_scope():
    assert mend('<th scope="col"></th><th scope="col">a</th>') == '<td></td><th scope="col">a</th>'


def test_a_cell_that_holds_a_county_leads_to_its_page():
    rows = pd.DataFrame(
        {"code": ["520328", "999999", "?"], "about": ["Meitan grows tea", "none", "Duyun 都匀市"]},
        index=pd.Index(["Meitan", "Total", "Other"]),
    )
    linked = link_counties(rows.to_html(), "../book/county", pages())
    assert '<th><a href="../book/county/meitan.html">Meitan</a></th>' in linked
    assert '<td><a href="../book/county/meitan.html">520328</a></td>' in linked
    assert '<td><a href="../book/county/duyun.html">Duyun 都匀市</a></td>' in linked
    assert linked.count("<a ") == 3
