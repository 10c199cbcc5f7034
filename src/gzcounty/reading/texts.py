"""Files of text: their encoding, the sign between their columns, and their quotation marks."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import chain, islice

from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.words import first_few

from .grid import (
    LOOKED_AT,
    Asked,
    Fault,
    Table,
    joined,
    make_table,
    matches,
    read_heading,
    search,
)  # fmt: skip
from .wording import Advice, Argument, ReadingError, Wording

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
