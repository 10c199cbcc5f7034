"""Rows of results say in columns what they are; no code finds them by words made for readers."""

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The regression lab puts the labels of its menus for names of columns in a model's refusal.
REFUSALS = ROOT / "src" / "gzbook" / "labs" / "regression.py"
FILES = sorted(set((ROOT / "src" / "gzbook").rglob("*.py")) - {REFUSALS})
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# Columns that hold words for readers.
WORDS = {"what", "label", "model", "finding", "sentence", "note", "group_label"}
CUTS = {"startswith", "endswith", "contains", "removeprefix", "removesuffix", "replace", "split"}
CUTS |= {"partition", "extract", "match", "fullmatch", "slice"}


def code_of(path: Path) -> str:
    """Return the Python of a module, or of a notebook's cells."""
    if path.suffix == ".py":
        return path.read_text(encoding="utf-8")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


def is_sentence(node: ast.AST) -> bool:
    """Say whether a text reads as words for readers: three words, or two with a comma."""
    if isinstance(node, ast.JoinedStr):
        written = [str(part.value) for part in node.values if isinstance(part, ast.Constant)]
        return len(" ".join(written).split()) >= 2
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return False
    words = node.value.split()
    return len(words) >= 3 or (len(words) == 2 and "," in node.value)


def column(node: ast.AST) -> str | None:
    """Return the column of ``table.label`` or ``table["label"]``."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return node.id if isinstance(node, ast.Name) else None


def breaches(code: str) -> list[str]:
    """Return the expressions in which words for readers are a key, are cut apart, or are tested."""
    return [ast.unparse(node) for node in ast.walk(ast.parse(code)) if is_breach(node)]


def is_breach(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        target = node.func.value
        series = isinstance(target, ast.Attribute) and target.attr == "str"
        has_number = [ast.unparse(argument) for argument in node.args] == [repr(r"\d")]
        words = column(target.value if series else target) in WORDS
        return words and node.func.attr in CUTS and not has_number
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        return any(column(side) in WORDS for side in sides) and any(map(is_sentence, sides))
    if isinstance(node, ast.Subscript) and column(node.value) in {"loc", "at"}:
        keys = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        # An index of words may be shown; nothing may be looked up in it.
        by_words = re.search(rf"set_index\('({'|'.join(WORDS)})'\)\.\w+$", ast.unparse(node.value))
        return bool(by_words) or any(map(is_sentence, keys))
    return False


@pytest.mark.parametrize(
    "code",
    [
        'models.what.str.removeprefix("Cross-section 2020, ")',
        'rows[rows["label"].str.startswith("Savings")]',
        'table.loc["GDP a resident on distance"]',
        'table[table.what == "all county-level units"]',
        'table.loc[f"Savings, {name}, all controls"]',
        'table.set_index("what").loc[name]',
        'what.startswith("Savings")',
    ],
)
def test_a_breach_is_seen(code):
    assert breaches(code)


@pytest.mark.parametrize(
    "code",
    [
        'models[models.family == "cross-section"]',
        'table.loc["Meitan"]',
        'names.str.replace("_", " ")',
        'table.set_index("adcode").loc[adcode]',
        'table.loc[f"{name}_{year}"]',
        'table.set_index("label").round(1)',
        r'papers.finding.str.contains(r"\d")',
    ],
)
def test_columns_and_names_are_no_breach(code):
    assert not breaches(code)


@pytest.mark.parametrize("path", [*FILES, *NOTEBOOKS], ids=lambda path: path.stem)
def test_no_words_for_readers_are_a_key(path):
    assert breaches(code_of(path)) == []
