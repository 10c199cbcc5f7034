"""A file as a table of cells, each row with the number it has in the file."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from gzcounty.errors import InputError
from gzcounty.extras import require
from gzcounty.words import counted, listed

from .cells import heading, heading_key

SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".dta", ".parquet")


@dataclass(frozen=True)
class Table:
    """The columns requested that a file has, cells as they stand.

    `numbers` is what each row is called: the row of the spreadsheet or text file, the heading
    counted; the number of the observation in Stata and Parquet files; the label in a DataFrame.
    `columns` are all columns of the file.
    """

    frame: pd.DataFrame
    numbers: pd.Index
    columns: list[str]
    name: str
    notes: list[str]


def open_table(
    source: str | Path | pd.DataFrame,
    requested: Collection[str],
    *,
    sheet: str | int = 0,
    header: int = 1,
    encoding: str | None = None,
) -> Table:
    """Read the wanted columns of a file or DataFrame, cells as they stand."""
    if isinstance(source, pd.DataFrame):
        return _pick(source, source.index, requested, "the DataFrame", [])
    path = Path(source)
    if not path.exists():
        raise InputError(f"There is no file {str(path)!r}.")
    if path.is_dir():
        raise InputError(f"{str(path)!r} is a folder, not a file.")
    suffix = path.suffix.lower()
    if suffix == ".xls":
        raise InputError(f"{path.name} is an Excel file of before 2007; save it as .xlsx.")
    if suffix not in SUFFIXES:
        allowed = listed(SUFFIXES, 9, "or")
        raise InputError(f"{path.name} has the ending {suffix!r}; it must be {allowed}.")
    if isinstance(header, bool) or not isinstance(header, int) or header < 1:
        raise InputError(f"header must be the row of the column names, 1 or more, not {header!r}.")
    try:
        if suffix in (".csv", ".txt", ".tsv"):
            return _text(path, requested, header, encoding)
        if suffix in (".xlsx", ".xlsm"):
            return _excel(path, requested, header, sheet)
        frame = _stata(path, encoding) if suffix == ".dta" else _parquet(path)
    except (InputError, ImportError):
        raise
    except MemoryError as error:
        raise InputError(f"{path.name} is too large for the memory of this machine.") from error
    except Exception as error:  # what a damaged file makes a library raise is anybody's guess
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path.name} cannot be read: {reason}") from error
    return _pick(frame, pd.RangeIndex(1, len(frame) + 1), requested, path.name, [])


def _pick(
    frame: pd.DataFrame, numbers: pd.Index, requested: Collection[str], name: str, notes: list[str]
) -> Table:
    """Keep the wanted columns, leaving out rows in which none of the cells holds anything."""
    columns = [heading(column) for column in frame.columns]
    places = _match(columns, requested, name, notes)
    kept = frame.iloc[:, list(places.values())].copy()
    kept.columns = pd.Index(places)
    kept = kept.reset_index(drop=True)
    empty = kept.isna().all(axis=1).to_numpy()
    if len(kept.columns) and empty.any():
        count = counted(int(empty.sum()), "row")
        notes.append(f"{count} of the file with nothing in the columns read: left out.")
        kept, numbers = kept[~empty].reset_index(drop=True), numbers[~empty]
    return Table(kept, numbers, columns, name, notes)


def _match(
    columns: list[str], requested: Collection[str], name: str, notes: list[str]
) -> dict[str, int]:
    """Return the place of each wanted column; a heading may have stray spaces around its words."""
    matched = {}
    keys = [heading_key(column) for column in columns]
    for column in requested:
        exact = [place for place, name in enumerate(columns) if name == column]
        places = exact or [place for place, key in enumerate(keys) if key == heading_key(column)]
        if len(places) > 1:
            raise InputError(f"{name} has {len(places)} columns called {column!r}; rename one.")
        if places:
            matched[column] = places[0]
            if not exact:
                notes.append(f"The column {columns[places[0]]!r} was taken for {column!r}.")
    return matched


def _text(path: Path, requested: Collection[str], header: int, encoding: str | None) -> Table:
    notes: list[str] = []
    encoding = encoding or _encoding(path, notes)
    try:
        with path.open(encoding=encoding, newline="") as file:
            line = [file.readline() for _ in range(header)][-1]
        if not line.strip():
            raise InputError(f"{path.name} has no column names in row {header}.")
        sign = next((s for s in (",", "\t", ";") if s in line), ",")
        # All columns are read, and the headings with them: only then is a row with a cell too
        # many, which a comma inside a number makes, an error and not a shift of columns.
        frame = pd.read_csv(
            path,
            sep=sign,
            skiprows=header - 1,
            header=None,
            dtype=str,
            keep_default_na=False,
            na_values=[""],
            skip_blank_lines=False,
            encoding=encoding,
        )
    except (LookupError, UnicodeError) as error:
        raise InputError(f"{path.name} cannot be read as {encoding}: {error}.") from error
    except pd.errors.ParserError as error:
        raise InputError(_ragged(path, encoding, sign, header) or str(error)) from error
    if sign != ",":
        notes.append(f"Columns are parted by {'tabs' if sign != ';' else 'semicolons'}.")
    heads = frame.iloc[0].fillna("").astype(str).tolist()
    body = frame.iloc[1:].set_axis(heads, axis=1)
    numbers = pd.RangeIndex(header + 1, header + 1 + len(body))
    return _pick(body, numbers, requested, path.name, notes)


def _ragged(path: Path, encoding: str, sign: str, header: int) -> str:
    """Name all rows that have more cells than there are headings."""
    with path.open(encoding=encoding, newline="") as file:
        rows = enumerate(csv.reader(file, delimiter=sign), start=1)
        sizes = [(row, len(cells)) for row, cells in rows if row >= header]
    width = sizes[0][1]
    long = [f"row {row} has {size}" for row, size in sizes if size > width]
    if not long:
        return ""
    more = f" and {len(long) - 20:,} rows more" if len(long) > 20 else ""
    return (
        f"{path.name} has {width} column names, but {', '.join(long[:20])}{more} cells. A comma "
        "inside a cell, as in 1,234, needs quotation marks around the cell."
    )


def _encoding(path: Path, notes: list[str]) -> str:
    """Return UTF-8 if the whole file is that, else GB18030, which holds GBK and GB2312."""
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            notes.append("Read as UTF-16.")
            return "utf-16"
        if start.startswith(b"PK") or start.startswith(b"\xd0\xcf"):
            raise InputError(f"{path.name} is an Excel file under another name; call it .xlsx.")
        for encoding in ("utf-8", "gb18030"):
            file.seek(0)
            decoder = codecs.getincrementaldecoder(encoding)()
            try:
                while block := file.read(1 << 20):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
            if encoding == "utf-8":
                return "utf-8-sig"
            notes.append("Read as GB18030 (GBK): the file is not UTF-8.")
            return encoding
    raise InputError(
        f"{path.name} is neither UTF-8 nor GB18030; name its encoding, such as encoding='big5'."
    )


def _excel(path: Path, requested: Collection[str], header: int, sheet: str | int) -> Table:
    require("openpyxl", "files", "Reading Excel files")
    with pd.ExcelFile(path, engine="openpyxl") as book:
        names = [str(name) for name in book.sheet_names]
        exists = sheet in names if isinstance(sheet, str) else 0 <= sheet < len(names)
        if not exists:
            raise InputError(f"{path.name} has no sheet {sheet!r}; it has {listed(names, 20)}.")
        # "NA" could be a name: only an empty cell is missing.
        frame = pd.read_excel(
            book, sheet_name=sheet, header=None, dtype=object, keep_default_na=False, na_values=[""]
        )
        notes = [] if len(names) == 1 else [f"Read from the sheet {_sheet_name(names, sheet)!r}."]
    if len(frame) < header or frame.iloc[header - 1].isna().all():
        raise InputError(f"{path.name} has no column names in row {header} of its sheet.")
    heads = frame.iloc[header - 1].map(lambda cell: "" if pd.isna(cell) else str(cell))
    body = frame.iloc[header:].set_axis(heads.tolist(), axis=1)
    numbers = pd.RangeIndex(header + 1, header + 1 + len(body))
    return _pick(body, numbers, requested, path.name, notes)


def _sheet_name(names: list[str], sheet: str | int) -> str:
    return sheet if isinstance(sheet, str) else names[sheet]


def _stata(path: Path, encoding: str | None) -> pd.DataFrame:
    # Dates stay numbers: Stata's %ty is then the year itself.
    frame = pd.read_stata(path, convert_dates=False, preserve_dtypes=True)
    if encoding is None:
        return frame
    for place, dtype in enumerate(frame.dtypes):
        if not pd.api.types.is_numeric_dtype(dtype):
            column = frame.iloc[:, place].astype(object)
            frame.isetitem(place, column.map(_again(encoding)))
    return frame.rename(columns=_again(encoding))


def _again(encoding: str) -> Callable[[Any], Any]:
    """Read texts anew that Stata before 14 kept without saying in which encoding."""

    def anew(text: Any) -> Any:  # noqa: ANN401
        return text.encode("latin-1").decode(encoding) if isinstance(text, str) else text

    return anew


def _parquet(path: Path) -> pd.DataFrame:
    require("pyarrow", "files", "Reading Parquet files")
    return pd.read_parquet(path, engine="pyarrow")
