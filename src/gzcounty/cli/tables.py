"""What tables there are, and what each of their columns means."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pandas as pd

from gzcounty.data.counties import load_census, load_china_counties, load_panel
from gzcounty.data.dictionary import aligned, describe, span, width
from gzcounty.data.store import read_table, table_names
from gzcounty.errors import InputError
from gzcounty.extras import require_library, write_whole
from gzcounty.language import N_, _, in_language
from gzcounty.words import counted, listed

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


def years(frame: pd.DataFrame) -> str:
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
        rows.append((name, f"{len(frame):,}", years(frame), titles[name]))
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
        path, write_index=False, version=118, variable_labels=_labels(name, plain),
        convert_strl=long,
    )  # fmt: skip


def _labels(name: str, frame: pd.DataFrame) -> dict[str, str]:
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
