"""Lines for a terminal: as wide as it is, with Chinese signs counted as two, in any code page."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence


def forgive() -> None:
    """Show a sign that the terminal's code page lacks as a question mark, and do not fail."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def width(text: str) -> int:
    """Return how many places a text takes: Chinese signs take two.

    Examples
    --------
    >>> from gzcounty.cli.console import width
    >>> width("county 县")
    9
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def columns(rows: Sequence[Sequence[str]], indent: int = 0) -> list[str]:
    """Write rows as columns, the last of them wrapped under itself."""
    sizes = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)][:-1]
    start = indent + sum(sizes) + 2 * len(sizes)
    lines = []
    for row in rows:
        pairs = zip(row[:-1], sizes, strict=True)
        head = " " * indent + "".join(cell + " " * (size - width(cell) + 2) for cell, size in pairs)
        first, *rest = wrap(row[-1], start) or [""]
        lines.append((head + first).rstrip())
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
