"""The commands of ``python -m gzcounty`` and their exit codes.

0: done. 1: the file that was checked has problems. 2: the command could not be carried out. 130:
stopped by the user.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import gzcounty
from gzcounty.errors import InputError
from gzcounty.language import _, current_language
from gzcounty.words import counted

if TYPE_CHECKING:
    from gzcounty.reading.problems import Argument

DONE, PROBLEMS, REFUSED, STOPPED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command line and return its exit code."""
    _forgive()
    try:
        current_language()
    except ValueError as error:
        print(f"gzcounty: {error}", file=sys.stderr)
        return REFUSED
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return DONE
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except (InputError, ModuleNotFoundError) as error:
        print(_("gzcounty: {error}", error=error), file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        # Whoever read the lines has seen enough, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print(_("gzcounty: stopped."), file=sys.stderr)
        return STOPPED


def _forgive() -> None:
    """Show a sign that the terminal's code page lacks as a question mark, and do not fail."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _parser() -> argparse.ArgumentParser:
    about = _("County data of Guizhou and China: list tables, write them to files, check your own.")
    parser = argparse.ArgumentParser(prog="python -m gzcounty", description=about)
    commands = parser.add_subparsers(dest="command", title=_("commands"), metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], words: str
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words, description=words)
        added.set_defaults(run=run)
        return added

    command("tables", _tables, _("list the tables with their rows, their years and what they hold"))
    one = command("describe", _describe, _("tell what each column of a table means"))
    one.add_argument("table", metavar="TABLE")
    out = command("export", _export, _("write a table to a file (.csv, .xlsx, .dta, .parquet)"))
    out.add_argument("table", metavar="TABLE")
    out.add_argument("file", metavar="FILE", type=Path)
    out.add_argument("--force", action="store_true", help=_("write over a file that is there"))
    out.add_argument(
        "--stored", action="store_true", help=_("panel and census as stored: long, with sources")
    )
    out.add_argument(
        "--encoding", default="utf-8", choices=["utf-8", "utf-8-sig", "gb18030"],
        help=_("of a CSV file; utf-8-sig is what Excel opens rightly with a double click"),
    )  # fmt: skip
    check = command("check", _check, _("check a county table of your own and tell every problem"))
    check.add_argument("file", metavar="FILE", type=Path)
    check.add_argument("--county", required=True, metavar="COL", help=_("column of names or codes"))
    check.add_argument(
        "--year",
        required=True,
        metavar="COL",
        help=_("column of years, or one year, or those in the headings, as 2014-2020"),
    )
    check.add_argument(
        "--unit", required=True, action="append", metavar="COL=UNIT",
        help=_("a column and its unit, such as income='yuan a person'; once for each column"),
    )  # fmt: skip
    check.add_argument("--province", metavar="COL", help=_("column, or one province for all rows"))
    check.add_argument("--prefecture", metavar="COL", help=_("column, or one prefecture"))
    check.add_argument(
        "--place", action="append", default=[], metavar="NAME=CODE",
        help=_("a name or code that no list has, and the code of today that it means"),
    )  # fmt: skip
    check.add_argument("--missing", action="append", default=[], metavar="MARK")
    check.add_argument(
        "--thousands", action="append", metavar="SIGN", help=_("a sign between thousands")
    )
    check.add_argument("--sure", action="append", default=[], metavar="COL")
    check.add_argument("--sheet", default=0, help=_("of an Excel file: its name or number, from 0"))
    check.add_argument(
        "--header", type=int, nargs="+", default=[1], metavar="ROW",
        help=_("the row of the column names, or several: --header 3 4"),
    )  # fmt: skip
    check.add_argument("--separator", metavar="SIGN", help=_("the sign between columns of a text"))
    check.add_argument("--encoding", help=_("of the file; found by itself if not given"))
    check.add_argument("--skip-totals", action="store_true", help=_("rows of totals are left out"))
    check.add_argument("--balanced", action="store_true", help=_("a year lacking is a problem"))
    command("version", _version, _("tell the versions of the package and of its data"))
    return parser


def _say(lines: Sequence[str]) -> int:
    print("\n".join(lines))
    return DONE


def _tables(__: argparse.Namespace) -> int:
    from gzcounty.data.dictionary import listing

    return _say(listing())


def _table_name(table: str) -> str:
    import difflib

    from gzcounty.data.dictionary import names

    name = table.replace("-", "_")
    if name in names():
        return name
    near = difflib.get_close_matches(name, names(), n=1)
    tables = _(", ").join(names())
    if not near:
        raise InputError(
            "There is no table {name!r}. The tables are: {names}.", name=table, names=tables
        )
    raise InputError(
        "There is no table {name!r}. Did you mean {near!r}? The tables are: {names}.",
        name=table, near=near[0], names=tables,
    )  # fmt: skip


def _describe(options: argparse.Namespace) -> int:
    from gzcounty.data.dictionary import dictionary

    return _say(dictionary(_table_name(options.table)))


def _export(options: argparse.Namespace) -> int:
    from gzcounty.data.dictionary import export, load
    from gzcounty.parallel import bar

    name = _table_name(options.table)
    with bar(None, total=2, desc=name, leave=False) as shown:
        frame = load(name, stored=options.stored)
        shown.update()
        export(name, frame, options.file, force=options.force, encoding=options.encoding)
        shown.update()
    rows, columns = counted(len(frame), "row"), counted(len(frame.columns), "column")
    line = _("{file}: {rows}, {columns}.", file=options.file, rows=rows, columns=columns)
    return _say([line])


# Options of `check` that `read_panel` takes under the same name.
_SAME = [
    "province", "prefecture", "missing", "thousands", "sure", "skip_totals", "balanced", "header",
    "encoding", "separator",
]  # fmt: skip


def _check(options: argparse.Namespace) -> int:
    from gzcounty.reading.panel import read_panel
    from gzcounty.reading.problems import (
        PanelError,
        ReadingError,
        how_many,
        lines,
        table_in_words,
        worded,
    )

    units = _pairs("--unit", options.unit, "income=yuan")
    codes = _pairs("--place", options.place, "NAME=520102")
    places = {name: None if code == "none" else code for name, code in codes.items()}
    try:
        report = read_panel(
            options.file,
            options.county,
            _year(options.year),
            units,
            places=places,
            sheet=int(options.sheet) if str(options.sheet).isdecimal() else options.sheet,
            on_problem="report",
            **{name: getattr(options, name) for name in _SAME},
        )
    except (ReadingError, PanelError) as error:  # nothing could be checked
        raise InputError(error.worded(_as_option)) from error
    notes = [worded(note, _as_option) for note in report.unworded_notes]
    if report.ok:
        return _say([_("No problem found."), *notes])
    found = table_in_words(report.unworded, _as_option)
    head = _("{file}: {problems}.", file=options.file.name, problems=how_many(found))
    _say([head, *lines(found, limit=len(found)), *notes])
    return PROBLEMS


def _year(text: str) -> str | int | range:
    """Read --year: one year, a span of them, or the name of a column."""
    span = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    if span is None:
        return text
    return range(int(span[1]), int(span[2]) + 1) if span[2] else int(span[1])


def _pairs(option: str, texts: Sequence[str], example: str) -> dict[str, str]:
    """Read NAME=VALUE, as often as it is given; the name may have the sign too."""
    pairs: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.rpartition("=")
        if not (sign and name and value):
            raise InputError(
                "{option} is {text!r}; write it like {example}.",
                option=option, text=text, example=example,
            )  # fmt: skip
        if name in pairs:
            raise InputError("{option} names {name!r} twice.", option=option, name=name)
        pairs[name] = value
    return pairs


# Options that are called otherwise than the argument of `read_panel`.
_OPTIONS = {"values": "--unit", "places": "--place", "skip_totals": "--skip-totals"}


def _as_option(argument: Argument, part: str) -> str:
    """Write an argument of `read_panel` as an option of this command."""
    name, value = argument
    option = _OPTIONS.get(name, f"--{name}")
    if part in ("name", "=") or value is True:
        return option
    if isinstance(value, Mapping):
        value = [f"{key}={'none' if it is None else it}" for key, it in value.items()]
    if isinstance(value, range):
        value = f"{value.start}-{value.stop - 1}"
    texts = [_quoted(one) for one in (value if isinstance(value, list) else [value])]
    if part == "value":
        return " ".join(texts)
    if name == "header":
        return f"{option} {' '.join(texts)}"
    return " ".join(f"{option} {text}" for text in texts)


def _quoted(value: object) -> str:
    """Quote a text for a shell, but numbers."""
    text = str(value)
    return shlex.quote(text) if "'" in text or isinstance(value, int) else f"'{text}'"


def _version(__: argparse.Namespace) -> int:
    import platform

    from gzcounty.data.dictionary import data_version

    line = _(
        "gzcounty {version}, data {data}, Python {python}",
        version=gzcounty.__version__, data=data_version(), python=platform.python_version(),
    )  # fmt: skip
    return _say([line])


if __name__ == "__main__":
    sys.exit(main())
