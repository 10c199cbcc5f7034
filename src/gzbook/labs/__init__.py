"""Labs for a notebook: controls, and a table and chart that answer at once.

A module a lab, in two halves. A pure function (``answer``) makes an `Answer`, table and chart and
words, out of choices, and knows nothing of controls. A public function (``regression_lab`` and so
on) puts controls in front of it, through `Lab`. They need ipywidgets (the extra ``lab``) and a
running kernel.

On the website, where no kernel runs, a script answers (``book/_static/gz-labs.js``). `lab_page`
makes plain controls of those of the notebook; each module's ``page`` gives the numbers, and its
messages, as `template` writes them, the words. Before the script answers, and without it, the page
shows the answer to the first choices.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any

import pandas as pd

from gzbook.publishing import page_json
from gzbook.tables import written
from gzcounty.errors import InputError, TrapError
from gzcounty.extras import require_library
from gzcounty.language import N_, _, current_language
from gzcounty.words import listed

CHINESE = "县"
"""The column of Chinese names: in Chinese they stand in the column of the English ones before."""
HEADINGS = {"from": N_("95 % interval"), "place": N_("rank")}
"""What stands above a column, where it is not the column's name."""


def heading(column: str) -> str:
    """Return what stands above a column of a table."""
    return _(HEADINGS.get(column, column))


def filled(values: pd.Series) -> list[float | None]:
    """Return numbers for JSON, which has no NaN: None where there is none."""
    return [None if pd.isna(value) else float(value) for value in values]


_WORDS_STYLE = """<style>
.gz-lab { max-width: 46rem; line-height: 1.45; }
.gz-lab-table { overflow-x: auto; }
.gz-lab table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.gz-lab .gz-lab-table :is(th, td) {
  padding: 0.25em 0.5em 0.25em 0; text-align: right; white-space: nowrap; font-size: 0.95em;
}
.gz-lab .gz-lab-table :is(th, td):first-child { text-align: left; white-space: normal; }
.gz-lab .gz-lab-table thead th {
  border-bottom: 1px solid; vertical-align: bottom; white-space: normal;
}
.gz-lab .gz-lab-table .gz-said { text-align: left; }
.gz-lab .gz-lab-formula { font-style: italic; }
.gz-lab .gz-lab-code { overflow-x: auto; padding: 0.5em; border: 1px solid; user-select: all; }
.gz-lab ul { padding-left: 1.2em; font-size: 0.9em; }
</style>"""


@dataclass(frozen=True, eq=False)
class Answer:
    """What a lab answers to one choice.

    Attributes
    ----------
    table : DataFrame
        Numbers, as they are computed; the first column names the row. Columns ``from`` and ``to``
        are written as one, ``95 % interval``, so that a phone has room for them.
    formats : dict of str to str
        How the columns are written, such as ``{"km": ".1f"}``; others are written as they are.
    draw : callable
        Makes the chart, when somebody looks at it.
    sentence : str
        What the choice comes to, with its numbers.
    formula : str
        The model or measure, with the choice put in.
    code : str
        Python that gives the same numbers by public functions; it runs by itself.
    notes : tuple of str
        Plain sentences: sample, what is assumed, what is left out.
    labels : dict of str to str
        What rows are called where they are shown; the table has the same names in all languages.
    """

    table: pd.DataFrame
    formats: dict[str, str]
    draw: Callable[[], Any]
    sentence: str
    formula: str
    code: str
    notes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def chart(self) -> Any:  # noqa: ANN401 (altair's charts share no base)
        """The chart."""
        return self.draw()

    def words(self) -> str:
        """Return sentence, formula, table, notes and code as HTML that fits a narrow screen."""
        table, copy = _("Table"), _("This choice as code, to copy into a cell:")
        items = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        return (
            f'{_WORDS_STYLE}<div class="gz-lab"><p>{escape(self.sentence)}</p>'
            f'<p class="gz-lab-formula">{escape(self.formula)}</p>'
            f'<div class="gz-lab-table" role="group" tabindex="0" aria-label="{table}">'
            f"{self.table_html()}</div>{f'<ul>{items}</ul>' if items else ''}"
            f"<p>{copy}</p>"
            f'<pre class="gz-lab-code" tabindex="0">{escape(self.code)}</pre></div>'
        )

    def parts(self) -> dict[str, Any]:
        """Return sentence, formula, notes, code and table as the website's script takes them."""
        return {
            "sentence": self.sentence, "formula": self.formula, "notes": self.notes,
            "code": self.code, "table": self.table_html(),
        }  # fmt: skip

    def table_html(self) -> str:
        """Return the table as HTML, its numbers written as `formats` says."""
        table = self.table
        if CHINESE in table and current_language() == "zh":
            names = table.columns[table.columns.get_loc(CHINESE) - 1]
            table = table.assign(**{names: table[CHINESE]}).drop(columns=CHINESE)
        shown = pd.DataFrame({
            name: [self._written(name, value) for value in table[name]] for name in table
        })  # fmt: skip
        if {"from", "to"} <= set(shown):
            ends = zip(shown["from"], shown.pop("to"), strict=True)
            shown["from"] = [_("{low} to {high}", low=low, high=high) for low, high in ends]
        # Names of counties are read from the left, numbers from the right.
        said = [pd.api.types.is_string_dtype(table[name]) for name in shown]
        looks = [
            ' class="gz-said"' * text + ' lang="zh-Hans"' * (name == CHINESE)
            for name, text in zip(shown, said, strict=True)
        ]
        head = "".join(
            f'<th scope="col"{look}>{escape(heading(name))}</th>' if name else "<td></td>"
            for name, look in zip(shown, looks, strict=True)
        )
        rows = []
        for first, *others in shown.itertuples(index=False, name=None):
            cells = "".join(
                f"<td{look}>{cell}</td>" for cell, look in zip(others, looks[1:], strict=True)
            )
            rows.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"

    def _written(self, name: str, value: Any) -> str:  # noqa: ANN401 (a cell of any table)
        if isinstance(value, str):
            return escape(self.labels.get(value, value))
        if value is None or pd.isna(value):
            return ""
        return written(value, self.formats.get(str(name), ""))


# ---- controls -----------------------------------------------------------------------------------

CONTROL = {"width": "auto"}
_NARROW = {"description_width": "9rem"}
WORKING = N_("Working on it ...")
# A chart beside its controls, axes and all, where Jupyter Lab has 1,366 pixels for all it shows.
BESIDE = {"width": 555, "autosize": {"type": "fit-x", "contains": "padding"}}
# Controls stand beside the chart where both have room, else above it. What is not yet answered is
# grey; it takes no clicks, but keeps the keyboard's place, which a disabled control would lose.
STYLE = """<style>
.gz-lab-row { display: flex; flex-flow: row wrap; gap: 0 1rem; width: 100%; }
.gz-lab-row > .gz-lab-side { flex: 1 1 18rem; max-width: 26rem; min-width: 0; }
.gz-lab-row > .gz-lab-chart { flex: 3 1 26rem; min-width: 0; width: auto; }
.gz-lab-controls h4 { margin: 0.3em 0 0; font-size: 0.95em; }
.gz-lab-waiting :is(.gz-lab-controls, .gz-lab-chart, .gz-lab-words) {
  opacity: 0.45; pointer-events: none; cursor: progress;
}
</style>"""


def _widgets() -> Any:  # noqa: ANN401 (a module)
    return require_library("ipywidgets", "lab", N_("A lab in a notebook"))


class Lab:
    """Controls in front of a function from choices to an `Answer`.

    A choice that cannot be answered shows the error's own sentence in place of chart and table.

    Attributes
    ----------
    controls : dict of str to widget
        By the names of the function's arguments.
    answer : Answer or None
        The answer to the present choices; None if they were refused.
    refusal : str
        Why they were refused; empty if they were not.
    """

    def __init__(
        self,
        answer: Callable[..., Answer],
        controls: Mapping[str, Any],
        arrangement: list[Any] | None = None,
        waiting: str = WORKING,
        height: int = 420,
        page: Callable[[], Mapping[str, Any]] | None = None,
    ) -> None:
        """Make a lab and answer its first choices.

        `answer` is given every control's value by name. `arrangement` stands beside the chart, by
        default the controls; `waiting` is said while the answer is computed; `height` are the
        pixels kept for the chart, so that the page does not jump; `page` gives what the website
        needs to answer every choice (`lab_page`).
        """
        widgets = _widgets()
        self.controls = dict(controls)
        for name, control in self.controls.items():
            control.name = name
        self.answer: Answer | None = None
        self.refusal = ""
        self._compute, self._waiting = answer, waiting
        self._held, self._in_sight = False, False
        above = list(self.controls.values()) if arrangement is None else arrangement
        self._arrangement, self._page = above, page
        self._chart = widgets.Output(layout={"min_height": f"{height}px"})
        self._words, self._status = widgets.HTML(), widgets.HTML()
        panel = _named("controls", widgets.VBox(above))
        side = _named("side", widgets.VBox([panel, self._status]))
        row = _named("row", widgets.Box([side, _named("chart", self._chart)]))
        self._box = widgets.VBox([widgets.HTML(STYLE), row, _named("words", self._words)])
        for control in self.controls.values():
            control.observe(self._changed, names="value")
        _answer_beside_cells(panel)
        self._respond()

    @property
    def box(self) -> Any:  # noqa: ANN401 (ipywidgets')
        """All of it, for a notebook; a lab that nobody sees draws nothing."""
        if not self._in_sight:
            self._in_sight = True
            self._show()
        return self._box

    @property
    def choices(self) -> dict[str, Any]:
        """What the controls say, by name."""
        return {name: control.value for name, control in self.controls.items()}

    def choose(self, **choices: Any) -> Answer | None:  # noqa: ANN401 (values of any control)
        """Move several controls at once and return the answer to where they stand then.

        Raises
        ------
        InputError
            If there is no such control, or it has no such value.
        """
        unknown = [name for name in choices if name not in self.controls]
        if unknown:
            raise InputError(
                "This lab has no control {unknown}; it has {controls}.",
                unknown=listed(unknown), controls=listed(self.controls, 12),
            )  # fmt: skip
        self._held = True
        try:
            for name, value in choices.items():
                self._set(name, value)
        finally:
            self._held = False
        self._respond()
        return self.answer

    def _set(self, name: str, value: Any) -> None:  # noqa: ANN401
        from traitlets import TraitError

        control = self.controls[name]
        if isinstance(value, list):
            value = tuple(value)
        try:
            control.value = value
        except (TypeError, ValueError, TraitError) as error:
            raise InputError(
                "{name!r} cannot be {value!r}: {error}", name=name, value=value, error=error
            ) from error
        if control.value != value:  # a slider holds what is beyond its ends at its end
            raise InputError(
                "{name!r} cannot be {value!r}; the nearest is {nearest!r}.",
                name=name, value=value, nearest=control.value,
            )  # fmt: skip

    def _changed(self, change: object) -> None:
        if not self._held:
            self._respond()

    def _respond(self) -> None:
        """Answer the present choices."""
        if self._in_sight:
            self._status.value = f'<p role="status">{escape(_(self._waiting))}</p>'
            self._box.add_class("gz-lab-waiting")
        try:
            self.answer, self.refusal = self._compute(**self.choices), ""
        except (InputError, TrapError) as error:
            self.answer, self.refusal = None, str(error)
        finally:
            if self._in_sight:
                self._show()
                self._box.remove_class("gz-lab-waiting")

    def _show(self) -> None:
        """Write and draw the answer."""
        self._status.value = f'<p role="alert"><b>{escape(self.refusal)}</b></p>' * bool(
            self.refusal
        )
        self._words.value = self.answer.words() if self.answer else ""
        # Set at once and not written into, so that nothing flickers and no kernel is needed.
        shown = [_bundle(self.answer.chart, BESIDE)] if self.answer else []
        self._chart.outputs = tuple(
            {"output_type": "display_data", "data": data, "metadata": {}} for data in shown
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 (of IPython)
        bundle = dict(self.box._repr_mimebundle_(**kwargs))
        if self._page and self.answer and on_the_website():
            name = self._compute.__module__.rpartition(".")[2]
            bundle["text/html"] = lab_page(name, self._arrangement, self.answer, self._page())
        return bundle

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self.choices.items())
        return f"Lab({said})"


def _named(name: str, widget: Any) -> Any:  # noqa: ANN401 (ipywidgets')
    """Return a widget that `STYLE` knows by a name."""
    return widget.add_class(f"gz-lab-{name}")


def _answer_beside_cells(widget: Any) -> None:  # noqa: ANN401 (ipywidgets')
    """Let a touch be answered while cells run.

    Lab asks for that, by a loop of its own for widgets; but ipykernel 7.4 hands a message to the
    loop that made the widget, where it would wait behind every cell of *Run All*.
    """
    if hasattr(widget.comm, "_reply_subshell_for"):
        widget.comm._reply_subshell_for = None
    for child in getattr(widget, "children", ()):
        _answer_beside_cells(child)


def _bundle(chart: Any, size: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """Return what the notebook is given to draw a chart in a size of its own."""
    import altair as alt

    # Its parts were checked when they were made; checking a map as a whole takes too long here.
    renderer: Callable[[Any], Any] = alt.renderers.get()  # type: ignore[assignment]
    made = renderer(chart.to_dict(validate=False) | dict(size))
    return dict(made[0] if isinstance(made, tuple) else made)


def dropdown(description: str, options: Mapping[str, str], value: str) -> Any:  # noqa: ANN401
    """Return a menu of values by the words shown."""
    return _widgets().Dropdown(
        options=list(options.items()), value=value, description=description,
        layout=CONTROL, style=_NARROW,
    )  # fmt: skip


def slider(description: str, low: float, high: float, step: float, value: float) -> Any:  # noqa: ANN401
    """Return a slider that answers when it is let go, or at each press of an arrow key."""
    whole = all(isinstance(number, int) for number in (low, high, step, value))
    kind = getattr(_widgets(), "IntSlider" if whole else "FloatSlider")
    return kind(
        value=value, min=low, max=high, step=step, description=description,
        continuous_update=False, layout=CONTROL, style=_NARROW,
    )  # fmt: skip


def ticks(description: str, options: Mapping[str, str], value: tuple[str, ...]) -> Any:  # noqa: ANN401
    """Return a list of which several can be chosen, all of it in sight."""
    return _widgets().SelectMultiple(
        options=list(options.items()), value=value, description=description,
        rows=len(options), layout=CONTROL, style=_NARROW,
    )  # fmt: skip


def buttons(
    presses: Mapping[str, Mapping[str, Any]], choose: Callable[[Mapping[str, Any]], object]
) -> Any:  # noqa: ANN401
    """Return a line of buttons, each of which makes choices."""
    widgets, made = _widgets(), []
    for words, choices in presses.items():
        button = widgets.Button(description=words, layout={"width": "auto"})
        button.on_click(lambda __, choices=choices: choose(choices))
        button.choices = dict(choices)
        made.append(button)
    return widgets.Box(made, layout={"width": "100%", "flex_flow": "row wrap"})


def headed(heading: str, controls: list[Any]) -> Any:  # noqa: ANN401
    """Return controls below a heading."""
    widgets = _widgets()
    return widgets.VBox([widgets.HTML(f"<h4>{escape(heading)}</h4>"), *controls])


# ---- on the website ------------------------------------------------------------------------------

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
