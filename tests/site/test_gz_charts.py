"""Altair's output becomes a figure; what cannot be shown is refused."""

import json
import re

import altair as alt
import pandas as pd
import pytest
from gz_outputs import MOST_NAMES, figure, place_names
from gz_stills import lift_title, read_altair

FRAME = pd.DataFrame({"x": [1, 2], "y": [3, 4], "name": ["榕江 })(", "</script><b>"]})


def chart(**properties) -> str:
    made = alt.Chart(FRAME).mark_point().encode(x="x", y="y", tooltip="name")
    return made.properties(**properties)._repr_mimebundle_()["text/html"]


def data_of(html: str) -> dict:
    (text,) = re.findall(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    return json.loads(text)


def test_reads_specification_and_options():
    spec, options = read_altair(chart(description="Two points."))
    assert spec["description"] == "Two points."
    assert options["mode"] == "vega-lite"
    assert next(iter(spec["datasets"].values()))[0]["name"] == "榕江 })("


def test_figure_carries_the_chart_as_data():
    html = figure(chart(description="Two points."))
    assert "jsdelivr" not in html
    assert html.count("<script") == html.count("</script>") == 1
    rows = next(iter(data_of(html)["datasets"].values()))
    assert rows[1]["name"] == "</script><b>"


def test_description_is_what_a_reader_hears():
    html = figure(chart(description='Income & "lights".'))
    assert 'alt="Income &amp; &quot;lights&quot;."' in html


@pytest.mark.parametrize("properties", [{}, {"description": "  "}])
def test_a_chart_without_description_is_refused(properties):
    with pytest.raises(ValueError, match="no description"):
        figure(chart(**properties))


@pytest.mark.parametrize("html", ["<div id='altair-viz-1'></div>", "<p>vegaEmbed\n  })(1);</p>"])
def test_an_output_of_another_form_is_refused(html):
    with pytest.raises(ValueError, match=r"not found|Expecting"):
        figure(html)


def test_an_expression_that_no_browser_can_read_is_refused():
    made = alt.Chart(FRAME).mark_point().transform_filter("datum.x >>> (")
    html = made.properties(description="Points.")._repr_mimebundle_()["text/html"]
    with pytest.raises(ValueError, match="Unexpected end of input"):
        figure(html)


def test_title_and_subtitle_become_text():
    title = alt.Title("More in the < city", subtitle=["Yuan a person,", "2020"])
    html = figure(chart(description="Two points.", title=title))
    assert '<p class="gz-chart-title">More in the &lt; city</p>' in html
    assert '<p class="gz-chart-subtitle">Yuan a person, 2020</p>' in html
    assert "title" not in data_of(html)["narrow"]["vega"]


def test_a_computed_title_stays_in_the_chart():
    spec = {"title": {"text": {"expr": "'Cut at ' + cut"}}}
    assert lift_title(spec) == ("", "")
    assert "title" in spec


def test_the_names_in_the_data_are_there_for_the_search():
    assert place_names({"datasets": {"a": [{"zh": "榕江县", "en": "Rongjiang", "unit": "%"}]}}) == [
        "榕江县",
        "Rongjiang",
    ]
    assert '<p class="gz-chart-names" hidden>榕江 })( · ' in figure(chart(description="Points."))


def test_a_chart_of_all_of_china_is_about_none_of_its_names():
    rows = [{"name": str(i)} for i in range(MOST_NAMES + 1)]
    assert place_names({"datasets": {"a": rows, "map": {"type": "Topology"}}}) == []
