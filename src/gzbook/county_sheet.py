"""The page of a county as HTML, whole before any script: sentences, small charts, tables.

`sheet` writes a county's page and `overview` the page of all counties, from the figures of
`county_page` and the pictures of `county_pictures`. Every sentence is a template of its own with
named fields, and so is every one that the script of the page of all counties shows: it finds them
in the page.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

import pandas as pd

from gzbook.county_page import (
    MAIN,
    called,
    changes,
    former_names,
    highest_and_lowest,
    is_known,
    main_figures,
    name_of,
    number,
    peers,
    prefecture_in,
    prefecture_of,
    profiles,
    said_sources,
    slug,
    source_words,
)
from gzbook.county_pictures import (
    BOX,
    MAP_HEIGHT,
    MAP_WIDTH,
    Series,
    columns,
    lines,
    origin,
    outlines,
    strip,
    text,
)
from gzbook.publishing import page_json
from gzbook.tables import written
from gzcounty.charts.selection import plain, search_keys, short_chinese
from gzcounty.data.guizhou import (
    cited,
    load_anomalies,
    load_code_changes,
    load_counties,
    load_geographical_indications,
    load_geography,
    load_neighbours,
    load_poverty_exits,
    load_programme,
    load_registrations,
    reported,
)
from gzcounty.language import N_, _, _n, cached, in_language
from gzcounty.words import in_a_row, listed, years

HIGH = (
    N_("{county} stands in the upper third of Guizhou in none of its main figures of 2020."),
    N_(
        "{county} stands high in one of its main figures of 2020, {one} ({one_value}, rank "
        "{one_rank} of {one_of} in Guizhou; China’s median county has {one_china})."
    ),
    N_(
        "{county} stands high in {one} ({one_value}, rank {one_rank} of {one_of} in Guizhou; "
        "China’s median county has {one_china}) and in {two} ({two_value}, rank {two_rank} of "
        "{two_of}; {two_china})."
    ),
)
LOW = (
    N_("{county} stands in the lower third of Guizhou in none of its main figures of 2020."),
    N_(
        "{county} stands low in one of its main figures of 2020, {one} ({one_value}, rank "
        "{one_rank} of {one_of} in Guizhou; China’s median county has {one_china})."
    ),
    N_(
        "{county} stands low in {one} ({one_value}, rank {one_rank} of {one_of} in Guizhou; "
        "China’s median county has {one_china}) and in {two} ({two_value}, rank {two_rank} of "
        "{two_of}; {two_china})."
    ),
)
CHANGED = N_(
    "From the census of 2010 to that of 2020 its residents went from {start} to {end} "
    "({change} %; the median of {groups} areas with constant borders is {median} %), the share who "
    "live in towns from {urban_start} to {urban_end} %, and trade employment from {trade_start} to "
    "{trade_end} %."
)
CHANGED_RESIDENTS = N_(
    "From the census of 2010 to that of 2020 its residents went from {start} to {end} "
    "({change} %; the median of {groups} areas with constant borders is {median} %); the share who "
    "live in towns is not known for 2010 on the borders of today."
)
CHANGED_TOGETHER = N_(
    "Borders moved within {members}, which are counted together here: from the "
    "census of 2010 to that of 2020 their residents went from {start} to {end} ({change} %; the "
    "median of {groups} areas with constant borders is {median} %), the share who live in towns "
    "from {urban_start} to {urban_end} %, and trade employment from {trade_start} to {trade_end} %."
)
RULE = N_(
    "How these sentences are made: high and low are the upper and the lower third of Guizhou’s "
    "counties with a figure, among {count} main figures of 2020 (in the table below). Of several "
    "the two nearest to the top or the bottom are named. Rank 1 is the highest value, which is not "
    "always the best."
)
FORMER = N_("{old} (code {code}) became {county} in {year}.")
MERGED = N_("{old} (code {code}) was joined to {county} in {year}.")
ABOUT = N_("{called} · {kind} in {prefecture} · code {code}.")
LEFT = N_("Former poverty county; it left the list in {year} (year of the assessment).")
NEVER = N_("Not on the list of poverty counties.")
GDP = N_(
    "GDP was {value} in {year} (100 million yuan 亿元): {gdp_primary} % farming, {gdp_secondary} % "
    "industry and building, {gdp_tertiary} % services."
)
GDP_WHOLE = N_(
    "GDP was {value} in {year} (100 million yuan 亿元); its sectors are not in our sources."
)
GDP_BREAK = N_(
    "The economic census changed the figures of 2019 and not those before: nothing can be said of "
    "growth from 2018 to 2019."
)
INCOME = N_(
    "In {year} a rural resident had {rural} yuan to spend and an urban one {urban} yuan; the "
    "median of {count} former poverty counties is {rural_median} and {urban_median} yuan."
)
BUDGET = N_(
    "In {year} its own revenue covered {share} % of its spending; in the median of the {count} "
    "counties with a figure it was {median} %."
)
NEW = N_(
    "In {year} {value} agricultural businesses were newly registered, {cooperatives} of them "
    "cooperatives; in the median county {median}."
)
NEW_NOTE = N_(
    "Entries of all legal forms, no exits: not e-commerce. 2022 jumps in the whole province and "
    "2023 is a part of a year."
)
LIGHTS = N_("Masked annual mean of night lights: {value} in {year}, {median} in the median county.")
INDICATIONS = N_(
    "Registered as geographical indications since 2010: {products}. What is held by a prefecture "
    "or by the province is not counted here."
)
NO_INDICATIONS = N_(
    "None of the {placed} agricultural geographical indications that we could place is held in "
    "{county}; those held by a prefecture or by the province are missing."
)
FINANCE = N_(
    "All {count} counties of {prefecture} share one value of the digital finance index: {value} in "
    "{year}, rank {rank} of {of} prefectures, and {start} in {first}. It measures payment and "
    "credit by Alipay, not sales."
)
PROGRAMME = N_(
    "When {county} entered the national programme for rural e-commerce (电子商务进农村综合示范) "
    "is not known to us. The ministries publish lists of counties year by year; we have not "
    "obtained them."
)
PROGRAMME_NAMED = N_(
    "A source names {county} in the {years} round of the national programme for rural e-commerce "
    "(电子商务进农村综合示范; {sources}). When it first entered is not known to us: the ministries "
    "publish lists year by year, and we have not obtained them."
)
NOT_NAMED = N_(
    "No claim of the ledger names {county}. Claims on Guizhou’s counties rest on it as on the "
    "others."
)
PEERS = N_(
    "Nearest in size (residents and area, in logarithms) and terrain (relief), each in standard "
    "deviations of the 88 counties, nearest first."
)
STRIPS = N_(
    "In the strips each thin line is a county of Guizhou, from the lowest value to the highest; "
    "the bar is this one."
)
SAMPLED = N_("A tenth of households was asked, so that small industries are rough.")
NOT_REPORTED = N_("Nothing is in our tables of cases, events, pilots and programme rounds.")
PAPER = N_(
    "{sources} What each figure is and is not, and the figures of all years, are on the page."
)
NO_FIGURE = N_("{what} of {county}: no figure. {why}.")
ODD = N_(
    "{what} went from {start} in {first} to {end} in {last} ({unit}), far outside the other "
    "counties: real, revised or misprinted is not known."
)
SERIES = N_("{what}: {start} in {first}, {end} in {last}.")
ALL_OF = N_("All {count} counties, cities and districts of {prefecture}")

CARDS = {
    "residents": N_("Residents"),
    "gdp": N_("GDP and its sectors"),
    "income": N_("Income a person"),
    "budget": N_("Own revenue and spending"),
    "farming": N_("New agricultural businesses"),
    "lights": N_("Night lights"),
}
SECTORS = {
    "gdp_primary": (N_("Farming 第一产业"), "industry"),
    "gdp_secondary": (N_("Industry and building 第二产业"), "county"),
    "gdp_tertiary": (N_("Services 第三产业"), "people"),
}
INDICES = ("industry", "county", "people", "coordination")
NONE = N_("no figure")
FOR_SCRIPT = {
    "none": NONE,
    "found": N_("{n} found."),
    "choose": N_("{n} found: choose one."),
    "nobody": N_("No county is called “{name}”."),
    "stranger": N_("“{code}” is not the code of a county in Guizhou."),
    "measure": N_("Measure"),
    "both": N_("{one} and {two}"),
}
"""What book/_static/gz-county.js says, by its names."""

SOME = 5
"""Industries at either end, and reports that are not folded."""


@dataclass(frozen=True)
class Sheet:
    """A page: its title, its body, and what search engines and messengers show of it."""

    title: str
    html: str
    description: str


def together(*parts: str) -> str:
    """Return sentences behind each other, without those that are empty."""
    return in_language(" ", "").join(filter(None, parts))


def measured(value: float, unit: str, digits: int) -> str:
    """Return a number with its unit."""
    if math.isnan(value):
        return _(NONE)
    gap, sign = in_language("\N{NO-BREAK SPACE}", ""), "%" if "%" in unit else unit
    return f"{number(value, digits)}{gap}{sign}"


# ---- the sentences ------------------------------------------------------------------------------


def sentences(adcode: str) -> list[str]:
    """Return what is high in a county, what is low, and what changed since 2010."""
    name = name_of(_county(adcode).names)
    high, low = highest_and_lowest(adcode)
    out = [
        _(templates[len(rows)], county=name, **_standing(rows))
        for templates, rows in ((HIGH, high), (LOW, low))
    ]
    row = changes(adcode)
    fields = {
        "start": number(row.population_2010),
        "end": number(row.population_2020),
        "change": written(row.population_change, "+.1f"),
        "median": written(row["median"], "+.1f"),
        "groups": row.groups,
        "members": in_language(" + ", "、").join(
            name_of(_county(code).names) for code in row.members
        ),
        "urban_start": number(row.urban_share_2010, 1),
        "urban_end": number(row.urban_share_2020, 1),
        "trade_start": number(row.commerce_share_2010, 1),
        "trade_end": number(row.commerce_share_2020, 1),
    }
    template = CHANGED_TOGETHER if len(row.members) > 1 else CHANGED
    if math.isnan(row.urban_share_2010):
        template = CHANGED_RESIDENTS
    return [*out, _(template, **fields)]


def _standing(rows: pd.DataFrame) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, row in zip(("one", "two"), rows.itertuples(), strict=False):
        fields |= {
            name: _(MAIN[row.indicator]),
            f"{name}_value": measured(row.value, row.unit, row.decimals),
            f"{name}_rank": number(row.rank),
            f"{name}_of": number(row.of),
            f"{name}_china": measured(row.median_china, row.unit, row.decimals),
        }
    return fields


# ---- parts of a page ----------------------------------------------------------------------------


NAN = math.nan


@dataclass(frozen=True)
class County:
    """What the parts of a page are written from: a row of `load_counties`, rows of `profiles`."""

    adcode: str
    names: Any
    rows: list[Any]

    def of(self, *indicators: str) -> list[Any]:
        """Return the rows of some indicators."""
        return [row for row in self.rows if row.indicator in indicators]

    def values(self, indicator: str, years: Iterable[int], column: str = "value") -> list[float]:
        """Return an indicator in some years, NaN where there is no figure."""
        known = {row.year: getattr(row, column) for row in self.of(indicator)}
        return [known.get(year, NAN) for year in years]

    def at(self, indicator: str, year: int) -> Any:  # noqa: ANN401
        """Return the row of an indicator in a year."""
        return next(row for row in self.of(indicator) if row.year == year)

    def last(self, *indicators: str) -> int | None:
        """Return the last year in which all have a figure."""
        known = [{row.year for row in self.of(name) if is_known(row.value)} for name in indicators]
        return max(set.intersection(*known), default=None)


@cached
def _county(adcode: str) -> County:
    row = load_counties().set_index("adcode", drop=False).loc[adcode]
    return County(adcode, row, _grouped(profiles)[adcode])


@cached
def _grouped(load: Callable[[], pd.DataFrame]) -> dict[str, list[Any]]:
    """Return the rows of a table by county."""
    out: dict[str, list[Any]] = {}
    for row in load().itertuples(index=False):
        out.setdefault(row.adcode, []).append(row)
    return out


def link(adcode: str) -> str:
    """Return a link to the page of a county, from that of another."""
    names = _county(adcode).names
    return f'<a href="{slug(names.name_en)}.html">{text(called(names))}</a>'


def _paragraph(words: str, style: str = "") -> str:
    return f'<p class="{style}">{text(words)}</p>' if style else f"<p>{text(words)}</p>"


def _card(name: str, parts: Iterable[str], rows: Sequence[Any], *notes: str) -> str:
    said = together(*notes, _("Unit: {unit}.", unit=rows[0].unit), said_sources(rows))
    return (
        f'<section class="gz-county-card" id="{name}"><h3>{text(_(CARDS[name]))}</h3>'
        f"{''.join(parts)}{_paragraph(said, 'gz-source')}</section>"
    )


def _numbers(years: Sequence[int], series: Sequence[Series], digits: int) -> str:
    rows = "".join(
        _row(str(year), *(_or_none(values[i], digits) for _, _, values in series))
        for i, year in enumerate(years)
    )
    heads = [_("Year"), *(name for name, _, _ in series)]
    return _folded(_("The numbers"), f"<table>{_heads(heads)}<tbody>{rows}</tbody></table>")


def _folded(summary: str, body: str) -> str:
    return f'<details class="gz-screen"><summary>{text(summary)}</summary>{body}</details>'


def _missing(why: str) -> str:
    return _("No figure: {why}.", why=why) if why else ""


def _or_none(value: float, digits: int = 0) -> str:
    return number(value, digits) if is_known(value) else _(NONE)


def _key(parts: Sequence[Series]) -> str:
    entries = "".join(
        f'<span><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="gz-county-{style}" '
        f'width="10" height="10"/></svg>{text(name)}</span>'
        for name, style, _ in parts
    )
    return f'<p class="gz-county-key">{entries}</p>'


def _said(what: str, years: Sequence[int], values: Sequence[float], digits: int) -> str:
    known = [(year, value) for year, value in zip(years, values, strict=True) if is_known(value)]
    (first, start), (last, end) = known[0], known[-1]
    return _(
        SERIES, what=what, start=number(start, digits), first=first, end=number(end, digits),
        last=last,
    )  # fmt: skip


def _odd(county: County, variables: Mapping[str, str], money: bool = True) -> str:
    """Return what jumps in some accounts: in 100 million yuan, or in yuan a person."""
    scale, digits = (100, 2) if money else (1, 0)
    unit = _("100 million yuan") if money else _("yuan")
    return together(*(
        _(
            ODD, what=variables[row.variable], start=number(row.from_value / scale, digits),
            first=row.from_year, end=number(row.to_value / scale, digits), last=row.to_year,
            unit=unit,
        )
        for row in _grouped(load_anomalies).get(county.adcode, [])
        if row.variable in variables
    ))  # fmt: skip


def _absent(county: County, what: str, indicator: str) -> str:
    note = county.of(indicator)[-1].note
    why = note[0].upper() + note[1:]
    words = _(NO_FIGURE, what=what, county=name_of(county.names), why=why)
    return _paragraph(words, "gz-county-none")


def _gdp(county: County) -> str:
    rows = county.of("gdp", *SECTORS)
    year = county.last("gdp")
    if year is None:
        return _card("gdp", [_absent(county, _("GDP"), "gdp")], rows)
    years = range(2010, 2024)
    total = county.values("gdp", years)
    sectors = [county.values(name, years) for name in SECTORS]
    whole = [all(is_known(values[i]) for values in sectors) for i in range(len(years))]
    parts: list[Series] = [
        (
            _(name),
            style,
            [value if known else NAN for value, known in zip(values, whole, strict=True)],
        )
        for (name, style), values in zip(SECTORS.values(), sectors, strict=True)
    ]
    rest = [NAN if known else value for value, known in zip(total, whole, strict=True)]
    if any(map(is_known, rest)):
        parts.append((_("Sectors not known"), "rest", rest))
    at = year - years[0]
    sentence = _(
        GDP if whole[at] else GDP_WHOLE, value=number(total[at], 1), year=year,
        **{name: _or_none(100 * v[at] / total[at]) for name, v in zip(SECTORS, sectors)},  # noqa: B905
    )  # fmt: skip
    crossed = is_known(total[2018 - years[0]]) and is_known(total[2019 - years[0]])
    chart = columns(years, parts, 1, _said(_("GDP, 100 million yuan"), years, total, 1))
    table = _numbers(years, [(_("GDP"), "", total), *parts[:3]], 2)
    notes = (_(GDP_BREAK) if crossed else "", _odd(county, {"gdp": _("GDP")}))
    return _card("gdp", [_paragraph(sentence), chart, _key(parts), table], rows, *notes)


def _income(county: County) -> str:
    rows = county.of("rural_income", "urban_income")
    year = county.last("rural_income", "urban_income")
    if year is None:
        return _card("income", [_absent(county, _("Income a person"), "rural_income")], rows)
    years = range(2014, 2024)
    rural, urban = county.at("rural_income", year), county.at("urban_income", year)
    sentence = _(
        INCOME, year=year, rural=number(rural.value), urban=number(urban.value), count=rural.of,
        rural_median=number(rural.median), urban_median=number(urban.median),
    )  # fmt: skip
    series: list[Series] = [
        (_("Urban"), "people", county.values("urban_income", years)),
        (_("Rural"), "county", county.values("rural_income", years)),
        (_("Rural median"), "rest", county.values("rural_income", years, "median")),
    ]
    said = _said(_("Rural income a person, yuan"), years, series[1][2], 0)
    chart = lines(years, series, 0, said)
    incomes = {"rural_income": _("Rural income"), "urban_income": _("Urban income")}
    odd = _odd(county, incomes, money=False)
    return _card("income", [_paragraph(sentence), chart, _numbers(years, series, 0)], rows, odd)


def _budget(county: County) -> str:
    rows = county.of("fiscal_revenue", "fiscal_expenditure")
    year = county.last("fiscal_revenue", "fiscal_expenditure")
    if year is None:
        return _card("budget", [_absent(county, _("Budget"), "fiscal_revenue")], rows)
    years = range(2010, 2024)
    every = _covered()[year]
    sentence = _(
        BUDGET, year=year, share=number(every[county.adcode], 1), count=int(every.count()),
        median=number(every.median(), 1),
    )  # fmt: skip
    own, spending = _("Own revenue"), _("Spending")
    series: list[Series] = [
        (spending, "people", county.values("fiscal_expenditure", years)),
        (own, "county", county.values("fiscal_revenue", years)),
    ]
    said = _said(_("Own revenue, 100 million yuan"), years, series[1][2], 1)
    chart = lines(years, series, 1, said)
    odd = _odd(county, {"fiscal_revenue": own, "fiscal_expenditure": spending})
    return _card("budget", [_paragraph(sentence), chart, _numbers(years, series, 2)], rows, odd)


@cache
def _covered() -> pd.DataFrame:
    """Return own revenue in % of spending, a row a county and a column a year."""
    table = profiles().set_index(["adcode", "year", "indicator"]).value
    own, spent = (table.xs(f"fiscal_{name}", level=2) for name in ("revenue", "expenditure"))
    return (100 * own / spent).unstack("year")


def _farming(county: County) -> str:
    rows = county.of("registrations")
    table = _grouped(load_registrations)[county.adcode]
    years = [row.year for row in table]
    parts: list[Series] = [
        (_("Cooperatives 合作社"), "industry", [float(row.cooperatives) for row in table]),
        (_("Other businesses"), "rest", [float(row.new - row.cooperatives) for row in table]),
    ]
    year = 2021  # the last whole one
    row = next(row for row in table if row.year == year)
    sentence = _(
        NEW, year=year, value=number(row.new), cooperatives=number(row.cooperatives),
        median=number(county.at("registrations", year).median),
    )  # fmt: skip
    said = _said(_("New agricultural businesses"), years, [float(row.new) for row in table], 0)
    chart = columns(years, parts, 0, said)
    parts_of = [_paragraph(sentence), chart, _key(parts), _numbers(years, parts, 0)]
    return _card("farming", parts_of, rows, _(NEW_NOTE))


def _lights(county: County) -> str:
    rows = county.of("lights")
    years = [row.year for row in rows]
    series: list[Series] = [
        # Beside the end of a line there is room for a short name.
        (
            in_language(county.names.name_en, short_chinese(county.names.name_zh)),
            "county",
            [row.value for row in rows],
        ),
        (_("Median"), "rest", [row.median for row in rows]),
    ]
    last = rows[-1]
    sentence = _(LIGHTS, value=number(last.value, 2), year=last.year, median=number(last.median, 2))
    chart = lines(years, series, 2, _said(_("Night lights"), years, series[0][2], 2))
    return _card("lights", [_paragraph(sentence), chart, _numbers(years, series, 2)], rows)


def _residents(county: County) -> str:
    """Return residents in towns and in the countryside at both censuses."""
    rows = county.of("population")
    years = (2010, 2020)
    residents, shares = county.values("population", years), county.values("urban_share", years)
    towns = [n * share / 100 for n, share in zip(residents, shares, strict=True)]
    outside = [n - urban for n, urban in zip(residents, towns, strict=True)]
    parts: list[Series] = [(_("In towns"), "county", towns), (_("Outside"), "industry", outside)]
    name = _("Residents")
    chart = columns(years, parts, 0, _said(name, years, residents, 0))
    table = _numbers(years, [(name, "", residents), *parts], 0)
    absent = "" if is_known(residents[0]) else _("2010: {why}.", why=rows[0].note)
    return _card("residents", [chart, _key(parts), table], rows, absent)


def _short(county: County) -> str:
    """Return what is one sentence: indications, digital finance, the programme."""
    names = county.names
    products = _grouped(load_geographical_indications)
    each = [
        _(
            "{product} ({year})", year=r.year,
            product=in_language(f"{r.category} {r.category_zh}", r.category_zh),
        )
        for r in products.get(county.adcode, [])
    ]  # fmt: skip
    indications = _(
        INDICATIONS if each else NO_INDICATIONS, products=_("; ").join(each),
        placed=sum(map(len, products.values())), county=name_of(names),
    )  # fmt: skip
    first, *__, last = county.of("finance")
    finance = _(
        FINANCE, count=int((load_counties().prefecture_adcode == names.prefecture_adcode).sum()),
        prefecture=prefecture_of(names), value=number(last.value), year=last.year,
        rank=number(last.rank), of=last.of, start=number(first.value), first=first.year,
    )  # fmt: skip
    rounds = _grouped(load_programme).get(county.adcode, [])
    years = [row.year for row in rounds]
    programme = _(
        PROGRAMME_NAMED if rounds else PROGRAMME, county=name_of(names),
        years=in_language(listed(years), in_a_row([str(year) for year in years])),
        sources=_("; ").join(cited(row.source) for row in rounds),
    )  # fmt: skip
    parts = (
        (_("Geographical indications 农产品地理标志"), indications, "xinruhan_gi"),
        (_("Digital finance 数字普惠金融"), finance, "pku_dfiic"),
        (_("The e-commerce programme"), programme, ""),
    )
    html = ""
    for title, words, key in parts:
        html += f"<section><h3>{text(title)}</h3>{_paragraph(words)}"
        html += f"{_paragraph(source_words([key]), 'gz-source') if key else ''}</section>"
    return f'<div class="gz-county-lines">{html}</div>'


def _table(caption: str, heads: Sequence[str], body: str, style: str) -> str:
    return (
        f'<table class="{style}"><caption>{text(caption)}</caption>'
        f"{_heads(heads)}<tbody>{body}</tbody></table>"
    )


def _heads(names: Iterable[str]) -> str:
    cells = "".join(f'<th scope="col">{text(name)}</th>' for name in names)
    return f"<thead><tr>{cells}</tr></thead>"


def _row(head: str, *cells: str) -> str:
    return f'<tr><th scope="row">{head}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _measure(row: Any, below: str) -> str:  # noqa: ANN401
    return f"{text(row.label)}<small>{text(below)}</small>"


def _main(county: County) -> str:
    rows = list(main_figures(county.adcode).itertuples())
    body = "".join(
        _row(
            _measure(row, row.unit) + strip(row),
            _value(row),
            number(row.median, row.decimals),
            number(row.median_china, row.decimals),
        )
        for row in rows
    )
    heads = (_("Measure"), name_of(county.names), _("Guizhou median"), _("China median"))
    why = _missing(next((row.note for row in rows if not is_known(row.value)), ""))
    note = _paragraph(together(why, _(STRIPS), said_sources(rows)), "gz-source")
    return _table(_("Main figures, 2020"), heads, body, "gz-county-main") + note


def _value(row: Any) -> str:  # noqa: ANN401
    if not is_known(row.value):
        return f'<span class="gz-county-none">{_(NONE)}</span>'
    small = ""
    if row.of:
        rank = _("rank {rank} of {of}", rank=number(row.rank), of=row.of)
        small = f"<small>{rank}</small>"
    return f"<b>{number(row.value, row.decimals)}</b>{small}"


def _industries(county: County) -> str:
    rows = [row for row in county.rows if row.group == "industries"]
    cell = {(row.indicator, row.year): row.value for row in rows}
    here = [row for row in rows if row.indicator.startswith("quotient") and row.year == 2020]
    here.sort(key=lambda row: -row.value)

    def part(title: str, some: Sequence[Any]) -> str:
        return f'<tr><th scope="rowgroup" colspan="4">{title}</th></tr>' + "".join(
            _row(
                text(row.label),
                f"<b>{number(row.value, 2)}</b>",
                _or_none(cell[row.indicator, 2010], 2),
                number(cell[row.indicator.replace("quotient", "share"), 2020], 1),
            )
            for row in some
        )

    heads = (
        _("Industry"), _("Times the province’s share, 2020"), years("2010"),
        _("% of the employed, 2020"),
    )  # fmt: skip
    body = part(_("Weighs most here"), here[:SOME]) + part(_("Weighs least here"), here[-SOME:])
    note = _paragraph(together(_(SAMPLED), said_sources(rows)), "gz-source gz-screen")
    return _table(_("Industries: what weighs most and least"), heads, body, "gz-screen") + note


def _indices(county: County) -> str:
    body = ""
    for row in [*county.of("digital", "taobao"), *county.of(*INDICES)]:
        head = _measure(row, _("{unit}, {year}", unit=row.unit, year=row.year))
        body += _row(head, _value(row), number(row.median, row.decimals))
    notes = {row.label: row.note for row in county.rows if row.group == "penetration"}
    meant = "".join(f"<dt>{text(name)}</dt><dd>{text(note)}</dd>" for name, note in notes.items())
    heads = (_("Measure"), name_of(county.names), _("Guizhou median"))
    table = _table(_("Other measures, and the book’s indices"), heads, body, "gz-screen")
    return table + _folded(_("What the measures of penetration are not"), f"<dl>{meant}</dl>")


def _peers(county: County) -> str:
    body, both = "", _("compare")
    for code in [county.adcode, *peers(county.adcode)]:
        other = _county(code)
        residents, trade, gdp = (
            _or_none(row.value, row.decimals)
            for row in (other.at(n, 2020) for n in ("population", "commerce", "gdp_per_resident"))
        )
        name, beside = text(name_of(county.names)), ""
        if code != county.adcode:
            name = link(code)
            beside = f'<a href="../county.html#{county.adcode}+{code}">{both}</a>'
        area = number(_grouped(load_geography)[code][0].area_km2)
        body += _row(name, residents, area, trade, gdp, beside)
    heads = (
        _("County"), _("Residents"), _("km²"), _("Trade employment, %"),
        _("GDP a resident, yuan"), _("Both"),
    )  # fmt: skip
    table = _table(_("The nearest, 2020"), heads, body, "")
    wide = f'{_paragraph(_(PEERS))}<div class="gz-county-wide">{table}</div>'
    return _section("peers", _("Counties like it"), wide)


def _section(name: str, title: str, body: str) -> str:
    return f'<section class="gz-screen" id="{name}"><h2>{title}</h2>{body}</section>'


def _claims(county: County, ledger: Sequence[Mapping[str, str]]) -> str:
    names = (county.names.name_en, short_chinese(county.names.name_zh))
    entries = ""
    for row in ledger:
        words = " ".join(row[field] for field in ("claim", "claim_zh", "finding", "test"))
        if any(name in words for name in names):
            word = row["verdict"]
            entries += (
                f'<li><a href="../conclusion.html#ledger-{row["id"].replace(".", "-")}">'
                f"{row['id']}</a> {text(row[in_language('claim', 'claim_zh')])} "
                f'<b class="gz-said-{word.replace(" ", "-")}">{_(word)}</b></li>'
            )
    nothing = _paragraph(_(NOT_NAMED, county=name_of(county.names)))
    body = f"<ul>{entries}</ul>" if entries else nothing
    every = text(_("All claims and their verdicts"))
    body += f'<p><a href="../conclusion.html">{every}</a></p>'
    return _section("claims", _("In the ledger of claims"), body)


def _reported(county: County) -> str:
    reports = _grouped(reported)
    entries = []
    for code in (county.adcode, county.names.prefecture_adcode):
        for row in reports.get(code, []):
            when = row.date or ("" if pd.isna(row.year) else years(f"{row.year:.0f}"))
            source = text(row.source)
            if row.url:
                source = f'<a href="{escape(row.url)}" rel="noopener">{source}</a>'
            # An address within a note is no name of a source.
            note = re.sub(r"\s*\(https?://.*\)|;?\s*also https?://\S+", "", row.note)
            what = row.what
            if row.amount:
                what = _("{what}: {amount}", what=what, amount=row.amount)
            if code != county.adcode:
                place = prefecture_in(county.names)
                what = _("{what} (all of {prefecture})", what=what, prefecture=place)
            said = text(_("{sentence}.", sentence=what))
            more = f" · {text(note)}" if note else ""
            entries.append(f"<li><b>{when}</b> {said} <small>{source}{more}</small></li>")
    body = f"<ul>{''.join(entries[:SOME])}</ul>" if entries else _paragraph(_(NOT_REPORTED))
    if rest := entries[SOME:]:
        more = _n("{n} more report", "{n:,} more reports", len(rest))
        body += f"<details><summary>{more}</summary><ul>{''.join(rest)}</ul></details>"
    return _section("reported", _("What was reported"), body)


@cache
def _neighbours() -> dict[str, list[str]]:
    """Return the neighbours of each county, longest border first."""
    table = load_neighbours().sort_values("shared_border_km", ascending=False)
    return table.groupby("adcode_i", sort=False).adcode_j.agg(list).to_dict()


def _map(county: County) -> str:
    """Return the county and its neighbours above the map of the province, which pages share."""
    shapes, names = outlines(), county.names
    drawn = "".join(_shape(_county(code).names, "") for code in _neighbours()[county.adcode])
    place = {"county": name_of(names), "prefecture": prefecture_in(names)}
    label = _("Map: {county} in {prefecture}, Guizhou", **place)
    return (
        '<figure class="gz-county-map"><img class="dark-light" src="province.svg" alt="" '
        f'width="{MAP_WIDTH + 8}" height="{MAP_HEIGHT}"><svg viewBox="{BOX}" role="group" '
        f'aria-label="{escape(label)}">{drawn}<path class="gz-county-here" '
        f'd="{shapes[county.adcode]}"/>{origin()}</svg></figure>'
    )


def _shape(names: Any, folder: str) -> str:  # noqa: ANN401
    title = escape(called(names))
    return (
        f'<a href="{folder}{slug(names.name_en)}.html"><path d="{outlines()[names.adcode]}">'
        f"<title>{title}</title></path></a>"
    )


def called_before(adcode: str) -> list[str]:
    """Return a sentence for each former name of a county."""
    names = _county(adcode).names
    return [
        _(
            MERGED if row.merged else FORMER, old=row.old_name, code=row.old_code,
            county=called(names), year=row.year,
        )
        for row in _grouped(former_names).get(adcode, [])
    ]  # fmt: skip


def sheet(adcode: str, ledger: Sequence[Mapping[str, str]]) -> Sheet:
    """Return the page of a county; `ledger` are the rows that the ledger's notebook hands over."""
    county = _county(adcode)
    names = county.names
    high, low, changed = sentences(adcode)
    left = _grouped(load_poverty_exits).get(adcode)
    about = _(
        ABOUT, called=in_language(f"{names.pinyin} · {names.name_full_en}", names.name_zh),
        kind=in_language(f"{names.unit_type} {names.unit_type_zh}", names.unit_type_zh),
        prefecture=prefecture_of(names), code=adcode,
    )  # fmt: skip
    status = _(LEFT, year=left[0].exit_year) if left else _(NEVER)
    title = called(names)
    near = "".join(f"<li>{link(code)}</li>" for code in _neighbours()[adcode])
    head = _paragraph(together(about, status, *called_before(adcode)), "gz-county-about")
    said = "".join(f"<li>{text(words)}</li>" for words in (high, low, changed))
    cards = "".join(
        part(county) for part in (_residents, _gdp, _income, _budget, _farming, _lights)
    )
    parts = [
        f'<div class="gz-county" data-code="{adcode}"><h1>{text(title)}</h1>{head}',
        f'<ul class="gz-county-sentences">{said}</ul>',
        _actions(slug(names.name_en)),
        f'<div class="gz-county-head">{_map(county)}<div class="gz-screen"><h2>',
        text(_("Neighbours")), "</h2>", _paragraph(_("Longest border first.")),
        f'<ul class="gz-county-links">{near}</ul></div></div>',
        _main(county),
        _folded(_("How the sentences above are made"), _paragraph(_(RULE, count=len(MAIN)))),
        _heading(_("Year by year")), f'<div class="gz-county-cards">{cards}</div>',
        _short(county), _peers(county), _claims(county, ledger), _reported(county),
        _heading(_("Work and indices")), _industries(county), _indices(county),
        _paragraph(_(PAPER, sources=said_sources(county.rows)), "gz-county-paper"),
        "</div>",
    ]  # fmt: skip
    return Sheet(title, "".join(parts), together(high, low, changed))


def _heading(words: str) -> str:
    return f'<h2 class="gz-screen">{text(words)}</h2>'


def _actions(file: str) -> str:
    """Return what can be done with a page; its script finds there what it says."""
    done = escape(_("Copied."))
    buttons = "".join(
        f'<button type="button" data-do="{name}" hidden>{text(words)}</button>'
        for name, words in (("copy", _("Copy the link")), ("print", _("Print one sheet")))
    )
    links = "".join(
        f"<a {address}>{text(words)}</a>"
        for address, words in (
            (f'href="{file}.csv" download', _("Download the figures (CSV)")),
            ('href="../county.html"', _("All counties")),
        )
    )
    return (
        f'<div class="gz-county-actions gz-screen">{buttons}{links}'
        f'<span role="status" data-copied="{done}"></span></div>'
    )


def csv(adcode: str) -> str:
    """Return a county's profile as CSV, which Excel and WPS read with its Chinese."""
    rows = pd.DataFrame(_grouped(profiles)[adcode]).drop(columns="decimals")
    return "\ufeff" + rows.to_csv(index=False)


def titles() -> list[list[str]]:
    """Return what the site's search calls each county's page, and the names that it is found by."""
    return [
        [
            called(row),
            *needed([row.name_full_en, row.name_en, row.name_zh, short_chinese(row.name_zh)]),
            *(was.old_name for was in _grouped(former_names).get(row.adcode, [])),
            row.adcode,
        ]
        for row in load_counties().itertuples()
    ]


def places() -> dict[str, list[str]]:
    """Return the names that each prefecture is found by, by its place in the page of all."""
    table = load_counties().drop_duplicates("prefecture_adcode")
    return {
        f"prefecture-{row.prefecture_adcode}": [row.prefecture_en, row.prefecture_zh]
        for row in table.itertuples()
    }


def needed(names: list[str]) -> list[str]:
    """Return the names that a search needs: it finds a title by half of its letters or more.

    >>> needed(["Rongjiang County", "Rongjiang", "威宁彝族回族苗族自治县", "威宁"])
    ['Rongjiang County', '威宁彝族回族苗族自治县', '威宁']
    """
    kept: list[str] = []
    for name in names:
        if not any(name in other and 2 * len(name) >= len(other) for other in kept):
            kept.append(name)
    return kept


# ---- all counties -------------------------------------------------------------------------------


def _hits() -> Iterator[str]:
    """Give what a search can find: the counties of a prefecture together, and each county."""
    table = load_counties()
    table["keys"] = search_keys(table)
    earlier = load_code_changes().groupby("new_code").old_code.agg(list)
    for code, rows in table.groupby("prefecture_adcode", sort=False):
        one = rows.iloc[0]
        names = (one.prefecture_en, one.prefecture_zh, short_chinese(one.prefecture_zh))
        words = _(ALL_OF, count=len(rows), prefecture=prefecture_of(one))
        keys = "|".join(dict.fromkeys(map(plain, names)))
        href = f"#prefecture-{code}"
        yield f'<li hidden data-keys="|{keys}|"><a href="{href}">{text(words)}</a></li>'
    for row in table.itertuples():
        was = _grouped(former_names).get(row.adcode, [])
        # A code from which a part alone moved here may be another county's still.
        old = [code for code in earlier.get(row.adcode, []) if code not in set(table.adcode)]
        own = (row.name_en, row.name_zh, short_chinese(row.name_zh))
        more = [*(r.old_name for r in was), *(short_chinese(r.old_name) for r in was), *old]
        keys = "|".join(dict.fromkeys(map(plain, [*own, *more])))
        note = together(*called_before(row.adcode))
        yield (
            f'<li hidden data-keys="{escape(row.keys)}|{keys}|" data-own="|{keys}|">'
            f'<a href="county/{slug(row.name_en)}.html">{text(called(row))}</a>'
            f"{f'<small>{text(note)}</small>' if note else ''}</li>"
        )


def overview() -> str:
    """Return the page of all counties: the search, the map, the table."""
    table = load_counties()
    measures = _measures()
    first = measures[0]
    body = ""
    for at, row in enumerate(table.itertuples()):
        if row.prefecture_adcode not in body:
            place = text(prefecture_of(row))
            body += (
                f'<tr id="prefecture-{row.prefecture_adcode}"><th scope="rowgroup" colspan="3">'
                f"{place}</th></tr>"
            )
        name = text(called(row))
        body += (
            f'<tr id="{row.adcode}" data-at="{at}"><td>{first["ranks"][at]}</td><th scope="row">'
            f'<a href="county/{slug(row.name_en)}.html">{name}</a></th>'
            f"<td>{number(first['values'][at], first['digits'])}</td></tr>"
        )
    data = {
        "measures": measures,
        "counties": [
            {"code": row.adcode, "name": called(row), "page": f"county/{slug(row.name_en)}.html"}
            for row in table.itertuples()
        ],
        "words": {name: _(message) for name, message in FOR_SCRIPT.items()},
    }
    options = "".join(
        f'<option value="{i}">{text(m["label"])}</option>' for i, m in enumerate(measures)
    )
    drawn = "".join(_shape(row, "county/") for row in table.itertuples())
    find, typed = escape(_("Find a county")), escape(_("Name, 中文 or code"))
    shown = escape(_("Map of the {n} counties", n=len(table)))
    heading, measure = text(_("All {n} counties", n=len(table))), text(_("Measure"))
    heads = _heads((_("Rank"), _("County"), first["label"]))
    parts = [
        '<div class="gz-county gz-county-all"><form class="gz-county-choice" role="search" hidden ',
        f'aria-label="{find}"><label>{find}<input type="search" name="q" autocomplete="off" ',
        f'spellcheck="false" placeholder="{typed}"></label>',
        f'<p role="status"></p><ul class="gz-county-links">{"".join(_hits())}</ul></form>',
        '<section class="gz-county-two" hidden></section><figure class="gz-county-map">',
        f'<svg viewBox="{BOX}" role="group" ',
        f'aria-label="{shown}">{drawn}{origin()}</svg></figure>',
        f'<h2 id="all-counties">{heading}</h2><p class="gz-county-pick" hidden>',
        f'<label>{measure} <select name="measure">{options}</select></label></p>',
        f'<table class="gz-county-table">{heads}',
        f'<tbody>{body}</tbody></table><p class="gz-source" role="status"></p>',
        f'<script type="application/json">{page_json(data)}</script></div>',
    ]
    return "".join(parts)


def _measures() -> list[dict[str, Any]]:
    """Return the measures of the table: the main figures, and the latest of some accounts."""
    table = profiles()
    latest = {"gdp": 2023, "rural_income": 2023, "registrations": 2021, "indications": 2022}
    wanted = dict.fromkeys(MAIN, 2020) | latest | dict.fromkeys(INDICES, 2020)
    out = []
    for name, year in wanted.items():
        rows = table[(table.indicator == name) & (table.year == year)]
        one = rows.iloc[0]
        median = _("Median {median}.", median=_or_none(one["median"], one.decimals))
        out.append(
            {
                "label": _("{label}, {unit}, {year}", label=one.label, unit=one.unit, year=year),
                "digits": int(one.decimals),
                "note": together(median, _missing(next(iter(rows.note[rows.value.isna()]), ""))),
                "values": [_rounded(value, one.decimals) for value in rows.value],
                "ranks": [_rounded(rank, 0) for rank in rows["rank"]],
            }
        )
    return out


def _rounded(value: float, digits: int) -> float | int | None:
    """Return a number as short as it may be; None where there is none."""
    if math.isnan(value):
        return None
    short = round(float(value), int(digits))
    return int(short) if short == int(short) else short
