"""What an installation of this package takes: the libraries behind its extras, and their size."""

from __future__ import annotations

from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PACKAGE = "gzcounty"
BINDER = ("lab", "did", "spatial", "files")
"""The extras of ``.binder/requirements.txt``: what the notebooks need, no website, no tests."""
MB = 1e6


def every_extra() -> tuple[str, ...]:
    """Return the names of all extras, which ``requirements.txt`` installs."""
    return tuple(distribution(PACKAGE).metadata.get_all("Provides-Extra") or ())


def closure(extras: tuple[str, ...]) -> dict[str, Distribution]:
    """Return by name what the package needs with some extras, and all that those need in turn.

    Read from what is installed here, so it holds for this platform and Python version.
    """
    distributions: dict[str, Distribution] = {}
    extras_of: dict[str, set[str]] = {}
    waiting = [(PACKAGE, set(extras))]
    while waiting:
        name, names = waiting.pop()
        key = canonicalize_name(name)
        if key in extras_of and names <= extras_of[key]:
            continue
        extras_of[key] = extras_of.get(key, set()) | names
        try:
            distributions[key] = distribution(name)
        except PackageNotFoundError:
            raise RuntimeError(f"{name} is not installed; `make env` installs all.") from None
        for line in distributions[key].requires or ():
            need = Requirement(line)
            contexts = [{"extra": extra} for extra in ("", *extras_of[key])]
            if need.marker is None or any(map(need.marker.evaluate, contexts)):
                waiting.append((need.name, set(need.extras)))
    return distributions


def megabytes(distributions: Distribution) -> float:
    """Return what the files of an installed distribution take, in MB."""
    files = (Path(str(distributions.locate_file(file))) for file in distributions.files or ())
    return sum(path.stat().st_size for path in files if path.is_file()) / MB


def sizes(extras: tuple[str, ...]) -> dict[str, float]:
    """Return the size in MB of each library that some extras need, the largest first."""
    distributions = {name: megabytes(each) for name, each in closure(extras).items()}
    return dict(sorted(distributions.items(), key=lambda item: -item[1]))
