"""The mark of a verdict: sign, word and shade, never colour alone.

The style stands inline, as notebook viewers know no style sheet of ours. Colours are those of the
page: of the book, else of Jupyter Lab, else of the browser, so that the mark reads on light and
on dark paper. Where a viewer strips styles, the sign and the word stay.
"""

from typing import Final

from .rules import Word

_INK: Final = "var(--gz-ink,var(--jp-content-font-color1,CanvasText))"
_PAPER: Final = "var(--gz-paper,var(--jp-layout-color0,Canvas))"
_QUIET: Final = "var(--gz-quiet,var(--jp-content-font-color2,GrayText))"
_PLUM: Final = "var(--gz-plum,#B4568F)"

_LOOK: Final[dict[Word, tuple[str, str]]] = {
    "supported": ("✓", f"color:{_PAPER};background:{_INK};border:1.5px solid {_INK}"),
    "contradicted": ("✗", f"color:{_PLUM};border:1.5px solid {_PLUM}"),
    "undecided": ("≈", f"color:{_INK};border:1.5px solid {_INK}"),
    "not testable": ("∅", f"color:{_QUIET};border:1.5px dashed {_QUIET}"),
}


def mark(word: Word) -> str:
    """Return the mark of a verdict as HTML.

    Examples
    --------
    >>> from gzcounty.claims.marks import mark
    >>> "≈" in mark("undecided"), "undecided" in mark("undecided")
    (True, True)
    """
    sign, look = _LOOK[word]
    return (
        '<span class="gz-mark" style="display:inline-block;padding:0.3em 0.8em;border-radius:4px;'
        f'font-size:0.92em;line-height:1.4;{look}"><b aria-hidden="true">{sign}</b> {word}</span>'
    )
