"""What a title, a description or an alt text says of results is computed, as in the pages' prose.

Readers who cannot see a chart have only its description. A result typed there would stay when the
data change: so its words say how the chart is made, and what came out stands in a field. A title
says the finding, so each has a field.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted([*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("src/**/*.py")])
PAGES = sorted([*ROOT.glob("book/*.md"), ROOT / "README.md", *ROOT.glob("notebooks/*.ipynb")])
FIELD = "\N{WHITE SQUARE}"  # stands for what is computed
SAID = ("_", "gz.say")  # they say a message in the reader's language

NUMBER = (
    r"\d[\d.,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|hundred"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|thousand|dozen|half|third|quarter|twice"
)
# Words that count, compare, or tell where something lies and how it moves.
RESULT = (
    r"all of|most|nearly|almost|few(?:er)?|some of|many|none|nobody|no|not|never|always|only"
    r"|above|below|zero|around|near(?:er)?|close|far|clear|left of|right of"
    r"|more|less|least|much|little|slightly|(?:high|low|larg|small|long|short|strong|weak|great|rich"
    r"|poor|bright|dark|wid|narrow|deep|steep|near|clos|fa|furth|fast|slow)(?:er|est|ther|thest)"
    r"|ris(?:e|es|ing)|rose|fall(?:s|ing)?|fell|gr[eo]w(?:s|ing)?|gain(?:s|ed)|los[et]s?|lost"
    r"|shr[aiu]nk|climbs?|jumps?|drops?|stays?|brightens?|leads?|includes?|excludes?|crosse?s?"
    r"|carry|carries|stands? out|lies?|positive|negative|significant|flat|alike"
)
TYPED = re.compile(rf"\b(?:{NUMBER}|{RESULT})\b", re.IGNORECASE)
ALLOWED = {
    r"\b(?:19|20)\d\d(?:-(?:19|20)?\d\d)?\b": "a year or a span of years",
    r"\bx 100\b|\b100 x\b": "the unit: log points times a hundred",
    rf"{FIELD} (?:more or less|lies above zero|below)|\bof (?:no )?more (?:or less )?income\b": (
        "which side is counted in the field before it"
    ),
    r"\btwo-way\b|\bas (?:many|much)\b|\bto the nearest on average\b|\bat the nearest\b": (
        "the name of a model, or of what is measured"
    ),
    rf"\bmore (?={FIELD} goes with)|(?<={FIELD}) never entered\b": "what the field beside it holds",
    r"\blog axis around the province's share\b": "how the axis is made",
    r"\bleft of China's middle: ": "the side that the fields after it count",
    r"\bis not specialised\b|\blike with like\b": "what is drawn",
    r"\bbright or dark\b": "the kinds that the colours mean",
    r"^Above, |; below, the gap|; below them, the choices": "which part of the picture is meant",
    r"\blost residents\b": "which groups the field before it counts",
    r"\b(?:many|few) work in trade\b": "the names of two groups",
    rf"\bM = (?:0\.5|1): {FIELD}|\bno (?:districts|farming): {FIELD}|\bAll of China: {FIELD}": (
        "the name of a model or of a sample, and its field"
    ),
}

# Half of the units is what a median parts; a lowest quarter, equal land, what is counted.
PART_OF_A_MEASURE = (
    r"\b[Hh]alf of (?:all|the)\b|\blowest quarter\b|\bone effect for all\b|\btwo-way\b"
)


def written(node: ast.expr) -> str:
    """Return a text as it was typed, with a mark for what is computed."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(written(part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return written(node.left) + written(node.right)
    if isinstance(node, ast.Call) and ast.unparse(node.func) in SAID:
        return re.sub(r"\{[^}]*\}", FIELD, written(node.args[0]))
    return FIELD


def code_of(path: Path) -> Iterator[str]:
    """Give the code of a module, or of each cell of a notebook."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield text
        return
    for cell in json.loads(text)["cells"]:
        if cell["cell_type"] == "code":
            yield re.sub(r"^[%!].*$", "", "".join(cell["source"]), flags=re.MULTILINE)


def descriptions(code: str) -> Iterator[str]:
    """Give what was typed of each description, and of the names that its fields hold."""
    tree = ast.parse(code)
    named = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named.setdefault(node.targets[0].id, node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "description":
            yield written(node.value)
            for part in ast.walk(node.value):
                if isinstance(part, ast.Name) and part.id in named:
                    yield written(named[part.id])
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            yield from (written(v) for k, v in pairs if k and written(k) == "description")


def titles(code: str) -> Iterator[str]:
    """Give what was typed of each chart's title; a chart is what is called with a description."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call):
            words = {keyword.arg: keyword.value for keyword in node.keywords}
            if {"title", "description"} <= set(words):
                yield written(words["title"])


def typed_title(title: str) -> list[str]:
    """Return what of a title is a result and no field: a number, or all of it."""
    bare = re.sub(PART_OF_A_MEASURE, " ", re.sub(r"\b(?:19|20)\d\d\b", " ", title))
    numbers = [match[0] for match in re.finditer(rf"\b(?:{NUMBER})\b", bare, re.IGNORECASE)]
    return numbers if FIELD in title else [title]


def alt_texts(text: str) -> list[str]:
    """Return the alt texts of a page."""
    found = re.findall(r"^:alt:(.*)$|!\[([^\]]*)\]\(", text, re.MULTILINE)
    return [option or mark for option, mark in found]


def typed(text: str) -> list[str]:
    """Return the words of a description that say a result without computing it."""
    for pattern in ALLOWED:
        text = re.sub(pattern, " ", text)
    return [f"{match[0]} in: {text[:60]}" for match in TYPED.finditer(text)]


@pytest.mark.parametrize("path", CODE, ids=[p.relative_to(ROOT).as_posix() for p in CODE])
def test_no_result_is_typed_into_a_description(path):
    said = [text for code in code_of(path) for text in descriptions(code)]
    assert [word for text in said for word in typed(text)] == []


@pytest.mark.parametrize("path", CODE, ids=[p.relative_to(ROOT).as_posix() for p in CODE])
def test_no_result_is_typed_into_a_title(path):
    assert [found for code in code_of(path) for t in titles(code) for found in typed_title(t)] == []


def test_no_result_is_typed_into_an_alt_text():
    texts = [t for p in PAGES for t in alt_texts(p.read_text(encoding="utf-8"))]
    assert texts
    assert [word for text in texts for word in typed(text)] == []


@pytest.mark.parametrize(
    "code",
    [
        "plot(description='Twelve estimates in order.')",
        "plot(description=f'{n} estimates, all of them above zero.')",
        "plot(description='A line that falls ' 'to the right.')",
        "plot(description='Bars; the highest is Guiyang.')",
        "words = {'description': 'Shares of 27 % and more.'}",
        "said = f'{name} rises'\nplot(description=f'Lines: {said}.')",
        "plot(description=gz.say('{n} estimates, all of them above zero.', n=n))",
        "said = 'Most lie left.'\nplot(description=said)",
    ],
)
def test_a_typed_result_is_seen(code):
    assert [word for text in descriptions(code) for word in typed(text)]


@pytest.mark.parametrize(
    "title",
    ["'Lights rose everywhere'", "f'In {n} of 88 counties'", "'Nearly ' 'all'", "f'Twelve of {n}'"],
)
def test_a_typed_title_is_seen(title):
    code = f"plot(title={title}, description='Dots.')"
    assert [found for text in titles(code) for found in typed_title(text)]


def test_titles_are_found():
    assert sum(len(list(titles(code))) for path in CODE for code in code_of(path)) >= 50


def test_descriptions_are_found():
    assert sum(len(list(descriptions(code))) for path in CODE for code in code_of(path)) >= 60
