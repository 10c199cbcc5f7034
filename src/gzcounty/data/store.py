"""Where the tables lie and how one is read: types come from ``datapackage.json``, never guessed."""

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from gzcounty.errors import InputError
from gzcounty.language import _
from gzcounty.words import in_a_row

_DTYPES = {"string": "str", "boolean": "boolean", "integer": "float64", "number": "float64"}


@cache
def folder() -> Path:
    """Return the folder of the tables: inside an installed wheel, or ``data/`` of a checkout."""
    here = Path(__file__).resolve()
    candidates = [here.parents[1] / "_data", here.parents[3] / "data"]
    for candidate in candidates:
        if (candidate / "datapackage.json").is_file():
            return candidate
    looked = in_a_row([*map(str, candidates)])
    raise InputError(
        "The data tables were not found; looked in {looked}. Install gzcounty again.", looked=looked
    )


@cache
def package() -> dict[str, Any]:
    """Return ``datapackage.json`` as a dict. Treat it as read-only."""
    path = folder() / "datapackage.json"
    try:
        contents: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        contents["resources"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            "The data package {path} is damaged: {error}. Install gzcounty again.",
            path=path, error=error,
        ) from error  # fmt: skip
    return contents


def table_names() -> list[str]:
    """Return the names of all stored tables, in the order of the data package."""
    return [r["name"].replace("-", "_") for r in package()["resources"] if "schema" in r]


def resource(name: str) -> dict[str, Any]:
    """Return the data package's entry of one table."""
    for entry in package()["resources"]:
        if entry["name"].replace("-", "_") == name:
            return entry
    names = _(", ").join([*table_names(), "boundaries"])
    raise InputError("There is no table {name!r}. The tables are: {names}.", name=name, names=names)


@cache
def _read(name: str) -> pd.DataFrame:
    entry = resource(name)
    path = folder() / entry["path"]
    types = {f["name"]: f["type"] for f in entry["schema"]["fields"]}
    try:
        frame = pd.read_csv(
            io.BytesIO(_whole(path)),
            dtype={column: _DTYPES[kind] for column, kind in types.items()},
            # Only an empty cell is missing: "NA" could be a name.
            keep_default_na=False,
            na_values=[""],
            encoding="utf-8",
        )
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())  # pandas breaks its lines
        raise InputError(
            "The table {path} cannot be read: {reason}. Install gzcounty again.",
            path=path, reason=reason,
        ) from error  # fmt: skip
    absent = [c for c in types if c not in frame.columns]
    if absent:
        raise InputError(
            "The table {path} lacks the columns {columns}. Install gzcounty again.",
            path=path, columns=_(", ").join(absent),
        )  # fmt: skip
    _require_filled(frame, entry, path)
    for column, kind in types.items():
        if kind == "integer" and (broken := frame[column].mod(1) > 0).any():
            raise InputError(
                "The table {path} holds {value} in line {line} of {column!r}, where whole "
                "numbers stand. Install gzcounty again.",
                path=path, value=frame[column][broken].iloc[0], line=int(broken.idxmax()) + 2,
                column=column,
            )  # fmt: skip
        if kind in ("boolean", "integer") and not frame[column].isna().any():
            frame[column] = frame[column].astype(bool if kind == "boolean" else "int64")
    return frame


def _whole(path: Path) -> bytes:
    """Return a file that is text to its last line; pandas would take half of one without a word."""
    raw = path.read_bytes()
    if not raw.strip():
        raise ValueError(_("the file is empty"))
    if b"\0" in raw:
        raise ValueError(_("byte {place:,} is no text", place=raw.index(0)))
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(_("byte {place:,} is not UTF-8", place=error.start)) from None
    if not raw.endswith(b"\n"):
        raise ValueError(_("it breaks off in its last line"))
    return raw


def _require_filled(frame: pd.DataFrame, entry: dict[str, Any], path: Path) -> None:
    """Refuse a table with a gap where the data package says there is none, or with rows lost."""
    for field in entry["schema"]["fields"]:
        empty = frame[field["name"]].isna()
        if field.get("constraints", {}).get("required") and empty.any():
            raise InputError(
                "The table {path} has nothing in line {line} of {column!r}, which is never "
                "empty. Install gzcounty again.",
                path=path, line=int(empty.idxmax()) + 2, column=field["name"],
            )  # fmt: skip
    if len(frame) < entry.get("rows", 0):  # of the claims, which people add, it says nothing
        raise InputError(
            "The table {path} has {rows:,} rows instead of {wanted:,}. Install gzcounty again.",
            path=path, rows=len(frame), wanted=entry["rows"],
        )  # fmt: skip


def read_table(name: str) -> pd.DataFrame:
    """Return one stored table of `table_names` as a fresh DataFrame.

    Codes and words are text, whole numbers int64 (float64 where cells are empty), measures float64,
    flags bool. Raise InputError if there is no such table, or its file is damaged.
    """
    return _read(name).copy()
