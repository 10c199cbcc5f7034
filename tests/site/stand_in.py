"""A page that stands in for one of the book: charts as the site shows them, and nothing else.

It is opened from a file, under the site's own content security policy.
"""

from pathlib import Path

import altair as alt
from gz_head import POLICY
from gz_outputs import SCRIPTS, figure
from visits import ROOT

STATIC = ROOT / "book" / "_static"
STYLES = ("gz-charts.css", "gz-download.css")


def write_page(path: Path, *charts: alt.TopLevelMixin, tags: tuple[str, ...] = ()) -> str:
    """Write a page with charts and give its address; each may have the tag of a notebook's cell."""
    shown = [figure(chart._repr_mimebundle_()["text/html"]) for chart in charts]
    if tags:
        tagged = zip(tags, shown, strict=True)
        shown = [f'<div id="gz-figure-{tag}">{html}</div>' for tag, html in tagged]
    styles = [f'<link rel=stylesheet href="{(STATIC / s).as_uri()}">' for s in STYLES]
    said = "<script>const Documentation = { gettext: (message) => message };</script>"  # Sphinx's
    files = ("gz-edition.js", *SCRIPTS)
    scripts = [said, *(f'<script defer src="{(STATIC / s).as_uri()}"></script>' for s in files)]
    # From a file 'self' is no origin: what lies on the disk is allowed by its scheme.
    policy = POLICY.replace("'self'", "'self' file:")
    path.write_text(
        "<!doctype html><html lang=en><meta charset=utf-8><title>A page</title>"
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"{''.join(styles)}<body style='margin:0 1rem'><main><h1>A page</h1>"
        f"{''.join(shown)}</main>{''.join(scripts)}",
        encoding="utf-8",
    )
    return path.as_uri()
