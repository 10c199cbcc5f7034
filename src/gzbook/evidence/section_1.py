"""Evidence of section 1: GDP that the counties hold, what goes with penetration, and the atlas."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from gzbook.claims import Evidence
from gzbook.frames import PEOPLE, PLACE, county_frame, national_frame, year_frame
from gzbook.tables import span, tally
from gzcounty.data.counties import load_census, load_panel
from gzcounty.data.guizhou import load_counties, load_series
from gzcounty.inference.specifications import SpecificationCurve, specification_curve
from gzcounty.language import N_, _
from gzcounty.measures.change import census_change
from gzcounty.measures.penetration import penetration

YEARS = (2020, 2023)
CUTS = (N_("all units"), N_("no districts"), N_("no largest"))


def province_gdp() -> pd.Series:
    """Return Guizhou's GDP by year in million yuan, from its statistical bulletins."""
    series = load_series().query("adcode == '520000' and variable == 'gdp'")
    return 100.0 * series.set_index(series.year.astype(int)).value  # from 100 million yuan


def county_gdp(year: int) -> dict[str, pd.Series]:
    """Return GDP in million yuan by adcode: of all units with data, and without some of them."""
    gdp = load_panel().query("year == @year").set_index("adcode").gdp.dropna()
    types = load_counties().set_index("adcode").unit_type
    counties = gdp[types[gdp.index] != "district"]
    return dict(zip(CUTS, (gdp, counties, counties.drop(counties.idxmax())), strict=True))


def shares_of_province() -> pd.DataFrame:
    """Return the share of provincial GDP by year and cut: year, cut, value (0 to 1), units."""
    province = province_gdp()
    return pd.DataFrame([
        {"year": year, "cut": cut, "value": gdp.sum() / province[year], "units": len(gdp)}
        for year in YEARS
        for cut, gdp in county_gdp(year).items()
    ])  # fmt: skip


def largest_that_decide(year: int = YEARS[-1]) -> int:
    """Count the largest counties without which the others hold less than half of the province."""
    gdp = county_gdp(year)["no districts"].sort_values(ascending=False)
    rest = gdp.sum() - gdp.cumsum()
    return int((rest >= province_gdp()[year] / 2).sum()) + 1


def counties_decide() -> Evidence:
    """Divide the GDP of the counties by that of the province."""
    table = shares_of_province()
    first, last = YEARS
    rows = table.assign(share=100.0 * table.value).set_index(["year", "cut"])
    whole, outside, less = (rows.loc[(last, cut)] for cut in CUTS)
    return Evidence(
        table,
        N_("In {last} the {whole.units:.0f} units with data hold {whole.share:.1f} % of the "
        "province's GDP, the {outside.units:.0f} that are not districts {outside.share:.1f} %, "
        "without the largest {less.share:.1f} %; without the {number} largest, less than half. "
        "In {first} the three hold {before[0]:.1f}, {before[1]:.1f} and {before[2]:.1f} %."),
        _("{n:.0f} of the 88 counties of Guizhou", n=whole.units),
        _("{first} and {last}", first=first, last=last),
        {
            "first": first, "last": last, "whole": whole, "outside": outside, "less": less,
            "before": rows.share.loc[first].loc[list(CUTS)].tolist(),
            "number": largest_that_decide(),
        },
    )  # fmt: skip


# The specification curve of 1-c. Each measure of penetration has its own counties: Guizhou's
# counties on the shares of the census, Guizhou's panel on what varies by year, China's counties.
# Outcomes are in logs, so an estimate is log points for one standard deviation more penetration.

CENSUS_SHARES = {
    N_("commerce 2020"): "commerce_2020",
    N_("digital 2020"): "digital_2020",
    N_("commerce 2010"): "commerce_2010",
    N_("digital 2010"): "digital_2010",
}
GROWTH = {
    N_("growth of income 2014-2023"): ("income_2014", "income_2023"),
    N_("growth of lights 2013-2020"): ("lights_2013", "lights_2020"),
}
MEASURE_OF = {
    **{name: name.split()[0] for name in CENSUS_SHARES},
    N_("shift-share"): "commerce", N_("digital finance"): N_("finance"),
    N_("Taobao village rate"): N_("villages"), N_("any Taobao village"): "villages",
    N_("commerce share, China"): "commerce", N_("digital share, China"): "digital",
}  # fmt: skip
# Savings are no product of a county, and with the lights of 2013 held equal, the noise in them
# makes growth of what was there before.
APART = (N_("savings a resident, China"), "growth of lights 2013-2020", N_("yearly lights"))
BY_PREFECTURE: dict[str, list[str]] = {N_("none"): [], N_("prefecture"): ["prefecture_en"]}


def guizhou_data() -> pd.DataFrame:
    """Return the 88 counties with outcomes in logs."""
    data = county_frame()
    gdp = load_panel().query("year == 2020").set_index("adcode").gdp
    data["log_income"] = np.log(data.income_2020)
    data["log_gdp"] = np.log(1e6 * data.adcode.map(gdp) / data.population)
    data["log_lights"] = np.log(data.lights_2020)
    return data


def _samples(data: pd.DataFrame) -> dict[str, pd.Series]:
    return {
        N_("all"): data.adcode > "",
        N_("borders kept"): ~data.territory_changed,
        "no districts": data.unit_type != "district",
    }


def levels() -> SpecificationCurve:
    """Return the levels of 2020 in Guizhou on the shares of the census: 216 specifications."""
    data = guizhou_data()
    return specification_curve(
        data,
        outcomes={
            N_("income 2020"): "log_income",
            N_("GDP a resident 2020"): "log_gdp",
            N_("lights 2020"): "log_lights",
        },
        exposures=CENSUS_SHARES,
        controls={"none": [], N_("people"): PEOPLE, N_("people, place"): [*PEOPLE, *PLACE]},
        effects=BY_PREFECTURE,
        samples=_samples(data),
        standardise=True,
    )


def growth(outcome: str) -> SpecificationCurve:
    """Return growth in Guizhou on the shares of 2010: 48 specifications an outcome of `GROWTH`."""
    data = guizhou_data()
    first, last = GROWTH[outcome]
    data["start"] = np.log(data[first])
    data["growth"] = np.log(data[last]) - data.start
    people = ["start", *(f"{name}_2010" for name in PEOPLE)]
    return specification_curve(
        data,
        outcomes={outcome: "growth"},
        exposures={name: x for name, x in CENSUS_SHARES.items() if x.endswith("2010")},
        controls={
            "none": [],
            N_("start"): ["start"],
            N_("start, people"): people,
            N_("start, people, place"): [*people, *PLACE],
        },
        effects=BY_PREFECTURE,
        samples=_samples(data),
        standardise=True,
    )


def yearly(series: str, measure: str) -> SpecificationCurve:
    """Return log income or lights on one measure that varies by year: 12 specifications.

    Clustered by county, and for digital finance by prefecture: it has one value a prefecture.
    Effects of prefectures by year leave nothing of it, and those rows say so.
    """
    data = year_frame(county_frame(), series)
    finance = penetration("finance").rename(columns={"penetration": "finance"})
    data = data.merge(finance[["adcode", "year", "finance"]], on=["adcode", "year"], how="left")
    # A county's own trend by where it started, so that poor and rich may converge.
    data["start_by_year"] = data.log_start * (data.year - data.year.min())
    column, cluster = {
        "shift-share": ("online", "adcode"),
        "digital finance": ("finance", "prefecture_en"),
    }[measure]
    return specification_curve(
        data,
        outcomes={{"income": N_("yearly income"), "lights": "yearly lights"}[series]: "log"},
        exposures={measure: column},
        controls={"none": [], "start": ["start_by_year"]},
        entity="adcode",
        time="year",
        effects={
            N_("county, year"): ["adcode", "year"],
            N_("county, prefecture by year"): ["adcode", ("prefecture_en", "year")],
        },
        samples={
            "all": data.adcode > "",
            "borders kept": ~data.territory_changed,
            N_("until 2019"): data.year < 2020,
        },
        cluster=cluster,
        standardise=True,
    )


def china() -> SpecificationCurve:
    """Return China's counties in 2020 on villages and shares: 324 specifications."""
    data = national_frame()
    data["log_lights"] = np.log(data.lights_2020)
    people = ["urban_share", "schooling_years"]
    return specification_curve(
        data,
        outcomes={
            N_("GDP a resident, China"): "log_gdp",
            "savings a resident, China": "log_savings",
            N_("lights, China"): "log_lights",
        },
        exposures={
            "Taobao village rate": "village_rate",
            "any Taobao village": "any_village",
            "commerce share, China": "commerce_share",
            "digital share, China": "digital_share",
        },
        controls={
            "none": [],
            "people": people,
            N_("people, age, size"): [
                *people,
                "minority_share",
                "age_65plus_share",
                "log_population",
            ],
        },
        effects={"none": [], N_("province"): ["province_en"], "prefecture": ["prefecture_adcode"]},
        samples={
            "all": data.adcode > "",
            "no districts": ~data.district,
            N_("GDP not flagged"): ~data.gdp_change_flagged,
        },
        cluster="prefecture_adcode",
        standardise=True,
    )


def economy_models() -> pd.DataFrame:
    """Return the estimated specifications of 1-c, as `gzcounty.specification_curve` gives them.

    Before them stand place (Guizhou or China), compared (levels of one year, or growth), measure
    (commerce, digital, villages, finance) and family: the variants of one measure and outcome; what
    the claim is not about, or noise decides, has the family "none".
    """
    parts = [
        curve.table().assign(place=place, compared=compared) for place, compared, curve in _curves()
    ]
    table = pd.concat(parts, ignore_index=True).dropna(subset="estimate").reset_index(drop=True)
    table["measure"] = table.exposure.astype(str).map(MEASURE_OF)
    outcome = table.outcome.astype(str)
    table["family"] = outcome.mask(outcome.isin(APART), "none")
    first = ["place", "compared", "measure", "family"]
    return table[[*first, *table.columns.drop(first)]]


def _curves() -> Iterator[tuple[str, str, SpecificationCurve]]:
    yield "Guizhou", "levels", levels()
    for outcome in GROWTH:
        yield "Guizhou", "growth", growth(outcome)
    for series in ("income", "lights"):
        for measure in ("shift-share", "digital finance"):
            yield "Guizhou", "growth", yearly(series, measure)
    yield "China", "levels", china()


def raises_county_economies() -> Evidence:
    """Run the specification curve of county economies on penetration."""
    table = economy_models()
    count = tally(table)
    counts = table[(table.controls != "none") & (table.family != "none")]
    return Evidence(
        table,
        N_(
            "Of the {judged[models]} models of income, GDP or lights that have controls, "
            "{judged[above]} intervals lie above zero and {judged[below]} below. Of all {models} "
            "intervals, {above} lie above zero, {below} below and {across} across it. Where places "
            "are compared in one year, {levels[above]} of {levels[models]} lie above; where growth "
            "is compared, {growth[above]} of {growth[models]} do and {growth[below]} lie below. No "
            "public measure says whether e-commerce works well."
        ),
        _("88 counties of Guizhou, fewer for income and GDP; 2,069 counties of China"),
        span(2010, 2023),
        {
            **count,
            "judged": tally(counts),
            "across": count["models"] - count["above"] - count["below"],
            "levels": tally(table[table.compared == "levels"]),
            "growth": tally(table[table.compared == "growth"]),
        },
    )


# The atlas: a measure a row.

_CENSUS = N_("population censuses 2010 and 2020")
_BOOKS = N_("county and provincial yearbooks")
_ROWS = [
    ("farm_share", N_("Employed in farming"), "%", ".0f", "share", _CENSUS, "industry"),
    (
        "farm_change", N_("Farming since 2010, same borders"), N_("points"), "+.0f", "difference",
        _CENSUS, "industry",
    ),
    (
        "commerce_share", N_("Penetration: trade, transport, information"), "%", ".1f", "share",
        _CENSUS, "industry",
    ),
    (
        "digital_share", N_("Penetration: post and information"), "%", ".1f", "share",
        _CENSUS, "industry",
    ),
    (
        "shift_share", N_("Penetration: 2010 share × online sales"), N_("trillion yuan × share"),
        ".2f", "amount", N_("census 2010, national online retail"), "industry",
    ),
    (
        "finance", N_("Penetration: digital finance, prefecture"), N_("index points"), ".0f",
        "amount",
        N_("PKU-DFIIC"), "industry",
    ),
    ("gdp", N_("GDP"), N_("billion yuan"), ",.1f", "amount", _BOOKS, "industry"),
    (
        "gdp_head", N_("GDP a resident"), N_("yuan"), ",.0f", "amount",
        N_("county and provincial yearbooks, census"), "industry",
    ),
    (
        "lights", N_("Night lights"), "nW/cm²/sr", ".2f", "amount",
        N_("VIIRS, masked yearly mean"), "county",
    ),
    ("population", N_("Residents"), N_("persons"), ",.0f", "amount", _CENSUS, "county"),
    (
        "residents_change", N_("Residents since 2010, same borders"), "%", "+.0f", "difference",
        _CENSUS, "county",
    ),
    ("urban_share", N_("Urban residents"), "%", ".0f", "share", _CENSUS, "county"),
    (
        "piped_water_share", N_("Households with piped water"), "%", ".0f", "share",
        _CENSUS, "county",
    ),
    (
        "rural_income", N_("Rural income, former poverty counties"), N_("yuan"), ",.0f", "amount",
        _BOOKS, "people",
    ),
    (
        "schooling_years", N_("Years of schooling, aged 15 and over"), N_("years"), ".1f", "amount",
        _CENSUS, "people",
    ),
    ("college_share", N_("Residents with college"), "%", ".1f", "share", _CENSUS, "people"),
    ("car_share", N_("Households with a car"), "%", ".0f", "share", _CENSUS, "people"),
    ("age_65plus_share", N_("Aged 65 and over"), "%", ".1f", "share", _CENSUS, "people"),
    ("minority_share", N_("Ethnic minorities"), "%", ".0f", "share", _CENSUS, "people"),
]  # fmt: skip
_FROM_CENSUS = [
    "farm_share", "commerce_share", "digital_share", "urban_share", "population",
    "schooling_years", "college_share", "age_65plus_share", "minority_share", "car_share",
    "piped_water_share",
]  # fmt: skip


def overview_menu() -> pd.DataFrame:
    """Return the measures: variable, label, unit, format, kind, source and hue (a dimension).

    Label, unit and source are in the reader's language.

    Examples
    --------
    >>> import gzbook
    >>> gzbook.overview_menu().hue.value_counts().to_dict()
    {'industry': 8, 'people': 6, 'county': 5}
    """
    fields = ["variable", "label", "unit", "format", "kind", "source", "hue"]
    menu = pd.DataFrame(_ROWS, columns=fields)
    said = {name: menu[name].map(_) for name in ("label", "unit", "source")}
    return menu.assign(**said)


def overview() -> pd.DataFrame:
    """Return all values of the measures of `overview_menu`, one row a county, year and variable.

    Values of 2010 are left out where a county's territory changed since then, and changes are those
    of the group of constant borders. Rural income is that of former poverty counties in every year,
    so that years compare. GDP is in billion yuan.

    Returns
    -------
    DataFrame
        adcode, year, variable, value; no missing values.

    Examples
    --------
    >>> import gzbook
    >>> gzbook.overview().query("variable == 'farm_share'").groupby("year").size().to_dict()
    {2010: 75, 2020: 88}
    """
    tables = [_of_census(), *_of_panel(), _of_change(), *_of_penetration()]
    cells = [table.melt(["adcode", "year"]) for table in tables]
    return pd.concat(cells, ignore_index=True).dropna(subset="value").reset_index(drop=True)


def _moved() -> pd.Series:
    counties = load_counties()
    return counties.adcode[counties.territory_changed]


def _of_census() -> pd.DataFrame:
    census = load_census()
    elsewhere = (census.year == 2010) & census.adcode.isin(_moved())
    return census.loc[~elsewhere, ["adcode", "year", *_FROM_CENSUS]]


def _of_panel() -> list[pd.DataFrame]:
    panel, census, counties = load_panel(), load_census(), load_counties()
    poor = counties.adcode[counties.former_poverty_county]
    residents = census[census.year == 2020].set_index("adcode").population
    money = panel.loc[panel.year.isin([2020, 2023]), ["adcode", "year", "gdp"]]
    head = money[money.year == 2020]
    return [
        panel[["adcode", "year", "lights"]],
        panel.loc[panel.adcode.isin(poor), ["adcode", "year", "rural_income"]],
        money.assign(gdp=money.gdp / 1000),  # million to billion yuan
        head.assign(gdp_head=1e6 * head.gdp / head.adcode.map(residents)).drop(columns="gdp"),
    ]


def _of_change() -> pd.DataFrame:
    counties = load_counties()
    people = census_change("population").set_index("group")
    farming = census_change("farm_share").set_index("group").change
    return pd.DataFrame({
        "adcode": counties.adcode,
        "year": 2020,
        "residents_change": counties.group.map(100.0 * people.change / people.value_2010),
        "farm_change": counties.group.map(farming),
    })  # fmt: skip


def _of_penetration() -> list[pd.DataFrame]:
    tables = {name: penetration(name) for name in ("finance", "shift_share")}
    tables["shift_share"] = tables["shift_share"].loc[lambda t: ~t.adcode.isin(_moved())]
    return [
        table[["adcode", "year", "penetration"]].rename(columns={"penetration": name})
        for name, table in tables.items()
    ]


TESTS = {
    "1-b": counties_decide,
    "1-c": raises_county_economies,
}
