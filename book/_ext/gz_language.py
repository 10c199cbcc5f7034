"""Chinese in an English page says that it is Chinese: ``<span lang="zh-Hans">县城</span>``.

In a Chinese page a span of years stays on one line.

So a browser takes the forms of characters that readers in China write, and a screen reader the
voice that can read them. It is done when a page is written, for what a reader sees as text.
Scripts, drawings, code and menus stay as they are, and so does what says its language already.
"""

import re
from collections.abc import Iterator
from typing import Any

from gz_plumbing import Page, on_every_page
from gz_search import HAN
from sphinx.application import Sphinx

CHINESE = "zh-Hans"
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
_CLASS = re.compile(r'<span class="gz-zh">')
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)")
_VOID = {"br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


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
    html = _CLASS.sub(f'<span class="gz-zh" lang="{CHINESE}">', html)
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


def mark(page: Page) -> None:
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


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    on_every_page(app, mark, priority=950)  # after all that writes into a page
