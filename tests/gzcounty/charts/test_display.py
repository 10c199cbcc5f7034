"""How a chart is shown where a Jupyter server started the kernel, and elsewhere."""

import os
import subprocess
import sys

import altair as alt
import pytest

from gzcounty import charts

CODE = "import altair, gzcounty.charts; print(altair.renderers.active)"


@pytest.mark.parametrize(
    ("code", "served", "active"),
    [
        (CODE, {charts.SERVED: "lab-hubs.ipynb"}, charts.NAME),
        (CODE, {}, "default"),
        ("import altair; altair.renderers.enable('json'); " + CODE, {charts.SERVED: "x"}, "json"),
    ],
    ids=["on a server", "without one", "told otherwise"],
)
def test_renderer_follows_what_the_process_asks_for(code, served, active):
    clean = {name: value for name, value in os.environ.items() if name != charts.SERVED}
    done = subprocess.run(
        [sys.executable, "-c", code], env=clean | served, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == active


def test_a_grammar_that_no_chart_needs_is_loaded_when_it_is_asked_for():
    """It takes seconds, and jsonschema loads it with altair where Jupyter is installed."""
    code = """
import sys
import gzbook, gzcounty.charts, altair, jsonschema
gzbook.atlas
print("rfc3987_syntax" in sys.modules)
iri = jsonschema.FormatChecker(["iri"])
print([iri.conforms(text, "iri") for text in ("http://a.b/c", "no address")])
print("rfc3987_syntax" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:3] == ["False", "[True, False]", "True"]


def test_jupyter_lab_is_bundle_the_specification_and_no_html():
    chart = alt.Chart({"values": [{"a": 1}]}, width="container").mark_point().encode(x="a:Q")
    both = chart & chart
    spec = both.properties(description="Two points.").to_dict()
    bundle = charts.bundle(spec)
    assert set(bundle) == {charts.MIME, "text/plain"}
    assert bundle["text/plain"] == "Two points."
    drawn = bundle[charts.MIME]
    assert drawn["$schema"].endswith("/v5.json")
    assert [part["width"] for part in drawn["vconcat"]] == [charts.WIDTH] * 2
    assert [part["width"] for part in spec["vconcat"]] == ["container"] * 2


def test_fixed_width_is_kept():
    spec = alt.Chart({"values": [{"a": 1}]}, width=200).mark_point().to_dict()
    assert charts.bundle(spec)[charts.MIME]["width"] == 200
