"""What was reported of single counties, in words: cases, events, pilots, entries, exits."""

from __future__ import annotations

import pandas as pd

from gzcounty.data.guizhou import (
    NATION,
    PROVINCE,
    load_cases,
    load_events,
    load_pilots,
    load_poverty_exits,
    load_programme,
    load_sources,
)

WORDS = {
    "cunchao_visits_first_month": "visits to Cunchao in its first month",
    "cunchao_web_views": "views of Cunchao on the web",
    "tourist_visits_May": "tourist visits in May",
    "tourism_revenue_May": "tourism revenue in May",
    "tourist_visits_year": "tourist visits in the year",
    "tourism_revenue_since_cunchao": "tourism revenue since Cunchao began",
    "tourist_visits_2023_05_13_to_2024_06_30": "tourist visits, 13 May 2023 to 30 June 2024",
    "tourism_revenue_2023_05_13_to_2024_06_30": "tourism revenue, 13 May 2023 to 30 June 2024",
    "tourist_visits_to_1_Nov": "tourist visits up to 1 November",
    "tourism_revenue_to_1_Nov": "tourism revenue up to 1 November",
    "gdp": "GDP",
    "gdp_per_capita": "GDP a person",
    "agri_specialty_sales_online_offline": "sales of farm specialities, online and offline",
    "new_market_entities": "new market entities",
    "short_video_accounts": "short-video accounts",
    "new_media_park_firms": "firms in the new-media park",
    "douyin_lodging_travel_orders_multiple": "orders for lodging and travel on Douyin",
    "population_registered": "registered population",
    "population_resident": "residents",
    "cunba_final_visits_3days": "visits to the Cun BA final, three days",
    "cunba_final_tourism_revenue_3days": "tourism revenue of the Cun BA final, three days",
    "tea_garden_area": "tea gardens",
    "tea_output": "tea output",
    "tea_output_value": "value of tea output",
    "tea_output_value_undated": "value of tea output, year not stated",
    "tea_comprehensive_income": "comprehensive income of the tea chain",
    "duyun_maojian_brand_value": "brand value of Duyun Maojian tea",
    "embroidery_base_founders": "founders of the embroidery base",
    "ecom_online_retail_growth_5y": "growth of online retail in five years",
    "ecom_training": "training in e-commerce",
    "ecom_jobs_claimed": "jobs ascribed to e-commerce",
    "jd_weining_potato_sales": "potatoes sold on JD",
    "kiwifruit_online_sales": "kiwifruit sold online",
    "ecom_demo_county_batch": "named in a batch of the rural e-commerce demonstration programme",
    "digital_village_pilot_2020": "national digital-village pilot",
}
"""What each variable of the cases, the programme and the pilots is, in words."""

_SCALES = {"10k": 1e4, "100m": 1e8}
_NO_AMOUNT = ("batch year", "flag")
_COLUMNS = ["adcode", "year", "date", "what", "amount", "source", "url", "note"]


def reported() -> pd.DataFrame:
    """Return what was reported of single counties and prefectures of Guizhou, oldest first.

    Returns
    -------
    DataFrame
        ``adcode`` (of a county, or of a prefecture for what was reported of all of it), ``year``,
        ``date`` (as exact as the source), ``what``, ``amount`` (with its unit, in words),
        ``source``, ``url`` and ``note``; empty text where there is none.

    Notes
    -----
    These are claims of their sources. Tourism revenue is gross, never value added.
    """
    figures = pd.concat([load_cases(), load_pilots(), load_programme()], ignore_index=True)
    figures = figures[figures.variable.isin(WORDS)]
    figures = figures.assign(
        what=figures.variable.map(WORDS),
        amount=[amount(v, u) for v, u in zip(figures.value, figures.unit, strict=True)],
        note=[_note(*row) for row in figures[["value", "unit", "note"]].to_numpy()],
    )
    # Events are told from outside the county; the pilots among them stand in their own table.
    events = load_events().rename(columns={"event": "what"})
    exits = load_poverty_exits().rename(columns={"exit_year": "year"})
    source = load_sources().set_index("source_key").citation["poverty832"]
    exits = exits.assign(what="left the list of poverty counties", source=source)
    table = pd.concat([figures, events, exits], ignore_index=True).reindex(columns=_COLUMNS)
    table = table[~table.adcode.isin([NATION, PROVINCE])]
    table = table.sort_values(["adcode", "year", "date"], kind="stable", na_position="last")
    text = [column for column in _COLUMNS if column not in ("adcode", "year")]
    table[text] = table[text].fillna("")
    return table.reset_index(drop=True)


def amount(value: float, unit: str) -> str:
    """Write a reported amount as it is read: ``12.41`` of ``100m yuan`` is 1.241 billion yuan.

    >>> amount(42.0, "10k visits"), amount(12.41, "100m yuan"), amount(2016, "batch year")
    ('420,000 visits', '1.241 billion yuan', '')
    """
    if pd.isna(value) or pd.isna(unit) or unit in _NO_AMOUNT:
        return ""
    scale, _, noun = unit.partition(" ")
    number = value * _SCALES.get(scale, 1.0)
    noun = noun if scale in _SCALES else unit
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if number >= size:
            return f"{number / size:,.4g}{word} {noun}"
    return f"{number:,.6g} {noun}"


def _note(value: float, unit: str, note: str) -> str:
    """Say how an amount was reported if it is written otherwise: the note counts in that unit."""
    rest = "" if pd.isna(note) else note
    if pd.isna(unit) or unit.partition(" ")[0] not in _SCALES:
        return rest
    first = f"reported as {value:,.6g} ({unit})"
    return f"{first}; {rest}" if rest else first
