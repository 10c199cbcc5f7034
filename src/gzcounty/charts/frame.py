"""What every chart needs: tables that can be drawn, and the words around them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict, TypeVar

import altair as alt
import pandas as pd

from gzcounty.charts import theme
from gzcounty.errors import InputError

C = TypeVar("C", bound=alt.TopLevelMixin)
ESTIMATE = ["estimate", "conf_low", "conf_high"]


class Words(TypedDict):
    """The words every chart function asks for and hands to `finish`."""

    title: str
    unit: str
    sample: str
    period: str
    source: str
    description: str
    notes: NotRequired[Sequence[str]]


def require_columns(frame: pd.DataFrame, columns: Iterable[str], what: str) -> None:
    """Raise InputError if a table, called `what`, lacks a column."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        have = ", ".join(map(str, frame.columns))
        raise InputError(f"{what} lacks the column {', '.join(missing)}; it has {have}.")


def require_numbers(frame: pd.DataFrame, columns: Iterable[str], what: str) -> None:
    """Raise InputError if a column is missing or not numeric; missing values are allowed."""
    columns = list(columns)
    require_columns(frame, columns, what)
    for column in columns:
        if not pd.api.types.is_numeric_dtype(frame[column]):
            raise InputError(
                f"column {column} of {what} must be numeric, it is {frame[column].dtype}."
            )


def require_codes(codes: Iterable[Any], allowed: Iterable[str], what: str, where: str) -> None:
    """Raise InputError if a code of `what` is not among those allowed, or twice."""
    codes = list(codes)
    places = set(allowed)
    # A number is not an adcode, even if it looks like one: it would match nothing in the browser.
    unknown = sorted({str(c) for c in codes if not isinstance(c, str) or c not in places})
    if unknown:
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        raise InputError(
            f"{what} holds the adcode {', '.join(unknown[:5])}{more}, which {where} does not know; "
            "an adcode is a six-digit string of today's units."
        )
    twice = pd.Series(codes, dtype=object)
    twice = twice[twice.duplicated()]
    if len(twice):
        raise InputError(
            f"{what} holds the adcode {twice.iloc[0]} more than once; one row a county is allowed."
        )


def require_estimates(rows: pd.DataFrame, what: str) -> None:
    """Raise InputError unless there are rows with label, and estimates inside their intervals."""
    require_numbers(rows, ESTIMATE, what)
    require_columns(rows, ["label"], what)
    if rows.empty:
        raise InputError(f"{what} has no row to draw.")
    # A missing number is outside of any interval, so this refuses it too.
    outside = ~rows.estimate.between(rows.conf_low, rows.conf_high)
    if outside.any():
        raise InputError(f"the interval of {rows.label[outside].iloc[0]!r} misses its estimate.")


def require_single(frame: pd.DataFrame, keys: Sequence[str], message: str) -> None:
    """Raise InputError if two rows share their keys; the message names columns of the second."""
    twice = frame[frame.duplicated(list(keys))]
    if len(twice):
        raise InputError(message.format(**twice.iloc[0].to_dict()))


def text_width(text: str, size: float) -> float:
    """Estimate the width of a line of text in pixels, without a font at hand.

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
    """Break a text into lines of a width in pixels: Chinese anywhere, other scripts at spaces."""
    wide = "\u2e80-\u9fff\uff00-\uffef"
    pieces = re.findall(rf"[{wide}]|[^\s{wide}]+|\s+", text.strip())
    out, line = [], ""
    for piece in pieces:
        if line.strip() and text_width((line + piece).rstrip(), size) > width:
            out.append(line.strip())
            line = ""
        line += piece
    return [*out, line.strip()]


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
            raise InputError(f"the sample text {sample!r} names no number of units; say how many.")
        return
    drawn = [n] if isinstance(n, int) else list(n)
    for number in drawn:
        if int(number) not in numbers:
            raise InputError(
                f"the chart draws {number:,} units, but its sample text {sample!r} does not say so."
            )


def finish(
    chart: C,
    title: str,
    unit: str,
    sample: str,
    period: str,
    source: str,
    description: str,
    *,
    n: int | Iterable[int] | None = None,
    lead: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> C:
    """Give a chart its words, its theme and its embedding options; return a copy.

    Parameters
    ----------
    chart : altair chart
        Single, layered or concatenated.
    title, unit, sample, period, source : str
        The finding as a sentence; then for the subtitle: unit of the values, who is drawn, when,
        and where the data come from.
    description : str
        Text for readers who cannot see the chart (becomes its aria-label).
    n : int, iterable of int or None
        Number of units drawn; the sample text must contain it, see `check_sample`.
    lead, notes : sequence of str
        Further sentences of the subtitle: the chart's own, such as how an axis is scaled, then
        those of the caller.

    Returns
    -------
    altair chart
        The unbroken words are kept in ``usermeta["gzcounty"]``.

    Raises
    ------
    InputError
        If a text is empty or the sample text lacks the number of units.
    """
    words: dict[str, Any] = {
        "title": title,
        "unit": unit,
        "sample": sample,
        "period": period,
        "source": source,
        "description": description,
    }
    for name, text in words.items():
        if not isinstance(text, str) or not text.strip():
            raise InputError(f"the {name} of a chart must be a text; got {text!r}.")
    check_sample(sample, n)
    words["notes"] = [*lead, *notes]
    text, subtitle = title_lines(words)
    return chart.properties(
        title=alt.TitleParams(text=text, subtitle=subtitle, anchor="start"),
        description=description,
        usermeta={"embedOptions": {"actions": False, "renderer": "svg"}, "gzcounty": words},
    ).configure(**theme.config())


def title_lines(
    words: Mapping[str, Any], width: float = theme.PHONE_WIDTH
) -> tuple[list[str], list[str]]:
    """Return title and subtitle of a chart's words, broken into lines of a width in pixels."""
    about = ". ".join(_capital(words[name]) for name in ("unit", "sample", "period"))
    parts = [f"{about}.", *words["notes"], f"Source: {words['source'].rstrip('.')}."]
    return (
        lines(words["title"], theme.TITLE_SIZE * 1.06, width),
        [line for part in parts for line in lines(part, width=width)],
    )


def _capital(text: str) -> str:
    text = text.strip().rstrip(".")
    # "nW/cm2" and "2,069 counties" keep their own first letter.
    first, rest = text[0], text[1:]
    return text if rest[:1].isupper() else first.upper() + rest
