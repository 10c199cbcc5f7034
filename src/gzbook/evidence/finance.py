"""Digital finance in Guizhou's nine prefectures: three ways to ask whether they came together."""

import numpy as np
import pandas as pd

from gzcounty.data.guizhou import load_counties, load_digital_finance

GUIYANG = "520100"


def prefectures() -> pd.DataFrame:
    """Return the rows of Guizhou's prefectures in `gzcounty.load_digital_finance`."""
    finance = load_digital_finance()
    return finance[finance.adcode.isin(load_counties().prefecture_adcode)]


def spread(index: pd.DataFrame, year: int) -> dict[str, float]:
    """Say how far the prefectures lie apart in a year, in four ways.

    Parameters
    ----------
    index : DataFrame
        adcode by year.
    year : int

    Returns
    -------
    dict
        logs: standard deviation of logarithms, which measures ratios. gap: standard deviation in
        points. apart: the same without Guiyang. lead: Guiyang less the mean of the others.
    """
    now, others = index[year], index[year].drop(GUIYANG)
    return {
        "logs": float(np.log(now).std()),
        "gap": float(now.std()),
        "apart": float(others.std()),
        "lead": float(now[GUIYANG] - others.mean()),
    }


def paths() -> pd.DataFrame:
    """Return the paths of five measures, named for a chart.

    Returns
    -------
    DataFrame
        unit, year, value, variable (index; points: less the mean of the year; percent: of that
        mean; breadth; depth), name (English), search (Chinese).
    """
    rows = prefectures()
    mean = rows.groupby("year")["index"].transform("mean")
    values = {
        "index": rows["index"],
        "points": rows["index"] - mean,
        "percent": 100.0 * rows["index"] / mean,
        "breadth": rows.coverage_breadth,
        "depth": rows.usage_depth,
    }
    base = rows[["adcode", "year"]].rename(columns={"adcode": "unit"})
    long = pd.concat([base.assign(variable=name, value=v) for name, v in values.items()])
    named = load_counties().drop_duplicates("prefecture_adcode").set_index("prefecture_adcode")
    names = named[["prefecture_en", "prefecture_zh"]].set_axis(["name", "search"], axis=1)
    return long.join(names, on="unit").reset_index(drop=True)
