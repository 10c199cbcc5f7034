"""The data dictionary: what every column of every table means."""

import shutil
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pandas as pd

from gzcounty.data.counties import CENSUS, CHINA, load_census, load_china_counties, load_panel
from gzcounty.data.store import package, read_table, resource, table_names
from gzcounty.errors import InputError
from gzcounty.extras import require_library, write_whole
from gzcounty.language import N_, _, in_language
from gzcounty.words import counted, listed, unit_name, years


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


WIDE = "china_counties"
"""The four national tables side by side, as `gzcounty.load_china_counties` joins them."""
_PARTS = ("china_census", "china_economy", "china_lights", "china_taobao")


def names() -> list[str]:
    """Return the names of all tables that can be described and exported."""
    return [*table_names(), WIDE]


def load(name: str, stored: bool = False) -> pd.DataFrame:
    """Return a table: wide and with computed shares, or as it is stored."""
    if name == WIDE:
        return load_china_counties()
    if not stored and name == "panel":
        return load_panel()
    if not stored and name == "census":
        return load_census()
    return read_table(name)


def _span_of(frame: pd.DataFrame) -> str:
    """Return the span of a table's years, or nothing if it has none."""
    for column in ("year", "exit_year"):
        if column in frame:
            return span(frame[column])
    return ""


def listing() -> list[str]:
    """List all tables: name, rows, years, what each holds."""
    tables = describe()
    titles = dict(zip(tables.table, tables.title, strict=True))
    titles[WIDE] = _("The four national tables side by side, one row a county-level unit")
    rows = [(_("table"), _("rows"), _("years"), _("what it holds"))]
    for name in names():
        frame = load(name, stored=True)
        rows.append((name, f"{len(frame):,}", _span_of(frame), titles[name]))
    return columns(rows)


def dictionary(name: str) -> list[str]:
    """Write the dictionary of a table: each column with label, unit, years, sources and notes."""
    lines = []
    for part in _PARTS if name == WIDE else (name,):
        if name == WIDE:
            lines += [f"== {part}", ""]
        else:
            tables = describe().set_index("table")
            title, text = tables.title[part], tables.description[part]
            head = _("{table}: {title}. {description}", table=part, title=title, description=text)
            lines += [*wrap(head), ""]
        for row in describe(part).astype(object).fillna("").itertuples(index=False):
            many = counted(int(row.units), "unit") if row.units != "" else ""
            summary = _("; ").join(str(fact) for fact in (row.unit, row.years, many) if fact)
            sources = _("sources: {keys}", keys=row.source) if row.source else ""
            both = in_language(f"{row.label} {row.label_zh}", row.label)
            lines.append(row.column)
            for text in (both, summary, row.note, sources):
                lines += columns([("", str(text))], indent=1) if text else []
    return lines


def columns(rows: Sequence[Sequence[str]], indent: int = 0) -> list[str]:
    """Write rows as columns, the last of them wrapped under itself."""
    lines = []
    for head, row in zip(aligned([row[:-1] for row in rows]), rows, strict=True):
        start = indent + width(head)
        first, *rest = wrap(row[-1], start) or [""]
        lines.append((" " * indent + head + first).rstrip())
        lines += [" " * start + line for line in rest]
    return lines


def wrap(text: str, indent: int = 0) -> list[str]:
    """Break a text into lines that fit beside an indent, at spaces if there are any."""
    room = max(shutil.get_terminal_size().columns - indent - 1, 30)
    lines, line = [], ""
    for word in _pieces(text.split(), room):
        longer = f"{line} {word}" if line else word
        if width(longer) > room and line:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def _pieces(words: Iterable[str], room: int) -> Iterable[str]:
    """Cut words that are longer than a line: Chinese text has no spaces."""
    for word in words:
        piece = ""
        for sign in word:
            if width(piece + sign) > room:
                yield piece
                piece = ""
            piece += sign
        yield piece


# What Stata allows: longer texts are another type, longer labels an error.
_STATA_LABEL, _STATA_TEXT, _STATA_NAME = 80, 2045, 32


def export(name: str, frame: pd.DataFrame, path: Path, *, force: bool, encoding: str) -> None:
    """Write a table under the ending of the file's name, whole or not at all.

    Raises InputError if the ending is unknown, the file is there already and `force` is not given,
    or it cannot be written.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise InputError(
            "{path} has the ending {suffix!r}; it must be {writers}.",
            path=path.name, suffix=path.suffix, writers=listed(_WRITERS, 9, "or"),
        )  # fmt: skip
    if path.is_dir():
        raise InputError("{path} is a folder, not a file.", path=path)
    if path.exists() and not force:
        raise InputError("{path} is there already; say --force to write over it.", path=path)
    if not path.parent.is_dir():
        raise InputError("There is no folder {parent}.", parent=path.parent)
    write_whole(path, lambda unfinished: write(name, frame, unfinished, encoding))


def _csv(name: str, frame: pd.DataFrame, path: Path, encoding: str) -> None:
    frame.to_csv(path, index=False, encoding=encoding, lineterminator="\n")


def _parquet(name: str, frame: pd.DataFrame, path: Path, encoding: str) -> None:
    require_library("pyarrow", "files", N_("Writing Parquet files"))
    frame.to_parquet(path, index=False, engine="pyarrow")


def _excel(name: str, frame: pd.DataFrame, path: Path, encoding: str) -> None:
    require_library("openpyxl", "files", N_("Writing Excel files"))
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        frame.to_excel(book, sheet_name=name, index=False)


def _stata(name: str, frame: pd.DataFrame, path: Path, encoding: str) -> None:
    # Stata's names are short; cut here, so that the labels still tell which column it is.
    frame = frame.rename(columns={c: c[:_STATA_NAME] for c in frame if len(c) > _STATA_NAME})
    flags = [c for c in frame if pd.api.types.is_bool_dtype(frame[c].dtype)]
    plain = frame.astype(
        {flag: "float64" if frame[flag].isna().any() else "int8" for flag in flags}
    )
    texts = [c for c in plain if not pd.api.types.is_numeric_dtype(plain[c].dtype)]
    plain = plain.assign(**{c: plain[c].fillna("").astype(object) for c in texts})
    long = [c for c in texts if plain[c].map(lambda t: len(t.encode())).max() > _STATA_TEXT]
    plain.to_stata(
        path, write_index=False, version=118, variable_labels=_stata_labels(name, plain),
        convert_strl=long,
    )  # fmt: skip


def _stata_labels(name: str, frame: pd.DataFrame) -> dict[str, str]:
    """Return the labels of the columns that the dictionary knows, with their units."""
    if name == "china_counties":
        name = "china_census"
    labels = {}
    for row in describe(name).astype(object).fillna("").itertuples(index=False):
        column = row.column[:_STATA_NAME]
        if column in frame:
            label = _("{label} ({unit})", label=row.label, unit=row.unit)
            labels[column] = (label if row.unit else row.label)[:_STATA_LABEL]
    return labels


_WRITERS: dict[str, Callable[[str, pd.DataFrame, Path, str], None]] = {
    ".csv": _csv,
    ".parquet": _parquet,
    ".dta": _stata,
    ".xlsx": _excel,
}
