"""How a chart is arranged for the room it is given: here once, for still pictures and browsers.

Views side by side share a wide room in proportion to their stated widths; in a narrow one they
stand one above the other, each as wide as the room. Legends go below then, long titles wrap, small
multiples get fewer columns.

A browser is given the chart as Vega, compiled for one width (`compiled`), and how each size in it
follows the width of a reader's window (`follows`). Every size is a number: a view that follows its
container is laid out again by Vega in the middle of a drawing of ours.
"""

import copy
import re
from collections.abc import Iterator
from typing import Any

from gzcounty.charts import theme
from gzcounty.charts.frame import lines
from gzcounty.language import current_language

NARROW = 640  # pixels; gz-charts.js asks for the narrow arrangement below it
SPACING = 20  # Vega-Lite's distance between views
BOLD = 1.06  # wider than plain letters
_WIDE = "\u2e80-\u9fff\uff00-\uffef—…“”"
VEGA_LITE = "6.4"  # of the versions that the renderer holds

Spec = dict[str, Any]

_QUIET = {"labelColor": theme.TEXT, "titleColor": theme.TEXT}
_WORDS = {
    "labelFontSize": theme.TEXT_SIZE,
    "titleFontSize": theme.TEXT_SIZE,
    "titleFontWeight": 500,
}
# The look that a chart has unless it says otherwise.
CONFIG: Spec = {
    "background": "transparent",
    "font": theme.FONT,
    "view": {"stroke": None},
    "axis": {
        **_QUIET,
        **_WORDS,
        "labelSeparation": 6,
        "domainColor": theme.TEXT,
        "domainOpacity": 0.5,
        "tickColor": theme.TEXT,
        "tickOpacity": 0.5,
        "gridColor": theme.TEXT,
        "gridOpacity": 0.12,
    },
    "header": _QUIET,
    "legend": {**_QUIET, **_WORDS, "labelLimit": 340},
    "title": {
        "color": theme.TEXT,
        "subtitleColor": theme.TEXT,
        "anchor": "start",
        "fontSize": 14,
        "fontWeight": 600,
        "subtitleFontSize": theme.TEXT_SIZE,
    },
}


def merged(under: Spec, over: Spec) -> Spec:
    """Merge plain objects; what stands in `over` wins."""
    out = dict(under)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(out.get(key), dict)
        out[key] = merged(out[key], value) if both else value
    return out


# ---- what a specification is made of ---------------------------------------------------------


def _row(view: Spec) -> list[Spec] | None:
    return view.get("hconcat") or view.get("concat")


def inside(view: Spec) -> list[Spec]:
    """Return the views inside a view."""
    spec = [view["spec"]] if view.get("spec") else []
    return _row(view) or view.get("vconcat") or view.get("layer") or spec


def units(view: Spec) -> Iterator[Spec]:
    """Give the unit views inside a view, layers opened."""
    children = inside(view)
    if not children:
        yield view
    for child in children:
        yield from units(child)


def parameters(view: Spec) -> list[Spec]:
    """Return all parameters of a view and of what is inside it."""
    return [*view.get("params", []), *(p for child in inside(view) for p in parameters(child))]


def _is_unit(view: Spec) -> bool:
    return bool(view.get("mark") or view.get("layer"))


def _is_concat(view: Spec) -> bool:
    return bool(_row(view) or view.get("vconcat"))


def _is_facet(view: Spec) -> bool:
    facet, spec = view.get("facet"), view.get("spec")
    return bool(isinstance(facet, dict) and facet.get("field") and spec and _is_unit(spec))


def is_shared(view: Spec) -> bool:
    """Return whether several views share the room: what axes take of it is seen once drawn."""
    return _is_concat(view) or _is_facet(view)


def _is_picture(view: Spec) -> bool:
    """Return whether a view has no axes (a map, a tile grid): it keeps its proportions."""

    def bare(unit: Spec, channel: str) -> bool:
        axis = unit.get("encoding", {}).get(channel)
        return axis is None or (isinstance(axis, dict) and axis.get("axis", 0) is None)

    def picture(unit: Spec) -> bool:
        mark = unit.get("mark")
        kind = mark.get("type") if isinstance(mark, dict) else mark
        placed = unit.get("encoding", {}).get("longitude")
        return kind == "geoshape" or bool(placed) or (bare(unit, "x") and bare(unit, "y"))

    return all(picture(unit) for unit in units(view))


def _stated(view: Spec) -> float:
    if row := _row(view):
        return sum(_stated(child) for child in row)
    if view.get("vconcat"):
        return max(_stated(child) for child in view["vconcat"])
    width = view.get("width")
    return width if _is_number(width) else 300


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_text(value: object) -> bool:
    """Return whether a title is text, of one line or several; it may be an expression."""
    many = isinstance(value, list) and all(isinstance(line, str) for line in value)
    return isinstance(value, str) or many


def one_line(text: str | list[str]) -> str:
    """Join the lines of a text; on a page in Chinese they were cut where it has no space."""
    if isinstance(text, str):
        return text
    whole = "\n".join(text)
    if current_language() == "zh":
        whole = re.sub(rf"(?<=[{_WIDE}])\n|\n(?=[{_WIDE}])", "", whole)
    return whole.replace("\n", " ")


# ---- arrangement -----------------------------------------------------------------------------


def _wrapped(text: str | list[str], size: float, width: float) -> list[str]:
    return lines(one_line(text), size, width)


def _wrap_titles(view: Spec, width: float) -> None:
    title = view.get("title")
    if is_text(title):
        title = {"text": title}
    if isinstance(title, dict) and is_text(title.get("text")):
        size = title.get("fontSize", 14)
        view["title"] = {**title, "text": _wrapped(title["text"], size * BOLD, width)}
        if is_text(title.get("subtitle")):
            size = title.get("subtitleFontSize", theme.TEXT_SIZE)
            view["title"]["subtitle"] = _wrapped(title["subtitle"], size, width)
    for unit in units(view):
        x = unit.get("encoding", {}).get("x")
        if not isinstance(x, dict):
            continue
        axis = x.get("axis")
        if isinstance(axis, dict) and is_text(axis.get("title")):
            x["axis"] = {**axis, "title": _wrapped(axis["title"], theme.TEXT_SIZE * BOLD, width)}
        elif is_text(x.get("title")):
            x["title"] = _wrapped(x["title"], theme.TEXT_SIZE * BOLD, width)


def _legends_below(view: Spec) -> None:
    """Legends beside a chart leave a phone no room: they go below."""
    for unit in units(view):
        for channel in unit.get("encoding", {}).values():
            legend = channel.get("legend") if isinstance(channel, dict) else None
            if isinstance(legend, dict) and legend.get("orient") in ("left", "right"):
                channel["legend"] = {**legend, "orient": "bottom"}


def _set_width(view: Spec, width: float, narrow: bool) -> None:
    """Give a view a width, and what is inside it a share of it."""
    row = _row(view)
    if row and narrow:
        view["vconcat"] = row
        for key in ("hconcat", "concat", "columns"):
            view.pop(key, None)
    if view.get("vconcat"):
        for child in view["vconcat"]:
            _set_width(child, width, narrow)
    elif row:
        columns = len(row) if view.get("hconcat") else view.get("columns") or len(row)
        for start in range(0, len(row), columns):
            together = row[start : start + columns]
            room = width - (columns - 1) * view.get("spacing", SPACING)
            stated = sum(_stated(child) for child in together)
            for child in together:
                _set_width(child, room * _stated(child) / stated, narrow)
    elif _is_unit(view):
        given, height = _stated(view), view.get("height")
        view["width"] = max(60.0, width)
        if _is_picture(view) and _is_number(height) and view["width"] < given:
            view["height"] = height * view["width"] / given
        _wrap_titles(view, view["width"])


def _set_columns(view: Spec, room: float) -> None:
    """Small multiples: as many side by side as fit, each as wide as that allows."""
    spacing = view["spacing"] if _is_number(view.get("spacing")) else SPACING
    fits = max(1, int((room + spacing) // (_stated(view["spec"]) + spacing)))
    view["columns"] = min(view.get("columns") or fits, fits)
    view["spec"]["width"] = (room + spacing) / view["columns"] - spacing


def arranged(spec: Spec, width: float, narrow: bool, trim: float = 0) -> Spec:
    """Return a specification for a room of that width; the axes need `trim` of it."""
    tables = spec.get("datasets")
    spec = copy.deepcopy(spec, {id(tables): tables})  # all but the tables, which stay as they are
    spec.setdefault("background", "transparent")
    spec.setdefault("padding", {"left": 0, "right": 3, "top": 4, "bottom": 2})
    spec["config"] = merged(CONFIG, spec.get("config", {}))
    if narrow:
        spec["config"]["legend"] = {
            "columns": 1,
            "gradientLength": min(220, width - 60),
            **spec["config"]["legend"],
            "orient": "bottom",
            "labelLimit": width - 40,
        }
        _legends_below(spec)
    if _is_concat(spec):
        _set_width(spec, width - trim, narrow)
    elif _is_unit(spec) and (not isinstance(spec.get("width"), dict) or narrow):
        spec["width"] = width - trim
        spec.setdefault("autosize", {"type": "fit-x", "contains": "padding"})
        if _is_picture(spec) and _is_number(spec.get("height")):
            spec["height"] = min(spec["height"], width * 0.95)
        _wrap_titles(spec, width - 60)
    elif _is_facet(spec):
        _set_columns(spec, width - trim)
    return spec


# ---- for a browser ---------------------------------------------------------------------------


def compiled(spec: Spec) -> Spec:
    """Return an arranged specification as Vega, each table replaced by ``{"$": name}``."""
    import vl_convert

    bare = {key: part for key, part in spec.items() if key not in ("usermeta", "description")}
    names = list(bare.get("datasets", {}))
    bare["datasets"] = {name: [{"$": name}] for name in names}
    vega = vl_convert.vegalite_to_vega(bare, vl_version=VEGA_LITE)
    vega.pop("$schema", None)
    for source in vega.get("data", []):
        values = source.get("values")
        if isinstance(values, list) and len(values) == 1 and "$" in values[0]:
            source["values"] = values[0]
    return vega


def with_data(vega: Spec, datasets: Spec) -> Spec:
    """Return what `compiled` has made with its tables in their places."""

    def filled(source: Spec) -> Spec:
        values = source.get("values")
        if isinstance(values, dict) and set(values) == {"$"}:
            return {**source, "values": datasets[values["$"]]}
        return source

    return {**vega, "data": [filled(source) for source in vega.get("data", [])]}


def _sizes(vega: Spec) -> dict[str, float]:
    """Return all that may be a size of a compiled chart, by the name of its signal."""
    named = {key: vega[key] for key in ("width", "height") if key in vega}
    named |= {signal["name"]: signal.get("value") for signal in vega.get("signals", [])}
    return {name: value for name, value in named.items() if _is_number(value)}


def follows(
    spec: Spec, vega: Spec, width: float, narrow: bool, trim: float
) -> dict[str, list[float]]:
    """Return how sizes follow the room: by signal its value, its change a pixel, its end.

    `vega` is the chart compiled for that room. The end is what a picture is not made higher than; a
    size without one grows on.
    """
    here = _sizes(vega)
    more = _sizes(compiled(arranged(spec, width + 8, narrow, trim)))
    out = {
        name: [round(value, 2), round((more[name] - value) / 8, 4)]
        for name, value in here.items()
        if name in more and more[name] != value
    }
    high = [name for name in out if "height" in name.lower()]
    if high:
        most = _sizes(compiled(arranged(spec, 20 * width, narrow, trim)))
        # Views that are as high as each other there share a size of another name: the next above.
        equal = sorted(size for name, size in most.items() if name.endswith("childHeight"))
        for name in high:
            ends = [most[name]] if name in most else [e for e in equal if e >= here[name]]
            out[name].extend(round(end, 2) for end in ends[:1])
    return out


def changes(old: Any, new: Any, path: tuple[str | int, ...] = ()) -> Iterator[list[Any]]:  # noqa: ANN401
    """Give what makes `new` of `old`: a path and what stands there, or a path that goes."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            if key not in new:
                yield [(*path, key)]
            elif key not in old:
                yield [(*path, key), new[key]]
            else:
                yield from changes(old[key], new[key], (*path, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from changes(before, after, (*path, place))
    elif old != new:
        yield [path, new]
