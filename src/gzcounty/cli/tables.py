"""What tables there are, and what each of their columns means."""

from __future__ import annotations

import pandas as pd

from gzcounty.data.census import load_census
from gzcounty.data.china import load_china_counties
from gzcounty.data.dictionary import describe
from gzcounty.data.panel import load_panel
from gzcounty.data.store import read_table, table_names

from .console import columns, wrap

WIDE = "china_counties"
"""The four national tables side by side, as `gzcounty.load_china_counties` joins them."""
_PARTS = ("china_census", "china_economy", "china_lights", "china_taobao")


def names() -> list[str]:
    """Return the names of all tables that can be described and exported."""
    return [*table_names(), WIDE]


def load(name: str, stored: bool = False) -> pd.DataFrame:
    """Return a table: wide and with computed shares, or as it is stored."""
    if name == WIDE:
        return load_china_counties()
    if not stored and name == "panel":
        return load_panel()
    if not stored and name == "census":
        return load_census()
    return read_table(name)


def years(frame: pd.DataFrame) -> str:
    """Return the span of a table's years, or nothing if it has none."""
    for column in ("year", "exit_year"):
        if column in frame:
            known = frame[column].dropna()
            first, last = int(known.min()), int(known.max())
            return str(first) if first == last else f"{first}-{last}"
    return ""


def listing() -> list[str]:
    """List all tables: name, rows, years, what each holds."""
    known = describe()
    titles = dict(zip(known.table, known.title, strict=True))
    titles[WIDE] = "The four national tables side by side, one row a county-level unit"
    rows = [("table", "rows", "years", "what it holds")]
    for name in names():
        frame = load(name, stored=True)
        rows.append((name, f"{len(frame):,}", years(frame), titles[name]))
    return columns(rows)


def dictionary(name: str) -> list[str]:
    """Write the dictionary of a table: each column with label, unit, years, sources and notes."""
    lines = []
    for part in _PARTS if name == WIDE else (name,):
        if name == WIDE:
            lines += [f"== {part}", ""]
        else:
            known = describe().set_index("table")
            lines += [*wrap(f"{part}: {known.title[part]}. {known.description[part]}"), ""]
        for row in describe(part).astype(object).fillna("").itertuples(index=False):
            facts = [row.unit, row.years, f"{row.units:.0f} units" if row.units != "" else ""]
            told = "; ".join(str(fact) for fact in facts if fact)
            lines.append(row.column)
            lines += columns([("", f"{row.label} {row.label_zh}")], indent=1)
            for text in (told, row.note, f"sources: {row.source}" if row.source else ""):
                lines += columns([("", str(text))], indent=1) if text else []
    return lines
