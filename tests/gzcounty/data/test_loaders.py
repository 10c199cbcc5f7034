"""Shapes, codes, and the arguments of loaders."""

import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.data.counties import CHINA, add_derived


def test_census_as_published_has_87_units_in_2010_and_88_in_2020():
    census = gz.load_census()
    assert census.groupby("year").adcode.nunique().to_dict() == {2010: 87, 2020: 88}
    missing = set(gz.load_counties().adcode) - set(census[census.year == 2010].adcode)
    assert missing == {"520115"}  # Guanshanhu, founded in 2012


def test_constant_borders_keep_every_county_that_did_not_move():
    plain = gz.load_census().set_index(["adcode", "year"])
    joined = gz.load_census(harmonised=True)
    single = joined[joined.members.str.len().eq(6) & (joined.group != "520111")]
    for column in ("population", "schooling_years", "farm_share", "urban_share", "floor_area"):
        same = plain.loc[list(zip(single.members, single.year, strict=True)), column].to_numpy()
        assert single[column].to_numpy() == pytest.approx(same), column


def test_joined_rates_lie_between_those_of_the_members():
    plain = gz.load_census().query("year == 2020").set_index("adcode")
    joined = gz.load_census(harmonised=True).query("year == 2020")
    for row in joined[joined.members.str.contains(";")].itertuples():
        members = plain.loc[row.members.split(";")]
        for column in ("schooling_years", "minority_share", "urban_share", "farm_share"):
            value = getattr(row, column)
            assert members[column].min() <= value <= members[column].max()


def test_wide_panel_holds_every_value_of_the_long_one():
    long, wide = gz.load_panel("long"), gz.load_panel()
    values = wide.melt(["adcode", "year"]).value
    assert len(values.dropna()) == len(long)
    assert values.sum() == pytest.approx(long.value.sum())


def test_money_of_the_two_national_tables_agrees():
    # The same yearbook reached the panel and the national table by different copies.
    china = gz.load_china_counties().set_index("adcode")
    panel = gz.load_panel().query("year == 2020").set_index("adcode")
    both = panel.index[panel.gdp.notna()].intersection(china.index[china.gdp_2020.notna()])
    assert len(both) == 78
    assert (panel.gdp[both] / china.gdp_2020[both] - 1).abs().max() < 0.01
    assert (panel.loans[both] / china.loans_2020[both] - 1).abs().max() < 0.01


def test_boundaries_hold_88_counties_and_the_prefecture_mesh():
    topology = gz.load_boundaries()
    ids = {g["id"] for g in topology["objects"]["counties"]["geometries"]}
    assert ids == set(gz.load_counties().adcode)
    mesh = topology["objects"]["prefecture_borders"]["geometries"][0]
    assert mesh["type"] == "MultiLineString"
    assert 0 < len(mesh["arcs"]) < len(topology["arcs"])


def test_tiles_do_not_overlap():
    tiles = gz.load_tile_grid()
    assert set(tiles.adcode) == set(gz.load_counties().adcode)
    assert not tiles.duplicated(["col", "row"]).any()


@pytest.mark.parametrize(
    ("old", "today"),
    [("522423", "520581"), ("520522", "520581"), ("520114", "520111"), ("520321", "520304"),
     ("522632", "522632"), ("110101", "110101")],
)  # fmt: skip
def test_old_codes_lead_to_those_of_today(old, today):
    assert gz.current_adcode(pd.Series([old])).tolist() == [today]


def test_an_unknown_code_of_guizhou_is_named():
    with pytest.raises(gz.InputError, match="unknown today: 529999"):
        gz.current_adcode(pd.Series(["529999"]))


def test_employment_shares_by_hand():
    jobs = dict.fromkeys("ABCDEFGHIJKLMNOPQRST", 0.0) | {"A": 50.0, "F": 30.0, "G": 20.0}
    jobs["I"] = float("nan")
    frame = pd.DataFrame([jobs, dict.fromkeys(jobs)], dtype=float).add_prefix("employed_")
    columns = {name: column for name, column in CHINA.items() if "Employed" in column.label}
    shares = add_derived(frame, columns)[[*columns]]
    assert shares.iloc[0].to_dict() == {
        "farm_share": 50.0, "nonfarm_share": 50.0, "commerce_share": 50.0, "digital_share": 20.0,
    }  # fmt: skip
    assert shares.iloc[1].isna().all()
