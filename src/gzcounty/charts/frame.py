"""What every chart needs: tables that can be drawn, the words around them, names beside marks."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Literal, TypedDict, TypeVar, Unpack

import altair as alt
import numpy as np
import pandas as pd

from gzcounty.charts import theme
from gzcounty.checks import as_list, require_columns
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.words import counted, cut_short, in_a_row, listed, years

C = TypeVar("C", bound=alt.TopLevelMixin)
ESTIMATE = ["estimate", "conf_low", "conf_high"]


class Words(TypedDict, total=False):
    """The words every chart function takes and hands to `finish`."""

    title: str
    unit: str
    sample: str
    period: str
    source: str
    description: str
    notes: Sequence[str]


# Of words that nobody gave: what is not known is said, not made up.
_NOT_STATED = {
    "unit": N_("unit not stated"), "period": N_("period not stated"), "source": N_("not stated"),
}  # fmt: skip
_WORDS = ("title", "unit", "sample", "period", "source", "description")


def require_numbers(frame: pd.DataFrame, columns: Iterable[str], what: str) -> None:
    """Raise InputError if a column is missing, not numeric or infinite; gaps are allowed."""
    columns = list(columns)
    require_columns(frame, columns, what)
    for column in columns:
        values = frame[column]
        kind = pd.api.types
        if not kind.is_numeric_dtype(values) or kind.is_complex_dtype(values):
            raise InputError(
                "column {column!r} of {what} must be numeric, it is {dtype}.",
                column=str(column), what=_(what), dtype=values.dtype,
            )  # fmt: skip
        infinite = np.isinf(values.to_numpy(dtype=float, na_value=np.nan))
        if infinite.any():
            raise InputError(
                "column {column!r} of {what} is infinite in row {index!r}; a chart draws finite "
                "numbers and leaves out missing ones.",
                column=str(column), what=_(what), index=frame.index[infinite][0],
            )  # fmt: skip


def take(
    frame: pd.DataFrame,
    what: str,
    numbers: Iterable[str] | Mapping[str, str],
    keys: Iterable[str] = (),
    texts: Iterable[str] = (),
) -> pd.DataFrame:
    """Return what a chart draws of a user's table, under the chart's own names.

    Only those reach Vega, in whose paths and expressions dots, brackets and quotes mean something.
    `numbers` are names, or the user's names by the chart's; they are finite or missing. Keys are
    texts that no row may lack.
    """
    named = dict(numbers) if isinstance(numbers, Mapping) else {name: name for name in numbers}
    keys, texts = list(keys), list(texts)
    require_columns(frame, [*keys, *texts], what)
    require_numbers(frame, named.values(), what)
    taken: dict[str, Any] = {}
    for name in [*keys, *texts]:
        missing = frame[name].isna().to_numpy()
        if name in keys and missing.any():
            raise InputError(
                "{what} has no {name} in row {index!r}.",
                what=_(what), name=name, index=frame.index[missing][0],
            )  # fmt: skip
        values = zip(frame[name], missing, strict=True)
        taken[name] = np.array(["" if no else str(value) for value, no in values], dtype=object)
    for inner, name in named.items():
        values = frame[name]
        plain = isinstance(values.dtype, np.dtype) and values.dtype.kind in "iuf"
        taken[inner] = values.to_numpy() if plain else values.to_numpy(float, na_value=np.nan)
    return pd.DataFrame(taken, index=frame.index)


def plain_name(name: object) -> str:
    """Return a column's name as a sentence shows it: on one line, an empty one in quotes."""
    return " ".join(str(name).split()) or repr(str(name))


def flags(frame: pd.DataFrame, column: str, what: str) -> pd.Series:
    """Return a column that is True or False in every row; raise InputError if it is not."""
    require_columns(frame, [column], what)
    if frame[column].isna().any() or not frame[column].isin([True, False]).all():
        raise InputError(
            "column {column!r} of {what} must be True or False in every row.",
            column=str(column), what=_(what),
        )  # fmt: skip
    return frame[column].astype(bool)


def require_codes(codes: Iterable[Any], allowed: Collection[str], what: str, where: str) -> None:
    """Raise InputError if a code of `what` is not among those allowed, or twice."""
    codes = list(codes)
    places = set(allowed)
    # A number is not an adcode, even if it looks like one: it would match nothing in the browser.
    unknown = sorted({str(c) for c in codes if not isinstance(c, str) or c not in places})
    if unknown:
        raise InputError(
            "{what} holds the adcode {unknown}, which {where} does not know; an adcode is a "
            "six-digit string, here one of {n:,}, such as {example!r}.",
            what=_(what), unknown=in_a_row(cut_short(unknown, 5)), where=_(where), n=len(places),
            example=next(iter(allowed), ""),
        )  # fmt: skip
    twice = pd.Series(codes, dtype=object)
    twice = twice[twice.duplicated()]
    if len(twice):
        raise InputError(
            "{what} holds the adcode {adcode} more than once; one row a county is allowed.",
            what=_(what), adcode=twice.iloc[0],
        )  # fmt: skip


def require_estimates(rows: pd.DataFrame, what: str) -> None:
    """Raise InputError unless there are rows with label, and estimates inside their intervals."""
    require_columns(rows, ["label"], what)
    require_numbers(rows, ESTIMATE, what)
    if rows.empty:
        raise InputError("{what} has no row to draw.", what=_(what))
    refuse(rows[astray(rows)], N_("the interval of {label!r} misses its estimate."))


def astray(rows: pd.DataFrame) -> pd.Series:
    """Tell which estimates lie outside their intervals; a missing number is outside of any."""
    return ~rows["estimate"].between(rows["conf_low"], rows["conf_high"])


def require_single(frame: pd.DataFrame, keys: Sequence[str], message: str) -> None:
    """Raise InputError if two rows share their keys; the message is about the second."""
    refuse(frame[frame.duplicated(list(keys))], message)


def refuse(rows: pd.DataFrame, message: str, **fields: object) -> None:
    """Raise InputError if there is a row; the message names columns of the first, and fields."""
    if len(rows):
        first = {str(name): value for name, value in rows.iloc[0].items()}
        raise InputError(message, **{**first, **fields})


def text_width(text: str, size: float) -> float:
    """Estimate the width of a line of text in pixels, without a font.

    Widths are those of common sans-serif fonts, rounded up: a line that is broken a little
    early costs nothing, a line that runs off a phone cannot be read.
    """
    total = 0.0
    for char in text:
        if unicodedata.east_asian_width(char) in "WF":
            total += 1.0
        elif char in " .,;:'|!()[]ijlt-":
            total += 0.34
        elif char in "mwMW%@":
            total += 0.88
        elif char.isupper():
            total += 0.7
        else:
            total += 0.57
    return total * size


def lines(text: str, size: float = theme.TEXT_SIZE, width: float = theme.PHONE_WIDTH) -> list[str]:
    """Break a text into lines of a width in pixels: Chinese anywhere, other scripts at spaces.

    No line begins with a Chinese sign that closes, or ends with one that opens.
    """
    wide, opens, closes = "\u2e80-\u9fff\uff00-\uffef", "“‘（《【", "，。；：！？、”’）》】…—"
    word = rf"(?![{opens}])(?:[{wide}]|[^\s{wide}]+)"
    pieces = re.findall(rf"[{opens}]*{word}[{closes}]*|\S|\s+", side_by_side(text.strip()))
    out, line = [], ""
    for piece in pieces:
        if line.strip() and text_width((line + piece).rstrip(), size) > width:
            out.append(line.strip())
            line = ""
        line += piece
    return [*out, line.strip()]


def side_by_side(text: str) -> str:
    """Return Chinese sentences without the space that code put between them."""
    return re.sub(r"(?<=[。；！？])\s+", "", text)


def text_line(
    text: str,
    y: float,
    size: int = theme.TEXT_SIZE,
    weight: Literal["normal", "bold"] = "normal",
    *,
    x: float = 0,
    of: alt.Chart | None = None,
    **look: Any,  # noqa: ANN401
) -> alt.Chart:
    """Return one line of text, a Vega expression about the row that is left in `of`."""
    mark = (alt.Chart() if of is None else of).mark_text(
        text={"expr": text}, align="left", baseline="top", fontSize=size, fontWeight=weight, **look
    )
    return mark.encode(x=alt.value(x), y=alt.value(y))


def check_sample(sample: str, n: int | Iterable[int] | None = None) -> None:
    """Raise InputError if a sample text does not say how many units (of each group) are drawn.

    "Guizhou" is not a sample: most yearly tables cover 60 former poverty counties, and a reader
    must see that. Estimates have no number of their own (None): then any number will do.
    """
    numbers = {int(word.replace(",", "")) for word in re.findall(r"\d[\d,]*", sample)}
    if n is None:
        if not numbers:
            raise InputError(
                "the sample text {sample!r} names no number of units; say how many.", sample=sample
            )
        return
    for number in [n] if isinstance(n, int) else n:
        if int(number) not in numbers:
            raise InputError(
                "the chart draws {number:,} units, but its sample text {sample!r} does not say so.",
                number=number, sample=sample,
            )  # fmt: skip


def finish(
    chart: C,
    *,
    made: Mapping[str, str] | None = None,
    n: int | Iterable[int] | None = None,
    lead: Sequence[str] = (),
    **words: Unpack[Words],
) -> C:
    """Give a chart its words, its theme and its embedding options; return a copy.

    Parameters
    ----------
    chart : altair chart
        Single, layered or concatenated.
    made : mapping of str to str, optional
        Words that the chart has made from what it draws, for those that are not given.
    n : int, iterable of int or None
        Number of units drawn; the sample text must contain it, see `check_sample`.
    lead : sequence of str
        Further sentences of the subtitle, the chart's own, such as how an axis is scaled.
    **words
        title, unit, sample, period, source: the finding as a sentence; then for the subtitle: unit
        of the values, who is drawn, when, and where the data come from. description: text for
        readers who cannot see the chart (becomes its aria-label). notes: sentences that follow
        `lead`. A chart of this package makes title, sample and description by itself if they are
        not given, and says of unit, period and source that they are not stated.

    Returns
    -------
    altair chart
        The unbroken words are kept in ``usermeta["gzcounty"]``.

    Raises
    ------
    InputError
        If a text is empty or the sample text lacks the number of units.
    """
    unknown = sorted(set(words) - {*_WORDS, "notes"})
    if unknown:
        raise InputError(
            "the chart has no argument {unknown!r}; its words are {words} and 'notes'.",
            unknown=unknown[0], words=listed(_WORDS, 9),
        )  # fmt: skip
    counts = {"sample": counted(n, "unit")} if isinstance(n, int) else {}
    unknown_words = {name: _(message) for name, message in _NOT_STATED.items()}
    given: dict[str, Any] = {**unknown_words, **counts, **(made or {}), **words}
    said: dict[str, Any] = {name: given.get(name) for name in _WORDS}
    for name, text in said.items():
        if not isinstance(text, str) or not text.strip():
            raise InputError(
                "the {name} of a chart must be a text; got {text!r}.", name=name, text=text
            )
    said["description"] = side_by_side(said["description"])
    check_sample(said["sample"], n)
    said["notes"] = [*lead, *as_list("notes", words.get("notes"))]
    text, subtitle = title_lines(said)
    return chart.properties(
        title=alt.TitleParams(text=text, subtitle=subtitle, anchor="start"),
        description=said["description"],
        usermeta={"embedOptions": {"actions": False, "renderer": "svg"}, "gzcounty": said},
    ).configure(**theme.config())


def title_lines(
    words: Mapping[str, Any], width: float = theme.PHONE_WIDTH
) -> tuple[list[str], list[str]]:
    """Return title and subtitle of a chart's words, broken into lines of a width in pixels."""
    about = {name: _capital(words[name]) for name in ("unit", "sample")}
    about["period"] = years(_capital(words["period"]))
    source = words["source"].rstrip(".。")
    parts = [
        _("{unit}. {sample}. {period}.", **about),
        *words["notes"],
        _("Source: {source}.", source=source),
    ]
    return (
        lines(words["title"], theme.TITLE_SIZE * 1.06, width),
        [line for part in parts for line in lines(part, width=width)],
    )


def _capital(text: str) -> str:
    text = text.strip().rstrip(".。")
    # "nW/cm2" and "2,069 counties" keep their own first letter.
    first, rest = text[0], text[1:]
    return text if rest[:1].isupper() else first.upper() + rest


Box = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels."""


def first_free(names: Iterable[Sequence[Box]], taken: Iterable[Box] = ()) -> list[int]:
    """Return which of its places each name takes, name by name.

    That is the first one clear of what is taken and of the names before it, or else the last.
    """
    chosen, standing = [], list(taken)
    for places in names:
        free = (i for i, place in enumerate(places) if not any(_meet(place, s) for s in standing))
        chosen.append(next(free, len(places) - 1))
        standing.append(places[chosen[-1]])
    return chosen


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
