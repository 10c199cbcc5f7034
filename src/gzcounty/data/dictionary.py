"""The data dictionary: what every column of every table means."""

import unicodedata
from collections.abc import Iterable, Sequence

import pandas as pd

from gzcounty.data.counties import CENSUS, CHINA
from gzcounty.data.store import package, read_table, resource, table_names
from gzcounty.data.unit_names import unit_name
from gzcounty.language import _, in_language
from gzcounty.words import years


def width(text: str) -> int:
    """Return how many places a text takes: Chinese signs take two.

    >>> width("county 县")
    9
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Write rows as columns, two spaces after each."""
    sizes = [max(map(width, column)) for column in zip(*rows, strict=True)]
    padded = [
        [cell + " " * (size - width(cell) + 2) for cell, size in zip(row, sizes, strict=True)]
        for row in rows
    ]
    return ["".join(cells) for cells in padded]


class _Dictionary(pd.DataFrame):
    """A dictionary as a table; printed, it shows what fits into a terminal's line."""

    _SHOWN = ("column", "unit", "label", "table", "rows", "title")

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame  # rows or columns taken from it are a plain table

    def __repr__(self) -> str:
        names = [name for name in self._SHOWN if name in self]
        columns = [[name, *self[name].fillna("").astype(str)] for name in names]
        lines = aligned([*zip(*columns, strict=True)])
        more = _(", ").join(name for name in self if name not in names)
        end = _("More columns: {names}", names=more)
        return "\n".join([*(line.rstrip() for line in lines), "", end])


_COLUMNS = ["column", "label", "label_zh", "unit", "years", "units", "note", "source", "licence"]


def describe(name: str | None = None) -> pd.DataFrame:
    """Return the data dictionary of one table, or the list of all tables.

    Parameters
    ----------
    name : str, optional
        A table: ``"panel"``, ``"census"`` and so on. Without it, one row a table.

    Returns
    -------
    DataFrame
        One row a column (a variable, for the panel): label in the language of `set_language`, and
        in Chinese; unit, years covered, number of units with a value, note, source keys and their
        licence status. For census tables the shares that the loader computes are listed too.
        Printed, it shows column, unit and label (of all tables: name, rows and title).

    Raises
    ------
    InputError
        If there is no such table.

    Examples
    --------
    >>> import gzcounty as gz
    >>> tables = gz.describe().set_index("table")
    >>> tables.title["counties"], int(tables.rows["counties"])
    ('The 88 county-level units', 88)
    >>> gz.describe("panel").set_index("column").unit["rural_income"]
    'yuan a person'
    """
    if name is None:
        return _all_tables()
    entry = resource(name)
    sources = entry.get("sources", [])
    shared = {
        "source": ";".join(s["title"] for s in sources),
        "licence": _licences(s["licence_status"] for s in sources),
    }
    if "schema" not in entry:
        row = {"column": entry["path"]} | _labels(entry["title"], entry["title_zh"])
        return _Dictionary([row | shared], columns=_COLUMNS)
    frame = read_table(name)
    if name == "panel":
        licences = {source["title"]: source["licence_status"] for source in sources}
        rows = [_panel_row(v, frame, licences) for v in entry["variables"]]
    else:
        rows = [_field_row(f, frame) for f in entry["schema"]["fields"]]
        rows += _derived_rows(name)
    return _Dictionary([shared | r for r in rows], columns=_COLUMNS)


def _labels(
    english: str, chinese: str, unit: str | None = None, note: str | None = None
) -> dict[str, object]:
    """Return how a column is called and what is to be known of it, in the current language."""
    return {
        "label": in_language(english, chinese),
        "label_zh": chinese,
        "unit": unit_name(unit) if unit else unit,
        "note": _(note) if note else note,
    }


def _licences(states: Iterable[str]) -> str:
    return _("; ").join(_(state) for state in dict.fromkeys(states))


def _all_tables() -> pd.DataFrame:
    rows = []
    for name in table_names():
        entry = resource(name)
        description = entry["description"]
        rows.append(
            {
                "table": name,
                "title": in_language(entry["title"], entry["title_zh"]),
                "title_zh": entry["title_zh"],
                "rows": len(read_table(name)),
                "columns": len(entry["schema"]["fields"]),
                "description": _(description),
            }
        )
    return _Dictionary(rows)


def span(column: pd.Series) -> str:
    """Return the first and the last year of a column, or its only one; of two far apart, both.

    >>> span(pd.Series([2010, 2020, 2020])), span(pd.Series([2010, 2015, 2020]))
    ('2010, 2020', '2010-2020')
    """
    first, last = int(column.min()), int(column.max())
    if last - first > 1 and column.dropna().isin([first, last]).all():
        return f"{first}, {last}"
    return str(first) if first == last else f"{first}-{last}"


def _coverage(frame: pd.DataFrame, has_value: pd.Series) -> dict[str, object]:
    """Return the years and the number of units among the rows that have a value."""
    seen = frame[has_value]
    covered = unit_count = None
    if "year" in frame and not seen.year.dropna().empty:
        covered = years(span(seen.year))
    for key in ("adcode", "adcode_i"):
        if key in frame:
            unit_count = seen[key].nunique()
    return {"years": covered, "units": unit_count}


def _panel_row(
    variable: dict[str, str], frame: pd.DataFrame, licences: dict[str, str]
) -> dict[str, object]:
    """Describe one variable of the long panel, with the sources that its own cells name."""
    cells = frame.variable == variable["name"]
    keys = sorted(frame.source_key[cells].unique())
    return (
        {
            "column": variable["name"],
            "source": ";".join(keys),
            "licence": _licences(licences[k] for k in keys),
        }
        | _described(variable)
        | _coverage(frame, cells)
    )


def _described(entry: dict[str, str]) -> dict[str, object]:
    """Return label, unit and note of a field or variable of the data package."""
    return _labels(entry["title"], entry["title_zh"], entry.get("unit"), entry.get("description"))


def _field_row(field: dict[str, str], frame: pd.DataFrame) -> dict[str, object]:
    coverage = _coverage(frame, frame[field["name"]].notna())
    return {"column": field["name"]} | _described(field) | coverage


def _derived_rows(name: str) -> list[dict[str, object]]:
    specs = {"census": CENSUS, "china_census": CHINA}.get(name, {})
    return [{"column": c} | _labels(s.label, s.label_zh, "%", s.note) for c, s in specs.items()]


def data_version() -> str:
    """Return the version of the data package."""
    return str(package()["version"])
