"""Still pictures of the charts, and the tables behind them: made when the site is built.

Each chart is drawn twice, for a phone's room and for a wide one (`gz_arrange`), as an SVG in the
colour of the text. One file serves light and dark pages: ``NAME.svg#dark`` is written in light ink.
A drawing is kept by the hash of its chart beside the outputs of the notebooks (``_build/stills``),
so a build draws only what is new, on all processors. The same chart on a page and in its notebook
has the same files.

The tables are written as CSV, with simple lookups joined, one file each. A specification may say in
full what it embeds in short:
``{"usermeta": {"columns": {"v": ["farm_share", "lights"], "e": "estimate"}}}`` makes two columns of
a list and gives another its name; ``{"d": {"name": "side", "words": ["above", "below"]}}`` writes
words for the numbers that stand for them, in a list for each.

`still_in` and `still_of` give the still of a chart or a figure; ask for one when pages are written,
not while they are read.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import gz_arrange
from build import EDITIONS
from docutils import nodes
from gz_plumbing import Shelf
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

import gzcounty.charts.print as printing
from gzcounty.charts import frame, theme

FOLDER = "_static/stills"
ROOMS = {"narrow": 350, "wide": 750}
AXES = {"narrow": 60, "wide": 100}  # pixels that axes beside shared views may take; then measured
INK, LIGHT_INK = "#1f2933", "#e6e9ed"  # as in gz.css
MODES = {"light": "", "dark": "#dark"}  # what follows a file's name on light and on dark pages
STILLS = Shelf("stills")  # name of each chart's still, by the chart's key
FIGURES = Shelf("figures")  # the outputs of each tagged cell, by the name of its figure
TAG = "gz-figure-"
Row = dict[str, Any]  # of a table


# ---- what altair hands over ------------------------------------------------------------------


def read_altair(html: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Take the Vega-Lite specification and the options for vega-embed out of altair's HTML output.

    That is a script that ends in ``})(spec, options);``. Raises ValueError for any other.
    """
    # The specification is JSON on one line, so a line that begins with the marker cannot be in it.
    _, marker, tail = html.rpartition("\n  })(")
    if not marker:
        raise ValueError("the call that hands over the specification was not found")
    decoder = json.JSONDecoder()
    spec, end = decoder.raw_decode(tail)
    rest = tail[end:].lstrip()
    if not rest.startswith(","):
        raise ValueError("the options after the specification were not found")
    options, _ = decoder.raw_decode(rest[1:].lstrip())
    return spec, options


def lift_title(spec: dict[str, Any]) -> tuple[str, str]:
    """Remove the chart's own title and return it with its subtitle, as plain text.

    Text in an SVG does not wrap, so on a phone a title that says the finding as a sentence would
    be cut off. A title that is computed by the chart (an expression) stays where it is.
    """
    title = spec.get("title")
    if isinstance(title, str | list):
        title = {"text": title}
    if not isinstance(title, dict):
        return "", ""
    text, subtitle = title.get("text"), title.get("subtitle", "")
    if not (gz_arrange.is_text(text) and gz_arrange.is_text(subtitle)):
        return "", ""
    del spec["title"]
    return gz_arrange.one_line(text), gz_arrange.one_line(subtitle)


@dataclass(frozen=True)
class Chart:
    """A chart of a notebook: its specification without the title, and its words."""

    spec: dict[str, Any]
    options: dict[str, Any]
    title: str
    subtitle: str

    @classmethod
    def read(cls, html: str) -> Chart:
        """Read altair's HTML output; ValueError says what is wrong with it."""
        spec, options = read_altair(html)
        description = spec.get("description", "")
        if not isinstance(description, str) or not description.strip():
            raise ValueError(
                "the chart has no description; give it one with .properties(description=)"
            )
        title, subtitle = lift_title(spec)
        return cls(spec, options, title, subtitle)

    @property
    def description(self) -> str:
        """What a reader hears who cannot see it."""
        return self.spec["description"]

    @cached_property
    def key(self) -> str:
        """A hash of the chart and of what arranges and draws it."""
        parts = json.dumps([_machine(), self.title, self.spec])
        return hashlib.sha256(parts.encode()).hexdigest()[:24]


@cache
def _machine() -> str:
    import vl_convert

    modules = (gz_arrange, frame, printing)
    code = [Path(file).read_bytes() for file in (__file__, *(m.__file__ for m in modules))]
    return hashlib.sha256(b"".join(code) + vl_convert.__version__.encode()).hexdigest()


# ---- drawing ---------------------------------------------------------------------------------


def fitted(spec: dict[str, Any], size: str, trim: float) -> dict[str, Any]:
    """Return a chart for a room as Vega, how it follows the width, and what its axes need."""
    room, narrow = ROOMS[size], size == "narrow"
    vega = gz_arrange.compiled(gz_arrange.arranged(spec, room, narrow, trim))
    follows = gz_arrange.follows(spec, vega, room, narrow, trim)
    return {"room": room, "trim": trim, "vega": vega, "follows": follows}


def fit(chart: Chart) -> dict[str, Any]:
    """Return a chart for each room, without a drawing."""
    shared = gz_arrange.is_shared(chart.spec)
    return {size: fitted(chart.spec, size, AXES[size] if shared else 0) for size in ROOMS}


def draw(chart: Chart) -> dict[str, Any]:
    """Return a chart for each room, with a still picture and its size, and the tables behind it."""
    import vl_convert

    files = [{"csv": as_csv(table), "rows": len(table)} for table in tables(chart.spec)]
    out: dict[str, Any] = {"title": chart.title, "tables": files}
    shared = gz_arrange.is_shared(chart.spec)
    for size, made in fit(chart).items():
        for last in (False, True):
            data = gz_arrange.with_data(made["vega"], chart.spec.get("datasets", {}))
            svg = vl_convert.vega_to_svg(data)
            over = printing.drawn_size(svg)[0] - made["room"]
            if last or not shared or abs(over) <= 2:
                break
            made = fitted(chart.spec, size, made["trim"] + over)
        out[size] = made | picture(svg)
    return out


def picture(svg: str) -> dict[str, Any]:
    """Return a drawing as a file of its own, and its size: as wide as its words need."""
    width, height = printing.drawn_size(svg)
    width = max(width, *_ends(svg))
    # What is said of each mark is for the drawing that answers; this one has one text for all.
    svg = re.sub(r' (?:aria-[a-z]+|role|class|pointer-events)="[^"]*"', "", svg)
    svg = printing.same_names(svg)
    svg = re.sub(r' (?:d|transform|x|y|x1|x2|y1|y2|width|height)="[^"]*"', _rounded, svg)
    width, height = round(width + 0.5), round(height + 0.5)
    # The first element is drawn as wide as the picture is.
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'id="dark" color="{INK}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><style>:target{{color:{LIGHT_INK}}}</style>'
    )
    svg = re.sub(r"^<svg[^>]*>", head, svg, count=1)
    return {"svg": svg, "width": width, "height": height}


def _rounded(attribute: re.Match[str]) -> str:
    return re.sub(r"\d*\.\d{2,}", lambda number: f"{float(number[0]):.1f}", attribute[0])


def _ends(svg: str) -> Iterator[float]:
    """Give where each line of text ends on the right; a line that is turned is passed over."""

    def visit(node: ElementTree.Element, left: float, size: float) -> Iterator[float]:
        move = node.get("transform", "")
        if "rotate" in move and "rotate(0" not in move:
            return
        if found := re.match(r"translate\(([-\d.e]+)", move):
            left += float(found[1])
        size = float(node.get("font-size", f"{size}").removesuffix("px"))
        if node.tag.endswith("text") and node.get("opacity") != "0":
            words = max((text for text in node.itertext()), key=len, default="")
            part = {"middle": 0.5, "end": 0.0}.get(node.get("text-anchor", ""), 1.0)
            # The estimate is of wide letters: what looks too long by a tenth is not.
            yield left + 0.9 * frame.text_width(words, size) * part
            return
        for child in node:
            yield from visit(child, left, size)

    yield 0.0
    yield from visit(ElementTree.fromstring(svg), 0, theme.TEXT_SIZE)


# ---- the tables behind a chart -----------------------------------------------------------------


def tables(spec: dict[str, Any]) -> list[list[Row]]:
    """Return the rows of the tables behind a chart, as CSV should give them.

    Tables that only words are written from, and single rows beside longer tables, are part of the
    drawing and left out.
    """
    datasets = spec.get("datasets", {})
    kinds: dict[str, set[str]] = {}  # of marks that draw a table
    joins: dict[str, list[dict[str, Any]]] = {}  # lookups that a table takes part in

    def note(name: str, kind: str) -> bool:
        """Note what draws a table; tell whether it is one that has rows."""
        rows = datasets.get(name)
        if known := isinstance(rows, list) and any(rows):
            kinds.setdefault(name, set()).add(kind)
        return known

    def visit(view: dict[str, Any], name: str, lookups: list[dict[str, Any]]) -> None:
        if "data" in view:
            name, lookups = (view["data"] or {}).get("name", ""), []
        steps = view.get("transform", [])
        lookups = [*lookups, *(s for s in steps if s.get("lookup") and s["from"].get("data"))]
        if mark := view.get("mark"):
            kind = mark["type"] if isinstance(mark, dict) else mark
            known = note(name, kind)
            for step in lookups:
                other = step["from"]["data"].get("name", "")
                # A key that the chart computes is not in the rows: then both tables are given.
                if known and step["from"].get("fields") and step["lookup"] in datasets[name][0]:
                    joined = joins.setdefault(name, [])
                    if isinstance(datasets.get(other), list) and step not in joined:
                        joined.append(step)
                else:
                    note(other, kind)
        for child in gz_arrange.inside(view):
            visit(child, name, lookups)

    visit(spec, "", [])
    drawn = [name for name in kinds if kinds[name] - {"text"}]
    long = [name for name in drawn if len(datasets[name]) > 1]
    columns = spec.get("usermeta", {}).get("columns", {})
    return [
        [_in_full(row, columns) for row in _joined(datasets, name, joins.get(name, []))]
        for name in long or drawn or kinds
    ]


def _joined(datasets: dict[str, list[Row]], name: str, lookups: list[dict[str, Any]]) -> list[Row]:
    """Return the rows of a table with what is joined to them, beside what they have already."""
    rows = datasets[name]
    for step in lookups:
        key, fields = step["from"]["key"], step["from"]["fields"]
        given = step.get("as") or fields
        places = list(zip(given if isinstance(given, list) else [given], fields, strict=True))
        by_key = {other.get(key): other for other in datasets[step["from"]["data"]["name"]]}
        found = [by_key.get(row.get(step["lookup"]), {}) for row in rows]
        rows = [
            row | {new: other.get(old) for new, old in places if new not in row}
            for row, other in zip(rows, found, strict=True)
        ]
    return rows


def _in_full(row: Row, columns: dict[str, Any]) -> Row:
    """Return a row with names in full, and a column for each name that a list has."""
    out: Row = {}
    for key, value in row.items():
        full = columns.get(key, key)
        if isinstance(full, list):
            out |= dict(zip(full, value or [None] * len(full), strict=True))
        elif isinstance(full, dict):
            places = value if isinstance(value, list) else [value]
            out[full["name"]] = [full["words"][place] for place in places]
        else:
            out[full] = value
    return out


def as_csv(rows: list[Row]) -> str:
    """Return a table as CSV (RFC 4180); the mark in front lets Excel read it as UTF-8."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return f"\ufeff{out.getvalue()}"


def _cell(value: Any) -> Any:  # noqa: ANN401 (what JSON has)
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | bool) else value


# ---- kept between builds ---------------------------------------------------------------------


def store(env: BuildEnvironment) -> Path:
    """Return the folder that keeps what was drawn, by key."""
    outputs = Path(env.config.nb_execution_cache_path)  # of this edition
    return outputs.with_name(f"stills-{outputs.name}")


def made_of(env: BuildEnvironment, chart: Chart) -> dict[str, Any]:
    """Return what `draw` makes of a chart, drawn at most once."""
    if not (store(env) / f"{chart.key}.json").is_file():
        _keep(store(env) / f"{chart.key}.json", chart)
    return read_kept(env, chart.key)


def read_kept(env: BuildEnvironment, key: str) -> dict[str, Any]:
    """Return what was drawn; FileNotFoundError if nothing was."""
    return json.loads((store(env) / f"{key}.json").read_text(encoding="utf-8"))


def names_and_keys(env: BuildEnvironment) -> list[tuple[str, str]]:
    """Return the name of each still of the site, and the key of what is drawn in it."""
    documents = STILLS.items(env).values()
    return [(name, key) for named in documents for key, name in named.items()]


def _keep(path: Path, chart: Chart) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(draw(chart), ensure_ascii=False), encoding="utf-8")
    unfinished.rename(path)


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Give each chart of a document the name of its still."""
    docname = app.env.docname
    place = docname.rpartition("/")[2]
    named: dict[str, str] = {}
    new = app.env.__dict__.setdefault("gz_charts_read", {})
    for node in doctree.findall(nodes.raw):
        if "vegaEmbed" not in node.astext():
            continue
        try:
            chart = Chart.read(node.astext())
        except ValueError:
            continue  # said when the page is written
        if chart.key in named:
            continue
        first = _tag(node) or f"chart-{len(named) + 1}"
        taken = set(named.values())
        names = [f"{place}--{first}", *(f"{place}--{first}-{i}" for i in range(2, 99))]
        named[chart.key] = next(name for name in names if name not in taken)
        new[chart.key] = chart
    STILLS.items(app.env)[docname] = named


def _tag(node: nodes.Node | None) -> str:
    """Return the name that the cell around a node gives to its figure, or ''."""
    while node is not None:
        if isinstance(node, nodes.Element) and (names := names_of(node)):
            return names[0]
        node = node.parent
    return ""


def names_of(cell: nodes.Element) -> list[str]:
    """Return the names that a cell's tags give to its figure."""
    start = f"tag_{TAG}"
    return [tag.removeprefix(start) for tag in cell["classes"] if tag.startswith(start)]


def draw_all(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Draw the charts of the documents just read, on all processors."""
    from joblib import Parallel, cpu_count, delayed

    read = env.__dict__.pop("gz_charts_read", {})
    paths = {key: store(env) / f"{key}.json" for key in read}
    waiting = [(path, read[key]) for key, path in paths.items() if not path.is_file()]
    if len(waiting) > 3:
        # The editions are made side by side: together they take all processors.
        with Parallel(n_jobs=max(1, cpu_count() // len(EDITIONS))) as pool:
            pool(delayed(_keep)(path, chart) for path, chart in waiting)
    return []


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Put pictures and tables into the site, and forget drawings that no page has any more."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    stills = names_and_keys(app.env)
    for name, key in stills:
        try:
            made = read_kept(app.env, key)
        except FileNotFoundError:
            message = f"the still of {name} is lost; build with --cold"
            raise ExtensionError(message) from None
        for size in ROOMS:
            (folder / f"{name}-{size}.svg").write_text(made[size]["svg"], encoding="utf-8")
        for i, table in enumerate(made["tables"], start=1):
            (folder / f"{name}-{i}.csv").write_text(table["csv"], encoding="utf-8", newline="")
    keys = {key for _, key in stills}
    for path in store(app.env).iterdir() if keys else ():
        if path.stem not in keys:
            path.unlink()


# ---- asked for -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Still:
    """The still pictures of a chart and the tables behind it, on a page of the site."""

    name: str
    chart: Chart
    made: dict[str, Any]  # by `draw`
    root: str  # the way from the page to the site's root

    def image(self, size: str, ink: str, source: str = "src") -> str:
        """Return the attributes of an image that shows it in a size and in the ink of a mode."""
        made = self.made[size]
        address = f"{self.root}{FOLDER}/{self.name}-{size}.svg{ink}"
        return f'{source}="{address}" width="{made["width"]}" height="{made["height"]}"'

    def tables(self) -> list[dict[str, Any]]:
        """Return the file of each table, and how long it is."""
        return [
            {"file": f"{self.root}{FOLDER}/{self.name}-{i}.csv", "rows": table["rows"]}
            for i, table in enumerate(self.made["tables"], start=1)
        ]


def still_in(env: BuildEnvironment, docname: str, chart: Chart) -> Still:
    """Return the still of a chart that a document holds; LookupError if it does not."""
    name = STILLS.items(env).get(docname, {}).get(chart.key)
    if name is None:
        raise LookupError(f"{docname} holds no such chart")
    return Still(name, chart, made_of(env, chart), "../" * env.docname.count("/"))


def outputs_of(env: BuildEnvironment, notebook: str, name: str) -> tuple[str, list[nodes.Element]]:
    """Return the document of a figure and the outputs of its cell; LookupError if it has none."""
    for docname, figures in FIGURES.items(env).items():
        if docname.rpartition("/")[2] == notebook and figures.get(name):
            return docname, figures[name]
    raise LookupError(
        f"no cell of the notebook {notebook!r} has the tag {TAG + name!r} and an output"
    )


def still_of(env: BuildEnvironment, notebook: str, name: str) -> Still:
    """Return the still of a figure; LookupError if there is none."""
    docname, outputs = outputs_of(env, notebook, name)
    for node in (node for output in outputs for node in output.findall(nodes.raw)):
        if "vegaEmbed" in node.astext():
            return still_in(env, docname, Chart.read(node.astext()))
    raise LookupError(f"{notebook}:{name} is no chart")


def connect(app: Sphinx) -> None:
    """Follow what Sphinx reads and writes."""
    STILLS.connect(app)
    app.connect("doctree-read", collect)
    app.connect("env-updated", draw_all)
    app.connect("build-finished", write_files)
