"""Loading each table, and reading a large one of a user's, beside plain ``pandas.read_csv``."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import gzcounty as gz
from benchmarks.measure import begin, peak_memory, seconds, table
from gzcounty.data import store

LOADERS = (
    "load_counties", "load_geography", "load_neighbours", "load_census", "load_panel",
    "load_industry_employment", "load_china_counties", "load_digital_finance", "load_boundaries",
)  # fmt: skip


def large(folder: str) -> Path:
    """Write SIMULATED values of 2,800 counties in 151 years, 422,800 rows, as a file of text."""
    from gzcounty.reading.counties import gazetteer

    codes = [code for code in gazetteer().places if not code.endswith("00")][:2_800]
    frame = pd.MultiIndex.from_product(
        [codes, range(1949, 2100)], names=["code", "year"]
    ).to_frame()
    rng = np.random.default_rng(1)
    frame["income"] = rng.lognormal(9, 0.3, len(frame)).round()
    frame["grain"] = rng.lognormal(5, 0.3, len(frame)).round(2)
    frame.to_csv(path := Path(folder) / "large.csv", index=False)
    return path


def run() -> None:
    """Print the tables."""
    head = ("table", "first read, ms", "pandas.read_csv, ms", "ratio")
    row = begin("Reading each table, typed by the data package", head, (22,))
    for name in store.table_names():
        path = store.folder() / store.resource(name)["path"]

        def cold(name: str = name) -> object:
            store._read.cache_clear()
            return store.read_table(name)

        ours, plain = seconds(cold), seconds(lambda path=path: pd.read_csv(path))
        row(name, 1e3 * ours, 1e3 * plain, f"{ours / plain:.2f}")

    again = [(f"gz.{name}()", 1e3 * seconds(getattr(gz, name))) for name in LOADERS]
    table("Loaders, once the files are read", ("call", "ms"), again)

    with tempfile.TemporaryDirectory() as folder:
        path = large(folder)
        values = {"income": "yuan a person", "grain": "number"}
        calls = {
            "gz.read_panel": lambda: gz.read_panel(path, "code", "year", values, progress=False),
            "pandas.read_csv": lambda: pd.read_csv(path),
        }
        sizes = [(name, seconds(call, 3), peak_memory(call)) for name, call in calls.items()]
    table("422,800 rows of text (SIMULATED data)", ("call", "s", "peak MB"), sizes)
