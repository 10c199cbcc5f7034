"""Write a page for every public name of the package: ``python tools/reference.py FOLDER``.

The pages hold directives; Sphinx (autodoc and napoleon) fills them from the docstrings, so nothing
is said twice. ``tools/build.py`` calls this before it builds the site. The folder is not stored.

Which pages there are follows from the list of public names alone (`page_names`), so that the table
of contents and the tests know them before anything is written.
"""

import inspect
import re
import sys
import typing
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gzbook
import gzcounty as gz

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "book/reference"
OURS = ("gzcounty.", "gzbook.")
PACKAGES = (gz, gzbook)
PUBLIC = {
    name: f"{package.__name__}.{name}"
    for package in PACKAGES
    for name in sorted(package.__all__)
    if name != "__version__"
}
"""Each public name with the package in front of it."""


@dataclass(frozen=True)
class Group:
    """A chapter of the reference."""

    title: str
    about: str
    homes: tuple[str, ...]  # the modules whose names it holds
    more: tuple[tuple[str, str, str], ...] = ()  # heading, directive, target that its pages share


GROUPS = {
    "data": Group(
        "Data",
        "Tables about Guizhou's and China's counties. Each loader returns a fresh DataFrame with "
        "a source in every row. `read_panel` reads a table of your own.",
        (
            "gzcounty.data",
            "gzcounty.reading",
            "gzbook.evidence.load_claims",
            "gzbook.evidence.roster",
            "gzbook.frames",
            "gzbook.evidence.section_1",
            "gzbook.evidence.section_2",
            "gzbook.evidence.section_3_1",
            "gzbook.evidence.section_4.rural_life",
        ),
    ),
    "measures": Group(
        "Measures",
        "What is computed from the tables before any model: penetration, change, indices, "
        "inequality, specialisation.",
        ("gzcounty.measures", "gzbook.county_page"),
    ),
    "models": Group(
        "Models",
        "Estimators that take any DataFrame and know nothing of Guizhou. Each returns a result "
        "with a table, notes on the sample and on what is assumed, and the library's own result.",
        ("gzcounty.models",),
        (("Standard errors", "automodule", "gzcounty.models.covariance"),),
    ),
    "inference": Group(
        "Inference",
        "Resampling: how sure an estimate is where few clusters, few units or many choices make "
        "the usual standard errors doubtful.",
        ("gzcounty.inference",),
        (("More than one core", "automodule", "gzcounty.parallel"),),
    ),
    "simulation": Group(
        "Teaching data",
        "SIMULATED panels with a stated true effect. They are never mixed with real data.",
        ("gzcounty.simulation",),
    ),
    "charts": Group(
        "Charts",
        "Altair charts that need no kernel. They take frames and results, and refuse to be drawn "
        "without a finding, a unit, a sample, a source and a description.",
        ("gzcounty.charts", "gzbook.figures"),
        (("The words of a chart", "autofunction", "gzcounty.charts.frame.finish"),),
    ),
    "labs": Group(
        "Labs",
        "Controls in a notebook, with a table and a chart that answer at once. They need a running "
        "kernel and the extra `lab`.",
        ("gzbook.labs",),
    ),
    "checks": Group(
        "Checks",
        "What the package and the answers of its readers are held to, the errors it raises and the "
        "language it says them in, and how numbers get from a notebook into a page.",
        (
            "gzbook.claims",
            "gzbook.tables",
            "gzbook.published",
            "gzbook.evidence",
            "gzbook.exercises",
            "gzbook.publishing",
            "gzcounty.errors",
            "gzcounty.language",
            "gzcounty.words",
        ),
    ),
}


def thing(name: str) -> Any:  # noqa: ANN401
    """Return what a public name stands for."""
    return getattr(gz if PUBLIC[name].startswith("gzcounty") else gzbook, name)


def group_of(name: str) -> str:
    """Return the group of a public name, by the module that defines it."""
    module = inspect.unwrap(thing(name)).__module__
    for group, spec in GROUPS.items():
        if any(f"{module}.{name}.".startswith(f"{home}.") for home in spec.homes):
            return group
    raise KeyError(f"No group of the reference holds {module}, the home of {name}.")


def members(group: str) -> list[str]:
    """Return the public names of a group, in the order of the alphabet."""
    return sorted((name for name in PUBLIC if group_of(name) == group), key=str.lower)


def page_names() -> list[str]:
    """Return the pages of the reference, as names of documents below the project's root."""
    names = [f"{FOLDER}/index"]
    for group in GROUPS:
        names.append(f"{FOLDER}/{group}")
        names += [f"{FOLDER}/{group}/{name}" for name in members(group)]
    return names


def summary(thing: object) -> str:
    """Return the first paragraph of a docstring on one line."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def result_classes(function: Callable[..., Any]) -> list[type]:
    """Return the classes of this package that a function hands out, the nearest first.

    They are those of its return annotation, their bases, and those that their methods return.
    """
    classes: list[type] = []
    waiting = list(_annotated(function))
    while waiting:
        kind = waiting.pop(0)
        if kind in classes or kind.__name__.startswith("_") or kind.__name__ == "Reported":
            continue
        classes.append(kind)
        waiting += [base for base in kind.__bases__ if base.__module__.startswith(OURS)]
        for name, method in vars(kind).items():
            method = getattr(method, "fget", method)  # of a property
            if not name.startswith("_") and inspect.isfunction(method):
                waiting += _annotated(method)
    return classes


def _annotated(function: Callable[..., Any]) -> Iterator[type]:
    """Yield the classes of this package in a return annotation, written as text or not."""
    function = inspect.unwrap(function)
    namespace = getattr(function, "__globals__", {})
    waiting = [getattr(function, "__annotations__", {}).get("return")]
    while waiting:
        annotation = waiting.pop(0)
        if isinstance(annotation, str):
            waiting += [namespace.get(word) for word in re.findall(r"[A-Za-z_]\w*", annotation)]
        elif inspect.isclass(annotation) and annotation.__module__.startswith(OURS):
            yield annotation
        else:
            waiting += typing.get_args(annotation)


def source_link(thing: object) -> str:
    """Return the file and lines that define a thing; as a link, where there is a public address."""
    import yaml

    repository = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]
    thing = inspect.unwrap(thing)  # type: ignore[arg-type]
    file = Path(inspect.getsourcefile(thing))  # type: ignore[arg-type]
    path = f"src/{file.relative_to(Path(gz.__file__).parent.parent).as_posix()}"
    lines, first = inspect.getsourcelines(thing)  # type: ignore[arg-type]
    anchor = f"L{first}-L{first + len(lines) - 1}"
    shown = path.replace("_", "\\_")  # "__init__" would be bold
    if not repository["url"]:
        return f"{shown}, lines {first} to {first + len(lines) - 1}"
    return f"[{shown}]({repository['url']}/blob/{repository['branch']}/{path}#{anchor})"


def directive(kind: str, target: str, *options: str) -> str:
    """Return a directive of autodoc in a MyST page."""
    lines = [f".. {kind}:: {target}", *(f"   {option}" for option in options)]
    return "\n".join(["```{eval-rst}", *lines, "```"])


def has_background(name: str) -> bool:
    """Return whether the module of a name adds something to the name's own docstring.

    Several paragraphs always do. One line does if it is about this name alone and has words that
    the name's docstring lacks; that of a chart only repeats what its name says.
    """
    module = inspect.unwrap(thing(name)).__module__
    text = (sys.modules[module].__doc__ or "").strip()
    in_module, in_name = (
        set(re.findall(r"\w+", doc.lower())) for doc in (text, thing(name).__doc__ or "")
    )
    if in_module <= in_name or "\n\n" in text:
        return not in_module <= in_name
    home = module.split(".")[:3]
    alone = sum(inspect.unwrap(thing(n)).__module__.split(".")[:3] == home for n in PUBLIC) == 1
    return alone and group_of(name) != "charts"


def private_modules(things: Iterable[object]) -> list[str]:
    """Return the private modules that docstrings name, in order.

    They have no page of their own, so their text is shown where they are named.
    """
    names: list[str] = []
    for thing in things:
        methods = filter(inspect.isfunction, vars(thing).values()) if inspect.isclass(thing) else ()
        for each in (thing, *methods):
            text = inspect.getdoc(each) or ""
            names += re.findall(r"`((?:gzcounty|gzbook)\.\w+\._\w+)[.\w]*`", text)
    return list(dict.fromkeys(names))


def name_page(name: str, shown: set[type]) -> str:
    """Return the page of a public name.

    `shown` holds the result classes that another page has registered, and those of this page are
    added. A class is written out on every page that needs it, but links lead to the first.
    """
    target = thing(name)
    parts = [f"# {name}", f":::{{div}} gz-source\nDefined in {source_link(target)}\n:::"]
    if inspect.isclass(target):
        kind = "autoexception" if issubclass(target, Exception) else "autoclass"
        return "\n\n".join([*parts, directive(kind, PUBLIC[name], ":show-inheritance:")])
    parts.append(directive("autofunction", PUBLIC[name]))
    module = inspect.unwrap(target).__module__
    if has_background(name):
        parts += ["## Background", directive("automodule", module, ":no-index:")]
    classes = result_classes(target)
    private = [each for each in private_modules([target, *classes]) if each != module]
    if private:
        parts.append("## Formulas")
        parts += [directive("automodule", each, ":no-index:") for each in private]
    if classes:
        parts.append("## What it returns")
    for kind in classes:
        options = [":members:", ":no-index:"] if kind in shown else [":members:"]
        shown.add(kind)
        parts.append(directive("autoclass", f"{kind.__module__}.{kind.__qualname__}", *options))
    return "\n\n".join(parts)


def entries(names: Iterable[str], below: str) -> str:
    """Return a list of names, each with the first sentence of its docstring."""
    return "\n".join(f"[`{name}`]({below}{name}.md)\n: {summary(thing(name))}\n" for name in names)


INDEX = """# Reference

Every public name, after `import gzcounty as gz` and `import gzbook`.
The pages are made from the docstrings when the site is built; their examples run in the tests.
What the estimators are held to stands on the page [Checked against](../checked-against.md).
"""


def pages(names: Iterable[str] | None = None) -> dict[str, str]:
    """Return the text of every page, or of those of some public names, by its path."""
    chosen = set(PUBLIC if names is None else names)
    shown: set[type] = set()
    index, texts = [INDEX], {}
    for group, spec in GROUPS.items():
        listed = [name for name in members(group) if name in chosen]
        index.append(f"## [{spec.title}]({group}.md)\n\n{entries(listed, f'{group}/')}")
        parts = [f"# {spec.title}", spec.about, entries(listed, f"{group}/")]
        for heading, kind, target in spec.more:
            options = [":no-index:"] if kind == "automodule" else []
            parts.append(f"## {heading}\n\n{directive(kind, target, *options)}")
        texts[f"{group}.md"] = "\n\n".join(parts)
        texts |= {f"{group}/{name}.md": name_page(name, shown) for name in listed}
    texts["index.md"] = "\n".join(index)
    return {path: text.rstrip() + "\n" for path, text in texts.items()}


def write_pages(folder: Path, names: Iterable[str] | None = None) -> None:
    """Write the pages into a folder, and remove from it the pages of names that are gone."""
    texts = {folder / path: text for path, text in pages(names).items()}
    for path in set(folder.rglob("*.md")) - set(texts):
        path.unlink()
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")  # Sphinx writes what is newer than its page


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / FOLDER)
