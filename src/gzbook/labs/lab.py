"""A lab: controls, and the answer to what they say.

Importing this module asks for ipywidgets; the public functions do so when they are called.
"""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from gzbook.labs.answer import Answer
from gzbook.labs.page import lab_page, on_the_website
from gzcounty.errors import InputError, TrapError
from gzcounty.extras import require_library
from gzcounty.language import N_, _
from gzcounty.words import listed

A_LAB = N_("A lab in a notebook")
widgets = require_library("ipywidgets", "lab", A_LAB)
TraitError = require_library("traitlets", "lab", A_LAB).TraitError

CONTROL = {"width": "auto"}
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
        needs to answer every choice (`gzbook.labs.page`).
        """
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
    return widgets.Dropdown(
        options=list(options.items()), value=value, description=description,
        layout=CONTROL, style=_NARROW,
    )  # fmt: skip


def slider(description: str, low: float, high: float, step: float, value: float) -> Any:  # noqa: ANN401
    """Return a slider that answers when it is let go, or at each press of an arrow key."""
    whole = all(isinstance(number, int) for number in (low, high, step, value))
    kind = widgets.IntSlider if whole else widgets.FloatSlider
    return kind(
        value=value, min=low, max=high, step=step, description=description,
        continuous_update=False, layout=CONTROL, style=_NARROW,
    )  # fmt: skip


def ticks(description: str, options: Mapping[str, str], value: tuple[str, ...]) -> Any:  # noqa: ANN401
    """Return a list of which several can be chosen, all of it in sight."""
    return widgets.SelectMultiple(
        options=list(options.items()), value=value, description=description,
        rows=len(options), layout=CONTROL, style=_NARROW,
    )  # fmt: skip


def buttons(
    presses: Mapping[str, Mapping[str, Any]], choose: Callable[[Mapping[str, Any]], object]
) -> Any:  # noqa: ANN401
    """Return a line of buttons, each of which makes choices."""
    made = []
    for words, choices in presses.items():
        button = widgets.Button(description=words, layout={"width": "auto"})
        button.on_click(lambda __, choices=choices: choose(choices))
        button.choices = dict(choices)
        made.append(button)
    return widgets.Box(made, layout={"width": "100%", "flex_flow": "row wrap"})


def headed(heading: str, controls: list[Any]) -> Any:  # noqa: ANN401
    """Return controls below a heading."""
    return widgets.VBox([widgets.HTML(f"<h4>{escape(heading)}</h4>"), *controls])


_NARROW = {"description_width": "9rem"}
