"""Whatever holds a table, as cells: a path, an open file or a DataFrame, by what it contains.

Text has its encoding, the sign between its columns and its quotation marks; workbooks of Excel have
sheets, merged cells, error cells, and formulas without their values.
"""

import codecs
import csv
import io
import os
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, TypeAlias

import pandas as pd

from gzcounty.checks import is_whole, require
from gzcounty.errors import InputError
from gzcounty.extras import require_library
from gzcounty.language import N_, _
from gzcounty.words import counted, first_few, in_a_row, listed

from .cells import FIRST_YEAR, LAST_YEAR, heading
from .grid import (
    LOOKED_AT,
    Asked,
    Fault,
    Heading,
    Table,
    header_argument,
    heading_of,
    is_blank,
    joined,
    make_table,
    matches,
    read_heading,
    search,
    without_empty,
)  # fmt: skip
from .problems import Advice, Argument, ReadingError, Wording, as_text

Source: TypeAlias = str | os.PathLike[str] | IO[str] | IO[bytes] | pd.DataFrame

_KINDS = {
    b"PK\x03\x04": "zip", b"\xd0\xcf": "old Excel", b"PAR1": "Parquet", b"ARROW1": "Feather",
    b"<stata_dta>": "Stata", b"$FL2": "SPSS", b"$FL3": "SPSS", b"\x1f\x8b": "gzip", b"%PDF": "pdf",
}  # fmt: skip
_BY_SUFFIX = {
    ".dta": "Stata", ".sav": "SPSS", ".zsav": "SPSS", ".parquet": "Parquet", ".feather": "Feather"
}  # fmt: skip
_ARGUMENTS = {
    "text": {"header", "encoding", "separator"}, "Excel": {"header", "sheet"},
    "Stata": {"encoding"}, "SPSS": {"encoding"},
}  # fmt: skip
_REFUSED = {
    "old Excel": N_("{name} is an Excel file of before 2007 (.xls): {save}."),
    "locked": N_("{name} is protected by a password: save it without one."),
    "ods": N_("{name} is a spreadsheet of OpenDocument: {save}."),
    "xlsb": N_("{name} is a binary workbook of Excel (.xlsb): {save}."),
    "web page": N_("{name} is a web page (HTML), whatever its name says: {save}."),
    "xml": N_("{name} is XML, whatever its name says: {save}."),
    "json": N_("{name} is JSON: make a DataFrame of it, as by pandas.read_json, and hand that in."),
    "archive": N_(
        "{name} is an archive or a document (.zip, .docx), not a spreadsheet: unpack it first."
    ),
    "gzip": N_("{name} is packed (.gz, or a file of R): unpack it, or write it as .csv, first."),
    "pdf": N_("{name} is a PDF: copy its table into a spreadsheet first."),
}
_READING = {
    "Stata": N_("Reading files of Stata"), "SPSS": N_("Reading files of SPSS"),
    "Parquet": N_("Reading Parquet files"), "Feather": N_("Reading Feather files"),
}  # fmt: skip


def open_table(
    source: Source,
    required: Sequence[str],
    *,
    optional: Sequence[str] = (),
    sheet: str | int = 0,
    header: int | Sequence[int] = 1,
    encoding: str | None = None,
    separator: str | None = None,
) -> Table:
    """Read the required columns of a table, and the optional ones it has, cells as they stand."""
    asked = Asked(list(required), list(optional), _header(header))
    if separator is not None and (
        len(separator) != 1 or separator.isalnum() or separator in '\r\n"'
    ):
        given_as, semicolon, tab = (Argument("separator", sign) for sign in (separator, ";", "\t"))
        raise ReadingError("separator", separator=given_as, semicolon=semicolon, tab=tab)
    given = {
        "sheet": sheet != 0, "header": asked.header != [1], "encoding": encoding is not None,
        "separator": separator is not None,
    }  # fmt: skip
    notes: list[Wording] = []
    if isinstance(source, pd.DataFrame):
        _refuse_unused(_("a DataFrame"), set(), given)
        return _pick(source, source.index, asked, _("the DataFrame"), notes)
    name, content = _content(source)
    suffix = Path(name).suffix.lower()
    if not content:
        if isinstance(source, str | os.PathLike):
            raise InputError("{name} is empty.", name=name)
        raise InputError("{name} is empty, or was read to its end before: say .seek(0).", name=name)
    kind = "text" if isinstance(content, str) else _kind(content, suffix)
    if kind == "text":
        if isinstance(content, str):
            _refuse_unused(_("an open file of text"), {"header", "separator"}, given)
        else:
            content = decode(content, name, encoding, notes)
        kind = _kind_of_text(content)
        if kind == "text" and suffix in (".xlsx", ".xlsm", ".xls"):
            name = _("{name} (text under a name of Excel)", name=name)
            notes.append(_("The file is one of text under a name of Excel."))
    if kind in _REFUSED:
        save = _("open it in Excel, WPS or LibreOffice and save it as .xlsx")
        raise InputError(_REFUSED[kind], name=name, save=save)
    what = _("{name}, a file of {kind}", name=name, kind=kind)
    if kind == "text":
        what = _("{name}, a file of text", name=name)
    _refuse_unused(what, _ARGUMENTS.get(kind, set()), given)
    try:
        if isinstance(content, str):
            return read_text(content, name, suffix, asked, separator, notes)
        file = io.BytesIO(content)
        if kind == "Excel":
            return read_workbook(file, name, asked, sheet, notes)
        if kind in ("Stata", "SPSS"):
            frame = _labelled(file, kind, asked, encoding, name, notes)
        else:
            require_library("pyarrow", "files", _READING[kind])
            parquet = kind == "Parquet"
            frame = pd.read_parquet(file, engine="pyarrow") if parquet else pd.read_feather(file)
    except (InputError, ImportError):
        raise
    except MemoryError as error:
        raise InputError(
            "{name} is too large for the memory of this machine.", name=name
        ) from error
    except Exception as error:  # what a damaged file makes a library raise is anybody's guess
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError("{name} cannot be read: {reason}", name=name, reason=reason) from error
    return _pick(frame, pd.RangeIndex(1, len(frame) + 1), asked, name, notes)


def _header(header: object) -> list[int]:
    """Check the rows of the column names; return them as a list."""
    rows = [header] if is_whole(header) else header
    good = isinstance(rows, list | tuple | range) and len(rows) > 0
    good = good and all(is_whole(row) and row >= 1 for row in rows)  # type: ignore[attr-defined]
    good = good and list(rows) == sorted(set(rows))  # type: ignore[call-overload]
    if not good:
        raise ReadingError("header", header=Argument("header", header))
    return [int(row) for row in rows]  # type: ignore[attr-defined]


def _refuse_unused(what: str, used: Collection[str], given: Mapping[str, bool]) -> None:
    """Raise InputError for an argument that means nothing for this kind of source."""
    for argument, is_given in given.items():
        if is_given and argument not in used:
            raise ReadingError("unused", argument=Argument(argument), what=what)


def _content(source: object) -> tuple[str, str | bytes]:
    """Return what a path or open file is called and what it holds."""
    if isinstance(source, str) and re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", source):
        raise InputError(
            "source is an address, {source!r}: download the file first.", source=source
        )
    if isinstance(source, str) and "\n" in source:
        raise InputError("source is a text of several lines: hand it in as io.StringIO(text).")
    try:
        if isinstance(source, str | os.PathLike):
            path = Path(os.fsdecode(source)).expanduser()
            require(path.exists(), "There is no file {path!r}.", path=str(path))
            require(not path.is_dir(), "{path!r} is a folder, not a file.", path=str(path))
            return path.name, path.read_bytes()
        if callable(getattr(source, "read", None)):
            label = getattr(source, "name", None)
            name = Path(label).name if isinstance(label, str) else _("the open file")
            content = source.read()  # type: ignore[attr-defined]
            if isinstance(content, str | bytes):
                return name, content
    except UnicodeDecodeError as error:
        raise InputError(
            "The open file cannot be read as {encoding}: open it in binary mode ('rb').",
            encoding=error.encoding,
        ) from error  # fmt: skip
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        reason = str(getattr(error, "strerror", None) or error).rstrip(".")
        raise InputError("source cannot be read: {reason}.", reason=reason) from error
    plain = source is None or isinstance(source, int | float)
    kind = type(source).__name__
    what = repr(source) if plain else _("of the type {kind}", kind=kind)
    wrong = N_("source must be the path of a file, an open file or a pandas DataFrame, not {what}.")
    if isinstance(source, pd.Series):
        wrong = N_(
            "source must be the path of a file, an open file or a pandas DataFrame, not {what}; "
            "source.to_frame() makes one of a Series."
        )
    elif hasattr(source, "to_pandas"):
        wrong = N_(
            "source must be the path of a file, an open file or a pandas DataFrame, not {what}; "
            "source.to_pandas() makes one."
        )
    elif isinstance(source, bytes | bytearray):
        wrong = N_(
            "source must be the path of a file, an open file or a pandas DataFrame, not {what}; "
            "io.BytesIO(source) is an open file."
        )
    raise InputError(wrong, what=what)


def _kind(content: bytes, suffix: str) -> str:
    """Return the kind of a file by its first bytes, or else by its name."""
    kind = next((kind for sign, kind in _KINDS.items() if content.startswith(sign)), None)
    if kind == "old Excel" and "EncryptedPackage".encode("utf-16-le") in content:
        return "locked"
    if re.match(rb"[\x69-\x73][\x01\x02]\x01\x00", content):  # of Stata before version 13
        return "Stata"
    if kind != "zip":
        return kind or _BY_SUFFIX.get(suffix, "text")
    try:
        members = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except zipfile.BadZipFile:
        return "Excel"  # a damaged one, of which openpyxl says so
    if "xl/workbook.bin" in members:
        return "xlsb"
    if "content.xml" in members:
        return "ods"
    return "Excel" if any(member.startswith("xl/") for member in members) else "archive"


def _kind_of_text(text: str) -> str:
    """Tell a table of text from a web page and the like."""
    text = text.lstrip("\ufeff \t\r\n")
    start = text[:500].lower()
    is_page = re.match(
        r"<(!--|!doctype html|html|head|body|table|meta|style|div)|mime-version:", start
    )
    if is_page or (start.startswith("<?xml") and "<html" in start):
        return "web page"
    if start.startswith("<?xml"):
        return "xml"
    is_json = text[:1] + text.rstrip()[-1:] in ("{}", "[]")
    return "json" if is_json else "text"


def _pick(
    frame: pd.DataFrame, numbers: pd.Index, asked: Asked, name: str, notes: list[Wording]
) -> Table:
    """Keep the requested columns of a frame."""
    parts = [_parts(column) for column in frame.columns]
    found = heading_of(parts, [*asked.required, *asked.optional], name, notes)
    for column in asked.required:
        if column in frame.index.names and column not in found.places:
            raise InputError(
                "{column!r} is the index of {name}: hand in source.reset_index().",
                column=column, name=name,
            )  # fmt: skip
    kept = frame.iloc[:, list(found.places.values())].copy()
    kept.columns = pd.Index(found.places)
    return without_empty(kept.reset_index(drop=True), numbers, found, name, notes)


def _parts(column: object) -> tuple[str, ...]:
    """Return the levels of a column's name that hold something; pandas calls some unnamed."""
    if not isinstance(column, tuple):
        return (heading(column),)
    levels = [heading(level) for level in column]
    return tuple(level for level in levels if level and not level.startswith("Unnamed: "))


def _labelled(
    file: IO[bytes], kind: str, asked: Asked, encoding: str | None, name: str, notes: list[Wording]
) -> pd.DataFrame:
    """Read a file of Stata or SPSS, with the labels of its values in the columns asked for."""
    library = require_library("pyreadstat", "files", _READING[kind])
    read: Any = library.read_dta if kind == "Stata" else library.read_sav
    frame, meta = read(file, encoding=encoding)
    parts = [(str(column),) for column in frame.columns]
    found = heading_of(parts, [*asked.required, *asked.optional], name, [])
    for place in found.places.values():
        column = frame.columns[place]
        shown = meta.original_variable_types[column]
        if shown.startswith("%ty"):
            frame[column] = frame[column].map(lambda day: getattr(day, "year", day))
        elif shown.startswith("%t") and pd.api.types.is_numeric_dtype(frame[column]):
            notes.append(_(
                "Column {column!r}: a date of Stata ({shown}), read as its number.",
                column=column, shown=shown,
            ))  # fmt: skip
        labels = meta.variable_value_labels.get(column, {})
        if labels:
            frame[column] = frame[column].astype(object).map(lambda v, by=labels: by.get(v, v))
            doubled = pd.Series(labels, dtype=object)
            for label, codes in doubled.groupby(doubled, sort=False):
                if len(codes) > 1:
                    values = in_a_row([*map(as_text, codes.index)])
                    notes.append(_(
                        "Column {column!r}: {values} have one label, {label!r}.",
                        column=column, values=values, label=label,
                    ))  # fmt: skip
    return frame


_SIGNS = {",": N_("commas"), "\t": N_("tabs"), ";": N_("semicolons"), "|": "'|'"}
_CHINESE = re.compile("[\u4e00-\u9fff]")


def read_text(
    text: str, name: str, suffix: str, asked: Asked, separator: str | None, notes: list[Wording]
) -> Table:
    """Read a table of text; each line is accounted for."""
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise ReadingError(
            "nul", file=name, line=_line(text, text.index(chr(0))),
            little=Argument("encoding", "utf-16-le"), big=Argument("encoding", "utf-16-be"),
        )  # fmt: skip
    first = re.match(r'"?sep=(.)"?(?:\r\n?|\n)', text, flags=re.IGNORECASE)
    if first:
        text = text[first.end() :]
        notes.append(_("The line 'sep={sign}' of Excel is not counted as a row.", sign=first[1]))
    sign = separator or (first[1] if first else _sign(text, suffix, asked))
    if sign != "," and not separator:
        notes.append(_("Columns are parted by {signs}.", signs=_(_SIGNS.get(sign, repr(sign)))))
    faults: list[Fault] = []
    rows = _records(text, sign, name, faults, notes)
    head = list(islice(rows, max(LOOKED_AT, asked.header[-1] + 1)))
    if not any(map(any, head)):
        raise InputError("{name} is empty.", name=name)
    heading = read_heading(head, asked, name, notes)
    if len(heading.columns) == 1 and len(heading.places) < len(asked.required):
        column = heading.columns[0]
        raise ReadingError("one column", file=name, column=column, separator=Argument("separator"))
    return make_table(chain(head[heading.last :], rows), heading, name, notes, faults)


def _sign(text: str, suffix: str, asked: Asked) -> str:
    """Return the sign by which the heading holds most of the requested names."""
    length = max(LOOKED_AT, asked.header[-1])

    def fit(sign: str) -> tuple[int, int, bool, int]:
        reader = csv.reader(io.StringIO(text[:1_000_000], newline=""), delimiter=sign)
        try:
            head = list(islice(reader, length))
        except csv.Error:
            return 0, 0, False, 0
        given = joined([head[row - 1] for row in asked.header if row <= len(head)])
        here = len(matches(given, asked.required))
        anywhere = max(here, len(search(head, asked.required)[1]))
        usual = sign == ("\t" if suffix in (".tsv", ".tab") else ",")
        return anywhere, here, usual and len(given) > 1, len(given)

    return max(_SIGNS, key=fit)


def _records(
    text: str, sign: str, name: str, faults: list[Fault], notes: list[Wording]
) -> Iterator[list[str]]:
    """Read rows of cells; a quotation mark that may have swallowed lines is a fault."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    number, line, long = 0, 0, []
    try:
        for row in reader:
            number += 1
            if reader.line_num > line + 1:
                lines = {"first": line + 1, "last": reader.line_num}
                if any(_holds_rows(cell, sign, len(row)) for cell in row):
                    problem = _(
                        "one cell, in quotation marks, takes in lines {first} to {last} of the "
                        "file",
                        **lines,
                    )
                    advice = _(
                        "if a quotation mark stands there by mistake, take it out; if not, write "
                        "the cell in one line"
                    )
                    faults.append(Fault(number, problem, suggestion=advice))
                else:
                    long.append(
                        _("row {row} (lines {first} to {last} of the file)", row=number, **lines)
                    )
            line = reader.line_num
            yield row
    except csv.Error as error:
        wrong = N_(
            "{name}, row {row} (line {line} of the file): a quotation mark is not closed; write it "
            'twice ("") if it is part of the text, or take it out.'
        )
        if "expected after" in str(error):
            wrong = N_(
                "{name}, row {row} (line {line} of the file): a quotation mark ends inside its "
                'cell; write it twice ("") if it is part of the text, or take it out.'
            )
        raise InputError(wrong, name=name, row=number + 1, line=line + 1) from error
    if long:
        notes.append(_("Cells of several lines: {cells}.", cells=first_few(long, 5)))


def _holds_rows(cell: str, sign: str, width: int) -> bool:
    """Tell whether a cell of several lines has the signs of as many rows of the table."""
    breaks = len(re.findall("\r\n?|\n", cell))
    return 0 < breaks * (width - 1) <= cell.count(sign)


def decode(data: bytes, name: str, encoding: str | None, notes: list[Wording]) -> str:
    """Return the text: in the encoding given, UTF-16 if it says so, UTF-8, or GB18030 (GBK)."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        if encoding or marked:
            if not encoding:
                notes.append(_("Read as UTF-16."))
            return data.decode(encoding or "utf-16")
    except LookupError as error:
        raise InputError(
            "{name} cannot be read as {encoding}: {error}.",
            name=name, encoding=encoding, error=error,
        ) from error  # fmt: skip
    except UnicodeError as error:
        place = _line(data, getattr(error, "start", 0))
        raise InputError(
            "{name} cannot be read as {encoding}: line {line} is not.",
            name=name, encoding=encoding or "UTF-16", line=place,
        ) from error  # fmt: skip
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        bad = _line(data, error.start)
    # A line of GB18030 is hardly ever UTF-8 too: if one is, with Chinese in it, lines differ.
    if any(map(_is_chinese_utf8, data.splitlines())):
        raise ReadingError("mixed", file=name, line=bad, encoding=Argument("encoding", "gb18030"))
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise ReadingError(
            "neither", file=name, line=bad, other=_line(data, error.start),
            encoding=Argument("encoding", "big5"),
        ) from error  # fmt: skip
    notes.append(Advice("gb18030", encoding=Argument("encoding")))
    return text


def _is_chinese_utf8(line: bytes) -> bool:
    try:
        return not line.isascii() and len(_CHINESE.findall(line.decode("utf-8"))) > 1
    except UnicodeDecodeError:
        return False


def _line(text: str | bytes, place: int) -> int:
    """Return the line in which a place of the text is."""
    end = "\n" if isinstance(text, str) else b"\n"
    return text.count(end, 0, place) + 1  # type: ignore[arg-type]


Page: TypeAlias = Any  # a worksheet of openpyxl, which has no types


def read_workbook(
    file: IO[bytes], name: str, asked: Asked, sheet: str | int, notes: list[Wording]
) -> Table:
    """Read one sheet; error cells stay the texts that Excel shows."""
    openpyxl = require_library("openpyxl", "files", N_("Reading Excel files"))
    book = openpyxl.load_workbook(file, data_only=True, keep_links=False)
    pages = {page.title: page for page in book.worksheets}
    names = list(pages)
    exists = sheet in names if isinstance(sheet, str) else 0 <= sheet < len(names)
    if not exists:
        raise InputError(
            "{name} has no sheet {sheet!r}; it has {names}.",
            name=name, sheet=sheet, names=listed(names, 20),
        )  # fmt: skip
    page = pages[sheet if isinstance(sheet, str) else names[sheet]]
    if len(names) > 1:
        notes.append(_("Read from the sheet {title!r}.", title=page.title))
    if page.sheet_state != "visible":
        notes.append(_("The sheet {title!r} is hidden in Excel.", title=page.title))
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    top, last = max(LOOKED_AT, asked.header[-1] + 1), asked.header[-1]
    try:
        heading = read_heading(
            _spread(page, rows[:top]), asked, name, notes, _is_merged(page, last)
        )
    except InputError:
        _point_elsewhere(pages, page, asked, name)
        raise
    if any(column not in heading.places for column in asked.required):
        _point_elsewhere(pages, page, asked, name)
    faults: list[Fault] = []
    _fill_merged(page, rows, heading, faults, notes)
    if any(is_blank(row[at]) for row in rows[last:] for at in heading.places.values()):
        file.seek(0)
        formulas = openpyxl.load_workbook(file, read_only=True, keep_links=False)[page.title]
        _find_formulas(formulas, rows, heading, faults)
    hidden = [row for row, look in page.row_dimensions.items() if look.hidden and row > last]
    if hidden:
        notes.append(_(
            "{rows} hidden in Excel read too: {numbers}.",
            rows=counted(len(hidden), "row"), numbers=first_few(map(str, hidden), 10),
        ))  # fmt: skip
    percent: dict[str, list[int]] = {}
    for column, at in heading.places.items():
        cells = page.iter_rows(min_row=last + 1, min_col=at + 1, max_col=at + 1)
        for (cell,) in cells:
            is_number = cell.data_type == "n" and cell.value is not None
            if is_number and cell.has_style and "%" in cell.number_format:
                percent.setdefault(column, []).append(cell.row)
    return make_table(rows[last:], heading, name, notes, faults, percent)


def _point_elsewhere(pages: dict[str, Page], page: Page, asked: Asked, name: str) -> None:
    """Raise an error that names the sheet which has all required columns, if another has."""
    for other in [page, *pages.values()]:
        cells = other.iter_rows(max_row=LOOKED_AT, values_only=True)
        top = _spread(other, [list(row) for row in cells])
        found, held = search(top, asked.required, _is_merged(other, LOOKED_AT))
        if len(held) == len(asked.required):
            if other is page:
                return
            raise ReadingError(
                "other sheet", page=page.title, file=name, other=other.title,
                sheet=Argument("sheet", other.title), header=header_argument(found),
            )  # fmt: skip


def _is_merged(page: Page, last: int) -> bool:
    """Tell whether headings that stand over several columns are merged cells."""
    return any(r.min_row <= last and r.max_col > r.min_col for r in page.merged_cells.ranges)


def _spread(page: Page, rows: list[list[Any]]) -> list[list[Any]]:
    """Return the rows with the value of each merged cell in all places that it covers."""
    rows = [list(row) for row in rows]
    for area in page.merged_cells.ranges:
        for row in rows[area.min_row - 1 : area.max_row]:
            row[area.min_col - 1 : area.max_col] = [rows[area.min_row - 1][area.min_col - 1]] * (
                area.max_col - area.min_col + 1
            )
    return rows


def _fill_merged(
    page: Page, rows: list[list[Any]], heading: Heading, faults: list[Fault], notes: list[Wording]
) -> None:
    """Give a name or year that is merged over several rows to each; a number is a fault."""
    spans: dict[str, list[str]] = {}
    for area in page.merged_cells.ranges:
        covered = [
            (c, at) for c, at in heading.places.items() if area.min_col <= at + 1 <= area.max_col
        ]
        if area.min_row <= heading.last or not covered:
            continue
        value = rows[area.min_row - 1][area.min_col - 1]
        column, at = covered[0]
        is_name = isinstance(value, str) and at + 1 == area.min_col and area.max_row > area.min_row
        is_year = isinstance(value, int) and FIRST_YEAR <= value <= LAST_YEAR
        if is_name or (is_year and area.min_col == area.max_col):
            for row in rows[area.min_row - 1 : area.max_row]:
                row[at] = value
            spans.setdefault(column, []).append(_(
                "{value!r} (rows {first} to {last})",
                value=value, first=area.min_row, last=area.max_row,
            ))  # fmt: skip
        elif not is_blank(value) and not isinstance(value, str):
            part = _("part of the merged cells {cells}, one number for several", cells=area.coord)
            advice = _("undo the merging, and give each cell its own number")
            faults.extend(
                Fault(row, part, column, value, advice)
                for row in range(area.min_row, area.max_row + 1)
            )
    for column, texts in spans.items():
        notes.append(_(
            "Column {column!r}: merged cells were read for all of their rows: {cells}.",
            column=column, cells=first_few(texts, 5),
        ))  # fmt: skip


def _find_formulas(
    page: Page, rows: list[list[Any]], heading: Heading, faults: list[Fault]
) -> None:
    """Add a fault for each formula that the file has no value of."""
    for cells in page.iter_rows(min_row=heading.last + 1):
        for column, at in heading.places.items():
            cell = cells[at] if at < len(cells) else cells[-1]
            if cell.data_type == "f" and is_blank(rows[cell.row - 1][at]):
                formula = getattr(cell.value, "text", cell.value)
                where = cell.coordinate
                problem = _("cell {cell} is a formula without a stored value", cell=where)
                advice = _("open the file in Excel and save it, which stores values")
                faults.append(Fault(cell.row, problem, column, formula, advice))
