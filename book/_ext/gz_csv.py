"""The tables behind a chart as CSV, with simple lookups joined: one file each, made with the site.

A specification may say in full what it embeds in short:
``{"usermeta": {"columns": {"v": ["farm_share", "lights"], "e": "estimate"}}}`` makes two columns of
a list and gives another its name; ``{"d": {"name": "side", "words": ["above", "below"]}}`` writes
words for the numbers that stand for them, in a list for each.
"""

import csv
import io
import json
from typing import Any

import gz_arrange

Row = dict[str, Any]


def tables(spec: dict[str, Any]) -> list[list[Row]]:
    """Return the rows of the tables behind a chart, as CSV should give them.

    Tables that only words are written from, and single rows beside longer tables, are part of the
    drawing and left out.
    """
    datasets = spec.get("datasets", {})
    kinds: dict[str, set[str]] = {}  # of marks that draw a table
    joins: dict[str, list[dict[str, Any]]] = {}  # lookups that a table takes part in

    def note(name: str, kind: str) -> bool:
        """Note what draws a table; tell whether it is one that has rows."""
        rows = datasets.get(name)
        if known := isinstance(rows, list) and any(rows):
            kinds.setdefault(name, set()).add(kind)
        return known

    def visit(view: dict[str, Any], name: str, lookups: list[dict[str, Any]]) -> None:
        if "data" in view:
            name, lookups = (view["data"] or {}).get("name", ""), []
        steps = view.get("transform", [])
        lookups = [*lookups, *(s for s in steps if s.get("lookup") and s["from"].get("data"))]
        if mark := view.get("mark"):
            kind = mark["type"] if isinstance(mark, dict) else mark
            known = note(name, kind)
            for step in lookups:
                other = step["from"]["data"].get("name", "")
                # A key that the chart computes is not in the rows: then both tables are given.
                if known and step["from"].get("fields") and step["lookup"] in datasets[name][0]:
                    joined = joins.setdefault(name, [])
                    if isinstance(datasets.get(other), list) and step not in joined:
                        joined.append(step)
                else:
                    note(other, kind)
        for child in gz_arrange.inside(view):
            visit(child, name, lookups)

    visit(spec, "", [])
    drawn = [name for name in kinds if kinds[name] - {"text"}]
    long = [name for name in drawn if len(datasets[name]) > 1]
    columns = spec.get("usermeta", {}).get("columns", {})
    return [
        [_in_full(row, columns) for row in _joined(datasets, name, joins.get(name, []))]
        for name in long or drawn or kinds
    ]


def _joined(datasets: dict[str, list[Row]], name: str, lookups: list[dict[str, Any]]) -> list[Row]:
    """Return the rows of a table with what is joined to them, beside what they have already."""
    rows = datasets[name]
    for step in lookups:
        key, fields = step["from"]["key"], step["from"]["fields"]
        given = step.get("as") or fields
        places = list(zip(given if isinstance(given, list) else [given], fields, strict=True))
        by_key = {other.get(key): other for other in datasets[step["from"]["data"]["name"]]}
        found = [by_key.get(row.get(step["lookup"]), {}) for row in rows]
        rows = [
            row | {new: other.get(old) for new, old in places if new not in row}
            for row, other in zip(rows, found, strict=True)
        ]
    return rows


def _in_full(row: Row, columns: dict[str, Any]) -> Row:
    """Return a row with names in full, and a column for each name that a list has."""
    out: Row = {}
    for key, value in row.items():
        full = columns.get(key, key)
        if isinstance(full, list):
            out |= dict(zip(full, value or [None] * len(full), strict=True))
        elif isinstance(full, dict):
            places = value if isinstance(value, list) else [value]
            out[full["name"]] = [full["words"][place] for place in places]
        else:
            out[full] = value
    return out


def as_csv(rows: list[Row]) -> str:
    """Return a table as CSV (RFC 4180); the mark in front lets Excel read it as UTF-8."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return f"\ufeff{out.getvalue()}"


def _cell(value: Any) -> Any:  # noqa: ANN401 (what JSON has)
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | bool) else value
