"""A value that all counties of a prefecture share is one observation, not one a county.

Errors that take counties as independent are too small for it by far (Moulton 1990, Review of
Economics and Statistics 72, 334-338). The question is put to every model, not to whoever joins the
value to counties: a join can be made in many ways, and a standard error only here.
"""

import re
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from gzcounty.errors import TrapError
from gzcounty.language import N_

from ._arrays import Array, Codes
from ._categories import Split
from .design import Design
from .sample import Key

CODE = r"(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])\d{4}"
"""A code of China's county-level units; the first four digits are the prefecture's."""
RUN_BY_PROVINCE = "90"
"""Third and fourth digit of counties that belong to no prefecture."""
COUNTIES = "adcode"
"""The column of county codes in every table of this package."""


def county_column(data: pd.DataFrame) -> list[str]:
    """Return the column of county codes, if the data have one that is filled."""
    known = COUNTIES in data and bool(data[COUNTIES].notna().all())
    return [COUNTIES] if known else []


def refuse_shared_values(
    design: Design | Split | Mapping[str, Array], keys: Mapping[str, Key], clusters: Iterable[str]
) -> None:
    """Raise `TrapError` if a regressor is a prefecture's and errors take counties as independent.

    `clusters` are the keys that errors are clustered by; without any, each row is on its own, and
    counties are looked for among all keys.
    """
    clusters = list(clusters)
    county = next((name for name in clusters or keys if _are_counties(keys[name].levels)), None)
    if county is None:
        return
    codes = keys[county].codes
    levels = [str(code) for code in keys[county].levels]
    own = [code if code[2:4] == RUN_BY_PROVINCE else code[:4] for code in levels]
    names, place = np.unique(own, return_inverse=True)
    prefecture = place[codes]
    if any(_nested(prefecture, keys[name].codes) for name in clusters if name != county):
        return
    for term, column in _columns(design).items():
        several = _shared(column, codes, prefecture)
        if several < 2:
            continue
        by_county = N_(
            "{term!r} has one value for all counties of a prefecture, in each of {several} "
            "prefectures of {all}, so counties are no independent observations of it; clustered by "
            "{county!r}, errors would be too small. Cluster by prefecture: a column with the first "
            "four digits of {county!r}, such as 'prefecture_adcode' of gz.load_counties()."
        )
        by_row = N_(
            "{term!r} has one value for all counties of a prefecture, in each of {several} "
            "prefectures of {all}, so counties are no independent observations of it; without "
            "clusters, errors would be too small. Cluster by prefecture: a column with the first "
            "four digits of {county!r}, such as 'prefecture_adcode' of gz.load_counties()."
        )
        raise TrapError(
            by_county if clusters else by_row,
            term=term, several=several, all=len(names), county=county,
        )  # fmt: skip


def _are_counties(levels: pd.Index) -> bool:
    if pd.api.types.is_float_dtype(levels):
        return False
    return len(levels) > 1 and all(map(re.compile(CODE).fullmatch, map(str, levels)))


def _nested(inner: Codes, outer: Codes) -> bool:
    """Return True if each level of `inner` lies in one level of `outer`."""
    return len(np.unique(np.column_stack([inner, outer]), axis=0)) == len(np.unique(inner))


def _columns(design: Design | Split | Mapping[str, Array]) -> dict[str, Array]:
    """Return the regressors by name, without those that only tell categories apart."""
    if isinstance(design, Mapping):
        return dict(design)
    rest = design.rest if isinstance(design, Split) else design
    named = zip(rest.terms, rest.X.T, strict=True)
    return {term: column for term, column in named if not term.startswith("C(")}


def _shared(column: Array, county: Codes, prefecture: Codes) -> int:
    """Count the prefectures with several counties, all of one value at a time; 0 if it is not so.

    No time is needed: a value is the prefecture's if several of its counties have it and no other
    prefecture does. A dummy, a trend and a figure of the nation have values that other prefectures
    have, too; a county's own figure has values that no other county has. Zeros are no values here:
    the columns of an event study are zero in all years but one.
    """
    told = (column != 0) & ~np.isnan(column)
    _, value = np.unique(column[told], return_inverse=True)
    prefecture, county = prefecture[told], county[told]
    own = _distinct(prefecture, value) == 1
    together = _distinct(county, value) > 1
    # Where only one county of a prefecture is there, its value says nothing.
    counties = _distinct(county, prefecture) > 1
    rows = counties.sum()
    # A panel with gaps has prefecture years with one county: most, not all, are shared.
    if not rows or (own & together)[counties].sum() <= 0.5 * rows:
        return 0
    return len(np.unique(prefecture[counties]))


def _distinct(inner: Codes, outer: Codes) -> Codes:
    """Count, row by row, the levels of `inner` in the row's level of `outer`."""
    width = int(inner.max(initial=0)) + 1
    pairs = np.unique(outer.astype(np.int64) * width + inner)
    return np.bincount(pairs // width)[outer]
