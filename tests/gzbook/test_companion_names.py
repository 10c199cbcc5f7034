"""The companion's public names, and which module of both packages may import which."""

import ast
import re
from pathlib import Path

import pytest

import gzbook
import gzcounty as gz


def test_every_public_name_is_used_by_a_page_or_a_notebook():
    root = Path(__file__).resolve().parents[2]
    files = [*root.glob("book/*.md"), *root.glob("notebooks/*.ipynb"), root / "README.md"]
    used = {word for f in files for word in re.findall(r"\w+", f.read_text(encoding="utf-8"))}
    assert set(gz.__all__) - used == set()
    assert set(gzbook.__all__) - used == set()


def test_every_public_name_loads():
    for name in gzbook.__all__:
        assert getattr(gzbook, name) is not None


def test_no_module_hides_a_public_name():
    # `import gzbook.check` would put the module in the place of the function.
    modules = {path.stem for path in Path(gzbook.__file__).parent.iterdir()}
    assert not modules & set(gzbook.__all__)


def test_a_name_that_moved_works_and_says_where_it_is():
    with pytest.warns(FutureWarning, match=r"gzcounty\.examine has moved: use gzbook\.examine"):
        assert gz.examine is gzbook.examine
    assert not gz._MOVED_TO_GZBOOK - set(gzbook.__all__)


HELPER = ["language", "errors", "words", "checks", "door", "extras", "parallel", "data", "reading"]
HELPER += ["models", "measures", "inference", "simulation", "charts", "cli", "__main__"]
BOOK = [
    "frames",
    "tables",
    "publishing",
    "claims",
    "county_page",
    "county_pictures",
    "county_sheet",
    "figures",
    "evidence",
    "labs",
    "exercises",
    "published",
]


@pytest.mark.parametrize(("package", "floors"), [("gzcounty", HELPER), ("gzbook", BOOK)])
def test_a_lower_floor_never_imports_a_higher_one(package, floors):
    source = Path(gz.__file__).parents[1] / package
    for path in source.rglob("*.py"):
        floor = path.relative_to(source).parts[0].removesuffix(".py")
        if floor == "__init__":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        # What only a type checker reads is not imported.
        typed = [
            node
            for block in ast.walk(tree)
            if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
            for node in ast.walk(block)
        ]
        for node in ast.walk(tree):
            if node in typed:
                continue
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("gz"):
                continue
            # "from gzcounty import extras" names its floor after the import.
            home, target = [*node.module.split("."), node.names[0].name][:2]
            if home != package:
                assert package == "gzbook", f"{path} imports {node.module}"
                continue
            assert floors.index(target) <= floors.index(floor), f"{path} imports {node.module}"
            # Models and charts know nothing of files or of Guizhou.
            if floor in ("models", "inference", "simulation", "charts"):
                assert target not in ("data", "reading", "measures"), f"{path}: {node.module}"
