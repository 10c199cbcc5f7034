"""Where the tables lie and how one is read: types come from ``datapackage.json``, never guessed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from gzcounty.errors import InputError

_DTYPES = {"string": "str", "boolean": "boolean", "integer": "float64", "number": "float64"}


@cache
def folder() -> Path:
    """Return the folder of the tables: inside an installed wheel, or ``data/`` of a checkout."""
    here = Path(__file__).resolve()
    candidates = [here.parents[1] / "_data", here.parents[3] / "data"]
    for candidate in candidates:
        if (candidate / "datapackage.json").is_file():
            return candidate
    looked = " and ".join(str(c) for c in candidates)
    raise InputError(f"The data tables were not found; looked in {looked}. Install gzcounty again.")


@cache
def package() -> dict[str, Any]:
    """Return ``datapackage.json`` as a dict. Treat it as read-only."""
    return json.loads((folder() / "datapackage.json").read_text(encoding="utf-8"))


def table_names() -> list[str]:
    """Return the names of all stored tables, in the order of the data package."""
    return [r["name"].replace("-", "_") for r in package()["resources"] if "schema" in r]


def resource(name: str) -> dict[str, Any]:
    """Return the data package's entry of one table."""
    for entry in package()["resources"]:
        if entry["name"].replace("-", "_") == name:
            return entry
    known = ", ".join([*table_names(), "boundaries"])
    raise InputError(f"There is no table {name!r}. The tables are: {known}.")


@cache
def _read(name: str) -> pd.DataFrame:
    entry = resource(name)
    path = folder() / entry["path"]
    types = {f["name"]: f["type"] for f in entry["schema"]["fields"]}
    try:
        frame = pd.read_csv(
            path,
            dtype={column: _DTYPES[kind] for column, kind in types.items()},
            # Only an empty cell is missing: "NA" could be a name.
            keep_default_na=False,
            na_values=[""],
            encoding="utf-8",
        )
    except (OSError, ValueError, UnicodeDecodeError) as error:
        raise InputError(f"The table {path} cannot be read: {error}. Install it again.") from error
    absent = [c for c in types if c not in frame.columns]
    if absent:
        raise InputError(f"The table {path} lacks the columns {', '.join(absent)}.")
    for column, kind in types.items():
        if kind == "boolean" and not frame[column].isna().any():
            frame[column] = frame[column].astype(bool)
        elif kind == "integer" and not frame[column].isna().any():
            frame[column] = frame[column].astype("int64")
    return frame


def read_table(name: str) -> pd.DataFrame:
    """Return one stored table as a fresh DataFrame.

    Parameters
    ----------
    name : str
        A name of `table_names`.

    Returns
    -------
    DataFrame
        Codes and words as text, whole numbers as int64 (float64 where cells are empty), measures
        as float64, flags as bool.

    Raises
    ------
    InputError
        If there is no such table, or its file is damaged.
    """
    return _read(name).copy()
