"""Tests of section 3.1's claims: key numbers found in another way, verdicts that can turn."""

import itertools

import numpy as np
import pandas as pd
import pytest
from judging import ENDS, by_statsmodels, judge

import gzbook
import gzcounty as gz
from gzbook import frames
from gzbook.evidence import section_3_1
from gzbook.tables import find_row

WHOLE = "all units"


@pytest.fixture(scope="module")
def china() -> pd.DataFrame:
    frame = gz.load_china_counties()
    sections = [f"employed_{letter}" for letter in "ABCDEFGHIJKLMNOPQRST"]
    frame[sections] = frame[sections].fillna(0)
    return frame[frame[sections].sum(axis=1) > 0]


def test_mean_over_pairs_of_guizhou_pair_by_pair(china):
    guizhou = china[china.province_en == "Guizhou"].filter(regex="^employed_").to_numpy(float)
    shares = guizhou / guizhou.sum(axis=1, keepdims=True)
    pairs = [np.abs(a - b).sum() for a, b in itertools.combinations(shares, 2)]
    row = find_row(gzbook.examine("2.1-e").evidence.table, cut=WHOLE)
    assert row.n == len(guizhou) == 88
    assert row.estimate == pytest.approx(np.mean(pairs))
    assert row.conf_low < row.estimate < row.conf_high
    assert row.rank_low <= row["rank"] <= row.rank_high
    assert row.value == pytest.approx((row.provinces - row["rank"]) / (row.provinces - 1))


def test_provinces_are_all_there_and_districts_are_left_out(china):
    whole, outside = (
        section_3_1.provinces(employed, units.province, draws=20)
        for employed, units in frames.china_cuts().values()
    )
    assert len(whole) == china.province_en.nunique() == 31
    assert whole.n.sum() == len(china) == 2_947
    assert set(whole.index) - set(outside.index) == {"Beijing", "Shanghai", "Tianjin"}
    types = gz.load_counties().unit_type
    assert outside.n["Guizhou"] == (types != "district").sum() == 72


def test_members_by_chance_are_as_many_districts_and_others_as_in_guizhou():
    _, units = gzbook.china_employment()
    district = units.district.to_numpy()
    for rows in gzbook.members_by_chance(draws=3):
        assert len(set(rows)) == 88
        assert district[rows].sum() == 16


def test_names_stand_beside_guizhous_counties_only():
    units = gzbook.china_employment()[1]
    long = gzbook.beside_china(pd.DataFrame({"x": 1.0, "y": 2.0}, index=units.index))
    assert len(long) == 2 * len(units)
    assert long.inside.sum() == 2 * 88
    assert (long.name_en == "").equals(~long.inside)


def test_the_verdict_turns_if_guizhou_is_made_of_unlike_counties(monkeypatch):
    employed, units = gzbook.china_employment()
    # Half of the counties mine, half teach.
    turned = employed.copy()
    guizhou = np.flatnonzero(units.province == "Guizhou")
    turned.iloc[guizhou] = 0.0
    turned.iloc[guizhou[::2], 1] = turned.iloc[guizhou[1::2], 16] = 1_000.0
    monkeypatch.setattr(frames, "china_employment", lambda: (turned, units))
    assert judge("2.1-e", section_3_1.much_the_same_industries().table) == "contradicted"


@pytest.mark.parametrize("id", ["3.1-a", "3.1-e"])
def test_share_beyond_chinas_median_county_by_county(china, id):
    farm, made = china.employed_A, china.employed_C
    shares = china.filter(regex="^employed_").pipe(lambda d: d.div(d.sum(axis=1), axis=0))
    if id == "3.1-a":
        values, sign = (shares**2).sum(axis=1), 1
    else:
        values, sign = (made / farm)[(farm > 0) | (made > 0)], -1
    beyond = [
        sign * value > sign * values.median() for value in values[china.adcode.str[:2] == "52"]
    ]
    row = find_row(gzbook.examine(id).evidence.table, cut=WHOLE)
    assert [row.beyond, row.n] == [sum(beyond), 88]
    assert row.value == pytest.approx(sum(beyond) / 88)


@pytest.mark.parametrize("id", ["3.1-a", "3.1-e"])
def test_verdict_turns_with_the_data(monkeypatch, id):
    # All of Guizhou farms, then nobody does.
    employed, units = gzbook.china_employment()
    guizhou = units.index[units.province == "Guizhou"]
    words = []
    for farmers, makers in ((1e6, 1.0), (1.0, 500.0)):
        turned = employed.copy()
        turned.loc[guizhou] = 500.0
        turned.loc[guizhou, ["employed_A", "employed_C"]] = farmers, makers
        monkeypatch.setattr(frames, "china_employment", lambda turned=turned: (turned, units))
        test = {"3.1-a": section_3_1.narrow, "3.1-e": section_3_1.shallow_processing}[id]
        words.append(judge(id, test().table))
    assert words == ["supported", "contradicted"]


def test_similarity_to_neighbours_by_hand():
    census = gz.load_industry_employment().query("year == 2020")
    shares = census.pivot(index="adcode", columns="section", values="employed")
    shares = shares.div(shares.sum(axis=1), axis=0)
    near = gz.load_neighbours().query("adcode_i == '520328'").adcode_j
    alike = [np.minimum(shares.loc["520328"], shares.loc[code]).sum() for code in near]
    # The share in common is one less half of Krugman's index.
    assert section_3_1.neighbour_similarity(2020)["520328"] == pytest.approx(100 * np.mean(alike))


def test_first_model_of_competition_is_that_of_statsmodels():
    data = section_3_1.competition_data()
    gdp = data[data.outcome == "gdp"]
    table = gzbook.examine("3.1-c").evidence.table
    row = find_row(table, outcome="gdp", controls="starting level")
    expected = by_statsmodels(gdp.growth, gdp[["similarity", "start"]], "similarity")
    assert row[ENDS].tolist() == pytest.approx(expected)
    assert row.nobs == len(gdp)


def test_competition_uses_counties_that_kept_their_borders_where_it_uses_2010():
    data = section_3_1.competition_data().set_index("adcode")
    lights = data[data.outcome == "lights"]
    moved = gz.load_counties().set_index("adcode").territory_changed
    assert not moved[lights.index].any()
    assert data.groupby("outcome").similarity.std().to_numpy() == pytest.approx(1)


def test_competition_turns_with_the_sign_of_growth():
    data = section_3_1.competition_data()
    strong = data.assign(growth=data.growth - 500 * data.similarity)
    assert judge("3.1-c", section_3_1.competition_models(strong)) == "supported"
    assert judge("3.1-c", section_3_1.competition_models(strong.assign(growth=-strong.growth))) == (
        "contradicted"
    )
