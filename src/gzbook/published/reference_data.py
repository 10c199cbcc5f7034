"""Data sets behind published numbers that no installed package carries.

They belong to others and are not copied into this project. `reference_file` finds them in a folder
named by the environment variable GZCOUNTY_REFERENCE, else fetches them from where their authors
keep them.

Whatever way a file came, its content is checked: names of columns and every value, numbers with 12
significant digits, as one sha256. So a table that is read from an R file and written as CSV is held
to the same hash as the CSV that was used when the checks were written.
"""

import hashlib
import json
import logging
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gzbook.published import DataUnavailableError
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.words import listed

FOLDER = "GZCOUNTY_REFERENCE"
HOST = "https://raw.githubusercontent.com"
SECONDS = 20


@dataclass(frozen=True)
class Upstream:
    """Where a data set comes from, and the sha256 of its content in the form of `_canonical`.

    `convert` makes a table or a list of the objects of an R file; without it the file is taken as
    it is.
    """

    repository: str
    commit: str
    path: str
    content: str
    convert: Callable[[dict[str, Any]], Any] | None = None


def _columns(name: str, columns: tuple[str, ...], objects: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(objects[name])[list(columns)]


def _neighbours(objects: dict[str, Any]) -> list[list[int]]:
    """Neighbours of each unit, counted from 1 as in R."""
    return [[int(code) for code in np.asarray(unit).ravel()] for unit in objects["COL.nb"]]


_CASTLE = ("state", "sid", "year", "l_homicide", "post", "effyear", "popwt")
_COLUMBUS = ("NEIGNO", "X", "Y", "CRIME", "INC", "HOVAL")
_OLDCOL = ("r-spatial/spdep", "b47ccf573b1ab9a6fc842c6546cb7592e64afcd0", "data/oldcol.rda")
UPSTREAM = {
    "mpdta.csv": Upstream(
        "d2cml-ai/csdid",
        "f78f4d79cb682b18d2b0ef65e394c3a13e773ccb",
        "data/mpdta.csv",
        "8b87e321385e6bb09394215090e5a426fd4ac7dcb91a3b86631dde3efd93bf49",
    ),
    "castle_bacondecomp.csv": Upstream(
        "evanjflack/bacondecomp",
        "730d57c00de90637d8eeefeb2464ad527b897a65",
        "data/castle.rda",
        "735197cba79db64eb31ffd397ebcf515849d7622f061efa69aaa3329559464f7",
        partial(_columns, "castle", _CASTLE),
    ),
    "columbus_old.csv": Upstream(
        *_OLDCOL,
        "688dfc134ee560642f497bc59994ae09648beddefcde2ebb631bffd9a4144636",
        partial(_columns, "COL.OLD", _COLUMBUS),
    ),
    "columbus_old_neighbours.json": Upstream(
        *_OLDCOL, "00d7807031b8e11451e84de1af4ccae3f96bfdb89679059784b13b3a0400b2c1", _neighbours
    ),
}


def reference_file(name: str) -> Path:
    """Return the path of a data set behind published numbers, fetched if need be.

    It lies in the folder named by GZCOUNTY_REFERENCE if the file is there, else in pooch's cache.
    Raises `DataUnavailableError` if it cannot be had, or a library for that is missing (those that
    come as R files need rdata), and `InputError` if there is no such name, or the content is not
    what the checks were written for.
    """
    if name not in UPSTREAM:
        raise InputError(
            "There is no reference file {name!r}; there are {names}.",
            name=name, names=listed(UPSTREAM),
        )  # fmt: skip
    upstream = UPSTREAM[name]
    folder = os.environ.get(FOLDER)
    if folder and (Path(folder) / name).is_file():
        return _checked(Path(folder) / name, upstream.content)
    try:
        import pooch
    except ModuleNotFoundError:
        raise _unavailable(name, N_("the library pooch")) from None
    kept = Path(pooch.os_cache("gzcounty-reference")) / name
    if not kept.is_file():
        _fetch(name, upstream, kept)
    return _checked(kept, upstream.content)


def _unavailable(name: str, lack: str) -> DataUnavailableError:
    return DataUnavailableError(_(
        "{name} needs {lack}, or a folder named by {variable} that holds it.",
        name=name, lack=_(lack), variable=FOLDER,
    ))  # fmt: skip


# Addresses that did not answer: one wait a session is enough.
_silent: set[str] = set()


def _fetch(name: str, upstream: Upstream, target: Path) -> None:
    """Fetch the original and write it, converted if need be, to `target`."""
    import pooch
    import requests

    if upstream.convert is not None:
        try:
            import rdata
        except ModuleNotFoundError:
            raise _unavailable(name, N_("the network and the library rdata")) from None
    if HOST in _silent:
        raise _unavailable(name, N_("the network"))
    # pooch tells of each download on stderr, where a notebook on a page must be silent.
    pooch.get_logger().setLevel(logging.ERROR)
    try:
        original = Path(
            pooch.retrieve(
                f"{HOST}/{upstream.repository}/{upstream.commit}/{upstream.path}",
                known_hash=None,  # the content is checked, see above
                path=target.parent,
                downloader=pooch.HTTPDownloader(timeout=SECONDS),
            )
        )
    except (requests.RequestException, OSError):
        _silent.add(HOST)
        raise _unavailable(name, N_("the network")) from None
    # Written beside its place and then moved, so that nobody ever reads half a file.
    half = target.with_name(f"{os.getpid()}-{name}")
    if upstream.convert is None:
        half.write_bytes(original.read_bytes())
    else:
        with warnings.catch_warnings():
            # Classes of R that rdata does not know come as the plain lists that they are.
            warnings.simplefilter("ignore")
            converted = upstream.convert(rdata.read_rda(original))
        if isinstance(converted, pd.DataFrame):
            converted.to_csv(half, index=False)
        else:
            half.write_text(json.dumps(converted), encoding="utf-8")
    half.replace(target)


def _checked(path: Path, content: str) -> Path:
    """Return the path if the file's content is the known one."""
    try:
        actual = hashlib.sha256(_canonical(path).encode()).hexdigest()
    except ValueError as error:
        raise InputError(
            "{path} is not the data set that the checks were written for: it cannot be read "
            "({error}). Remove it, and it is fetched again.",
            path=path, error=error,
        ) from None  # fmt: skip
    if actual != content:
        raise InputError(
            "{path} is not the data set that the checks were written for: its content has the "
            "hash {actual}, not {content}. Remove it, and it is fetched again.",
            path=path, actual=actual, content=content,
        )  # fmt: skip
    return path


def _canonical(path: Path) -> str:
    """Write a table or a list in one form, whatever wrote the file."""
    if path.suffix == ".json":
        return json.dumps(json.loads(path.read_text(encoding="utf-8")))
    frame = pd.read_csv(path)
    lines = [",".join(frame.columns)]
    columns = [
        [f"{value:.12g}" for value in column]
        if pd.api.types.is_numeric_dtype(column)
        else column.astype(str).tolist()
        for __, column in frame.items()
    ]
    return "\n".join([*lines, *(",".join(row) for row in zip(*columns, strict=True))])
