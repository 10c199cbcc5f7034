"""The public face: names, laziness, and which module may import which."""

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
    with pytest.raises(AttributeError, match="No gzcounty attribute load_moon"):
        gz.load_moon  # noqa: B018


def test_a_removed_name_says_what_to_use_instead():
    with pytest.raises(AttributeError, match=r"quantile_regression was removed: .*quantreg"):
        gz.quantile_regression  # noqa: B018
    assert not set(gz._REMOVED) & set(gz.__all__)


def test_import_loads_no_heavy_library():
    code = (
        "import sys, gzcounty; "
        "print(*sorted({'pandas', 'numpy', 'altair', 'statsmodels'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_no_module_and_no_test_of_the_helper_needs_the_companion():
    package, tests = Path(gz.__file__).parent, Path(__file__).parent
    for path in [*package.rglob("*.py"), *tests.rglob("*.py")]:
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        modules = [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
        modules += [name.name for n in nodes if isinstance(n, ast.Import) for name in n.names]
        assert not [m for m in modules if (m or "").split(".")[0] == "gzbook"], path
