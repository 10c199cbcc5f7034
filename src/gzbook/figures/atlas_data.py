"""What the atlas carries inside: one row a county, one entry a variable, both kept small."""

from __future__ import annotations

from typing import Any

import pandas as pd

from gzcounty.charts import scales, theme
from gzcounty.charts.frame import lines, require_codes, require_columns, require_numbers
from gzcounty.charts.maps import place
from gzcounty.charts.selection import search_keys
from gzcounty.errors import InputError

KINDS = ("amount", "share", "difference")
DIGITS = 5  # significant digits: more than any label shows, a third of the bytes


def check(data: pd.DataFrame, variables: pd.DataFrame, known: list[str]) -> None:
    """Refuse tables from which no atlas can be drawn.

    Parameters
    ----------
    data : DataFrame
        adcode, year, variable, value.
    variables : DataFrame
        variable, label, unit, format, kind, source.
    known : list of str
        Adcodes of the map.

    Raises
    ------
    InputError
        If a column is missing, a variable is in one table only or twice, a kind is unknown, an
        adcode is not on the map, or a cell (county, year, variable) comes twice.
    """
    require_numbers(data, ["year", "value"], "the atlas data")
    require_columns(data, ["adcode", "variable"], "the atlas data")
    wanted = ["variable", "label", "unit", "format", "kind", "source"]
    require_columns(variables, wanted, "the table of variables")
    if variables.variable.duplicated().any():
        twice = variables.variable[variables.variable.duplicated()].iloc[0]
        raise InputError(f"the table of variables holds {twice!r} more than once.")
    alone = set(data.variable) ^ set(variables.variable)
    if alone:
        raise InputError(
            f"the variable {sorted(alone)[0]!r} is in one of the two tables only; the atlas data "
            "and the table of variables must hold the same ones."
        )
    odd = variables[~variables.kind.isin(KINDS)]
    if len(odd):
        kind, name = odd.kind.iloc[0], odd.variable.iloc[0]
        raise InputError(f"the kind of {name!r} is {kind!r}; allowed are {', '.join(KINDS)}.")
    require_codes(data.adcode.unique(), known, "the atlas data", "the map")
    cells = data[["adcode", "year", "variable"]]
    if cells.duplicated().any():
        row = cells[cells.duplicated()].iloc[0]
        raise InputError(
            f"the atlas data hold {row.variable!r} of {row.adcode} in {row.year} more than once."
        )


def columns(data: pd.DataFrame, variables: pd.DataFrame) -> pd.DataFrame:
    """Return the data as one column for each variable and year, missing cells as NaN.

    Parameters
    ----------
    data, variables : DataFrame
        As for `check`.

    Returns
    -------
    DataFrame
        Index adcode; columns (variable, year), variables in their table's order, then by year.
    """
    wide = data.dropna(subset="value").pivot(
        index="adcode", columns=["variable", "year"], values="value"
    )
    order = [(v, y) for v in variables.variable for y in sorted(_years(wide, v))]
    return wide[order]


def counties(wide: pd.DataFrame, tiles: pd.DataFrame, names: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one record a county: its names, its tile, and its values as one array.

    Parameters
    ----------
    wide : DataFrame
        See `columns`.
    tiles : DataFrame
        adcode, col, row.
    names : DataFrame
        adcode, name_en, name_zh, prefecture_en, prefecture_zh; other names are searched too.

    Returns
    -------
    list of dict
        Keys i (place in the list), adcode, en, zh, short, pref, col, row, v. A missing value is
        None.
    """
    require_columns(names, ["prefecture_en", "prefecture_zh"], "the table of names")
    frame = place(tiles, names).merge(
        names[["adcode", "prefecture_en", "prefecture_zh"]], on="adcode"
    )
    rounded = wide.reindex(frame.adcode).map(lambda x: float(f"{x:.{DIGITS}g}"))
    cells = [[_short(x) for x in row] for row in rounded.to_numpy().tolist()]
    return [
        {
            "i": i,
            "adcode": row.adcode,
            "en": row.name_en,
            "zh": row.name_zh,
            "short": row.short,
            "pref": f"{row.prefecture_en} {row.prefecture_zh}",
            "col": int(row.col),
            "row": int(row.row),
            "v": values,
        }
        for i, (row, values) in enumerate(zip(frame.itertuples(index=False), cells, strict=True))
    ]


def in_full(wide: pd.DataFrame) -> dict[str, Any]:
    """Return what the short keys of `counties` are called where a reader takes the data along.

    Parameters
    ----------
    wide : DataFrame
        See `columns`.

    Returns
    -------
    dict
        From a key to its name in full; for the values, a list of names such as "income_2020".
    """
    return {
        "i": "place",
        "en": "name_en",
        "zh": "name_zh",
        "short": "short_name",
        "pref": "prefecture",
        "col": "tile_column",
        "row": "tile_row",
        "v": [f"{variable}_{year}" for variable, year in wide.columns],
    }


def keys(rows: list[dict[str, Any]], names: pd.DataFrame) -> list[str]:
    """Return what the search looks through, in the order of `rows`, each closed by "#adcode"."""
    found = search_keys(names).set_axis(names.adcode)
    return [f"{found[row['adcode']]}#{row['adcode']}" for row in rows]


def catalogue(wide: pd.DataFrame, variables: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return what the views must know of each variable.

    Parameters
    ----------
    wide : DataFrame
        See `columns`.
    variables : DataFrame
        As for `check`; optional columns: sample (who has values, by default "88 of 88
        counties") and hue (industry, county or people).

    Returns
    -------
    dict
        By variable: label, unit, format, kind, ramp, sample; head and source (broken into lines);
        span (its years in words); from (place of its first year in a county's array of values);
        years (its own), and for each of them n (counties with a value), min, median, max, low and
        high (ends of the colours); nearest: for each year from the atlas's first to its last, the
        place in years of the nearest one.
    """
    every_year = [int(year) for year in wide.columns.get_level_values(1)]
    out = {}
    for row in variables.to_dict("records"):
        name = row["variable"]
        values = wide[name]
        years = [int(year) for year in values.columns]
        ends = [scales.robust_domain(values[year], row["kind"]) for year in values.columns]
        hue: theme.Hue = row["hue"] if row.get("hue") in theme.SEQUENTIAL else "county"
        out[name] = {
            "label": row["label"],
            "unit": row["unit"],
            "format": row["format"],
            "kind": row["kind"],
            "ramp": theme.ramp(row["kind"], hue),
            "sample": row["sample"] if isinstance(row.get("sample"), str) else "",
            "head": lines(row["label"], 15 * 1.06, 300),
            "source": lines(f"Source: {row['source']}", 11, 300),
            "span": span(years),
            "from": int(wide.columns.get_loc((name, values.columns[0]))),
            "years": years,
            "n": [int(count) for count in values.notna().sum()],
            **{
                name: [float(f"{x:.{DIGITS}g}") for x in values.agg(name)]
                for name in ("min", "median", "max")
            },
            "low": [low for low, _ in ends],
            "high": [high for _, high in ends],
            "nearest": [
                _nearest(years, year) for year in range(min(every_year), max(every_year) + 1)
            ],
        }
    return out


def span(years: list[int]) -> str:
    """Say years in words: runs of three or more as "2014-2023", others one by one.

    Parameters
    ----------
    years : list of int
        At least one year, ascending.

    Returns
    -------
    str
        Such as "2010, 2020" or "2014-2018, 2020".
    """
    runs: list[list[int]] = []
    for year in map(int, years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    said = [
        f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(str(year) for year in run)
        for run in runs
    ]
    return ", ".join(said)


def _years(wide: pd.DataFrame, variable: str) -> list[int]:
    if variable not in wide.columns.get_level_values(0):
        raise InputError(f"the variable {variable!r} has no value at all.")
    return [int(year) for year in wide[variable].columns]


def _nearest(years: list[int], wanted: int) -> int:
    """Return the place of the year closest to the one wanted; of two, the later one."""
    return min(range(len(years)), key=lambda i: (abs(years[i] - wanted), -years[i]))


def _short(value: float) -> float | int | None:
    if pd.isna(value):
        return None
    return int(value) if value == int(value) else value
