"""Whatever holds a table, as cells: a path, an open file or a DataFrame, by what it contains."""

import io
import os
import re
import zipfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, TypeAlias

import pandas as pd

from gzcounty.checks import is_whole, require
from gzcounty.errors import InputError
from gzcounty.extras import require_library
from gzcounty.language import N_, _
from gzcounty.words import in_a_row

from .cells import heading
from .grid import Asked, Table, heading_of, without_empty
from .problems import as_text
from .texts import decode, read_text
from .wording import Argument, ReadingError, Wording
from .workbooks import read_workbook

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
