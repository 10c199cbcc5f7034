"""requirements.txt pins everything that pyproject.toml asks for, and installs the package."""

import re
import tomllib
from itertools import chain
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LINES = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
PINS = [line for line in LINES if line != "-e ."]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
ASKED = [Requirement(r) for r in chain(PROJECT["dependencies"], *EXTRAS.values())]


def test_the_package_itself_is_installed_once():
    assert LINES.count("-e .") == 1


def test_every_other_line_is_one_exact_version():
    # Name and version, and where it applies: no address, no option, no hash.
    for line in PINS:
        pin, _, marker = line.partition(" ; ")
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*==[0-9][A-Za-z0-9.!+]*", pin), line
        if marker:
            Marker(marker)


def test_the_lines_are_in_order_and_not_repeated():
    names = [line.partition("==")[0] for line in PINS]
    assert names == sorted(names)
    assert len(PINS) == len(set(PINS))


def test_what_pyproject_asks_for_is_pinned_to_a_version_it_allows():
    pins = [Requirement(line) for line in PINS]
    for requirement in ASKED:
        name = canonicalize_name(requirement.name)
        exact = [pin.specifier for pin in pins if canonicalize_name(pin.name) == name]
        assert exact, f"{requirement} is not pinned"
        for (version,) in exact:
            assert requirement.specifier.contains(version.version), requirement


def test_building_needs_only_what_is_pinned():
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = {line.partition("==")[0] for line in PINS}
    for need in pyproject["build-system"]["requires"]:
        assert canonicalize_name(Requirement(need).name) in names
