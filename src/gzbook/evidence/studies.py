"""What other studies of rural e-commerce print, read line by line from the table of the literature.

Only studies that can be cited are read, and only what their public text says: a direction, whether
it is called significant, and a number where there is one. Studies of other things (lists of
villages, methods, digital finance) are left out.
"""

from typing import NamedTuple

import pandas as pd

from gzcounty.data.guizhou import load_literature

FOR = "Published on income: for"
AGAINST = "Published on income: against, or none"
OTHER = "Published on other outcomes"

_NO_NUMBER = "no number is printed in the text at hand"
_ELSE = "another outcome, no number printed"
_NO_INTERVAL = "another outcome, no interval printed"


class Result(NamedTuple):
    """One printed result; `id` is that of the study in the table of the literature."""

    id: str
    group: str
    outcome: str
    exposure: str
    direction: str
    significant: bool | None
    finding: str
    apart: str = _NO_NUMBER


_PROGRAMME = "national demonstration programme"
RESULTS = (
    Result("L02", FOR, "household income", "taking part in e-commerce", "more", None,
           "higher; participation is not random"),
    Result("L07", FOR, "farmers' income", "Taobao villages", "more", True,
           "higher, more so in the centre and west"),
    Result("L08", FOR, "farmers' income, developed counties", "Taobao villages and towns",
           "more", None, "higher"),
    Result("L12", FOR, "farmers' income", _PROGRAMME, "more", True,
           "higher, more so in counties that develop slowly"),
    Result("L13", FOR, "rural income", "an index of rural e-commerce", "more", True,
           "higher, in neighbouring provinces too"),
    Result("L15", FOR, "rural income", "policies for rural e-commerce", "more", True,
           "higher, least in the west"),
    Result("L20", FOR, "rural income", "village involvement and demonstration policies", "more",
           True, "higher; in poorer villages an inverted U"),
    Result("L01", AGAINST, "rural household income", "e-commerce brought to villages, at random",
           "none", None, "little evidence of gains"),
    Result("L08", AGAINST, "farmers' income, all counties", "Taobao villages and towns", "none",
           None, "not higher; a U shape in their number"),
    Result("L08", AGAINST, "farmers' income, less developed counties",
           "Taobao villages and towns", "less", None, "lower"),
    Result("L01", OTHER, "cost of living", "e-commerce brought to villages, at random", "less",
           None, "lower for a minority of households", _ELSE),
    Result("L04", OTHER, "growth of consumption", "county e-commerce", "more", None,
           "higher, more so for rural and poor households", _ELSE),
    Result("L05", OTHER, "leaving to work elsewhere", "living in an agricultural Taobao village",
           "less", None, "18 % less likely", _NO_INTERVAL),
    Result("L19", OTHER, "online shopping of rural households", _PROGRAMME, "more", None,
           "1.9 percentage points more", _NO_INTERVAL),
    Result("L07", OTHER, "urban-rural income gap", "Taobao villages", "turns", None,
           "an inverted U", _ELSE),
    Result("L18", OTHER, "urban-rural income gap", _PROGRAMME, "less", True,
           "narrower", _ELSE),
)  # fmt: skip


def results() -> pd.DataFrame:
    """Return the printed results for `forest_plot`, a row each.

    Returns
    -------
    DataFrame
        id, group, study, about, direction, significant, finding, apart.
    """
    table = pd.DataFrame(RESULTS).astype({"significant": "boolean"})
    studies = load_literature().set_index("id").loc[table.id].reset_index()
    table["study"] = studies.authors + " " + studies.year.map("{:.0f}".format)
    years = studies.period.fillna("years not stated")
    table["about"] = (
        table.outcome + ", by " + table.exposure + "; " + studies["sample"] + ", " + years
    )
    columns = ["id", "group", "study", "about", "direction", "significant", "finding", "apart"]
    return table[columns]


def counts() -> dict[str, int]:
    """Count results for and against, on other outcomes, with a number, and studies set aside."""
    table = results()
    every = load_literature(citable_only=False)
    numbers = table.finding.str.contains(r"\d")
    return {
        "n_results_for": int((table.group == FOR).sum()),
        "n_results_against": int((table.group == AGAINST).sum()),
        "n_results_other": int((table.group == OTHER).sum()),
        "n_results_with_number": int(numbers.sum()),
        "n_incomes_with_number": int((numbers & (table.group != OTHER)).sum()),
        "n_studies_shown": int(table.id.nunique()),
        "n_entries_set_aside": int((~every.citable).sum()),
    }
