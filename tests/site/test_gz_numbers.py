"""Numbers are kept, looked up and written; anything unknown is refused."""

from types import SimpleNamespace

import pytest
from docutils import nodes
from gz_ledger import hold_together, resolve
from gz_plumbing import PUBLISHED, Shelf
from myst_nb.core.render import MimeData, load_mime_renders

from gzbook.publishing import LEDGER, MIMETYPE, Collector

NOTEBOOKS = {
    "value-people": {"estimate": -0.0213, "n": 38_562_148, "sample": "60 former poverty counties"},
    "introduction": {"counties": 88, "range": "-0.10 (-0.3 to 0.1), CR1-0 in 2014-2023"},
}


@pytest.mark.parametrize(
    ("key", "spec", "expected"),
    [
        ("estimate", ".2f", "\N{MINUS SIGN}0.02"),
        ("estimate", "+.1%", "\N{MINUS SIGN}2.1%"),
        ("n", ",", "38,562,148"),
        ("n", "", "38562148"),
        ("sample", "", "60 former poverty counties"),
        ("sample", ".2f", "60 former poverty counties"),
    ],
)
def test_writes(key, spec, expected):
    assert resolve(NOTEBOOKS, "value-people", key, spec) == expected


def test_a_hyphen_is_a_minus_before_a_number_and_nowhere_else():
    text = resolve(NOTEBOOKS, "introduction", "range", "")
    assert text == "\N{MINUS SIGN}0.10 (\N{MINUS SIGN}0.3 to 0.1), CR1-0 in 2014-2023"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a gain of ", " % a year", "a gain of 3\N{NO-BREAK SPACE}% a year"),
        ("(p = ", "), so", "(p =\N{NO-BREAK SPACE}3), so"),
        ("up = ", " percent", "up = 3 percent"),
        ("", " SD of", "3\N{NO-BREAK SPACE}SD of"),
    ],
)
def test_a_number_keeps_its_unit(before, after, expected):
    number = nodes.inline("", "3")
    paragraph = nodes.paragraph("", "", nodes.Text(before), number, nodes.Text(after))
    hold_together(number)
    assert paragraph.astext() == expected


def test_unknown_notebook_names_those_that_publish():
    with pytest.raises(LookupError, match="introduction, value-people"):
        resolve(NOTEBOOKS, "value-county", "n", "")


def test_unknown_key_names_those_there_are():
    with pytest.raises(LookupError, match="it has: counties"):
        resolve(NOTEBOOKS, "introduction", "county", "")


def test_a_format_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="does not fit introduction:counties"):
        resolve(NOTEBOOKS, "introduction", "counties", "s")


def test_what_a_notebook_publishes_is_kept_and_shown_nowhere():
    env = SimpleNamespace(docname="notebooks/tea")
    renderer = SimpleNamespace(renderer=SimpleNamespace(sphinx_env=env))
    assert Collector in load_mime_renders()
    for kind, content in ((MIMETYPE, {"a": 1}), (MIMETYPE, '{"b": 2}'), (LEDGER, [{"id": "1-a"}])):
        assert Collector.handle_mime(renderer, MimeData(kind, content), False) == []
    assert Collector.handle_mime(renderer, MimeData("text/html", "<p>"), False) is None
    assert PUBLISHED.by_notebook(env, MIMETYPE) == {"tea": {"a": 1, "b": 2}}
    assert PUBLISHED.by_notebook(env, LEDGER) == {"tea": [{"id": "1-a"}]}


def test_shelf_gives_by_notebook_and_forgets_what_is_read_again():
    shelf, env = Shelf("things"), SimpleNamespace()
    shelf.items(env).setdefault("notebooks/a", {})["x"] = 1
    shelf.takers(env)["book/p"] = {"a"}
    assert shelf.by_notebook(env, "x") == {"a": 1}
    env.gz_read = ["notebooks/b", "book/p"]
    assert shelf._write_again(None, env) == []
    env.gz_read = ["notebooks/a"]
    assert shelf._write_again(None, env) == ["book/p"]
    shelf._forget(None, env, "notebooks/a")
    shelf._forget(None, env, "book/p")
    assert shelf.items(env) == {}
    assert shelf.takers(env) == {}
