"""The examples in docstrings run, and every public function has one that calls it.

What an example prints must be what its docstring shows, up to white space; "..." stands for
anything.
"""

import doctest
import functools
import importlib
import inspect
from pathlib import Path

import pytest

import gzbook
import gzcounty as gz

FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
FUNCTIONS = [
    (package, name)
    for package in (gz, gzbook)
    for name in sorted(package.__all__)
    if name.islower() and not name.startswith("_")
]


def modules() -> list[str]:
    """Return the names of all modules, found without importing them."""
    source = Path(gz.__file__).parents[1]
    paths = [path.relative_to(source).with_suffix("") for path in source.rglob("*.py")]
    return sorted(".".join(path.parts).removesuffix(".__init__") for path in paths)


@functools.cache
def examples(module: str) -> dict[str, doctest.DocTest]:
    """Return the examples of a module's objects, by full name."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    tests = finder.find(importlib.import_module(module), module)
    return {test.name: test for test in tests if test.examples}


def named() -> list[tuple[str, str]]:
    """Return module and full name of every object whose docstring has examples.

    A module that cannot be imported is listed by itself: then its own test fails, and no other.
    """
    found = []
    for module in modules():
        try:
            found += [(module, name) for name in examples(module)]
        except Exception:
            found.append((module, module))
    return found


NAMED = named()


@pytest.mark.parametrize(("module", "name"), NAMED, ids=[name for _, name in NAMED])
def test_example_prints_what_its_docstring_shows(module, name):
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=FLAGS, verbose=False)
    result = runner.run(examples(module)[name], out=said.append)
    assert result.attempted > 0
    assert result.failed == 0, "".join(said)


@pytest.mark.parametrize(("package", "name"), FUNCTIONS, ids=[name for _, name in FUNCTIONS])
def test_every_public_function_shows_how_it_is_called(package, name):
    function = getattr(package, name)
    assert "\nExamples\n--------\n" in inspect.getdoc(function), "no section Examples"
    module = inspect.unwrap(function).__module__
    test = examples(module).get(f"{module}.{name}")
    assert test is not None, "the section Examples has nothing that runs"
    assert any(
        f"{'gz' if package is gz else 'gzbook'}.{name}(" in example.source
        for example in test.examples
    )


def test_a_wrong_example_would_be_seen():
    test = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, None)
    said: list[str] = []
    result = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=said.append)
    assert result.failed == 1
    assert "Expected" in "".join(said)
