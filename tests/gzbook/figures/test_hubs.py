"""The slider of hubs: what is drawn, what is said, and what is refused."""

import re

import pandas as pd
import pytest
import vl_convert
from words import chart_words, subtitle

import gzbook
import gzcounty as gz

PLACES = gz.load_counties().merge(gz.load_geography(), on="adcode").assign(weight=1.0)
CODES = PLACES.adcode.tolist()
WORDS = chart_words("88 counties")


def plans(*numbers: int) -> pd.DataFrame:
    """Send every county to the first of the hubs, at its number in the list (SIMULATED)."""
    parts = []
    for k in numbers:
        part = pd.DataFrame({"adcode": CODES, "hub": CODES[0], "distance": range(0, 880, 10)})
        part["distance"] /= k
        parts.append(part.assign(hubs=k))
    return pd.concat(parts)


def drawn(chart) -> dict[str, pd.DataFrame]:
    result = chart.to_dict()["datasets"].values()
    sets = [pd.DataFrame(rows) for rows in result if isinstance(rows, list)]
    return {"places" if "adcode" in rows else "means": rows for rows in sets}


def test_every_number_of_hubs_has_its_columns_and_its_mean():
    chart = gzbook.hub_chart(plans(1, 2, 3), gz.load_boundaries(), PLACES, first=2, **WORDS)
    slider = chart.to_dict()["params"][0]
    assert (slider["value"], slider["bind"]["min"], slider["bind"]["max"]) == (2, 1, 3)
    places = drawn(chart)["places"]
    assert len(places) == 88
    assert places["distance_2"].tolist() == [5.0 * i for i in range(88)]
    assert set(places["hub_3"]) == {CODES[0]}
    means = drawn(chart)["means"]
    assert means["mean"].tolist() == [435.0, 217.5, 145.0]
    assert means["saved"].isna().tolist() == [True, False, False]
    assert means["saved"].tolist()[1:] == [217.5, 72.5]


def test_means_follow_the_weights():
    heavy = PLACES.assign(weight=[1.0] + [0.0] * 87)
    means = drawn(gzbook.hub_chart(plans(1), gz.load_boundaries(), heavy, **WORDS))["means"]
    assert means["mean"].tolist() == [0.0]


def test_the_reference_is_drawn_and_named():
    chart = gzbook.hub_chart(
        plans(1), gz.load_boundaries(), PLACES, reference=CODES[:9], reference_name="nine", **WORDS
    )
    assert "Open squares: nine." in subtitle(chart)
    squares = [rows for rows in chart.to_dict()["datasets"].values() if len(rows) == 9]
    assert [row["adcode"] for row in squares[0]] == CODES[:9]
    bare = gzbook.hub_chart(plans(1), gz.load_boundaries(), PLACES, **WORDS)
    assert "squares" not in subtitle(bare)


@pytest.mark.parametrize(("width", "name", "half"), [(340, "丹寨", 11), (700, "Danzhai", 23)])
def test_a_name_makes_way_for_the_square_above_it(width, name, half):
    # On a phone Kaili's square is where the name would stand; Leishan's is there on a wide map.
    seat = "522601" if width == 340 else "522634"
    plan = plans(1).assign(hub="522636")
    chart = gzbook.hub_chart(plan, gz.load_boundaries(), PLACES, reference=[seat], **WORDS)
    svg = vl_convert.vegalite_to_svg(chart.to_dict() | {"width": width})
    spot = r"translate\(([-.\d]+),([-.\d]+)\)"
    ((x, y),) = re.findall(rf"<text [^>]*{spot}[^>]*>{name}</text>", svg)
    ((left, top),) = re.findall(rf'<path [^>]*{spot}" d="M-6\.5', svg)
    assert abs(float(x) - float(left)) > half + 7 or abs(float(y) - 4 - float(top)) > 13


@pytest.mark.parametrize(
    ("change", "more", "problem"),
    [
        (lambda p: p.drop(columns="hub"), {}, "lacks the column 'hub'"),
        (lambda p: p.astype({"distance": str}), {}, "column 'distance' .* must be numeric"),
        (lambda p: p.assign(hub="榕江县"), {}, "names '榕江县', which is not among the places"),
        (lambda p: pd.concat([p, p.iloc[:1]]), {}, "two rows for 520102 with 1 hubs"),
        (lambda p: p.iloc[1:], {}, "lacks a row, or a distance, for 520102"),
        (lambda p: p.assign(distance=float("nan")), {}, "lacks a row, or a distance"),
        (lambda p: p, {"first": 4}, "first must lie between 1 and 1, not 4"),
        (lambda p: p, {"reference": ["Ａ"]}, "reference names 'Ａ'"),
    ],
)
def test_bad_input_is_refused(change, more, problem):
    with pytest.raises(gz.InputError, match=problem):
        gzbook.hub_chart(change(plans(1)), gz.load_boundaries(), PLACES, **more, **WORDS)


def test_a_number_left_out_is_refused():
    with pytest.raises(gz.InputError, match="no plan with 2 hubs between others"):
        gzbook.hub_chart(plans(1, 3), gz.load_boundaries(), PLACES, **WORDS)
