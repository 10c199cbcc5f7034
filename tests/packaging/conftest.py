"""Distributions built from a copy of the repository, once a session."""

import shutil
from pathlib import Path

import pytest
from building import build, install

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = (".git", ".venv", "_build", "dist", "__pycache__", ".*_cache", ".hypothesis")


@pytest.fixture(scope="session")
def checkout(tmp_path_factory) -> Path:
    """Copy the repository into a folder with a space and Chinese characters in its name."""
    copy = tmp_path_factory.mktemp("a copy 副本") / "gzcounty"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
    return copy


@pytest.fixture(scope="session")
def wheel(checkout, tmp_path_factory) -> Path:
    """Build the wheel."""
    return build(checkout, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def sdist(checkout, tmp_path_factory) -> Path:
    """Build the source distribution."""
    return build(checkout, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory) -> Path:
    """Install the wheel by itself and return the folder."""
    target = tmp_path_factory.mktemp("installed")
    install(wheel, target)
    return target
