"""A table written to a file: whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from gzcounty.data.dictionary import describe
from gzcounty.errors import InputError
from gzcounty.extras import require
from gzcounty.words import listed

# What Stata allows: longer texts are another type, longer labels an error.
_STATA_LABEL, _STATA_TEXT, _STATA_NAME = 80, 2045, 32


def export(name: str, frame: pd.DataFrame, path: Path, *, force: bool, encoding: str) -> None:
    """Write a table under the ending of the file's name.

    The file is written under another name in the same folder and renamed when it is complete, so
    that a full disk or a broken connection leaves what was there before as it was.

    Raises
    ------
    InputError
        If the ending is unknown, the file is there already and `force` is not given, or it cannot
        be written.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise InputError(
            f"{path.name} has the ending {path.suffix!r}; written are {listed(_WRITERS, 9)}."
        )
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a file.")
    if path.exists() and not force:
        raise InputError(f"{path} is there already; say --force to write over it.")
    if not path.parent.is_dir():
        raise InputError(f"There is no folder {path.parent}.")
    unfinished = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        write(name, frame, unfinished, encoding)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    except (OSError, UnicodeError) as error:
        raise InputError(f"{path} could not be written: {_reason(error)}.") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _reason(error: OSError | UnicodeError) -> str:
    return str(getattr(error, "strerror", None) or error).rstrip(".")


def _csv(name: str, frame: pd.DataFrame, path: Path, encoding: str) -> None:
    frame.to_csv(path, index=False, encoding=encoding, lineterminator="\n")


def _parquet(name: str, frame: pd.DataFrame, path: Path, encoding: str) -> None:
    require("pyarrow", "files", "Writing Parquet files")
    frame.to_parquet(path, index=False, engine="pyarrow")


def _excel(name: str, frame: pd.DataFrame, path: Path, encoding: str) -> None:
    require("openpyxl", "files", "Writing Excel files")
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        frame.to_excel(book, sheet_name=name, index=False)


def _stata(name: str, frame: pd.DataFrame, path: Path, encoding: str) -> None:
    # Stata's names are short; cut here, so that the labels still tell which column it is.
    frame = frame.rename(columns={c: c[:_STATA_NAME] for c in frame if len(c) > _STATA_NAME})
    flags = [c for c in frame if pd.api.types.is_bool_dtype(frame[c].dtype)]
    plain = frame.astype(
        {flag: "float64" if frame[flag].isna().any() else "int8" for flag in flags}
    )
    texts = [c for c in plain if not pd.api.types.is_numeric_dtype(plain[c].dtype)]
    plain = plain.assign(**{c: plain[c].fillna("").astype(object) for c in texts})
    long = [c for c in texts if plain[c].map(lambda t: len(t.encode())).max() > _STATA_TEXT]
    plain.to_stata(
        path, write_index=False, version=118, variable_labels=_labels(name, plain),
        convert_strl=long,
    )  # fmt: skip


def _labels(name: str, frame: pd.DataFrame) -> dict[str, str]:
    """Return the labels of the columns that the dictionary knows, with their units."""
    if name == "china_counties":
        name = "china_census"
    labels = {}
    for row in describe(name).astype(object).fillna("").itertuples(index=False):
        column = row.column[:_STATA_NAME]
        if column in frame:
            unit = f" ({row.unit})" if row.unit else ""
            labels[column] = f"{row.label}{unit}"[:_STATA_LABEL]
    return labels


_WRITERS: dict[str, Callable[[str, pd.DataFrame, Path, str], None]] = {
    ".csv": _csv,
    ".parquet": _parquet,
    ".dta": _stata,
    ".xlsx": _excel,
}
