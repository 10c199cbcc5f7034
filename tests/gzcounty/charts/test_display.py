"""How a chart is shown where a Jupyter server started the kernel, and elsewhere."""

import os
import subprocess
import sys

import altair as alt
import pytest

from gzcounty.charts import display

CODE = "import altair, gzcounty.charts; print(altair.renderers.active)"


@pytest.mark.parametrize(
    ("code", "served", "active"),
    [
        (CODE, {display.SERVED: "lab-hubs.ipynb"}, display.NAME),
        (CODE, {}, "default"),
        ("import altair; altair.renderers.enable('json'); " + CODE, {display.SERVED: "x"}, "json"),
    ],
    ids=["on a server", "without one", "told otherwise"],
)
def test_renderer(code, served, active):
    clean = {name: value for name, value in os.environ.items() if name != display.SERVED}
    done = subprocess.run(
        [sys.executable, "-c", code], env=clean | served, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == active


def test_jupyter_lab_is_given_the_specification_and_no_html():
    chart = alt.Chart({"values": [{"a": 1}]}, width="container").mark_point().encode(x="a:Q")
    both = chart & chart
    spec = both.properties(description="Two points.").to_dict()
    given = display.bundle(spec)
    assert set(given) == {display.MIME, "text/plain"}
    assert given["text/plain"] == "Two points."
    drawn = given[display.MIME]
    assert drawn["$schema"].endswith("/v5.json")
    assert [part["width"] for part in drawn["vconcat"]] == [display.WIDTH] * 2
    assert [part["width"] for part in spec["vconcat"]] == ["container"] * 2


def test_a_width_that_is_given_stays():
    spec = alt.Chart({"values": [{"a": 1}]}, width=200).mark_point().to_dict()
    assert display.bundle(spec)[display.MIME]["width"] == 200
