"""What the figures cannot carry: each trap is visible in a table, or refused by the code."""

import pandas as pd
import pytest
from build_data import ADDRESS, strange, without_addresses

import gzcounty as gz
from gzcounty.data import store


def test_rural_income_before_2014_is_not_in_the_table():
    panel = gz.load_panel()
    assert panel.loc[panel.year < 2014, "rural_income"].isna().all()


def test_incomes_from_2017_cover_former_poverty_counties_only():
    panel = gz.load_panel()
    for column in ("rural_income", "urban_income"):
        codes = panel[panel.year >= 2017].dropna(subset=column).adcode
        assert gz.sample_name(codes).endswith("former poverty counties")
        assert "of them" not in gz.sample_name(codes)


def test_gdp_reaches_beyond_poverty_counties_in_2020_and_2023_only():
    panel = gz.load_panel().dropna(subset="gdp")
    counts = panel.groupby("year").adcode.nunique()
    assert counts[2020] == 80
    assert counts[2023] == 79
    for year in (2017, 2018, 2019, 2021, 2022):
        codes = panel[panel.year == year].adcode
        assert gz.sample_name(codes) == f"{counts[year]} former poverty counties"


def test_the_gdp_break_is_there():
    # Fourth economic census: Liuzhi -34 %, Longli +99 %.
    gdp = gz.load_panel().pivot(index="adcode", columns="year", values="gdp")
    change = 100 * (gdp[2019] / gdp[2018] - 1)
    assert change["520203"] == pytest.approx(-34, abs=1)
    assert change["522730"] == pytest.approx(99, abs=1)


def test_constant_borders_have_81_groups_that_partition_the_88():
    counties = gz.load_counties()
    assert counties.group.nunique() == 81
    # Who exchanged territory shares a group, unless the whole of it came from one abolished unit.
    moved = counties[counties.territory_changed]
    sizes = counties.groupby("group").size()
    alone = moved[moved.group.map(sizes) == 1]
    assert set(alone.name_en) == {"Huaxi"}


def test_xiaohe_is_in_huaxi_on_constant_borders():
    census = gz.load_census(extra=True).query("year == 2010").set_index("adcode")
    huaxi = gz.load_census(harmonised=True).query("group == '520111' and year == 2010").iloc[0]
    assert huaxi.population == census.population["520111"] + census.population["520114"]
    both = census.loc[["520111", "520114"]]
    assert huaxi.occupation_clerks == both.occupation_clerks.sum()
    # Its rates are not at hand, so Huaxi's are empty rather than wrong.
    assert pd.isna(huaxi.schooling_years)
    assert pd.isna(huaxi.urban_share)
    assert huaxi.farm_share > 0


def test_county_incomes_lie_above_the_provincial_survey_figure_so_levels_are_not_rebuilt():
    note = store.resource("panel")["description"]
    assert "former poverty counties only" in note


def test_registered_population_says_that_it_is_not_residents():
    rows = gz.describe("panel").set_index("column")
    assert "not residents" in rows.note["population_registered"]
    census = gz.load_census().query("year == 2020")
    assert census.population_registered.isna().all()


def test_long_form_tables_say_that_they_are_a_sample():
    rows = gz.describe("industry_employment").set_index("column")
    assert "10 % sample" in rows.note["employed"]
    # A tenth of all, not a count: far below the residents.
    employed = gz.load_industry_employment().query("year == 2020").employed.sum()
    assert employed < 0.05 * 38_562_148


def test_exit_year_says_that_it_is_the_assessment_year():
    rows = gz.describe("poverty_exit").set_index("column")
    assert "announcement came later" in rows.note["exit_year"]


def test_sections_f_and_g_mean_the_same_in_both_censuses():
    table = gz.load_industry_employment(extra=True)
    names = table.groupby("section").industry.unique().map(list)
    assert names["F"] == ["wholesale_retail"]
    assert names["G"] == ["transport_storage_post"]
    province = table[table.adcode == "520000"].set_index(["year", "section"]).employed
    # Trade employs more than transport in both years; exchanged headings would turn one over.
    assert (province[:, "F"] > 1.5 * province[:, "G"]).all()


def test_no_roster_of_the_demonstration_programme_is_pretended():
    programme = gz.load_programme()
    entries = programme[programme.variable == "ecom_demo_county_batch"]
    assert len(entries) == 6
    assert entries.note.str.contains("not proof of first entry").all()


def test_the_pilot_has_four_counties():
    pilots = gz.load_pilots()
    names = gz.load_counties().set_index("adcode").name_en
    assert set(names[pilots.adcode]) == {"Xifeng", "Yuqing", "Jinsha", "Qianxi"}


def test_rongjiang_tourism_revenue_is_imputed_from_visits_and_exceeds_gdp():
    cases = gz.load_cases().query("adcode == '522632'").set_index("variable").value
    cases = pd.to_numeric(cases)
    pairs = [
        ("tourism_revenue_May", "tourist_visits_May"),
        ("tourism_revenue_2023_05_13_to_2024_06_30", "tourist_visits_2023_05_13_to_2024_06_30"),
        ("tourism_revenue_to_1_Nov", "tourist_visits_to_1_Nov"),
    ]
    for revenue, visits in pairs:  # 100m yuan over 10k visits
        assert 1105 < 1e4 * cases[revenue] / cases[visits] < 1165
    assert cases["tourism_revenue_2023_05_13_to_2024_06_30"] > cases["gdp"]
    assert "never value added" in store.resource("cases")["description"]


def test_the_impossible_share_of_the_nation_is_a_remark_not_a_figure():
    series = gz.load_series()
    assert not (pd.to_numeric(series.value, errors="coerce") == 15.74).any()
    row = series[(series.adcode == "520000") & (series.variable == "rural_online_retail")].iloc[0]
    nation = series[(series.adcode == "100000") & (series.variable == "rural_online_retail")]
    share = 100 * row.value / nation[nation.year == 2023].value.iloc[0]
    assert share == pytest.approx(2.8, abs=0.1)
    assert "impossible" in row.note


def test_prefecture_finance_has_almost_no_variation_of_its_own():
    index = gz.load_digital_finance().query("adcode not in ['100000', '520000']")
    expected = index["index"]
    left = (
        expected
        - expected.groupby(index.adcode).transform("mean")
        - expected.groupby(index.year).transform("mean")
        + expected.mean()
    )
    assert index.adcode.nunique() == 9
    assert expected.std() == pytest.approx(77.0, abs=0.5)
    assert left.std() == pytest.approx(3.4, abs=0.2)


def test_gdp_jumps_2020_to_2023_are_flagged_and_kept():
    china = gz.load_china_counties()
    assert china.gdp_change_flagged.sum() == 17
    assert china.loc[china.gdp_change_flagged, ["gdp_2020", "gdp_2023"]].notna().all(axis=None)


def test_districts_are_told_by_what_a_unit_is_not_by_how_its_name_ends():
    china = gz.load_china_counties().set_index("adcode")
    ends_so = china.name_zh.str.endswith("区")
    assert china.name_zh[ends_so & ~china.district].tolist() == ["神农架林区", "六枝特区"]
    # Haimen, Wuhu, Fanchang and Shuicheng were counties until shortly before the census; Baigou is
    # a zone.
    renamed = ["130672", "320614", "340210", "340212", "520204"]
    assert china.index[china.district & ~ends_so].tolist() == renamed
    types = gz.load_counties().set_index("adcode").unit_type
    assert china.district.reindex(types.index).equals(types == "district")


def test_26_anomalies_are_flagged_in_the_panel_and_kept():
    panel = gz.load_panel("long")
    jumps = gz.load_anomalies()
    assert panel.flagged.sum() == len(jumps) == 26
    cells = panel.set_index(["adcode", "year", "variable"])
    for jump in jumps.itertuples():
        cell = cells.loc[(jump.adcode, jump.to_year, jump.variable)]
        assert cell.flagged
        assert cell.value == pytest.approx(jump.to_value)


def test_china_wide_tables_carry_todays_codes_for_guizhou():
    china = gz.load_china_counties()
    inside = china[china.province_adcode == "520000"]
    assert set(inside.adcode) == set(gz.load_counties().adcode)
    changed = inside[inside.adcode != inside.adcode_2020_census]
    assert changed[["adcode_2020_census", "adcode"]].values.tolist() == [["520522", "520581"]]
    assert inside.set_index("adcode").gdp_2023["520581"] > 0


def test_mirrors_are_not_cited():
    for name in ("cases", "series", "events"):
        table = store.read_table(name)
        assert table[table.read_on_mirror].url.isna().all()
        assert not table.source.str.contains("mirror").any()


def test_no_note_holds_an_address():
    """Notes are read as sentences; an address has a column, and copies of a page have none."""
    # gov.cn is what the government's own site is called.
    host = (
        r"(?i)https?://|www\.|\b(?!gov\.cn)[a-z0-9-]+\.(?:com|net|org|cn|cc|xyz|vip|info|html?)\b"
    )
    tables = [read for name in store.table_names() if "note" in (read := store.read_table(name))]
    assert len(tables) >= 6
    for table in tables:
        result = table.note.dropna().astype(str)
        assert result[result.str.contains(host)].tolist() == []


def test_hosts_of_mere_copies_are_in_no_address():
    for name in ("cases", "series", "events", "programme", "literature"):
        addresses = store.read_table(name).url.dropna().map(ADDRESS.findall).explode()
        assert len(addresses)
        assert [url for url in addresses if strange(url)] == []
    assert strange("http://m.acmerblog.com/2023/a.html")
    assert not strange("https://notacmerblog.com/")


@pytest.mark.parametrize(
    ("note", "left"),
    [
        ("+39.73%", "+39.73%"),
        ("also http://a.example/1.html", None),
        ("also http://a.example/1.html (Xinhua 2015-12-30)", "also Xinhua 2015-12-30"),
        ("west 7.5% (http://a.example/b.html)", "west 7.5%"),
        (
            "used for others (http://a.example/b?c=d.html (mirror of a 工人日报 report, Nov 2023; "
            "cite the original)): two meanings",
            "used for others (工人日报 report, Nov 2023): two meanings",
        ),
        ("18.5m yuan (a department, a.b.com 2015-07-21)", "18.5m yuan (a department, 2015-07-21)"),
    ],
)
def test_addresses_leave_a_note_and_its_words_stay(note, left):
    assert without_addresses(note) == left


def test_unverified_studies_are_kept_but_not_cited():
    everything = gz.load_literature(citable_only=False)
    cited = gz.load_literature()
    assert len(everything) == 37
    assert set(cited.id) < set(everything.id)
    assert not {"L01b", "L22", "L35"} & set(cited.id)
    assert not cited.verification.str.contains("MEMORY|memory").any()
    assert not cited.outlet.str.contains("memory").any()


def test_unreported_savings_are_empty_not_zero():
    china = gz.load_china_counties()
    with_accounts = china[china.gdp_2020.notna()]
    assert (with_accounts.household_savings_2020.dropna() > 0).all()
    assert with_accounts.household_savings_2020.isna().sum() == 21


def test_savings_of_another_edition_are_not_spliced_with_the_yearbook():
    panel = gz.load_panel().set_index("year")
    assert panel.household_savings.get(2021).isna().all()
    assert panel.household_savings_2021.dropna().index.unique().tolist() == [2021]
    with pytest.raises(
        gz.InputError, match="No county has household_savings in both 2020 and 2021"
    ):
        gz.growth("household_savings", 2020, 2021)


def test_provinces_of_former_poverty_counties_come_and_go():
    incomes = gz.load_poor_counties().dropna(subset="rural_income")
    years = incomes.groupby("province_zh").year.agg(lambda y: sorted(set(y)))
    assert years["湖南省"] == [2014, 2015, 2016]
    assert years["云南省"][0] == 2017
    assert years["河北省"][0] == 2015
    assert 2022 not in years["内蒙古自治区"]
    placed = incomes.dropna(subset="adcode")
    counts = placed.pivot(index="adcode", columns="year", values="rural_income").notna()
    assert counts.loc[:, 2015:2022].all(axis=1).sum() == 320
    assert counts.loc[:, 2014:2022].all(axis=1).sum() == 184


def test_no_rural_income_before_the_concept_was_the_nations():
    poor = gz.load_poor_counties()
    assert poor.loc[poor.year < 2014, "rural_income"].isna().all()
    assert poor.loc[poor.year < 2014, "rural_net_income"].notna().sum() > 400
    assert gz.load_early_years().columns.intersection(["rural_income"]).empty


def test_incomes_of_guizhou_are_the_panels_own_and_no_second_source():
    poor = gz.load_poor_counties().dropna(subset=["adcode", "rural_income"])
    poor = poor[poor.adcode.str.startswith("52")]
    today = gz.current_adcode(poor.adcode)
    panel = gz.load_panel().set_index(["adcode", "year"]).rural_income
    ours = panel.reindex(pd.MultiIndex.from_arrays([today, poor.year])).to_numpy()
    same = pd.Series(ours == poor.rural_income.to_numpy())
    assert same.mean() > 0.9


def test_units_without_a_code_of_2020_are_counted_and_none_is_in_guizhou():
    poor = gz.load_poor_counties()
    unplaced = poor[poor.adcode.isna()]
    assert unplaced.adcode_printed.nunique() == 27
    assert not unplaced.adcode_printed.str.startswith("52").any()
    assert not poor.dropna(subset="adcode").duplicated(["adcode", "year"]).any()


def test_savings_of_another_edition_are_flagged():
    poor = gz.load_poor_counties()
    flagged = poor[poor.savings_flagged]
    assert set(flagged.year) == {2021, 2022, 2023}
    assert len(flagged) == 1655


def test_new_registrations_jump_in_2022_and_break_off_in_2023():
    new = gz.load_registrations()
    assert new.groupby("adcode").year.nunique().eq(14).all()
    totals = new.groupby("year").new.sum()
    assert totals[2022] > 1.5 * totals[2021]
    assert totals[2023] < totals[2022]
    assert new.flagged.sum() == 21


def test_geographical_indications_of_higher_holders_are_missing():
    assert "109 of the province's 154" in store.resource("geographical_indications")["description"]


def test_the_provinces_gdp_of_2015_and_2020_is_in_the_series():
    gdp = gz.load_series().query("variable == 'gdp' and adcode == '520000'").set_index("year").value
    assert pd.to_numeric(gdp)[[2015, 2020]].tolist() == [10541.0, 17826.56]
