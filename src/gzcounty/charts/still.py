"""A chart as it stands still on paper: of one width, in ink, its controls set."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gzcounty.charts import theme
from gzcounty.charts.frame import title_lines
from gzcounty.errors import InputError
from gzcounty.words import listed

MARGIN = 16  # pixels that the lines of a title leave free


def still(spec: dict[str, Any], controls: Mapping[str, object]) -> dict[str, Any]:
    """Return a chart's specification without inputs, in ink on white paper.

    Parameters
    ----------
    spec : dict
        A Vega-Lite specification by altair; it is not changed.
    controls : mapping of str to object
        Where the controls stand, by their names or the words beside them; the others stand as
        they do at first.

    Raises
    ------
    InputError
        If a control is unknown, or cannot stand so.
    """
    # On the screen a chart takes the colour of the page's text; paper has none to give.
    made = json.loads(json.dumps(spec).replace(theme.TEXT, theme.INK))
    made["background"] = "white"
    bound = {_words(param): param for param in made.get("params", []) if "bind" in param}
    for name, value in controls.items():
        found = [param for words, param in bound.items() if name in (words, param["name"])]
        if not found:
            raise InputError(
                f"The chart has no control {name!r}; it has {listed(bound, 12) or 'none'}."
            )
        chosen = _chosen(name, value, found[0]["bind"])
        fields = found[0].get("select", {}).get("fields")
        found[0]["value"] = [{fields[0]: chosen}] if fields else chosen
    for param in bound.values():
        del param["bind"]
    return made


def of_width(spec: dict[str, Any], width: float) -> dict[str, Any]:
    """Return a chart that follows the width of its page with a fixed one, axes and all."""
    if spec.get("width") != "container":
        return spec
    return {**spec, "width": width, "autosize": {"type": "fit-x", "contains": "padding"}}


def titled(spec: dict[str, Any], width: float | None) -> dict[str, Any]:
    """Return a chart whose title is broken into lines for a width; for none, without a title.

    A title that is not of this package stays as it is.
    """
    title = spec.get("title")
    if width is None:
        return {name: part for name, part in spec.items() if name != "title"}
    words = spec.get("usermeta", {}).get("gzcounty")
    if not words or not isinstance(title, dict):
        return spec
    text, subtitle = title_lines(words, width - MARGIN)
    return {**spec, "title": {**title, "text": text, "subtitle": subtitle}}


def _words(param: Mapping[str, Any]) -> str:
    """Return the words beside a control, without the colon."""
    return str(param["bind"].get("name", param["name"])).rstrip(": ")


def _chosen(name: str, value: object, bind: Mapping[str, Any]) -> object:
    """Return what a control holds for a value that a reader can choose; refuse another."""
    kind, options = bind.get("input"), bind.get("options")
    if options is not None:
        labels = bind.get("labels", options)
        for label, option in zip(labels, options, strict=True):
            if value in (label, option):
                return option
        raise InputError(f"{name!r} cannot stand at {value!r}; it has {listed(labels, 20)}.")
    if kind == "range":
        low, high = bind.get("min", 0), bind.get("max", 100)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (number and low <= value <= high):
            raise InputError(f"{name!r} goes from {low} to {high}; it cannot stand at {value!r}.")
    elif kind == "checkbox" and not isinstance(value, bool):
        raise InputError(f"{name!r} is on (True) or off (False), not {value!r}.")
    elif kind in ("text", "search") and not isinstance(value, str):
        raise InputError(f"{name!r} takes a text, not {value!r}.")
    return value
