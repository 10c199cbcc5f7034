"""A county's profile against numbers counted by hand from the tables."""

import numpy as np
import pandas as pd
import pytest

import gzbook
import gzcounty as gz
from gzbook.county_page import (
    MAIN,
    Item,
    changes,
    former_names,
    highest_and_lowest,
    peers,
    profiles,
    ranked,
)
from gzbook.county_sheet import sentences, sheet

RONGJIANG, NANMING = "522632", "520102"


def one(adcode: str, indicator: str, year: int) -> pd.Series:
    table = gzbook.county_profile(adcode)
    (row,) = table.index[(table.indicator == indicator) & (table.year == year)]
    return table.loc[row]


def test_schooling_is_the_census_figure_with_its_places_in_province_and_nation():
    row = one(RONGJIANG, "schooling_years", 2020)
    china = gz.load_china_counties().set_index("adcode")
    guizhou = china[china.province_adcode == "520000"].schooling_years
    assert row.value == china.schooling_years[RONGJIANG] == 7.31
    assert row["rank"] == 1 + (guizhou > row.value).sum()
    assert row["of"] == 88
    assert row.rank_china == 1 + (china.schooling_years > row.value).sum()
    assert row.of_china == len(china)
    assert row["median"] == guizhou.median()


def test_location_quotient_by_hand():
    jobs = gz.load_industry_employment(extra=True).query("year == 2020")
    share = {
        code: unit.set_index("section").employed["S"] / unit.employed.sum()
        for code, unit in jobs.groupby("adcode")
    }
    quotient = one(RONGJIANG, "quotient_S", 2020)
    assert quotient.value == pytest.approx(share[RONGJIANG] / share["520000"])
    assert quotient["rank"] == 1
    assert one(RONGJIANG, "share_S", 2020).value == pytest.approx(100 * share[RONGJIANG])


def test_coordination_by_hand():
    table = gzbook.county_profile(RONGJIANG).query("group == 'dimensions'").set_index("indicator")
    three = table.value[["industry", "county", "people"]]
    coupling = three.prod() ** (1 / 3) / three.mean()
    assert table.value["coordination"] == pytest.approx(np.sqrt(coupling * three.mean()))


def test_rural_income_is_ranked_among_those_with_all_years():
    panel = gz.load_panel().query("year >= 2014")
    wide = panel.pivot(index="adcode", columns="year", values="rural_income").dropna()
    row = one(RONGJIANG, "rural_income", 2023)
    assert row.value == wide.loc[RONGJIANG, 2023]
    assert (row["rank"], row["of"]) == (1 + (wide[2023] > row.value).sum(), len(wide))
    assert gz.sample_name(wide.index) == "60 former poverty counties"


def test_missing_values_say_why():
    row = one(NANMING, "rural_income", 2020)
    assert np.isnan(row.value)
    assert np.isnan(row["rank"])
    assert "former poverty counties" in row.note
    later = gz.load_panel().query("year >= 2017").dropna(subset="rural_income").adcode
    poor = gz.load_counties().query("former_poverty_county").adcode
    assert set(later) < set(poor)  # as the note says: most of them, and no others
    assert np.isnan(one(NANMING, "gdp_per_resident", 2020).value)
    moved = gz.load_counties().query("territory_changed").adcode.iloc[0]
    assert np.isnan(one(moved, "quotient_A", 2010).value)
    missing = profiles().query("value.isna()")
    assert (missing.note.str.len() > 10).all()
    assert missing["rank"].isna().all()


def test_an_index_of_prefectures_is_ranked_among_prefectures():
    row = one(RONGJIANG, "finance", 2023)
    index = gz.load_digital_finance().query("year == 2023").set_index("adcode")["index"]
    nine = index[index.index.isin(gz.load_counties().prefecture_adcode)]
    assert (row["rank"], row["of"]) == (1 + (nine > nine["522600"]).sum(), 9)


def test_every_county_has_the_same_rows_in_every_group():
    table = profiles()
    groups = "life penetration gdp income budget farming industries lights dimensions"
    assert set(table.group) == set(groups.split())
    assert set(table.groupby("adcode").size()) == {len(table) // 88}
    assert table.adcode.nunique() == 88
    with_rank = table.dropna(subset="rank")
    assert (with_rank["rank"] <= with_rank["of"]).all()
    sources = {key for text in table.source.unique() for key in text.split(";")}
    assert sources <= set(gz.load_sources().source_key)


def test_equal_values_share_the_better_rank():
    codes = pd.Index(["a", "b", "c", "d"])
    item = Item(
        indicator="x", label="X", group="life", year=2020, unit="%", decimals=0, source="press",
        figures=pd.Series([2.0, 3.0, 3.0], index=["a", "b", "c"]),
    )  # fmt: skip
    rows = ranked(item, codes)
    assert rows["rank"].tolist()[:3] == [3, 1, 1]
    assert rows["of"].eq(3).all()
    assert rows.note[3] == "no figure at hand"


def test_neighbours_come_longest_border_first_and_old_codes_are_followed():
    assert gzbook.county_profile(RONGJIANG).attrs["neighbours"][:2] == ["522633", "522732"]
    assert gzbook.county_profile("522201").attrs["county"]["adcode"] == "520602"


@pytest.mark.parametrize("wrong", ["999999", "520000", "榕江", "", 522632, None])
def test_code_of_no_county_is_refused(wrong):
    with pytest.raises(gz.InputError, match="522632"):
        gzbook.county_profile(wrong)


def test_high_and_low_are_thirds_of_the_counties_with_a_figure():
    places = []
    for adcode in gz.load_counties().adcode:
        high, low = highest_and_lowest(adcode)
        assert set(high.indicator) | set(low.indicator) <= set(MAIN)
        assert not set(high.indicator) & set(low.indicator)
        places.append((len(high), len(low)))
        for row in high.itertuples():
            values = profiles().query("indicator == @row.indicator and year == 2020").value
            assert (values > row.value).sum() < values.count() / 3
    assert min(min(pair) for pair in places) < 2  # sentences of each kind are needed
    high, low = highest_and_lowest(RONGJIANG)
    assert high.indicator.to_list() == ["minority_share"]
    assert low.indicator.to_list() == ["own_revenue_share", "car_share"]


def test_the_three_sentences_are_whole():
    high, low, changed = sentences(RONGJIANG)
    assert high == (
        "Rongjiang stands high in one of its main figures of 2020, the share of residents from "
        "ethnic minorities (82\N{NO-BREAK SPACE}%, rank 16 of 88 in Guizhou; China’s median county "
        "has 2\N{NO-BREAK SPACE}%)."
    )
    assert low.startswith("Rongjiang stands low in the share of spending that its own revenue")
    assert "from 286,322 to 297,572 (+3.9 %" in changed
    moved = sentences("520602")[2]  # Bijiang and Wanshan exchanged territory
    assert moved.startswith("Borders moved within Bijiang + Wanshan, which")
    for adcode in gz.load_counties().adcode:
        assert not any("{" in words or " nan" in words for words in sentences(adcode))


def test_a_change_holds_the_borders_of_both_censuses():
    census = gz.load_census().set_index(["adcode", "year"]).population
    pair = ["520602", "520603"]
    row = changes("520603")
    assert row.members == pair
    assert row.population_2010 == census.loc[pair, 2010].sum()
    assert row.population_change == pytest.approx(
        100 * (census.loc[pair, 2020].sum() / census.loc[pair, 2010].sum() - 1)
    )
    # Xiaohe was joined to Huaxi: its residents count in 2010.
    whole = gz.load_census(extra=True).set_index(["adcode", "year"]).population
    assert changes("520111").population_2010 == whole["520111", 2010] + whole["520114", 2010]


def test_peers_are_nearest_by_hand():
    land = gz.load_geography().set_index("adcode")
    people = gz.load_census().query("year == 2020").set_index("adcode").population
    traits = np.column_stack([np.log(people[land.index]), np.log(land.area_km2), land.relief])
    traits = (traits - traits.mean(axis=0)) / traits.std(axis=0, ddof=1)
    distance = np.linalg.norm(traits - traits[land.index.get_loc(RONGJIANG)], axis=1)
    nearest = land.index[np.argsort(distance)][1:6].to_list()
    assert peers(RONGJIANG) == nearest


def test_former_names_lead_to_the_unit_of_today():
    names = former_names().set_index("old_name")
    assert names.adcode["水城县"] == "520204"
    assert names.adcode["黔西县"] == "520581"
    assert names.year["黔西县"] == 2021
    assert names.merged[names.merged].index.to_list() == ["小河区"]


def test_savings_of_2021_and_the_shift_share_are_not_on_the_page():
    table = gzbook.county_profile(RONGJIANG)
    assert not table.indicator.str.contains("shift|2021").any()
    assert set(table[table.indicator == "savings_per_resident"].year) == {2020}
    assert table[table.group == "income"].year.min() == 2014


def test_a_sheet_says_no_figure_and_why_and_names_its_claims():
    row = {"claim": "榕江", "claim_zh": "", "finding": "", "test": "", "id": "9.9-a"}
    html = sheet(NANMING, [{**row, "verdict": "not testable"}]).html
    assert "Income a person of Nanming: no figure." in html
    assert "No claim of the ledger names Nanming" in html
    html = sheet(RONGJIANG, [{**row, "verdict": "not testable"}]).html
    assert 'href="../conclusion.html#ledger-9-9-a"' in html
    assert "is not known to us" in html
    assert "2018 to 2019" in html  # the break of the economic census
    assert "Own revenue went from 2.80 in 2021 to 1.20 in 2022 (100 million yuan), far" in html
