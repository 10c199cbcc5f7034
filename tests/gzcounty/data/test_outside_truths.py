"""The tables against numbers published elsewhere. Each number names its source."""

import pytest

import gzcounty as gz


def test_88_counties_in_9_prefectures():
    # Ministry of Civil Affairs, administrative divisions.
    counties = gz.load_counties()
    assert len(counties) == counties.adcode.nunique() == 88
    assert counties.prefecture_adcode.nunique() == 9


def test_residents_2020_sum_to_the_province():
    # Seventh census: 38,562,148 residents of Guizhou.
    assert gz.load_census().query("year == 2020").population.sum() == 38_562_148


def test_residents_2010_sum_to_the_province_with_xiaohe():
    # Sixth census: 34,748,556 residents of Guizhou.
    extra = gz.load_census(extra=True).query("year == 2010 and adcode != '520000'")
    assert extra.population.sum() == 34_748_556
    assert gz.load_census(harmonised=True).query("year == 2010").population.sum() == 34_748_556


@pytest.mark.parametrize(("year", "total"), [(2010, 1_676_240), (2020, 1_480_345)])
def test_employment_sums_to_the_province(year, total):
    # Long form of the censuses, published provincial totals.
    table = gz.load_industry_employment(extra=True).query("year == @year")
    counties = table[~table.adcode.isin(["520000", "100000"])]
    assert counties.employed.sum() == total
    assert table[table.adcode == "520000"].employed.sum() == total


def test_employment_by_section_sums_to_the_province_in_each_section():
    table = gz.load_industry_employment(extra=True)
    for _, section in table.groupby(["year", "section"]):
        counties = section[~section.adcode.isin(["520000", "100000"])].employed.sum()
        assert counties == section[section.adcode == "520000"].employed.sum()


@pytest.mark.parametrize("year", [2010, 2020])
def test_employment_by_occupation_and_by_industry_describe_the_same_people(year):
    # Two tables of the same long form: their county totals agree but for unclassified persons.
    census = gz.load_census(extra=True).query("year == @year").set_index("adcode")
    jobs = census.filter(like="occupation_").sum(axis=1)
    table = gz.load_industry_employment(extra=True).query("year == @year")
    ratio = jobs / table.groupby("adcode").employed.sum()
    assert ratio.between(0.98, 1.001).all()


def test_sixty_counties_have_rural_income_in_every_year():
    panel = gz.load_panel().dropna(subset="rural_income")
    years = panel.groupby("adcode").year.nunique()
    full = years[years == 10].index
    assert panel.year.min() == 2014
    assert panel.year.max() == 2023
    assert len(full) == 60
    assert gz.load_counties().set_index("adcode").loc[full, "former_poverty_county"].all()


def test_88_counties_have_lights_in_every_year():
    lights = gz.load_panel().dropna(subset="lights")
    assert sorted(lights.year.unique()) == list(range(2013, 2021))
    assert (lights.groupby("year").adcode.nunique() == 88).all()


def test_66_poverty_counties_leave_in_five_years():
    # Provincial announcements 2017-2020, assessment years.
    exits = gz.load_poverty_exits()
    assert exits.exit_year.value_counts().sort_index().to_dict() == {
        2016: 1, 2017: 14, 2018: 18, 2019: 24, 2020: 9,
    }  # fmt: skip
    counties = gz.load_counties()
    assert set(exits.adcode) == set(counties.adcode[counties.former_poverty_county])


def test_228_neighbour_pairs_symmetric_and_no_island():
    pairs = gz.load_neighbours()
    forward = set(zip(pairs.adcode_i, pairs.adcode_j, strict=True))
    assert len(pairs) == 2 * 228
    assert forward == {(j, i) for i, j in forward}
    assert all(i != j for i, j in forward)
    assert set(pairs.adcode_i) == set(gz.load_counties().adcode)
    borders = pairs.set_index(["adcode_i", "adcode_j"]).shared_border_km
    assert all(borders[i, j] == borders[j, i] for i, j in forward)


def test_area_agrees_with_the_official_figure():
    # Guizhou: 176,167 km2 (provincial government).
    area = gz.load_geography().area_km2.sum()
    assert area == pytest.approx(175_983, abs=1)
    assert area == pytest.approx(176_167, rel=0.002)


def test_urbanisation_2020_of_guizhou_and_of_the_nation():
    # Seventh census: 53.15 % in Guizhou; nation 63.89 % with the zones and the armed forces.
    china = gz.load_china_counties()
    guizhou = china[china.province_adcode == "520000"]
    assert 100 * guizhou.population_urban.sum() / guizhou.population.sum() == pytest.approx(
        53.15, abs=0.01
    )
    assert 100 * china.population_urban.sum() / china.population.sum() == pytest.approx(
        63.8, abs=0.1
    )


def test_china_has_2948_units_and_2069_with_accounts_in_2020():
    china = gz.load_china_counties()
    assert len(china) == china.adcode.nunique() == 2948
    assert china.province_adcode.nunique() == 31
    assert china.gdp_2020.notna().sum() == 2069
    assert china.lights_2013.notna().sum() == 2838


def test_the_two_census_tables_agree_on_guizhou():
    expected = gz.load_census().query("year == 2020").set_index("adcode")
    china = gz.load_china_counties().set_index("adcode").loc[expected.index]
    for column in ("population", "schooling_years", "minority_share", "farm_share", "car_share"):
        assert (expected[column] - china[column]).abs().max() < 1e-9, column


def test_taobao_villages_placed_and_none_in_guizhou():
    # AliResearch lists: 213, 780 and 1,311 villages; those placed in a county:
    china = gz.load_china_counties()
    placed = china[["taobao_2014", "taobao_2015", "taobao_2016"]]
    assert placed.sum().tolist() == [207, 775, 1299]
    assert placed[china.province_adcode == "520000"].sum().sum() == 0


def test_farm_employment_fell_from_69_to_27_percent():
    table = gz.load_industry_employment(extra=True).query("adcode == '520000'")
    share = table[table.section == "A"].set_index("year").employed
    share = 100 * share / table.groupby("year").employed.sum()
    assert share.round(0).to_dict() == {2010: 69, 2020: 27}


def test_areas_of_the_yearbook_are_those_of_the_borders_in_guizhou():
    china = gz.load_china_counties().set_index("adcode")
    ours = gz.load_geography().set_index("adcode").area_km2
    area = china.loc[china.province_adcode == "520000", ["area_km2_2020", "area_km2_2023"]]
    ratio = area.div(ours.reindex(area.index), axis=0)
    assert ratio.notna().sum().min() >= 75
    # Typed here: the two figures that do not fit the borders, Shuicheng's of 2020 by far.
    odd = ratio.stack()[lambda r: (r - 1).abs() > 0.02].round(2).to_dict()
    assert odd == {("520204", "area_km2_2020"): 1.18, ("522726", "area_km2_2023"): 1.04}


def test_areas_are_known_where_the_economy_is():
    china = gz.load_china_counties()
    for year in (2020, 2023):
        assert (china[f"area_km2_{year}"].notna() == china[f"gdp_{year}"].notna()).all()
        assert china[f"area_km2_{year}"].min() > 0
    change = china.area_km2_2023 / china.area_km2_2020 - 1
    assert (change.abs() > 0.1).sum() == 48
