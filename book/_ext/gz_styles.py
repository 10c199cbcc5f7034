"""The theme's style sheet without the rules that nothing on this site could match.

A page shows no word before that sheet has come, and most of it names icons and parts of Bootstrap
that no page has: 19 instead of 64 kB, a quarter of a second on a slow phone. A selector stays if
each class and id in it stands in a page, or is a word of a script, which may set it later.
"""

import re
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

import tinycss2
from sphinx.application import Sphinx

SHEET = "styles/pydata-sphinx-theme.css"
THEME = files("pydata_sphinx_theme") / "theme" / "pydata_sphinx_theme" / "static"
_IN_PAGE = re.compile(r"""\b(?:class|id)=\\?["']([^"'\\]*)""")
_WORD = re.compile(r"[\w-]+")
_NAMED = re.compile(r"[.#](-?[A-Za-z_][\w-]*)")
# Parts that ask for no certain class: what must not be there, one of several, an attribute's value.
_NO_CLASS = re.compile(r":(?:not|is|where|has)\([^)]*\)|\[[^\]]*\]")
_BETWEEN = re.compile(r",(?![^(]*\))")


def names_in(pages: Iterable[Path], scripts: Iterable[Path]) -> set[str]:
    """Return the classes and ids of pages, and the words of scripts."""
    found: set[str] = set()
    for page in pages:
        found.update(*map(str.split, _IN_PAGE.findall(page.read_text(encoding="utf-8"))))
    for script in scripts:
        found.update(_WORD.findall(script.read_text(encoding="utf-8")))
    return found


def needed(css: str, names: set[str]) -> str:
    """Return a style sheet without the selectors that name something else."""
    return "".join(_kept(tinycss2.parse_stylesheet(css, True, True), names))


def _kept(rules: Iterable[tinycss2.ast.Node], names: set[str]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = _BETWEEN.split(tinycss2.serialize(rule.prelude).strip())
            used = [s for s in selectors if set(_NAMED.findall(_NO_CLASS.sub("", s))) <= names]
            if used:
                yield f"{','.join(used)}{{{tinycss2.serialize(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inner = "".join(_kept(tinycss2.parse_blocks_contents(rule.content, True, True), names))
            if inner:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}"
        else:
            yield rule.serialize()


def shorten(app: Sphinx, exception: Exception | None) -> None:
    """Write the sheet for the pages that there are, whether or not this build has made them."""
    path = Path(app.outdir) / "_static" / SHEET
    if exception is None and path.is_file():
        pages, scripts = Path(app.outdir).rglob("*.html"), path.parents[1].rglob("*.js")
        names = names_in(pages, scripts)
        text = needed((THEME / SHEET).read_text(encoding="utf-8"), names)
        path.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("build-finished", shorten)
