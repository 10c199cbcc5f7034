"""A lab on the website, where no kernel runs: plain controls, and what a script needs to answer.

``book/_static/gz-labs.js`` makes the page answer. Before it does, and without it, the page shows
the answer to the first choices. Controls are made of those of the notebook, words are those of the
lab's module, with named fields that the script fills.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from gzbook.labs.answer import Answer, heading
from gzbook.publishing import page_json
from gzcounty.language import N_, _, current_language

SITE = "GZCOUNTY_SITE"
"""The variable that is set while notebooks are run for the website."""
NO_SCRIPT = N_(
    "Here you would choose, and table and picture would answer. That takes a script, which is "
    "switched off in your browser: below stands the answer to the first choices."
)


def on_the_website() -> bool:
    """Return whether this notebook is run for the website."""
    return bool(os.environ.get(SITE))


def template(message: str, **known: object) -> str:
    """Return a message for the script: its fields are plain, those that are known are filled in.

    >>> template("{kind}: {n:,} of {name!r}", kind="HC3")
    'HC3: {n} of {name}'
    """
    text = re.sub(r"\{(\w+)[^}]*\}", r"{\1}", _(message))
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def lab_page(name: str, arrangement: Iterable[Any], answer: Answer, data: Mapping[str, Any]) -> str:
    """Return a lab as HTML: controls, a place for the picture, words, and data for the script."""
    choices = _("Choices")
    of_tables = {
        "headings": {column: heading(column) for column in answer.table},
        "interval": template("{low} to {high}"),
    }
    return (
        f'<div class="gz-lab-page" data-lab="{name}">'
        f"<noscript><p>{_(NO_SCRIPT)}</p></noscript>"
        '<div class="gz-lab-board" hidden>'
        '<figure class="gz-lab-figure"><figcaption></figcaption>'
        '<div class="gz-lab-drawing"></div><p class="gz-lab-refusal" role="alert" hidden></p>'
        '<p class="gz-lab-pointed" role="status"></p></figure>'
        f'<form class="gz-lab-form" aria-label="{choices}">{"".join(fields(arrangement))}</form>'
        f"</div>{answer.words()}"
        f'<script type="application/json">{page_json({**data, **of_tables})}</script></div>'
    )


def fields(widgets: Iterable[Any]) -> Iterator[str]:
    """Write controls of a notebook as fields of a form."""
    for widget in widgets:
        if hasattr(widget, "children"):
            heading, *others = widget.children
            if hasattr(heading, "options") or not hasattr(heading, "value"):
                yield f'<p class="gz-lab-buttons">{"".join(map(_button, widget.children))}</p>'
            else:
                legend = _marked(re.sub("<[^>]*>", "", heading.value))
                inside = "".join(fields(others))
                yield f"<fieldset><legend>{legend}</legend>{inside}</fieldset>"
        elif hasattr(widget, "options"):
            several = isinstance(widget.value, tuple)
            yield _ticks(widget) if several else _menu(widget)
        else:
            yield _slider(widget)


def _menu(widget: Any) -> str:  # noqa: ANN401 (ipywidgets')
    options = "".join(
        f'<option value="{escape(value)}"{" selected" * (value == widget.value)}>'
        f"{escape(label)}</option>"
        for label, value in widget.options
    )
    return (
        f"<label>{_marked(widget.description)}"
        f'<select name="{widget.name}" autocomplete="off">{options}</select></label>'
    )


def _ticks(widget: Any) -> str:  # noqa: ANN401 (ipywidgets')
    boxes = "".join(
        f'<label><input type="checkbox" name="{widget.name}" value="{escape(value)}"'
        f' autocomplete="off"{" checked" * (value in widget.value)}>{_marked(label)}</label>'
        for label, value in widget.options
    )
    return (
        f"<fieldset><legend>{_marked(widget.description)}</legend>"
        f'<div class="gz-lab-ticks">{boxes}</div></fieldset>'
    )


def _slider(widget: Any) -> str:  # noqa: ANN401 (ipywidgets')
    return (
        f"<label><span>{_marked(widget.description)} <output></output></span>"
        f'<input type="range" name="{widget.name}" min="{widget.min:g}" max="{widget.max:g}"'
        f' step="{widget.step:g}" value="{widget.value:g}" autocomplete="off"></label>'
    )


def _button(widget: Any) -> str:  # noqa: ANN401 (ipywidgets')
    choices = escape(json.dumps(widget.choices), quote=True)
    return f'<button type="button" data-choices="{choices}">{_marked(widget.description)}</button>'


def _marked(text: str) -> str:
    """Escape words and mark their Chinese among English."""
    if current_language() == "zh":
        return escape(text)
    return re.sub(r"[\u4e00-\u9fff]+", r'<span lang="zh-Hans">\g<0></span>', escape(text))
