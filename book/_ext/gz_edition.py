"""The editions of the site: how a page leads to itself in the other language.

* A page names its twin in its head (``hreflang``) and in its header; ``gz-edition.js`` keeps the
  place and what the address says.
* The front page offers the language that the browser asks for, once. Nothing is redirected.
* The reference is there in English only: links to it from another edition lead there.
* Words that scripts show stand in a catalog like all others, and reach them as Sphinx's own do.
* Chinese in an English page says that it is Chinese: ``<span lang="zh-Hans">县城</span>``. So a
  browser takes the forms of characters that readers in China write, and a screen reader the voice
  that can read them. It is done when a page is written, for what a reader sees as text. Scripts,
  drawings, code and menus stay as they are, and so does what says its language already.
* In a Chinese page a span of years stays on one line.
"""

import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from build import EDITIONS, in_reference
from docutils import nodes
from gz_plumbing import CATALOG, Page, on_every_page
from gz_search import HAN
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

from gzcounty.language import N_, _, current_language, read_catalog

CHINESE = "zh-Hans"  # as HTML names it
# What each is called in itself, for readers who know no other; as HTML names them.
NAMES = {"en": "English", "zh": "中文"}
CODES = {"en": "en", "zh": CHINESE}
OFFERS = {"en": "This book is in English, too.", "zh": "本书有中文版。"}
WORDS = "gz-words.js"
# What the theme and MyST-NB write in English whatever the language; gz-edition.js says it.
THEME = (
    N_("Color mode"), N_("Link to this heading"), N_("Link to this term"), N_("Main"), N_("Page"),
    N_("System Settings"), N_("Toggle hidden content"), N_("Toggle primary sidebar"),
    N_("Toggle secondary sidebar"), N_("Link to this image"), N_("Link to this table"),
    N_("Link to this equation"), N_("Link to this definition"), N_("Light"), N_("Dark"),
)  # fmt: skip
_SIGNS = "\u3000-\u303f\uff00-\uffef"
_RUN = re.compile(rf"[{_SIGNS}]*[{HAN}][{HAN}{_SIGNS}]*")
# What is left alone whole, tags, and text between them.
_PARTS = re.compile(
    r"(<(script|style|svg|pre|code|select|textarea|title)\b.*?</\2>|<!--.*?-->)|(<[^>]*>)",
    re.DOTALL,
)
# Chinese may begin a line with a dash, which between two numbers nobody would read.
_SPAN = re.compile(r"(?<=[\d年%])—(?=[\d+\u2212-])")
JOINER = "\u2060"
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)")
_VOID = {"br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


def address(name: str, own: str, other: str) -> str:
    """Return the way from a page of one edition to the same page of another.

    >>> address("book/value", "en", "zh"), address("book/value", "zh", "en")
    ('../zh/book/value.html', '../../book/value.html')
    """
    first = EDITIONS[0]
    start = posixpath.dirname(posixpath.join("" if own == first else own, name))
    end = posixpath.join("" if other == first else other, f"{name}.html")
    return posixpath.relpath(end, start or ".")


def twins(page: Page) -> list[dict[str, str]]:
    """Return the page's address in each other language, with that language's name."""
    own = current_language()
    others = [] if in_reference(page.name) else [lang for lang in EDITIONS if lang != own]
    return [
        {"lang": lang, "name": NAMES[lang], "code": CODES[lang],
         "href": address(page.name, own, lang)} for lang in others
    ]  # fmt: skip


def name_twins(page: Page) -> None:
    """Hand a page its twins, before the theme leaves out what would be empty."""
    page.context["gz_editions"] = twins(page)
    page.app.add_js_file("gz-edition.js", loading_method="defer", priority=300)
    if current_language() != "en":
        page.app.add_js_file(WORDS, loading_method="defer", priority=300)
        page.app.add_css_file("gz-zh.css", priority=900)  # after all others


def offer_twins(page: Page) -> None:
    """Offer them on the front page; the script shows the one that the browser asks for."""
    if page.name == page.app.config.root_doc:
        offers = "".join(
            f'<p class="gz-offer" lang="{twin["code"]}" data-language="{twin["lang"]}" hidden>'
            f'{OFFERS[twin["lang"]]} <a href="{twin["href"]}">{twin["name"]}</a></p>'
            for twin in twins(page)
        )
        page.context["body"] = offers + page.context.get("body", "")


class ChineseGlossary(SphinxTransform):
    """On pages in Chinese, put a term's Chinese names first, and terms in the order of pinyin."""

    default_priority = 30  # behind the translation (20)

    def apply(self, **kwargs: object) -> None:
        """Go through the glossary."""
        if current_language() != "zh":
            return
        for entry in self.document.findall(nodes.definition_list_item):
            names = [part for part in entry.children if isinstance(part, nodes.term)]
            entry[: len(names)] = sorted(
                names, key=lambda name: not re.search(f"[{HAN}]", name.astext())
            )
        for glossary in self.document.findall(addnodes.glossary):
            for listing in glossary.findall(nodes.definition_list):
                # The national standard's common characters stand in the order of pinyin.
                listing.children.sort(key=lambda entry: entry[0].astext().encode("gb18030"))


def leave_messages(app: Sphinx, doctree: nodes.document) -> None:
    """Take what was translated out of documents of its own: each would keep all that Sphinx knows.

    Sphinx parses a message as a document, whose settings hold the whole environment.
    """
    for node in doctree.findall():
        node.document = doctree


class LeadToReference(SphinxPostTransform):
    """Lead links to pages of the reference, which a translated edition lacks, to the English."""

    default_priority = 5  # before MyST's own (9)

    def run(self, **kwargs: object) -> None:
        """Go through the links of a page."""
        own, first = current_language(), EDITIONS[0]
        if own == first:
            return
        root = posixpath.relpath(".", posixpath.join(own, posixpath.dirname(self.env.docname)))
        for link in list(self.document.findall(addnodes.pending_xref)):
            if link["reftype"] == "myst" and in_reference(link["reftarget"]):
                anchor = f"#{link['reftargetid']}" if link.get("reftargetid") else ""
                uri = f"{root}/{link['reftarget']}.html{anchor}"
                link.replace_self(nodes.reference("", "", *link.children, refuri=uri))


def parts(html: str) -> Iterator[tuple[str, re.Match[str] | None]]:
    """Yield each text that a reader sees, maybe empty, and the markup that follows it."""
    done = 0
    for part in _PARTS.finditer(html):
        yield html[done : part.start()], part
        done = part.end()
    yield html[done:], None


def marked(html: str) -> str:
    """Return HTML in which runs of Chinese characters say their language."""
    if not re.search(f"[{HAN}]", html):
        return html
    html = html.replace('<span class="gz-zh">', f'<span class="gz-zh" lang="{CHINESE}">')
    out: list[str] = []
    inside = 0  # how many elements deep inside one that is Chinese
    for text, part in parts(html):
        out.append(text if inside else _RUN.sub(rf'<span lang="{CHINESE}">\g<0></span>', text))
        if part is None:
            break
        out.append(part[0])
        if part[3] and (tag := _TAG.match(part[3])) and tag[2] not in _VOID:
            if tag[1]:
                inside -= bool(inside)
            elif not part[3].endswith("/>") and (inside or ' lang="zh' in part[3]):
                inside += 1
    return "".join(out)


def unbroken(html: str) -> str:
    """Return HTML in which spans of numbers, as 2010—2020, are not broken between two lines."""
    return "".join(
        _SPAN.sub(f"{JOINER}—{JOINER}", text) + (part[0] if part else "")
        for text, part in parts(html)
    )


def mark_chinese(page: Page) -> None:
    """Mark the body of a page, and the titles around it."""
    context = page.context
    if page.app.config.language.startswith("zh"):
        context["body"] = unbroken(context.get("body", ""))
        return
    context["body"] = marked(context.get("body", ""))
    for way in ("prev", "next"):
        if other := context.get(way):
            context[way] = {**other, "title": marked(other["title"])}
    for name in ("generate_toctree_html", "generate_toc_html"):
        if make := context.get(name):
            context[name] = _marking(make)


def _marking(make: Any) -> Any:  # noqa: ANN401
    return lambda *arguments, **options: marked(str(make(*arguments, **options)))


def say_in_theme(app: Sphinx, config: Config) -> None:
    """Say what the configuration says to readers in the language of the edition."""
    options = config.html_theme_options
    if config.html_baseurl and current_language() != EDITIONS[0]:
        config.html_baseurl = f"{config.html_baseurl.rstrip('/')}/{current_language()}/"
    config.author = _(config.author)
    hint = options["search_bar_text"]
    options["search_bar_text"] = _(hint)
    if current_language() != "en":  # MyST-NB says nothing through a catalog
        config.nb_code_prompt_show, config.nb_code_prompt_hide = _("Show"), _("Hide")
    options["article_header_end"] = ["gz-edition.html", "article-header-buttons.html"]


def write_words(app: Sphinx) -> list[Any]:
    """Write what the scripts say in this language, for the function that they ask."""
    if current_language() != "en":
        files = (Path(app.srcdir) / "book" / "_static").glob("*.js")
        scripts = "".join(file.read_text(encoding="utf-8") for file in files)
        messages = {
            text: said
            for text, said in read_catalog(CATALOG).items()
            if text in scripts or text in THEME
        }
        words = {"locale": app.config.language, "plural_expr": "0", "messages": messages}
        text = f"Documentation.addTranslations({json.dumps(words, ensure_ascii=False)});\n"
        (Path(app.outdir) / "_static" / WORDS).write_text(text, encoding="utf-8")
    return []


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("config-inited", say_in_theme)
    app.add_transform(ChineseGlossary)
    app.add_post_transform(LeadToReference)
    app.connect("doctree-read", leave_messages, priority=900)
    on_every_page(app, name_twins, priority=400)
    on_every_page(app, mark_chinese, priority=950)  # after all that writes into a page
    on_every_page(app, offer_twins, priority=960)
    app.connect("html-collect-pages", write_words)
