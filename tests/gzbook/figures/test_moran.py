"""The Moran chart: what it holds, what it refuses, and that it answers in a browser."""

import json
import re

import pandas as pd
import pytest
from drawn import drawn
from shapes import CODES, NAMES, TILES, land
from words import chart_words

import gzbook
import gzcounty as gz
from gzcounty.models.spatial.moran import CHINESE

WORDS = chart_words("4 simulated counties", measure="light")
PAIRS = [(0, 1), (0, 2), (1, 3), (2, 3)]
BOTH = [(CODES[i], CODES[j]) for a, b in PAIRS for i, j in ((a, b), (b, a))]
NEAR = pd.DataFrame(BOTH, columns=["adcode_i", "adcode_j"])
DATA = pd.DataFrame(
    {
        "adcode": CODES * 2,
        "year": [2019] * 4 + [2020] * 4,
        "z": [1.0, 1.0, -1.0, -1.0, 1.5, 0.5, -0.5, -1.5],
        "lag": [0.0, 0.0, 0.0, 0.0, 0.0, 0.5, -0.5, 0.0],
        "cluster": ["not significant"] * 6 + ["low-low", "high-low"],
    }
)


def draw(data=DATA, **more):
    parts = {"boundaries": land(), "tiles": TILES, "neighbours": NEAR, "names": NAMES}
    return gzbook.moran_chart(data, **{**parts, **WORDS, **more})


def parameter(spec: dict, name: str) -> dict:
    return next(param for param in spec["params"] if param.get("name") == name)


def test_its_tooltips_name_the_county():
    tooltips = re.findall(r'"tooltip": (\[.*?\])', json.dumps(draw().to_dict()))
    of_counties = [lines for lines in tooltips if '"Year"' not in lines]  # of the slope's path
    assert of_counties
    assert [lines for lines in of_counties if '"en"' not in lines] == []


def test_slope_of_each_year_is_morans_i():
    spec = draw().to_dict()
    assert parameter(spec, "years")["value"] == [2019, 2020]
    # 2020: (0.5 * 0.5 + 0.5 * 0.5) / (1.5^2 + 0.5^2 + 0.5^2 + 1.5^2)
    assert parameter(spec, "slopes")["value"] == [0.0, 0.1]


def test_slope_is_that_of_morans_i_on_real_neighbours():
    farming = gz.load_census().query("year == 2020").set_index("adcode").farm_share
    W = gz.neighbour_weights(gz.load_neighbours())
    local = gz.local_moran(farming, W).rename_axis("adcode").reset_index().assign(year=2020)
    chart = gzbook.moran_chart(
        local,
        gz.load_boundaries(),
        gz.load_tile_grid(),
        gz.load_neighbours(),
        gz.load_counties(),
        **chart_words("88 counties", measure="farming"),
    )
    slope = parameter(chart.to_dict(), "slopes")["value"]
    assert slope == pytest.approx([gz.morans_i(farming, W, permutations=1).I], abs=1e-4)


def test_values_stand_year_by_year_then_lags_then_kinds():
    spec = draw().to_dict()
    sets = [s for s in spec["datasets"].values() if isinstance(s, list)]
    rows = {row["adcode"]: row for one in sets for row in one if "adcode" in row}
    assert rows["520102"]["v"] == [-1.0, -0.5, 0.0, -0.5, 4.0, 1.0]
    assert parameter(spec, "kinds")["value"][1] == "low among low"
    assert parameter(spec, "near")["value"]["522632"] == ["522630", "520102"]


def test_consecutive_years_make_a_slider_others_a_menu():
    assert parameter(draw().to_dict(), "year")["bind"]["input"] == "range"
    apart = DATA.assign(year=DATA.year.replace(2019, 2010))
    spec = draw(apart).to_dict()
    assert parameter(spec, "year")["bind"]["options"] == [2010, 2020]
    assert parameter(spec, "year")["value"] == 2020


def test_hover_and_pick_belong_to_views_that_exist():
    spec = draw().to_dict()
    views = [view for row in spec["vconcat"] for view in row["hconcat"]]
    named = {layer["name"] for view in views for layer in view["layer"] if "name" in layer}
    assert set(parameter(spec, "pick")["views"]) == named
    assert len(named) == 3
    assert all(isinstance(view["width"], int) for view in views)


def test_every_cluster_of_local_moran_but_islands_has_words():
    from gzbook.figures.moran import CLUSTERS, COLOURS

    assert set(CLUSTERS) == set(CHINESE) - {"no neighbours"}
    assert len(COLOURS) == len(CLUSTERS)


@pytest.mark.parametrize(
    ("change", "more", "message"),
    [
        (lambda d: d.drop(columns="lag"), {}, "lacks the column 'lag'"),
        (lambda d: d.assign(z="1"), {}, "column 'z' .* must be numeric"),
        (lambda d: d.assign(z=d.z.where(d.z > 0)), {}, "has missing values"),
        (lambda d: d[:0], {}, "or no rows"),
        (lambda d: d.assign(cluster="no neighbours"), {}, "'no neighbours' is none of"),
        (lambda d: d.replace("520103", "990101"), {}, "adcode 990101"),
        (lambda d: d.replace("520103", "５２０１０３"), {}, "adcode ５２０１０３"),
        (lambda d: pd.concat([d, d[:1]]), {}, "522632 more than once"),
        (lambda d: d[1:], {}, "522632 lacks one of the 2 years"),
        (lambda d: d, {"neighbours": NEAR[["adcode_i"]]}, "lacks the column 'adcode_j'"),
        (lambda d: d, {"sample": "88 counties"}, "draws 4 units"),
    ],
)
def test_bad_input_is_refused(change, more, message):
    with pytest.raises(gz.InputError, match=message):
        draw(change(DATA), **more)


@pytest.fixture(scope="module")
def page(browser):
    with drawn(browser, draw(), 760, 900) as opened:
        yield opened


def texts(page) -> str:
    page.evaluate("view.runAsync().then(() => 0)")
    return " | ".join(page.locator("svg text").all_text_contents())


@pytest.mark.browser
def test_slider_moves_the_year(page):
    assert "Moran's I 2020: 0.10" in texts(page)
    assert "0 high among high, 1 low among low, 1 unlike" in texts(page)
    page.evaluate("view.signal('year', 2019).runAsync().then(() => 0)")
    assert "Moran's I 2019: 0.00" in texts(page)
    page.evaluate("view.signal('year', 2020).runAsync().then(() => 0)")


@pytest.mark.browser
def test_search_and_tap_move_the_focus_and_its_neighbours(page):
    assert "Rongjiang  榕江县" in texts(page)
    page.fill("input[type=search]", "云岩")
    assert "Yunyan  云岩区" in texts(page)
    assert "Its own score −1.50, its 2 neighbours +0.00" in texts(page)
    label = page.locator("svg g.mark-text text:text-is('台江')").first
    label.scroll_into_view_if_needed()
    box = label.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "Taijiang  台江县" in texts(page)
    page.mouse.move(1, 1)
    assert "Taijiang  台江县" in texts(page)
