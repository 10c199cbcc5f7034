"""What other studies of rural e-commerce print, read line by line from the table of the literature.

Only studies that can be cited are read, and only what their public text says: a direction, whether
it is called significant, and a number where there is one. Studies of other things (lists of
villages, methods, digital finance) are left out.
"""

from typing import NamedTuple

import pandas as pd

from gzcounty.data.guizhou import load_literature

# Why a result is not on our axis.
APART = {
    "no number": "no number is printed in the text that we have",
    "other outcome": "another outcome, no number printed",
    "no interval": "another outcome, no interval printed",
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


_PROGRAMME = "national demonstration programme"
RESULTS = (
    Result("L02", "for", "household income", "taking part in e-commerce", "more", None,
           "higher; participation is not random"),
    Result("L07", "for", "farmers' income", "Taobao villages", "more", True,
           "higher, more so in the centre and west"),
    Result("L08", "for", "farmers' income, developed counties", "Taobao villages and towns",
           "more", None, "higher"),
    Result("L12", "for", "farmers' income", _PROGRAMME, "more", True,
           "higher, more so in counties that develop slowly"),
    Result("L13", "for", "rural income", "an index of rural e-commerce", "more", True,
           "higher, in neighbouring provinces too"),
    Result("L15", "for", "rural income", "policies for rural e-commerce", "more", True,
           "higher, least in the west"),
    Result("L20", "for", "rural income", "village involvement and demonstration policies", "more",
           True, "higher; in poorer villages an inverted U"),
    Result("L01", "against", "rural household income", "e-commerce brought to villages, at random",
           "none", None, "little evidence of gains"),
    Result("L08", "against", "farmers' income, all counties", "Taobao villages and towns", "none",
           None, "not higher; a U shape in their number"),
    Result("L08", "against", "farmers' income, less developed counties",
           "Taobao villages and towns", "less", None, "lower"),
    Result("L01", "other", "cost of living", "e-commerce brought to villages, at random", "less",
           None, "lower for a minority of households", "other outcome"),
    Result("L04", "other", "growth of consumption", "county e-commerce", "more", None,
           "higher, more so for rural and poor households", "other outcome"),
    Result("L05", "other", "leaving to work elsewhere", "living in an agricultural Taobao village",
           "less", None, "18 % less likely", "no interval"),
    Result("L19", "other", "online shopping of rural households", _PROGRAMME, "more", None,
           "1.9 percentage points more", "no interval"),
    Result("L07", "other", "urban-rural income gap", "Taobao villages", "turns", None,
           "an inverted U", "other outcome"),
    Result("L18", "other", "urban-rural income gap", _PROGRAMME, "less", True,
           "narrower", "other outcome"),
)  # fmt: skip


GROUPS = {
    "for": "Published on income: for",
    "against": "Published on income: against, or none",
    "other": "Published on other outcomes",
}


def published_results() -> pd.DataFrame:
    """Return what other studies of rural e-commerce print, a row a result, for `forest_plot`.

    Returns
    -------
    DataFrame
        id (of the study in `gzcounty.load_literature`), side (of the claim that e-commerce raises
        income: for, against, or other for another outcome), group, study, about, direction,
        significant, finding, has_number (whether one is printed), apart.

    Examples
    --------
    >>> import gzbook
    >>> gzbook.published_results().side.value_counts().to_dict()
    {'for': 7, 'other': 6, 'against': 3}
    """
    table = pd.DataFrame(RESULTS).astype({"significant": "boolean"})
    studies = load_literature().set_index("id").loc[table.id].reset_index()
    table["group"] = table.side.map(GROUPS)
    table["has_number"] = table.apart == "no interval"
    table["apart"] = table.apart.map(APART)
    table["study"] = studies.authors + " " + studies.year.map("{:.0f}".format)
    years = studies.period.fillna("years not stated")
    table["about"] = (
        table.outcome + ", by " + table.exposure + "; " + studies["sample"] + ", " + years
    )
    columns = ["id", "side", "group", "study", "about", "direction", "significant", "finding"]
    return table[[*columns, "has_number", "apart"]]
