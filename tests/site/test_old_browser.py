"""Scripts and styles of the site ask for nothing newer than Chromium 100, but for what may be lost.

WeChat and many phones in China open a page in an engine of that age. Left out are the print
edition (`tools/edition`), which our own browser prints, and the styles of the theme, which were
looked at in a browser of that age.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
import tinycss2

ROOT = Path(__file__).resolve().parents[2]
THEMES = (
    "pydata_sphinx_theme",
    "sphinx_book_theme",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx",
)
FILES = [
    *sorted((ROOT / "book/_static").glob("gz*.*s*")),
    *sorted((ROOT / "book/_static/vendor").glob("*.js")),
    *sorted((ROOT / "book/_ext/templates").rglob("*.html")),
    ROOT / "tools/portable/Open-me.html",
    *(path for name in THEMES for path in sorted(files(name).rglob("*static/**/*.js"))),
]
# What is newer, and what a reader has without it.
ALLOWED = {
    "property text-wrap": "lines of unequal length",
    "property paint-order": "came late for text of HTML; that of a drawing has it since version 35",
    "gz-print.css selector has": "a table may stand on another sheet than its words",
    "gz-print.css selector details-content": "a folded list is printed as the reader left it",
    "gz-reference.css selector has": "names of parameters in the letters of the text",
    "gz-text.css selector has": "the name of row labels at the other side of its column",
    "gz-charts.js member resize": "a method of Vega's view",
    "gz-labs-answers.js member difference": "a field of an exercise",
    **dict.fromkeys(
        (f"bootstrap.js member {name}" for name in ("dispose", "popover", "resize")),
        "a method of Bootstrap's own",
    ),
}
PATTERNS = {
    "media range": r"@media[^{]*[<>]",
    "regular expression v": r"/[dgimsuy]*v[dgimsuy]*[.,;)]|RegExp\([^)]*, \"[a-z]*v",
    "import attributes": r"\bimport\b[^;]*\bwith\s*\{",
}


@cache
def newer() -> dict[str, int]:
    """Return the version that brought a feature, by kind and name."""
    text = (Path(__file__).parent / "newer_than_chromium_100.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {f"{kind} {name}": int(since) for kind, since, *names in lines for name in names}


def in_values(tokens: list, name: str = "") -> Iterator[str]:
    """List functions, units and words of a value, or of what a rule stands under."""
    for token in tokens:
        if token.type == "function":
            yield f"function {token.lower_name}"
            yield from in_values(token.arguments, name)
        elif token.type.endswith(" block"):
            yield from in_values(token.content, name)
        elif token.type == "dimension":
            yield f"function {token.lower_unit}"
        elif token.type == "ident":
            yield f"value {name}:{token.lower_value}"


def in_selector(tokens: list) -> Iterator[str]:
    """List the classes and elements that only a browser knows."""
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type in {"ident", "function"} and before == ":":
            yield f"selector {getattr(token, 'lower_value', '') or token.lower_name}"
        if token.type == "function":
            yield from in_selector(token.arguments)


def in_style(rules: list, *, nested: bool = False) -> Iterator[str]:
    """List what a style sheet asks a browser for."""
    names = {rule.lower_name for rule in rules if rule.type == "declaration"}
    for rule in rules:
        assert rule.type != "error", rule.message
        if rule.type == "declaration":
            if not rule.name.startswith("--") and f"-webkit-{rule.lower_name}" not in names:
                yield f"property {rule.lower_name}"
            yield from in_values(rule.value, rule.lower_name)
            continue
        if rule.type == "at-rule":
            yield f"at-rule {rule.lower_at_keyword}"
            yield from in_values(rule.prelude)
        else:
            yield from ["selector nesting"] if nested else []
            yield from in_selector(rule.prelude)
        inner = tinycss2.parse_blocks_contents(rule.content or [], True, True)
        yield from in_style(inner, nested=nested or rule.type == "qualified-rule")


def in_script(text: str) -> Iterator[str]:
    """List the names that a script asks other objects for."""
    text = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", text, flags=re.DOTALL)
    yield from (f"member {name}" for name in re.findall(r"\.(\w+)", text))
    yield from (name for name, pattern in PATTERNS.items() if re.search(pattern, text))


def asked(name: str, text: str) -> set[str]:
    """Return what a file asks a browser for."""
    kind = name.rpartition(".")[2]
    parts = {"style": [text] if kind == "css" else [], "script": [text] if kind == "js" else []}
    if kind == "html":
        parts = {tag: re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", text, re.DOTALL) for tag in parts}
    out = {ask for part in parts["script"] for ask in in_script(part)}
    for part in parts["style"]:
        out |= set(in_style(tinycss2.parse_stylesheet(part, True, True)))
        out |= {ask for ask, pattern in PATTERNS.items() if re.search(pattern, part)}
    return out


def too_new(name: str, text: str) -> set[str]:
    """Return what Chromium 100 does not know of it."""
    return {ask for ask in asked(name, text) if ask in newer() or ask in PATTERNS}


def test_an_old_browser_knows_what_the_site_asks_for():
    found = {
        f"{path.name} {ask}"
        for path in FILES
        for ask in too_new(path.name, path.read_text(encoding="utf-8"))
    }
    excused = {one for one in found if one in ALLOWED or one.partition(" ")[2] in ALLOWED}
    assert found - excused == set()
    used = excused | {one.partition(" ")[2] for one in excused}
    assert ALLOWED.keys() - used == set(), "allowed, and no longer there"


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.css", "a:is(b, c:has(d)) { color: red }", "selector has"),
        (
            "a.css",
            "@media print { a { color: color-mix(in srgb, red, blue) } }",
            "function color-mix",
        ),
        ("a.css", "a { height: 100dvh }", "function dvh"),
        ("a.css", "a { b { color: red } }", "selector nesting"),
        ("a.css", "@container (width: 3px) { a { color: red } }", "at-rule container"),
        ("a.css", "@media (width >= 3px) { a { color: red } }", "media range"),
        ("a.css", "a { mask: url(b) }", "property mask"),
        (
            "a.css",
            "a { display: grid; grid-template-rows: subgrid }",
            "value grid-template-rows:subgrid",
        ),
        ("a.js", "rows.toSorted(); // not .at(0)", "member toSorted"),
        ("a.js", "Object.groupBy(rows, key)", "member groupBy"),
        ("a.js", "text.match(/\\p{Script=Han}/v)", "regular expression v"),
        ("a.html", "<style>a{}</style><script>menu.showPopover()</script>", "member showPopover"),
    ],
)
def test_what_is_newer_is_found(name, text, fault):
    assert too_new(name, text) == {fault}
