"""Measures of penetration: what each is, what it is not, and its grade.

No public table says how much each county sells or buys online. What is published counts people who
work in trade, the use of digital finance in a prefecture, and Taobao villages.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gzcounty.data.counties import load_census, load_china_counties
from gzcounty.data.guizhou import NATION, load_counties, load_digital_finance, load_series
from gzcounty.errors import InputError, TrapError
from gzcounty.language import N_, _
from gzcounty.measures.validity import grade_of, validity_sentence
from gzcounty.words import listed


@dataclass(frozen=True)
class Measure:
    """One measure of penetration: unit, meaning and limits in English, and how it is made."""

    unit: str
    is_: str
    is_not: str
    make: Callable[[], pd.DataFrame]


def penetration(measure: str, year: int | None = None, harmonised: bool = False) -> pd.DataFrame:
    """Return a measure of penetration by county: of Guizhou, or of China for ``"taobao"``.

    Its grade says how it goes with Taobao villages, the one public count of online sellers by
    county: see `penetration_validity`. No grade but ``"direct"`` makes a measure e-commerce itself.
    The two shares of employment of another province in 2020 are columns of `load_china_counties`.

    Parameters
    ----------
    measure : {"commerce", "digital", "shift_share", "finance", "taobao"}
        - ``"commerce"``: trade employment, the share employed in trade, transport and post, and
          information (census).
        - ``"digital"``: share employed in transport and post, and information only (census).
        - ``"shift_share"``: commerce share of 2010 x national online retail of the year.
        - ``"finance"``: digital financial inclusion of the county's prefecture.
        - ``"taobao"``: Taobao villages per 100,000 rural residents, China's counties 2014-2016.
    year : int, optional
        One year only; all years of the measure otherwise.
    harmonised : bool, default False
        For the two census measures: on 81 groups of constant borders (column ``group``), which
        is what a change needs.

    Returns
    -------
    DataFrame
        ``adcode`` (or ``group``), ``year``, ``penetration``. ``.attrs`` has ``measure``,
        ``unit``, ``is``, ``is_not``, ``grade`` (a word, from `penetration_validity`) and
        ``validity`` (the grade in sentences, with its numbers).

    Raises
    ------
    InputError
        If the measure or the year is unknown.
    TrapError
        If constant borders are asked of a measure that has no change on them.

    Examples
    --------
    >>> import gzcounty as gz
    >>> trade = gz.penetration("commerce", year=2020)
    >>> trade.penetration.describe().round(1)[["count", "mean", "min", "max"]]
    count    88.0
    mean     15.7
    min       8.4
    max      34.2
    Name: penetration, dtype: float64
    >>> trade.attrs["unit"]
    '% of employed persons'
    >>> print(trade.attrs["is_not"])
    Not online sales. A market stall and a parcel hub count alike, and people who sell online from a
    farm do not count.
    >>> trade.attrs["grade"]
    'unconfirmed'
    """
    if measure not in MEASURES:
        raise InputError(
            "measure must be {measures}, not {measure!r}.",
            measures=listed(MEASURES, 5, "or"), measure=measure,
        )  # fmt: skip
    spec = MEASURES[measure]
    if harmonised and measure not in ("commerce", "digital"):
        raise TrapError(
            "{measure!r} has no version on constant borders: only census shares do.",
            measure=measure,
        )  # fmt: skip
    frame = _census_share(f"{measure}_share", harmonised) if harmonised else spec.make()
    if year is not None:
        years = sorted(frame.year.unique())
        if year not in years:
            raise InputError(
                "{measure!r} has no year {year}; it has {years}.",
                measure=measure, year=year, years=_(", ").join(map(str, years)),
            )  # fmt: skip
        frame = frame[frame.year == year]
    frame = frame.reset_index(drop=True)
    frame.attrs.update(measure=measure, unit=_(spec.unit), is_not=_(spec.is_not))
    frame.attrs.update(grade=grade_of(measure), validity=validity_sentence(measure))
    frame.attrs["is"] = _(spec.is_)
    return frame


def _census_share(column: str, harmonised: bool = False) -> pd.DataFrame:
    census = load_census(harmonised=harmonised)
    key = "group" if harmonised else "adcode"
    out = census[[key, "year", column]].rename(columns={column: "penetration"})
    return out.dropna(subset="penetration")


def _shift_share() -> pd.DataFrame:
    """Share of 2010 x national online retail (trillion yuan): only years that a source gives."""
    share = _census_share("commerce_share").query("year == 2010")
    series = load_series()
    national = series[(series.adcode == NATION) & (series.variable == "online_retail")]
    by_year = national.set_index(national.year.astype(int)).value / 1e4  # 100m yuan -> trillion
    cells = [
        share.assign(year=year, penetration=share.penetration / 100.0 * value)
        for year, value in by_year.sort_index().items()
    ]
    return pd.concat(cells, ignore_index=True)


def _finance() -> pd.DataFrame:
    index = load_digital_finance().rename(columns={"adcode": "prefecture_adcode"})
    counties = load_counties()[["adcode", "prefecture_adcode"]]
    out = counties.merge(index, on="prefecture_adcode", validate="m:m")
    return out[["adcode", "year", "index"]].rename(columns={"index": "penetration"})


def _taobao() -> pd.DataFrame:
    china = load_china_counties()
    rural = china.population_rural.where(china.population_rural > 0, other=np.nan)
    years = [
        china[["adcode"]].assign(year=y, penetration=1e5 * china[f"taobao_{y}"] / rural)
        for y in (2014, 2015, 2016)
    ]
    # Units without rural residents have no such rate.
    return pd.concat(years, ignore_index=True).dropna(subset="penetration")


MEASURES = {
    "commerce": Measure(
        unit=N_("% of employed persons"),
        is_=N_(
            "Trade employment: the share of employed people who work in wholesale and retail, in "
            "transport, storage and post, or in information services, the sectors that online "
            "trade passes through."
        ),
        is_not=N_(
            "Not online sales. A market stall and a parcel hub count alike, and people who "
            "sell online from a farm do not count."
        ),
        make=lambda: _census_share("commerce_share"),
    ),
    "digital": Measure(
        unit=N_("% of employed persons"),
        is_=N_(
            "The share of employed people who work in transport, storage and post or in "
            "information services."
        ),
        is_not=N_(
            "Not online sales. It leaves shops out, but lorry drivers in it mostly haul coal, "
            "stone and crops."
        ),
        make=lambda: _census_share("digital_share"),
    ),
    "shift_share": Measure(
        unit=N_("trillion yuan x share"),
        is_=N_("The county's commerce share of 2010 times national online retail of the year."),
        is_not=N_(
            "Not the county's own growth. Its change over time is national by construction, so "
            "it needs the assumption that counties with a high share in 2010 would otherwise have "
            "grown like the others."
        ),
        make=_shift_share,
    ),
    "finance": Measure(
        unit=N_("index"),
        is_=N_("The digital financial inclusion index of the county's prefecture."),
        is_not=N_(
            "Not a county measure: 9 prefectures, and almost no variation is left once "
            "prefecture and year are taken out. It measures payment and credit, not sales. "
            "Descriptive only."
        ),
        make=_finance,
    ),
    "taobao": Measure(
        unit=N_("villages per 100,000 rural residents"),
        is_=N_(
            "Taobao villages (淘宝村): villages with at least 10 million yuan of yearly online "
            "sales and at least 100 active online shops, or a tenth of households selling. The one "
            "public county measure of e-commerce itself."
        ),
        is_not=N_(
            "Not usable within Guizhou, which has none up to 2016. Small sellers, and buying, "
            "are not in it. Lists after 2016 are not in our tables."
        ),
        make=_taobao,
    ),
}
