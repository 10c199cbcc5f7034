"""The public face: names, laziness, and the stub that types them."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import gzcounty as gz


def test_every_public_name_loads():
    for name in gz.__all__:
        assert getattr(gz, name) is not None


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'load_moon'"):
        gz.load_moon  # noqa: B018


def test_stub_lists_the_same_names_at_the_same_homes():
    stub = ast.parse(Path(gz.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    listed = {
        alias.asname: node.module
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert listed == gz._HOME, "run: python tools/stub.py"


def test_import_loads_no_heavy_library():
    code = (
        "import sys, gzcounty; "
        "print(*sorted({'pandas', 'numpy', 'altair', 'statsmodels'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_lower_floor_never_imports_a_higher_one():
    floors = ["errors", "extras", "words", "parallel", "data", "reading", "measures", "models"]
    floors += ["inference", "simulation", "charts", "claims", "widgets", "exercises", "published"]
    floors += ["quoting", "cli", "__main__"]
    source = Path(gz.__file__).parent
    for path in source.rglob("*.py"):
        floor = path.relative_to(source).parts[0].removesuffix(".py")
        if floor == "__init__":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("gz"):
                continue
            # "from gzcounty import extras" names its floor after the import.
            target = [*node.module.split("."), node.names[0].name][1]
            assert floors.index(target) <= floors.index(floor), f"{path} imports {node.module}"
            # Models and charts know nothing of files or of Guizhou.
            if floor in ("models", "inference", "simulation", "charts"):
                assert target not in ("data", "reading", "measures"), f"{path}: {node.module}"
