"""What other studies of rural e-commerce print, read line by line from the table of the literature.

Only studies that can be cited are read, and only what their public text says: a direction, whether
it is called significant, and a number where there is one. Studies of other things (lists of
villages, methods, digital finance) are left out.
"""

from typing import NamedTuple

import pandas as pd

from gzcounty.data.guizhou import load_literature
from gzcounty.language import N_, _
from gzcounty.words import years

# Why a result is not on our axis.
APART = {
    "no number": N_("no number is printed in the text that we have"),
    "other outcome": N_("another outcome, no number printed"),
    "no interval": N_("another outcome, no interval printed"),
}


class Result(NamedTuple):
    """One printed result; `id` is that of the study in the table of the literature."""

    id: str
    side: str
    outcome: str
    exposure: str
    direction: str
    significant: bool | None
    finding: str
    apart: str = "no number"


_PROGRAMME = N_("national demonstration programme")
RESULTS = (
    Result("L02", "for", N_("household income"), N_("taking part in e-commerce"), "more", None,
           N_("higher; participation is not random")),
    Result("L07", "for", N_("farmers' income"), N_("Taobao villages"), "more", True,
           N_("higher, more so in the centre and west")),
    Result("L08", "for", N_("farmers' income, developed counties"),
           N_("Taobao villages and towns"), "more", None, N_("higher")),
    Result("L12", "for", "farmers' income", _PROGRAMME, "more", True,
           N_("higher, more so in counties that develop slowly")),
    Result("L13", "for", N_("rural income"), N_("an index of rural e-commerce"), "more", True,
           N_("higher, in neighbouring provinces too")),
    Result("L15", "for", "rural income", N_("policies for rural e-commerce"), "more", True,
           N_("higher, least in the west")),
    Result("L20", "for", "rural income", N_("village involvement and demonstration policies"),
           "more", True, N_("higher; in poorer villages an inverted U")),
    Result("L01", "against", N_("rural household income"),
           N_("e-commerce brought to villages, at random"), "none", None,
           N_("little evidence of gains")),
    Result("L08", "against", N_("farmers' income, all counties"), "Taobao villages and towns",
           "none", None, N_("not higher; a U shape in their number")),
    Result("L08", "against", N_("farmers' income, less developed counties"),
           "Taobao villages and towns", "less", None, N_("lower")),
    Result("L01", "other", N_("cost of living"), "e-commerce brought to villages, at random",
           "less", None, N_("lower for a minority of households"), "other outcome"),
    Result("L04", "other", N_("growth of consumption"), N_("county e-commerce"), "more", None,
           N_("higher, more so for rural and poor households"), "other outcome"),
    Result("L05", "other", N_("leaving to work elsewhere"),
           N_("living in an agricultural Taobao village"), "less", None, N_("18 % less likely"),
           "no interval"),
    Result("L19", "other", N_("online shopping of rural households"), _PROGRAMME, "more", None,
           N_("1.9 percentage points more"), "no interval"),
    Result("L07", "other", N_("urban-rural income gap"), "Taobao villages", "turns", None,
           N_("an inverted U"), "other outcome"),
    Result("L18", "other", "urban-rural income gap", _PROGRAMME, "less", True, N_("narrower"),
           "other outcome"),
)  # fmt: skip


GROUPS = {
    "for": N_("Published on income: for"),
    "against": N_("Published on income: against, or none"),
    "other": N_("Published on other outcomes"),
}


def published_results() -> pd.DataFrame:
    """Return what other studies of rural e-commerce print, a row a result, for `forest_plot`.

    Returns
    -------
    DataFrame
        id (of the study in `gzcounty.load_literature`), side (of the claim that e-commerce raises
        income: for, against, or other for another outcome), group, study, about, direction,
        significant, finding, has_number (whether one is printed), apart. Words are in the reader's
        language; side and direction are keys.

    Examples
    --------
    >>> import gzbook
    >>> gzbook.published_results().side.value_counts().to_dict()
    {'for': 7, 'other': 6, 'against': 3}
    """
    table = pd.DataFrame(RESULTS).astype({"significant": "boolean"})
    studies = load_literature().set_index("id").loc[table.id].reset_index()
    table["group"] = table.side.map(GROUPS).map(_)
    table["has_number"] = table.apart == "no interval"
    table["apart"] = table.apart.map(APART).map(_)
    table["finding"] = table.finding.map(_)
    named = zip(studies.authors, studies.year, strict=True)
    table["study"] = [
        _("{authors} {year}", authors=said_authors(names), year=f"{year:.0f}")
        for names, year in named
    ]
    periods = studies.period.fillna(N_("years not stated"))
    about = zip(table.outcome, table.exposure, studies["sample"], periods, strict=True)
    table["about"] = [
        _(
            "{outcome}, by {exposure}; {sample}, {period}",
            outcome=_(row[0]), exposure=_(row[1]), sample=_(row[2]), period=years(_(row[3])),
        )
        for row in about
    ]  # fmt: skip
    columns = ["id", "side", "group", "study", "about", "direction", "significant", "finding"]
    return table[[*columns, "has_number", "apart"]]


def said_authors(authors: str) -> str:
    """Return a study's authors as they are read: Chinese ones are told apart by 、 in Chinese.

    >>> said_authors("王淑佳, 孔伟")
    '王淑佳, 孔伟'
    """
    return _(authors).replace(", ", _(", "))
