"""Chinese characters that can be searched and copied in a PDF that Chromium has printed.

A font may draw a character and the radical of the same shape by one glyph: \u6c11 (people) and the
radical \u2ea0, which Unicode encodes apart. The PDF says for each glyph which character it stands
for, and Chromium may name the radical. It looks right, and no search finds it. Here the tables of
all fonts (``/ToUnicode``) are written anew with the characters.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdf import PdfWriter

# Radicals whose character Unicode's compatibility forms do not tell, from its table
# EquivalentUnifiedIdeograph: those that stand alone in simplified or traditional Chinese.
_RADICALS = str.maketrans(
    "\u2e81\u2e84\u2e8e\u2e9d\u2e9f\u2ea0\u2eab\u2eb9\u2ec1\u2ec4\u2ec5\u2ec6\u2ec9\u2ecb\u2ed1\u2ed3\u2ed4"
    "\u2ed8\u2ed9\u2eda\u2edb\u2edc\u2edd\u2ee2\u2ee3\u2ee4\u2ee5\u2ee6\u2ee7\u2ee8\u2ee9\u2eec\u2eee\u2ef0\u2ef3",
    "厂乙兀月母民罒耂虎西见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
)
_BAR, _DASH = "\u2015", "\u2014"  # the same shape in a Chinese font
_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_PAIR = re.compile(rb"<(\w+)>\s*<(\w+)>")
_RANGE = re.compile(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>")


def character(text: str) -> str:
    """Return the characters that stand for themselves in place of radicals of the same shape."""
    kept = (unicodedata.normalize("NFKC", c) if "\u2e80" <= c <= "\u2fdf" else c for c in text)
    return "".join(kept).translate(_RADICALS).replace(_BAR, _DASH)


def corrected(table: bytes) -> bytes:
    """Write a table of glyphs and their characters anew, radicals replaced."""

    def block(match: re.Match[bytes]) -> bytes:
        kind, body = match.groups()
        if b"[" in body:  # Chromium writes no lists
            return match[0]
        body = _PAIR.sub(_pair, body) if kind == b"bfchar" else _RANGE.sub(_range, body)
        return b"begin" + kind + body + b"end" + kind

    return _BLOCK.sub(block, table)


def _pair(match: re.Match[bytes]) -> bytes:
    glyph, text = match.groups()
    return b"<%s> <%s>" % (glyph, _hex(character(_text(text))))


def _range(match: re.Match[bytes]) -> bytes:
    """Keep a run of glyphs unless a radical is among its characters: then name each."""
    first, last, start = match.groups()
    text = _text(start)
    count = int(last, 16) - int(first, 16) + 1
    run = [text[:-1] + chr(ord(text[-1]) + i) for i in range(count)]
    named = [character(one) for one in run]
    if named == run:
        return match[0]
    return b"<%s> <%s> [%s]" % (first, last, b" ".join(b"<%s>" % _hex(one) for one in named))


def _text(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")


def _hex(text: str) -> bytes:
    return text.encode("utf-16-be").hex().upper().encode()


def name_characters(writer: PdfWriter) -> None:
    """Correct the tables of all fonts of a PDF. Changes the PDF."""
    from pypdf.generic import StreamObject

    seen = set()
    for page in writer.pages:
        for font in (page.get("/Resources", {}).get("/Font") or {}).values():
            table = font.get_object().get("/ToUnicode")
            if table is None or id(table.get_object()) in seen:
                continue
            stream = table.get_object()
            seen.add(id(stream))
            if isinstance(stream, StreamObject):
                stream.set_data(corrected(stream.get_data()))
