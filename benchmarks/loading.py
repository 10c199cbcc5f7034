"""Loading each table, beside a plain ``pandas.read_csv`` of the same file."""

from __future__ import annotations

import pandas as pd

import gzcounty as gz
from benchmarks.measure import seconds, table
from gzcounty.data import store

LOADERS = (
    "load_counties", "load_geography", "load_neighbours", "load_census", "load_panel",
    "load_industry_employment", "load_china_counties", "load_digital_finance", "load_boundaries",
)  # fmt: skip


def run() -> None:
    """Print both tables."""
    rows = []
    for name in store.table_names():
        path = store.folder() / store.resource(name)["path"]

        def cold(name: str = name) -> object:
            store._read.cache_clear()
            return store.read_table(name)

        ours, plain = seconds(cold), seconds(lambda path=path: pd.read_csv(path))
        rows.append((name, 1e3 * ours, 1e3 * plain, f"{ours / plain:.2f}"))
    head = ("table", "first read, ms", "pandas.read_csv, ms", "ratio")
    table("Reading each table, typed by the data package", head, rows)

    again = [(f"gz.{name}()", 1e3 * seconds(getattr(gz, name))) for name in LOADERS]
    table("Loaders, once the files are read", ("call", "ms"), again)
