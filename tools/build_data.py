"""Build the tables of ``data/`` from a folder of collected figures.

The collection (copies of yearbook, census and press figures, some without a clear licence) is not
part of this repository. This script is, so that every change of unit, name and shape between the
collection and the published tables can be read. It adds, fills and smooths nothing.

Run ``python tools/build_data.py FOLDER`` to write ``data/``, or ``--check`` to compare only.
"""

import argparse
import json
import re
import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"

PROVINCE_EN = {
    "11": "Beijing", "12": "Tianjin", "13": "Hebei", "14": "Shanxi", "15": "Inner Mongolia",
    "21": "Liaoning", "22": "Jilin", "23": "Heilongjiang", "31": "Shanghai", "32": "Jiangsu",
    "33": "Zhejiang", "34": "Anhui", "35": "Fujian", "36": "Jiangxi", "37": "Shandong",
    "41": "Henan", "42": "Hubei", "43": "Hunan", "44": "Guangdong", "45": "Guangxi",
    "46": "Hainan", "50": "Chongqing", "51": "Sichuan", "52": "Guizhou", "53": "Yunnan",
    "54": "Tibet", "61": "Shaanxi", "62": "Gansu", "63": "Qinghai", "64": "Ningxia",
    "65": "Xinjiang",
}  # fmt: skip

# Collected name -> our name, of columns and of variables.
NAMES = {
    "age_0_14_share_pct": "age_0_14_share",
    "age_65plus_share_pct": "age_65plus_share",
    "autonomous_nationalities_en": "nationalities_en",
    "autonomous_nationalities_zh": "nationalities_zh",
    "centroid_lat": "lat",
    "centroid_lon": "lon",
    "county_zh": "name_zh",
    "deposits_outstanding": "deposits",
    "dist_guiyang_km": "distance_guiyang_km",
    "dist_hangzhou_km": "distance_hangzhou_km",
    "dist_prefecture_seat_km": "distance_seat_km",
    "effect_or_finding": "finding",
    "elev_mean_m": "elevation_m",
    "employed_long_form": "employed",
    "ethnic_minority_share": "minority_share",
    "ethnic_minority_share_pct": "minority_share",
    "floor_area_per_person": "floor_area",
    "floor_area_per_person_m2": "floor_area",
    "gdp_total": "gdp",
    "harmonised_group": "group",
    "household_savings_deposits": "household_savings",
    "illiteracy_15plus_share": "illiteracy_share",
    "illiteracy_15plus_share_pct": "illiteracy_share",
    "loans_outstanding": "loans",
    "mean_years_schooling": "schooling_years",
    "name_en_full": "name_full_en",
    "new_agri_registrations": "new",
    "notes": "note",
    "of_which_cooperatives": "cooperatives",
    "population_resident": "population",
    "prefecture_code": "prefecture_adcode",
    "product_category": "category",
    "rural_disposable_income_pc": "rural_income",
    "rural_net_income_pc": "rural_net_income",
    "secondary_share_of_gdp": "secondary_share",
    "source_url": "url",
    "taobao_villages": "villages",
    "territory_changed_2011_2024": "territory_changed",
    "unit_type_en": "unit_type",
    "urban_disposable_income_pc": "urban_income",
    "viirs_mean_radiance_masked": "lights",
}
GDP = ["gdp", "gdp_primary", "gdp_secondary", "gdp_tertiary"]
# Factors to our units in the panel: money is in million yuan, people in persons.
FACTORS = {
    **dict.fromkeys((*GDP, "fiscal_revenue", "fiscal_expenditure"), 0.01),
    **dict.fromkeys(("secondary_share", "deposits", "household_savings", "loans"), 100.0),
    **dict.fromkeys(("rural_income", "urban_income", "lights"), 1.0),
    "population_registered": 10_000.0,
}
# Shares that the loaders compute again from counts, so that they can be summed over borders.
CENSUS_DERIVED = (
    "urbanisation_rate_census",
    "employment_share_agriculture",
    "employment_share_information_it",
    "employment_share_transport_storage_post",
    "employment_share_wholesale_retail",
    "households_with_car_share",
    "households_with_piped_water_share",
)
CENSUS_2010_TOTAL = 34_748_556  # Guizhou's resident population, census 2010, published total
# Words by which the collection says that a mirror was read; the named original stays.
MIRROR_WORDS = re.compile(
    r"\(mirror of ?(a )?|; cite the original\)|second copy"
    r"|\(part of this series: |; opening of the article at"
)
# Hosts that carry copies of news and papers under a name that has nothing to do with them: mirrors,
# though the collection does not say so.
STRANGERS = (
    "acmerblog.com",
    "ai-bt.com",
    "brill.edhh.ma",
    "cricutcom-setup.com",
    "csvscnns.com",
    "fubaore.com",
    "jsgcsw.cn",
    "memurnet.com",
    "odtusol.cn",
    "wangkanglawyer.com",
    "westcoastpropertyservices.com",
    "wineast.net",
    "xiaomonv0755.com",
)
ADDRESS = re.compile(r"https?://[^\s;)）]+")
XIAOHE, PROVINCE = "520114", "520000"


def tidy_number(series: pd.Series) -> pd.Series:
    """Round away the float dust that a change of unit leaves (12 significant digits stay)."""
    return series.map(lambda v: v if pd.isna(v) else float(f"{v:.12g}"))


def in_millions(d: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Turn 10,000 yuan into million yuan."""
    return d.assign(**{column: tidy_number(d[column] * 0.01) for column in columns})


def read(folder: Path, name: str) -> pd.DataFrame:
    """Read a file of the collection under our names; codes stay text, so that none loses a zero."""
    codes = ("adcode", "adcode_i", "adcode_j", "adcode_2010", "adcode_2020_census")
    codes += ("prefecture_code", "harmonised_group", "old_code", "new_code")
    frame = pd.read_csv(folder / f"{name}.csv", dtype=dict.fromkeys(codes, str))
    return frame.rename(columns=NAMES)


def build_sources(folder: Path) -> pd.DataFrame:
    """Read the sources of the collection; those that this project wrote into the table stay."""
    collected = read(folder, "sources")
    stored = pd.read_csv(DATA / "sources.csv", dtype=str)
    key = collected.columns[0]
    return pd.concat([collected, stored[~stored[key].isin(collected[key])]], ignore_index=True)


def build_counties(folder: Path) -> pd.DataFrame:
    d = read(folder, "counties").drop(columns=["source", "harmonised_group_label"])
    poverty = read(folder, "poverty_county_exit")
    poor = poverty.query("variable == 'national_poverty_county_832' and value == 1").adcode
    # The collection stored the 2010 code as a number ("520102.0"); a code is text.
    d["adcode_2010"] = d["adcode_2010"].str.removesuffix(".0")
    d["former_poverty_county"] = d.adcode.isin(poor)
    return d.assign(source_key="areacodes;poverty832")


def build_code_changes(folder: Path) -> pd.DataFrame:
    d = read(folder, "code_changes").drop(columns="source")
    # The approval document of the last row was not in the source: empty, not a remark.
    d["approval_doc"] = d.approval_doc.where(~d.approval_doc.str.contains("not in source"))
    d["change_type"] = d.change_type.str.replace("→", "to")
    d["description"] = d.description.str.replace("→", "to")
    return d.assign(source_key="areacodes")


def build_geography(folder: Path) -> pd.DataFrame:
    d = read(folder, "geography").drop(columns=["name_zh", "name_en", "source", "centroid_inside"])
    relief = read(folder, "terrain_relief").set_index("adcode")["value"]
    d["relief"] = d.adcode.map(relief)
    return d.assign(source_key="tianditu;geonames;elevation;relief")


def build_neighbours(folder: Path) -> pd.DataFrame:
    d = read(folder, "adjacency").drop(columns=["name_i", "name_j"])
    return d.assign(source_key="geometry")


def build_tile_grid(folder: Path) -> pd.DataFrame:
    return read(folder, "tilegrid")[["adcode", "col", "row"]].assign(source_key="tiles")


def build_boundaries(folder: Path) -> dict:
    """One topology: the counties, and the borders between prefectures as a mesh of shared arcs."""
    topo = json.loads((folder / "guizhou_counties.topojson").read_text(encoding="utf-8"))
    owners: dict[int, set[str]] = {}

    def arcs_of(nested: object) -> list[int]:
        return (
            [nested] if isinstance(nested, int) else [a for part in nested for a in arcs_of(part)]
        )

    geometries = topo["objects"]["counties"]["geometries"]
    for g in geometries:
        for arc in arcs_of(g["arcs"]):
            # A negative number is an arc walked backwards: ~arc is its index.
            owners.setdefault(arc if arc >= 0 else ~arc, set()).add(g["properties"]["prefecture"])
        keep = ("adcode", "name_zh", "name_en", "prefecture")
        g["properties"] = {k: g["properties"][k] for k in keep}
    shared = [[arc] for arc, prefectures in sorted(owners.items()) if len(prefectures) > 1]
    topo["objects"]["prefecture_borders"] = {
        "type": "GeometryCollection",
        "geometries": [{"type": "MultiLineString", "arcs": shared}],
    }
    return topo


def build_census(folder: Path) -> pd.DataFrame:
    main = read(folder, "census_2010_2020")
    main = main[~main.variable.isin(CENSUS_DERIVED)]
    detail = read(folder, "census_detail_2010_2020")
    detail = detail[detail.variable != "urban_district_population"]  # ten cells, another concept
    long = pd.concat([main, detail], ignore_index=True)
    long["variable"] = long.variable.replace(NAMES)
    key = ["adcode", "year", "variable"]
    if not long.groupby(key).value.nunique(dropna=False).eq(1).all():
        sys.exit("the two census collections disagree")
    long = long.drop_duplicates(key)
    wide = long.pivot(index=["adcode", "year"], columns="variable", values="value").reset_index()
    # Xiaohe's residents: the published total less the 87 other units. The only derived count.
    is_xiaohe = wide.adcode == XIAOHE
    listed = wide.loc[(wide.year == 2010) & (wide.adcode != PROVINCE), "population"].sum()
    wide.loc[is_xiaohe, "population"] = CENSUS_2010_TOTAL - listed
    wide["source_key"] = wide.year.map({2010: "census2010", 2020: "census2020"})
    wide.loc[is_xiaohe, "source_key"] = "census2010;census2010_total"
    return wide.rename_axis(columns=None)


def build_industry(folder: Path) -> pd.DataFrame:
    d = read(folder, "census_employment_by_industry")
    d["source_key"] = d.year.map({2010: "census2010", 2020: "census2020"})
    return d


def build_panel(folder: Path) -> pd.DataFrame:
    d = read(folder, "county_panel_2010_2023")
    # 73 GDP cells: the source stored GDP a head and population, not GDP itself.
    d["derived"] = d.note.fillna("").str.startswith("reconstructed")
    jumps = read(folder, "anomalies").rename(columns={"to_year": "year"})
    key = ["adcode", "variable", "year"]
    d["flagged"] = d.set_index(key).index.isin(jumps.set_index(key).index)
    d["variable"] = d.variable.replace(NAMES)
    d["value"] = tidy_number(d.value * d.variable.map(FACTORS))
    # Savings of 2021 come from an edition that stands about 10 % below the yearbook.
    of_2021 = (d.variable == "household_savings") & (d.year == 2021)
    d.loc[of_2021, "variable"] = "household_savings_2021"
    return d[["adcode", "year", "variable", "value", "flagged", "derived", "source_key"]]


def build_anomalies(folder: Path) -> pd.DataFrame:
    d = read(folder, "anomalies")
    d["variable"] = d.variable.replace(NAMES)
    for column in ("from_value", "to_value"):
        d[column] = tidy_number(d[column] * d.variable.map(FACTORS))
    both = d.from_source + ";" + d.to_source
    d["source_key"] = d.from_source.where(d.from_source == d.to_source, both)
    return d.drop(columns=["from_source", "to_source"])


def build_china_census(folder: Path) -> pd.DataFrame:
    d = read(folder, "census2020_counties_china")
    d.columns = [re.sub(r"^employed_([A-T])_.*", r"employed_\1", x) for x in d.columns]
    # One scenic zone (170971, Wutaishan) has a code outside its province: the names place it.
    place = ["province_zh", "prefecture_zh"]
    prefecture = d.adcode.str[:4] + "00"
    usual = prefecture.groupby([d[c] for c in place]).transform(lambda s: s.mode().iloc[0])
    stray = ~d.adcode.str[:2].isin(list(PROVINCE_EN))
    prefecture = prefecture.where(~stray, usual)
    d.insert(1, "prefecture_adcode", prefecture)
    d.insert(1, "province_adcode", prefecture.str[:2] + "0000")
    d.insert(4, "province_en", d.province_adcode.str[:2].map(PROVINCE_EN))
    return d.assign(source_key="census2020")


def build_china_economy(folder: Path) -> pd.DataFrame:
    money = [*GDP, "fiscal_revenue", "fiscal_expenditure", "household_savings", "loans"]
    d = in_millions(read(folder, "china_county_economy"), money)
    # No county has no people, savings or budget: a zero means that nothing was reported.
    for column in (*money, "population_registered"):
        d[column] = d[column].where(d[column] > 0)
    return d


def build_china_lights(folder: Path) -> pd.DataFrame:
    wide = read(folder, "china_night_lights")
    long = wide.melt("adcode", var_name="year", value_name="lights")
    long["year"] = long.year.str.removeprefix("lights_").astype(int)
    return long.sort_values(["adcode", "year"]).assign(source_key="viirs")


def build_china_taobao(folder: Path) -> pd.DataFrame:
    d = read(folder, "taobao_villages_by_county")
    return d[["adcode", "year", "villages"]].assign(source_key="aliresearch")


def build_digital_finance(folder: Path) -> pd.DataFrame:
    """China's prefectures, and beside them Guizhou as a whole and the mean of 31 provinces."""
    d = read(folder, "pku_dfiic_prefecture")
    guizhou = d.pivot(index=["adcode", "year"], columns="variable", values="value")
    china = read(folder, "pku_dfiic_china_prefectures").set_index(["adcode", "year"])
    china = china.drop(columns=["name_zh", "source_key"])
    both = guizhou.index.intersection(china.index)
    shared = guizhou.columns.intersection(china.columns)
    if not guizhou.loc[both, shared].sub(china.loc[both, shared]).abs().max(axis=None) < 0.01:
        sys.exit("the two copies of the digital finance index disagree")
    wide = pd.concat([china.drop(both), guizhou.join(china[china.columns.difference(shared)])])
    names = {"dfi_index_aggregate": "index", "dfi_index_aggregate_mean31": "index_mean_31"}
    wide = wide.rename(columns=names)
    wide.columns = [x.removeprefix("dfi_") for x in wide.columns]
    wide = wide[sorted(wide.columns)].sort_index().reset_index()
    return wide.assign(source_key="pku_dfiic")


def build_poor_counties(folder: Path) -> pd.DataFrame:
    """Former poverty counties of China. Three of Guizhou under an older code are placed by it.

    Two columns stay out: loans (values up to 8e12, some below 0) and, before 2014, rural disposable
    income, a concept that was not yet the nation's.
    """
    d = in_millions(read(folder, "china_poor_counties"), GDP)
    printed = d.code_as_printed.astype(str)
    census = read(folder, "counties").set_index("adcode")["adcode_2020_census"]
    changes = read(folder, "code_changes").query("not change_type.str.startswith('part')")
    today = dict(zip(changes.old_code, changes.new_code, strict=True))
    older = d.adcode.isna() & printed.str.startswith("52")
    d["adcode"] = d.adcode.where(~older, printed.replace(today).map(census))
    d["adcode_printed"] = printed
    savings = d.household_savings
    d["household_savings"] = tidy_number(savings.where(savings > 0) * 100.0)
    d["rural_income"] = d.rural_income.where(d.year >= 2014)
    d["savings_flagged"] = d.flagged.fillna("").str.contains("household_savings")
    columns = ["adcode", "adcode_printed", "name_zh", "prefecture_zh", "province_zh", "year"]
    columns += ["rural_income", "rural_net_income", "urban_income", *GDP, "household_savings"]
    return d[[*columns, "savings_flagged", "source_key"]]


def build_early_years(folder: Path) -> pd.DataFrame:
    d = in_millions(read(folder, "guizhou_backfill_2000_2013"), GDP)
    return d[["adcode", "year", *GDP, "rural_net_income", "urban_income", "source_key"]]


def build_registrations(folder: Path) -> pd.DataFrame:
    d = read(folder, "guizhou_agri_registrations").sort_values(["adcode", "year"])
    # More than fourfold the year before, or less than a quarter: a campaign or a batch entry.
    before = d.groupby("adcode").new.shift()
    d["flagged"] = ((d.new > 4 * before) | (before > 4 * d.new)) & (d.year < 2023)
    return d[["adcode", "year", "new", "cooperatives", "flagged", "source_key"]]


def build_indications(folder: Path) -> pd.DataFrame:
    d = read(folder, "guizhou_geographical_indications")
    english = {
        "畜禽": "livestock and poultry", "粮油": "grain and oil crops", "水果": "fruit",
        "蔬菜食用菌": "vegetables and mushrooms", "茶": "tea", "水产": "fish",
    }  # fmt: skip
    d["category_zh"] = d.category
    d["category"] = d.category.map(english)
    return d[["adcode", "year", "category", "category_zh", "source_key"]]


def build_poverty_exit(folder: Path) -> pd.DataFrame:
    d = read(folder, "poverty_county_exit").query("variable == 'poverty_exit_year'")
    exits = d[["adcode", "value", "note"]].rename(columns={"value": "exit_year"})
    exits["exit_year"] = exits.exit_year.astype(int)
    return exits.assign(source_key="poverty832")


def strange(url: str) -> bool:
    """Return whether an address is one of a host that only carries copies."""
    host = url.split("/")[2]
    return any(host == name or host.endswith(f".{name}") for name in STRANGERS)


def without_addresses(note: str) -> str | None:
    """Take addresses out of a note: they are of further copies. Who wrote, and when, stays."""
    text = MIRROR_WORDS.sub(" ", ADDRESS.sub("", re.sub(r"\b[a-z.]+\.com (?=\d)", "", note)))
    if text == note:
        return note
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s*\(\s*\)", "", text).replace("( ", "(").replace(" )", ")").strip()
    text = re.sub(r"^also \((.*)\)$", r"also \1", text)
    return None if text == "also" else text


def split_source(text: str) -> tuple[str, str | None, bool]:
    """Split "address (who published it)" into publisher, address and whether it was a mirror.

    A mirror is not cited: its named original is, and the address is left out.
    """
    urls = ADDRESS.findall(text)
    mirror = "mirror" in text.lower() or any(map(strange, urls))
    named = ADDRESS.sub("", text)
    named = MIRROR_WORDS.sub(" ", named)
    named = re.sub(r"\)[\s);]*;[\s(]*|;\s*\(", "; ", re.sub(r"\s+", " ", named))
    named = re.sub(r"^[\s;,(]+|[\s;,(]+$", "", named)
    while named.count(")") > named.count("(") and named.endswith(")"):
        named = named[:-1].rstrip(" ;,")
    if named.count("(") > named.count(")"):
        named += ")"
    if not named:
        named = re.sub(r"^https?://(www\.|m\.)?", "", urls[0]).split("/")[0]
    return named, (None if mirror or not urls else urls[0]), mirror


def with_source(d: pd.DataFrame) -> pd.DataFrame:
    parts = d["source"].map(split_source)
    d["note"] = d.note.map(without_addresses, na_action="ignore")
    d["source"], d["url"], d["read_on_mirror"] = (parts.str[i] for i in range(3))
    return d.assign(source_key="press")


def facts_table(folder: Path, name: str) -> pd.DataFrame:
    d = with_source(read(folder, name))
    d["year"] = d.year.astype("Int64")
    columns = ["adcode", "year", "variable", "value", "unit", "source", "url", "read_on_mirror"]
    return d[[*columns, "note", "source_key"]]


def build_roster(folder: Path) -> pd.DataFrame:
    """All counties with room for their entry years; what was typed into the table stays."""
    roster = build_counties(folder)[["adcode", "name_zh", "name_en", "prefecture_zh"]]
    typed = ["entry_year", "source", "note"]
    target = DATA / "programme_roster.csv"
    if target.exists():
        kept = pd.read_csv(target, dtype=str, keep_default_na=False).set_index("adcode")[typed]
        roster = roster.join(kept, on="adcode")
    else:
        roster[typed] = ""
    return roster.assign(source_key="areacodes")


# Not in the collection, whose counties leave out zones without a code.
URBAN_SHARE = {
    "adcode": "100000", "year": 2020, "variable": "urban_share", "value": 63.89, "unit": "%",
    "source": "National Bureau of Statistics, communiqué of the Seventh National Population Census "
    "(No. 7), 11 May 2021", "url": None, "read_on_mirror": True,
    "note": "901,991,162 people live in towns and cities", "source_key": "press",
}  # fmt: skip


def build_series(folder: Path) -> pd.DataFrame:
    names = ("national_ecommerce_series", "guizhou_ecommerce_series", "taobao_villages")
    d = pd.concat([facts_table(folder, n) for n in names], ignore_index=True)
    d = pd.concat([d, pd.DataFrame([URBAN_SHARE])], ignore_index=True)
    d.insert(5, "derived", d.note.fillna("").str.startswith("DERIVED"))
    return d


def build_events(folder: Path) -> pd.DataFrame:
    d = with_source(read(folder, "policy_timeline").rename(columns={"value": "event"}))
    d["date"] = d.variable.map(event_date)
    d["kind"] = d.variable.str.split("_").str[0]
    columns = ["adcode", "year", "date", "kind", "event", "source", "url", "read_on_mirror"]
    return d[[*columns, "note", "source_key"]]


def event_date(name: str) -> str | None:
    """Read the date out of names such as policy_2015_07_14: as exact as the source was."""
    match = re.search(r"(\d{4})_(\d{2})(?:_(\d{2}))?$", name)
    return "-".join(x for x in match.groups() if x) if match else None


def build_literature(folder: Path) -> pd.DataFrame:
    d = read(folder, "literature_effects")
    # What was not read on a public page is not passed on: no volume numbers from memory.
    d["outlet"] = d.outlet.str.replace(
        "AER: Insights 3(1) (volume/issue from memory)",
        "American Economic Review: Insights",
        regex=False,
    )
    # The abstract says so of the local effect: 显著提高本地农村居民收入.
    d["finding"] = d.finding.mask(
        d.id == "L13", d.finding.str.replace("positive local", "significant positive local")
    )
    seen = d.verification.str.startswith(("verified: abstract", "verified: text"))
    # A bracket stands where the names of the authors were not seen.
    unsure = d[["authors", "outlet"]].apply(
        lambda x: x.str.contains(r"^\(|not shown|memory|^Hans Publishers$", na=True)
    )
    barred = d.note.fillna("").str.contains("do not cite|before citing|Source identity unknown")
    d["citable"] = seen & ~unsure.any(axis=1) & ~barred
    d["url"] = d.url.mask([any(map(strange, ADDRESS.findall(urls))) for urls in d.url.fillna("")])
    d["year"] = d.year.astype("Int64")
    return d.assign(source_key="literature")


TABLES = {
    "sources": build_sources,
    "counties": build_counties,
    "code_changes": build_code_changes,
    "geography": build_geography,
    "neighbours": build_neighbours,
    "tile_grid": build_tile_grid,
    "census": build_census,
    "industry_employment": build_industry,
    "panel": build_panel,
    "anomalies": build_anomalies,
    "china_census": build_china_census,
    "china_economy": build_china_economy,
    "china_lights": build_china_lights,
    "china_taobao": build_china_taobao,
    "digital_finance": build_digital_finance,
    "poor_counties": build_poor_counties,
    "early_years": build_early_years,
    "registrations": build_registrations,
    "geographical_indications": build_indications,
    "digital_village_pilot": lambda folder: facts_table(folder, "digital_village_pilot_2020"),
    "poverty_exit": build_poverty_exit,
    "programme": lambda folder: facts_table(folder, "rural_ecommerce_programme"),
    "programme_roster": build_roster,
    "series": build_series,
    "cases": lambda folder: facts_table(folder, "case_facts"),
    "events": build_events,
    "literature": build_literature,
}


def to_csv(frame: pd.DataFrame) -> str:
    """CSV as stored: whole numbers without a decimal point, lower-case booleans, LF line ends."""
    out = frame.copy()
    for column in out:
        if out[column].dtype == bool:
            out[column] = out[column].map({True: "true", False: "false"})
        elif out[column].dtype.kind == "f" and (out[column].dropna() % 1 == 0).all():
            out[column] = out[column].astype("Int64")
    return out.to_csv(index=False, lineterminator="\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="the folder of collected figures")
    parser.add_argument("--check", action="store_true", help="compare with data/, write nothing")
    args = parser.parse_args()
    built = {f"{name}.csv": to_csv(make(args.folder)) for name, make in TABLES.items()}
    topology = build_boundaries(args.folder)
    built["boundaries.topojson"] = json.dumps(topology, ensure_ascii=False, separators=(",", ":"))
    differing = []
    for name, text in built.items():
        target = DATA / name
        if args.check:
            if not target.exists() or target.read_text(encoding="utf-8") != text:
                differing.append(name)
        else:
            target.write_text(text, encoding="utf-8", newline="\n")
            print(f"wrote {name:28} {len(text) / 1000:9.1f} kB")
    if differing:
        print("differ from the collection: " + ", ".join(differing))
    return int(bool(differing))


if __name__ == "__main__":
    sys.exit(main())
