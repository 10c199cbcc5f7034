"""What stands around every chart: the finding, the unit, the sample, the period, the source."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NotRequired, TypedDict, TypeVar

import altair as alt

from gzcounty.charts import theme
from gzcounty.errors import InputError

C = TypeVar("C", bound=alt.TopLevelMixin)


class Words(TypedDict):
    """The words every chart function asks for and hands to `finish`."""

    title: str
    unit: str
    sample: str
    period: str
    source: str
    description: str
    notes: NotRequired[Sequence[str]]


def text_width(text: str, size: float) -> float:
    """Estimate the width of a line of text in pixels, without a font at hand.

    Widths are those of common sans-serif fonts, rounded up: a line that is broken a little
    early costs nothing, a line that runs off a phone cannot be read.

    Parameters
    ----------
    text : str
        One line.
    size : float
        Font size in pixels.

    Returns
    -------
    float
        Width in pixels.
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
    """Break a text into lines that fit a phone.

    Parameters
    ----------
    text : str
        Text; Chinese may be broken after any character, other scripts at spaces.
    size : float
        Font size in pixels.
    width : float
        Width in pixels that a line may take.

    Returns
    -------
    list of str
        At least one line; joined again they hold every word of `text`.
    """
    wide = "\u2e80-\u9fff\uff00-\uffef"
    pieces = re.findall(rf"[{wide}]|[^\s{wide}]+|\s+", text.strip())
    out, line = [], ""
    for piece in pieces:
        if line.strip() and text_width((line + piece).rstrip(), size) > width:
            out.append(line.strip())
            line = ""
        line += piece
    return [*out, line.strip()]


def check_sample(sample: str, n: int | Iterable[int] | None = None) -> None:
    """Refuse a sample text that does not say how many units are drawn.

    "Guizhou" is not a sample: most yearly tables cover 60 former poverty counties, and a
    reader must see that without asking.

    Parameters
    ----------
    sample : str
        Text of the sample, for example "60 former poverty counties".
    n : int, iterable of int or None
        Number of units drawn (of each group). None if the chart draws estimates, which have no
        number of their own: then any number will do.

    Raises
    ------
    InputError
        If a number is missing from the text.
    """
    said = {int(word.replace(",", "")) for word in re.findall(r"\d[\d,]*", sample)}
    if n is None:
        if not said:
            raise InputError(f"the sample text {sample!r} names no number of units; say how many.")
        return
    drawn = [n] if isinstance(n, int) else list(n)
    for number in drawn:
        if int(number) not in said:
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
    notes: Sequence[str] = (),
) -> C:
    """Give a chart its words, its theme and its embedding options.

    Parameters
    ----------
    chart : altair chart
        Single, layered or concatenated chart; it is not changed.
    title : str
        The finding as a sentence.
    unit, sample, period : str
        Subtitle: unit of the values, who is drawn, when.
    source : str
        Where the data come from.
    description : str
        Text for readers who cannot see the chart (becomes its aria-label).
    n : int, iterable of int or None
        Number of units drawn; the sample text must contain it, see `check_sample`.
    notes : sequence of str
        Further sentences of the subtitle, such as how an axis is scaled.

    Returns
    -------
    altair chart
        A copy. The unbroken words are kept in ``usermeta["gzcounty"]``.

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
    words["notes"] = list(notes)
    text, subtitle = title_lines(words)
    return chart.properties(
        title=alt.TitleParams(text=text, subtitle=subtitle, anchor="start"),
        description=description,
        usermeta={
            "embedOptions": {"actions": False, "renderer": "svg"},
            "gzcounty": words,
        },
    ).configure(**theme.config())


def title_lines(
    words: Mapping[str, Any], width: float = theme.PHONE_WIDTH
) -> tuple[list[str], list[str]]:
    """Return title and subtitle, broken into lines.

    Parameters
    ----------
    words : mapping
        What `finish` keeps of a chart's words.
    width : float
        Width in pixels that a line may take.

    Returns
    -------
    tuple of list of str
    """
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
