"""Charts as files for a paper: SVG, PDF, PNG, of a stated width in millimetres."""

import io
import json
import math
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import altair as alt

from gzcounty.charts import theme
from gzcounty.charts.frame import title_lines
from gzcounty.errors import InputError
from gzcounty.extras import require_library, write_whole
from gzcounty.language import N_
from gzcounty.words import listed

PURPOSE = N_("A figure for print")
ENDINGS = (".svg", ".pdf", ".png")
INCH = 25.4  # millimetres
PIXELS, POINTS = 96, 72  # to an inch, of a screen's style sheets and of printers
WIDTHS, DOTS = (40, 1000), (36, 2400)  # least and most: millimetres, dots to an inch
MARGIN = 16  # pixels that the lines of a title leave free
SMALLEST = 5  # points that letters must be high, to be read on paper


def save_figure(
    chart: alt.TopLevelMixin,
    path: str | Path,
    *,
    width_mm: float = 160,
    controls: Mapping[str, object] | None = None,
    title: bool = True,
    dpi: int = 300,
) -> Path:
    """Write a chart as a still figure for print; the ending says how: .svg, .pdf or .png.

    It is drawn without a browser and without a network, in dark ink on white, and the same chart
    gives the same file. A chart that follows the width of a page is drawn for this width, with
    letters of 9 points. One that is made of several views has a size of its own: it is scaled as
    a whole, letters and all.

    Parameters
    ----------
    chart : altair chart
        Of this package or your own; it is not changed.
    path : str or Path
        A file that is there is replaced, once the new one is complete.
    width_mm : float, default 160
        Width of the figure in millimetres. A column of a journal has about 85, a page about 170.
    controls : mapping of str to object, optional
        Where its controls stand, by the words beside them: ``{"Measure": "Night lights"}``.
        The others stand as they do at first.
    title : bool, default True
        False leaves out title and subtitle. Then the paper's caption must say what they say: unit,
        sample, period and source stay in ``chart.usermeta["gzcounty"]``.
    dpi : int, default 300
        Dots to an inch of a PNG; nothing to the others, which stay sharp at any size.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If it is no chart, the ending is another one, the folder does not exist or cannot be
        written to, a number or a control is out of its range, letters would be too small to
        read, or no font of this machine has the Chinese letters of the figure.

    Notes
    -----
    A PDF carries its fonts and a PNG needs none. An SVG names fonts: a machine without them
    shows others.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> import gzcounty as gz
    >>> fit = gz.ols("log(gdp_2020) ~ schooling_years", gz.load_china_counties())
    >>> chart = gz.coefficient_plot(
    ...     pd.DataFrame([gz.estimate_row(fit, "schooling_years", "All of China")]),
    ...     title="Counties with longer schooling produce more",
    ...     unit="log points a year of schooling", sample=f"{fit.nobs:,} counties",
    ...     period="2020", source="census 2020; county yearbook",
    ...     description="One estimate with its interval, right of zero.",
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     figure = gz.save_figure(chart, Path(folder) / "figure.svg", width_mm=85)
    ...     'width="85mm"' in figure.read_text(encoding="utf-8")
    True
    """
    path = Path(path).absolute()
    kind = path.suffix.lower()
    if kind not in ENDINGS:
        raise InputError("{path} must end in .svg, .pdf or .png.", path=path.name)
    if not path.parent.is_dir():
        raise InputError("There is no folder {parent}.", parent=path.parent)
    for name, value, (low, high) in (("width_mm", width_mm, WIDTHS), ("dpi", dpi, DOTS)):
        if not low <= value <= high:
            raise InputError(
                "{name} must be from {low} to {high}, not {value!r}.",
                name=name, low=low, high=high, value=value,
            )  # fmt: skip
    svg = _draw(chart, float(width_mm), controls or {}, title)
    content = svg.encode() if kind == ".svg" else _printed(svg, kind, width_mm, dpi)
    return write_whole(path, lambda unfinished: unfinished.write_bytes(content))


def _draw(
    chart: alt.TopLevelMixin, width_mm: float, controls: Mapping[str, object], title: bool
) -> str:
    """Return the figure as an SVG that states its size in millimetres."""
    pixels = width_mm / INCH * PIXELS
    spec = still(chart.to_dict(), controls)
    if spec.get("width") == "container":
        spec |= {"width": pixels, "autosize": {"type": "fit-x", "contains": "padding"}}
    svg = _svg({name: part for name, part in spec.items() if name != "title"})
    drawn = drawn_size(svg)[0]
    if drawn > pixels + 1:
        points = theme.TEXT_SIZE * POINTS / PIXELS * pixels / drawn
        if points < SMALLEST:
            needed = math.ceil(width_mm * SMALLEST / points)
            raise InputError(
                "At {width_mm:g} mm the letters of this chart would be {points:.1f} points high; "
                "give it at least {needed} mm.",
                width_mm=width_mm, points=points, needed=needed,
            )  # fmt: skip
    if title:
        svg = _svg(titled(spec, drawn))
    width, height = drawn_size(svg)
    return _sized(svg, f"{width_mm:g}mm", f"{width_mm * height / width:.3f}mm")


def still(spec: dict[str, Any], controls: Mapping[str, object]) -> dict[str, Any]:
    """Return a specification without inputs, in ink on white paper, its controls set.

    `controls` are named by parameter or by the words beside them; the others stand as at first.
    Raises InputError if a control is unknown or cannot stand so.
    """
    # On the screen a chart takes the colour of the page's text; paper has none to give.
    made = json.loads(json.dumps(spec).replace(theme.TEXT, theme.INK))
    made["background"] = "white"
    inputs = [param for param in made.get("params", []) if "bind" in param]
    # By the words beside a control, without their colon.
    bound = {str(p["bind"].get("name", p["name"])).rstrip(": ："): p for p in inputs}
    for name, value in controls.items():
        matching = [param for label, param in bound.items() if name in (label, param["name"])]
        if not matching:
            none = N_("The chart has no control {name!r}; it has none.")
            some = N_("The chart has no control {name!r}; it has {controls}.")
            raise InputError(some if bound else none, name=name, controls=listed(bound, 12))
        option = _option(name, value, matching[0]["bind"])
        fields = matching[0].get("select", {}).get("fields")
        matching[0]["value"] = [{fields[0]: option}] if fields else option
    for param in bound.values():
        del param["bind"]
    return made


def titled(spec: dict[str, Any], width: float) -> dict[str, Any]:
    """Return a chart whose title is broken into lines for a width, unless it is not of ours."""
    title = spec.get("title")
    words = spec.get("usermeta", {}).get("gzcounty")
    if not words or not isinstance(title, dict):
        return spec
    text, subtitle = title_lines(words, width - MARGIN)
    return {**spec, "title": {**title, "text": text, "subtitle": subtitle}}


def _option(name: str, value: object, bind: Mapping[str, Any]) -> object:
    """Return what a control holds for a value that a reader can choose; refuse another."""
    kind, options = bind.get("input"), bind.get("options")
    if options is not None:
        labels = bind.get("labels", options)
        for label, option in zip(labels, options, strict=True):
            if value in (label, option):
                return option
        raise InputError(
            "{name!r} cannot stand at {value!r}; it has {labels}.",
            name=name, value=value, labels=listed(labels, 20),
        )  # fmt: skip
    if kind == "range":
        low, high = bind.get("min", 0), bind.get("max", 100)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (number and low <= value <= high):
            raise InputError(
                "{name!r} goes from {low} to {high}; it cannot stand at {value!r}.",
                name=name, low=low, high=high, value=value,
            )  # fmt: skip
    elif kind == "checkbox" and not isinstance(value, bool):
        raise InputError(
            "{name!r} is on (True) or off (False), not {value!r}.", name=name, value=value
        )
    elif kind in ("text", "search") and not isinstance(value, str):
        raise InputError("{name!r} takes a text, not {value!r}.", name=name, value=value)
    return value


def _svg(spec: dict[str, Any]) -> str:
    library = require_library("vl_convert", "paper", PURPOSE)
    version = ".".join(alt.SCHEMA_VERSION.split(".")[:2])
    return same_names(str(library.vegalite_to_svg(spec, vl_version=version)))


def same_names(svg: str) -> str:
    """Count clipping paths and gradients from 0: the library counts on from figure to figure."""
    named = r"\b(clip|gradient_)\d+"
    order: dict[str, str] = {}
    for found in re.finditer(named, svg):
        order.setdefault(found[0], f"{found[1]}{len(order)}")
    return re.sub(named, lambda found: order[found[0]], svg)


def drawn_size(svg: str) -> tuple[float, float]:
    """Return width and height of a drawing."""
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert box is not None  # every drawing of the library has one
    return float(box[1]), float(box[2])


def _sized(svg: str, width: str, height: str) -> str:
    """Return a drawing that states another size."""
    stated = r' width="[\d.]+(?:mm)?" height="[\d.]+(?:mm)?"'
    return re.sub(stated, f' width="{width}" height="{height}"', svg, count=1)


def _printed(svg: str, kind: str, width_mm: float, dpi: int) -> bytes:
    """Return a figure as PDF or PNG."""
    _check_fonts(svg)
    library = require_library("vl_convert", "paper", PURPOSE)
    # To the library a pixel is a point.
    width, height = drawn_size(svg)
    points = width_mm / INCH * POINTS
    sized = _sized(svg, f"{points:.4f}", f"{points * height / width:.4f}")
    if kind == ".png":
        return bytes(library.svg_to_png(sized, ppi=dpi))
    return _in_order(library.svg_to_pdf(sized))


def _in_order(pdf: bytes) -> bytes:
    """Return a PDF with its parts in the order of their names; the library has them in any."""
    library = require_library("pypdf", "paper", PURPOSE)
    seen: set[int] = set()

    def sort(part: Any) -> None:  # noqa: ANN401
        if isinstance(part, library.generic.IndirectObject):
            if part.idnum in seen:
                return
            seen.add(part.idnum)
            part = part.get_object()
        if isinstance(part, dict):
            for name in sorted(part):
                value = dict.pop(part, name)
                dict.__setitem__(part, name, value)
                sort(value)
        elif isinstance(part, list):
            for value in part:
                sort(value)

    page = library.PdfReader(io.BytesIO(pdf)).pages[0]
    sort(page.indirect_reference)
    writer = library.PdfWriter()
    writer.add_page(page)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _check_fonts(svg: str) -> None:
    """Refuse to draw boxes where Chinese letters belong; ask where fonts are listed."""
    listing = shutil.which("fc-list")  # not on Windows or macOS, which come with Chinese fonts
    if listing is None or not re.search(r">[^<]*[\u4e00-\u9fff]", svg):
        return
    done = subprocess.run([listing, ":lang=zh-cn", "family"], capture_output=True, check=False)
    if done.returncode == 0 and not done.stdout.strip():
        raise InputError(
            "The figure has Chinese letters, and this machine has no font for them: install one, "
            "such as Noto Sans CJK (fonts-noto-cjk on Debian and Ubuntu)."
        )
