"""What the head of every page says: what it loads (from this site, and nothing else), what it is.

Eight things:

* one of the theme's templates gives way to ours (``templates/``), without its icon script of
  1.5 MB: ``gz.css`` draws the two dozen icons that the pages show;
* a script or style sheet that only some pages need is taken from the pages that do not
  (``USED_BY``);
* a script waits until the page is there (``AT_ONCE`` names those that cannot): one that does not
  keeps a slow phone's text back by almost a second;
* buttons that need the public address of ``_config.yml`` (Binder, the repository) are there if it
  is, and so is what a page says of them, within ``{only} launch``;
* when the site is written, any address of another host that a browser would load by itself
  (script, style sheet, image, frame, font) is an error. Links that a reader may follow are not;
* every page tells the browser to refuse other hosts (``POLICY``), also to a script that asks later;
* the theme's style sheet comes without the rules that nothing on this site could match: a page
  shows no word before that sheet has come, and most of it names icons and parts of Bootstrap that
  no page has: 19 instead of 64 kB, a quarter of a second on a slow phone. A selector stays if each
  class and id in it stands in a page, or is a word of a script, which may set it later;
* search engines and messengers get what a page has found, with its verdict, or its first sentences
  (`gz_county` adds a picture); the theme would take the first 160 characters of everything.
"""

import re
import time
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import tinycss2
from docutils import nodes
from gz_plumbing import Page, on_every_page
from sphinx.application import Sphinx
from sphinx.builders.html._assets import _JavaScript  # what Sphinx hands to "html-page-context"
from sphinx.config import Config
from sphinx.errors import ExtensionError

# A content security policy. Scripts and styles stand in the pages themselves, and Vega compiles the
# expressions of a chart, hence the two "unsafe" words: what they let in is of this site too.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)

# Part of a file's name: what the page's body must contain for the file to be of use.
USED_BY = {
    "clipboard": 'class="highlight"',
    "copybutton": 'class="highlight"',
    "design-tabs": "sd-tab-set",
    "sphinx-design": 'class="sd-',
    "mystnb": 'class="cell',
    "pygments": 'class="highlight"',
}

# Scripts that a line of script in the page itself needs at once; and the page that has such lines.
AT_ONCE = "documentation_options"
SEARCH = "search"

# What a browser fetches without being asked: these attributes of any element, and links like these.
_FETCHED = {"src", "srcset", "data"}
_LINKS_FETCHED = {"stylesheet", "preload", "prefetch", "preconnect", "dns-prefetch", "icon"}
LONGEST = 200
TAKEAWAY, CLAIM = "gz-takeaway", "gz-claim"  # classes of what we found, what the paper says
_STARTED = time.time() - 2  # of a file system that counts in whole seconds
_SENTENCE = re.compile("[.?。][ \u3400-\u9fff]*$")  # a claim has its Chinese term at the end
_FOREIGN = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
SHEET = "styles/pydata-sphinx-theme.css"
THEME = files("pydata_sphinx_theme") / "theme" / "pydata_sphinx_theme" / "static"
_IN_PAGE = re.compile(r"""\b(?:class|id)=\\?["']([^"'\\]*)""")
_WORD = re.compile(r"[\w-]+")
_NAMED = re.compile(r"[.#](-?[A-Za-z_][\w-]*)")
# Parts that ask for no certain class: what must not be there, one of several, an attribute's value.
_NO_CLASS = re.compile(r":(?:not|is|where|has)\([^)]*\)|\[[^\]]*\]")
_BETWEEN = re.compile(r",(?![^(]*\))")
# A rule that can be told without a parser: no strings, comments and escapes stand before its block.
_PLAIN = re.compile(r"""(?<=[{}])([^{}@;"'/\\]+)\{(?:[^{}"']|"[^"{}]*"|'[^'{}]*')*\}""")


class _Fetched(HTMLParser):
    """Collects the addresses of other hosts that a browser would load by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.foreign: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        values = {name: value or "" for name, value in attrs}
        names = _FETCHED
        if tag == "link" and _LINKS_FETCHED & set(values.get("rel", "").lower().split()):
            names = names | {"href"}
        fetched = (values[name] for name in names & set(values))
        self.foreign += [value for value in fetched if _FOREIGN.match(value.strip())]

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.foreign.extend(re.findall(r"url\(\s*['\"]?((?:https?:)?//[^'\")]+)", data))


def foreign_addresses(html: str) -> list[str]:
    """Return the addresses of other hosts that a browser would load by itself from a page."""
    parser = _Fetched()
    parser.feed(html)
    return parser.foreign


def prepare(page: Page) -> None:
    """Take from a page the files that it has no use for, and hand it the policy."""
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    context = page.context
    context["metatags"] = f"\n    {policy}{context.get('metatags', '')}"
    body = context.get("body", "")
    for kind in ("script_files", "css_files"):
        context[kind][:] = [file for file in context[kind] if _is_used(file, body)]
    if page.name != SEARCH:
        context["script_files"][:] = [_waiting(file) for file in context["script_files"]]


def _is_used(file: object, body: str) -> bool:
    name = str(getattr(file, "filename", file) or "")
    return all(mark in body for part, mark in USED_BY.items() if part in name)


def _waiting(script: _JavaScript) -> _JavaScript:
    """Return a script that the browser runs when the page is there. The first stays as it is.

    Sphinx shares its scripts between pages, so that one changed here would change on all of them.
    """
    at_once = AT_ONCE in str(script.filename or "")
    if at_once or not script.filename or "async" in script.attributes:
        return script
    attributes = {**script.attributes, "defer": "defer"}
    return _JavaScript(script.filename, priority=script.priority, **attributes)


def refuse_foreign(app: Sphinx, exception: Exception | None) -> None:
    """Fail the build if a page that it has written would load anything from another host."""
    if exception or app.builder.format != "html":
        return
    faults = [
        f"{path.relative_to(app.outdir).as_posix()}: {address}"
        for path in sorted(Path(app.outdir).rglob("*.html"))
        if path.stat().st_mtime >= _STARTED
        for address in foreign_addresses(path.read_text(encoding="utf-8"))
    ]
    if faults:
        raise ExtensionError("these pages would load from another host:\n" + "\n".join(faults))


def description(doctree: nodes.document) -> str:
    """Return what a page has found, with its verdict; of another page the first sentences."""
    for box in doctree.findall(nodes.container):
        if TAKEAWAY in box["classes"]:
            return shortened(" ".join(part.astext() for part in box.children))
    return first_words(doctree)


def first_words(doctree: nodes.document) -> str:
    """Return the first paragraph that is a sentence: a tab or a caption is not.

    Nor is a claim of the paper: without its verdict it would read as if it were one of ours.
    """
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if CLAIM in getattr(paragraph.parent, "attributes", {}).get("classes", []):
            continue
        if _SENTENCE.search(text) or len(text) > LONGEST // 2:
            return shortened(text)
    return ""


def shortened(text: str) -> str:
    """Return a text in one line, cut at a word, or in Chinese at a sign."""
    text = " ".join(text.split())
    if len(text) <= LONGEST:
        return text
    return re.split(r"[ ，；：、](?=[^ ，；：、]*$)", text[:LONGEST])[0] + " …"


def describe(page: Page) -> None:
    """Hand the description to the template: the page's own if no document stands behind it."""
    own = page.context.get("gz_description", "")
    page.context["page_description"] = description(page.doctree) if page.doctree else own


def names_in(pages: Iterable[Path], scripts: Iterable[Path]) -> set[str]:
    """Return the classes and ids of pages, and the words of scripts."""
    found: set[str] = set()
    for page in pages:
        found.update(*map(str.split, _IN_PAGE.findall(page.read_text(encoding="utf-8"))))
    for script in scripts:
        found.update(_WORD.findall(script.read_text(encoding="utf-8")))
    return found


def needed(css: str, names: set[str]) -> str:
    """Return a style sheet without the selectors that name something else.

    Most rules go, and go first: to parse them takes longer than all else here.
    """
    css = _PLAIN.sub(lambda rule: rule[0] if _used(rule[1], names) else "", css)
    return "".join(_kept(tinycss2.parse_stylesheet(css, True, True), names))


def _used(selectors: str, names: set[str]) -> list[str]:
    every = _BETWEEN.split(selectors.strip())
    return [one for one in every if set(_NAMED.findall(_NO_CLASS.sub("", one))) <= names]


def _kept(rules: Iterable[tinycss2.ast.Node], names: set[str]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            if used := _used(tinycss2.serialize(rule.prelude), names):
                yield f"{','.join(used)}{{{tinycss2.serialize(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inner = "".join(_kept(tinycss2.parse_blocks_contents(rule.content, True, True), names))
            if inner:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}"
        else:
            yield rule.serialize()


def shorten_sheet(app: Sphinx, exception: Exception | None) -> None:
    """Write the sheet for the pages that there are, whether or not this build has made them."""
    path = Path(app.outdir) / "_static" / SHEET
    if exception is None and path.is_file():
        pages, scripts = Path(app.outdir).rglob("*.html"), path.parents[1].rglob("*.js")
        names = names_in(pages, scripts)
        text = needed((THEME / SHEET).read_text(encoding="utf-8"), names)
        path.write_text(text, encoding="utf-8")


def offer_what_has_an_address(app: Sphinx, config: Config) -> None:
    """Show the repository's button, and launch buttons, where a public address is set."""
    options = config.html_theme_options
    options["use_repository_button"] = known = bool(options.get("repository_url"))
    if known and options.get("launch_buttons"):
        app.tags.add("launch")
    else:
        options["launch_buttons"] = {}


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    # Jupyter Book sets this for an extension that _config.yml leaves out on purpose.
    app.add_config_value("comments_config", {}, "html")
    app.connect("config-inited", offer_what_has_an_address, priority=400)  # the theme's run at 500
    on_every_page(app, describe, priority=800)  # after the theme has had its say
    on_every_page(app, prepare, priority=900)
    app.connect("build-finished", refuse_foreign)
    app.connect("build-finished", shorten_sheet)
