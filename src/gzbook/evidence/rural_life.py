"""Urban shares and land for each rural resident, as the notebook of section 4.2 shows them."""

import pandas as pd

from gzbook.evidence.section_4_2 import rural_life
from gzcounty.data.guizhou import load_counties

WEST = frozenset(["15", "45", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65"])
"""First two digits of the adcodes of western China's (西部) twelve provinces, Guizhou's 52 too."""
_MENU = [
    ("urban", "Urban share", "% of residents", ".1f"),
    ("rural_share", "Rural share", "% of residents", ".1f"),
    ("land", "Land for each rural resident", "hectares", ".2f"),
]


def rural_menu() -> pd.DataFrame:
    """Return the measures of `rural_rows`: variable, label, unit, format."""
    return pd.DataFrame(_MENU, columns=["variable", "label", "unit", "format"])


def rural_rows() -> pd.DataFrame:
    """Return China's county-level units in 2020, one row a unit and measure.

    Returns
    -------
    DataFrame
        adcode, inside (of Guizhou), variable, value, and the names of Guizhou's counties.
    """
    life = rural_life()
    wide = life.assign(urban=100.0 - life.rural_share, inside=life.index.str.startswith("52"))
    wide = wide[["inside", *(variable for variable, *_ in _MENU)]]
    long = wide.reset_index().melt(["adcode", "inside"])
    names = load_counties().set_index("adcode")[["name_en", "pinyin", "name_full_en", "name_zh"]]
    return long.join(names, on="adcode").fillna(dict.fromkeys(names, ""))


def land_medians() -> pd.Series:
    """Return the median of land for each rural resident (hectares) in Guizhou and elsewhere.

    Units of the yearbook of 2020 only, as others have no area.
    """
    land = rural_life().land.dropna()
    province = land.index.str[:2]
    west = province.isin(WEST) & (province != "52")
    return pd.Series({
        "Guizhou": land[province == "52"].median(),
        "all others": land[province != "52"].median(),
        "the rest of the west": land[west].median(),
        "others, not the west": land[~province.isin(WEST)].median(),
    }, name="median, hectares")  # fmt: skip
