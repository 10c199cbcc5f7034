"""What the code says in English, the catalogs say in Chinese: all of it, with the same fields."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from string import Formatter

import pytest
import translate
from babel.messages.catalog import Catalog
from chinese import HALF_WIDTH

from gzcounty.language import read_catalog

CALLS = tuple(translate.KEYWORDS)
of_code = cache(translate.of_code)
_CODE = re.compile(r"\{[^}]*\}|'[^']*'|`[^`]*`|[\w.]+\([^)\u4e00-\u9fff]*\)")  # left as it is


def fields(text: str) -> set[str]:
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in Formatter().parse(text) if name}


def said(folder: str) -> Iterator[tuple[str, str, ast.Call, list[ast.expr]]]:
    """Yield each call that says something, where it stands, and its messages."""
    for file, code in translate.code_of(folder):
        for node in ast.walk(ast.parse(code if file.suffix != ".js" else "")):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if name in CALLS:
                    places = [place - 1 for place in translate.KEYWORDS[name] or (1,)]
                    said = [node.args[i] for i in places if i < len(node.args)]
                    yield f"{file.name}:{node.lineno}", name, node, said


def updated(folder: str) -> Catalog:
    return of_code()[translate.catalog_of(folder)]


@pytest.mark.parametrize("folder", translate.CODE)
def test_every_message_has_its_chinese_and_no_other_is_kept(folder):
    catalog = updated(folder)
    assert translate.untranslated(catalog) == [], "run make translate"
    kept = set(translate.read(translate.catalog_of(folder)))
    assert kept == {message.id for message in catalog if message.id}, "run make translate"


@pytest.mark.parametrize("folder", translate.CODE)
def test_chinese_has_the_fields_and_signs_it_should(folder):
    faults = []
    for message in updated(folder):
        if not message.id:
            continue
        both = [message.id] if isinstance(message.id, str) else message.id
        text = message.string if isinstance(message.string, str) else message.string[0]
        wanted = set().union(*map(fields, both))
        if fields(text) - {"n"} != wanted - {"n"}:
            faults.append(f"{both[0]}: the fields of {text!r} differ")
        if HALF_WIDTH.search(_CODE.sub("", text)):
            faults.append(f"{text}: a half-width sign or a space beside Chinese")
    assert faults == []


def test_a_message_is_said_the_same_everywhere():
    """One that stands in several catalogs: scripts say again what the package says."""
    chinese: dict[str, set[str]] = {}
    for folder in translate.CODE:
        for message, text in read_catalog(translate.catalog_of(folder)).items():
            chinese.setdefault(message, set()).add(text)
    assert {message: texts for message, texts in chinese.items() if len(texts) > 1} == {}


def literals(node: ast.AST) -> list[str]:
    """Return the texts in an expression that no call within it is given."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    parts = [] if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
    return [text for part in parts for text in literals(part)]


@pytest.mark.parametrize("folder", translate.CODE)
def test_messages_are_whole_and_get_the_fields_they_name(folder):
    faults, known = [], set()
    for message in updated(folder):
        known |= {message.id} if isinstance(message.id, str) else set(message.id)
    for where, name, call, messages in said(folder):
        given = {word.arg for word in call.keywords}
        for message in messages:
            if isinstance(message, ast.JoinedStr | ast.BinOp):
                faults.append(f"{where}: a message put together by code has no translation")
            elif not isinstance(message, ast.Constant | ast.Call) and literals(message):
                # Of both sides of a condition one message would be made, of a key in brackets too.
                faults.append(f"{where}: a message stands by itself, not within something")
            if not isinstance(message, ast.Constant):
                continue
            if message.value not in known:  # as within an f-string, which is not looked into
                faults.append(f"{where}: {message.value!r} is not found")
            if None in given or name == "N_":
                continue
            named = fields(message.value) if given or name == "_n" else set()
            if named - {"n"} - given or (given - named and name != "_n"):
                faults.append(f"{where}: fields {sorted(named ^ given)}")
            if not given and name != "_n" and fields(message.value):
                faults.append(f"{where}: no field is given for {sorted(fields(message.value))}")
    assert faults == []
