"""The answers of section 2.2 looked at again: other weights, other ways to look, single groups."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from gzbook.evidence._county import capacity_change, group_neighbours, log_lights, service_share
from gzcounty.data.guizhou import load_counties, load_neighbours
from gzcounty.data.panel import load_panel
from gzcounty.inference.influence import leave_one_out
from gzcounty.inference.randomisation import RandomisationTest, randomisation_test
from gzcounty.measures.carrying import INDICATORS, carrying_capacity
from gzcounty.measures.penetration import penetration
from gzcounty.models.ols import ols
from gzcounty.models.spatial import moran_change, neighbour_weights

WEIGHTS: dict[str, tuple[Literal["entropy", "equal"], float]] = {
    "entropy": ("entropy", 0.0),
    "entropy, shift 0.01": ("entropy", 0.01),
    "entropy, shift 0.1": ("entropy", 0.1),
    "equal": ("equal", 0.0),
}
MENU = {
    "capacity": "Index, entropy weights",
    "capacity_equal": "Index, equal weights",
    **{name: INDICATORS[name][0] for name in ("piped_water_share", "public_service_share")},
}


def capacity_ends() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return both years of both indices and two indicators, as `dumbbell_chart` takes them.

    Returns
    -------
    ends : DataFrame
        unit, name, variable, start, end, search (Chinese names of the group's members).
    menu : DataFrame
        variable, label, unit, format.
    """
    both = carrying_capacity()
    both["capacity_equal"] = carrying_capacity("equal").capacity
    tidy = both.melt(["group", "group_name_en", "year"], list(MENU))
    keys = ["group", "group_name_en", "variable"]
    ends = tidy.pivot(index=keys, columns="year", values="value").reset_index()
    ends = ends.rename(columns={"group": "unit", "group_name_en": "name", 2010: "start"})
    ends = ends.rename(columns={2020: "end"}).rename_axis(columns=None)
    ends["search"] = ends.unit.map(load_counties().groupby("group").name_zh.agg(" ".join))
    rows = [
        {"variable": name, "label": label, "unit": "0 to 1", "format": ".2f"}
        if name.startswith("capacity")
        else {"variable": name, "label": label, "unit": INDICATORS[name][1], "format": ".0f"}
        for name, label in MENU.items()
    ]
    return ends, pd.DataFrame(rows)


def ranks() -> pd.DataFrame:
    """Return each county's rank in the index of 2020 by the four choices of `WEIGHTS`."""
    out = {}
    for name, (weights, shift) in WEIGHTS.items():
        own = carrying_capacity(weights, shift, harmonised=False).query("year == 2020")
        out[name] = own.set_index("adcode").capacity.rank(ascending=False).astype(int)
    return pd.DataFrame(out)


def rises() -> pd.DataFrame:
    """Return one row a group: rise (points of 100), start, commerce (share of 2010, %)."""
    words = {"start_entropy": "start", "change_entropy": "rise"}
    return capacity_change().rename(columns=words)


def rise_models(data: pd.DataFrame) -> pd.DataFrame:
    """Return the rise on penetration, as it is and with the start held equal, for one SD."""
    step = data.commerce.std()
    models = {"As it is": "rise ~ commerce", "Index of 2010 held equal": "rise ~ commerce + start"}
    rows = []
    for what, formula in models.items():
        fit = ols(formula, data)
        found = fit.term("commerce")
        ends = {end: step * getattr(found, end) for end in ("estimate", "conf_low", "conf_high")}
        rows.append({"what": what, **ends, "nobs": fit.nobs})
    return pd.DataFrame(rows)


def without_each(data: pd.DataFrame) -> pd.Series:
    """Return the second of `rise_models` without each group in turn."""

    def held(own: pd.DataFrame) -> Any:  # noqa: ANN401
        return ols("rise ~ commerce + start", own)

    found = leave_one_out(held, data, by="group", term="commerce", progress=False)
    return data.commerce.std() * found.table().estimate


def shuffled(data: pd.DataFrame, draws: int = 1999) -> RandomisationTest:
    """Shuffle over the groups what penetration has beyond the start.

    Shuffled as it is, penetration would lose its tie to the start.
    """
    data = data.assign(
        rest=ols("rise ~ start", data).residuals,
        rest_commerce=ols("commerce ~ start", data).residuals,
    )
    return randomisation_test(data, "rest ~ rest_commerce", "rest_commerce", draws=draws)


def likeness(draws: int = 1999) -> pd.DataFrame:
    """Return the change of Moran's I in seven ways to look, the two of claim 2.2-b among them.

    Returns
    -------
    DataFrame
        what, first, last (Moran's I), estimate (the change), std_error, conf_low, conf_high.
    """
    lights, services = log_lights()[[2013, 2020]], service_share()
    trade = penetration("commerce", harmonised=True)
    trade = trade.pivot(index="group", columns="year", values="penetration")
    near, pairs = load_neighbours(), group_neighbours()
    counties = neighbour_weights(near)
    borders = neighbour_weights(near, values="shared_border_km")
    groups = neighbour_weights(pairs, "group_i", "group_j")
    ways = {
        "Lights, logs": (lights, counties),
        "Lights, logs, by length of border": (lights, borders),
        "Lights, ranks": (lights.rank(), counties),
        "Lights, not in logs": (np.exp(lights), counties),
        "Services": (services, groups),
        "Services, logs": (np.log(services), groups),
        "Trade, transport, information": (trade, groups),
    }
    rows = []
    for what, (frame, near_by) in ways.items():
        found = moran_change(frame, near_by, draws)
        row = found.table().iloc[2][["estimate", "std_error", "conf_low", "conf_high"]]
        rows.append({"what": what, "first": found.before, "last": found.after, **row})
    return pd.DataFrame(rows)


def likeness_path(draws: int = 499) -> pd.DataFrame:
    """Return the change of Moran's I of log lights since 2013, year by year."""
    lights, near = log_lights(), neighbour_weights(load_neighbours())
    ends = ["estimate", "conf_low", "conf_high"]
    rows = [{"year": 2013, **dict.fromkeys(ends, 0.0), "reference": True}]
    for year in range(2014, 2021):
        row = moran_change(lights[[2013, year]], near, draws=draws).table().iloc[2]
        rows.append({"year": year, **row[ends], "reference": False})
    return pd.DataFrame(rows)


def incomes() -> pd.DataFrame:
    """Return rural income 2014-2023, one column a year, of counties with a figure in each."""
    income = load_panel().pivot(index="adcode", columns="year", values="rural_income")
    return income.loc[:, 2014:2023].dropna()


def swings(logs: pd.DataFrame) -> pd.DataFrame:
    """Return volatility, and how far growth in 2020 lay below that of other years, by county.

    Parameters
    ----------
    logs : DataFrame
        Logarithms, one column a year. Results are in log points x 100.
    """
    growth = 100.0 * logs.diff(axis=1).iloc[:, 1:]
    rest = growth.drop(columns=2020).mean(axis=1)
    return pd.DataFrame({"volatility": growth.std(axis=1), "fall": rest - growth[2020]})


def steadiness(income: pd.DataFrame, lights: pd.DataFrame) -> dict[str, float]:
    """Return what is said of swings: counts of counties, medians, and the share in common.

    Parameters
    ----------
    income : DataFrame
        As `incomes` gives.
    lights : DataFrame
        Log lights, as `log_lights` gives.
    """
    logs = pd.DataFrame(np.log(income))
    yearly = 100.0 * logs.diff(axis=1).iloc[:, 1:]
    left = yearly.sub(yearly.mean()).var(axis=1).sum() / yearly.var(axis=1).sum()
    own, bright = swings(logs), swings(lights)
    return {
        "shared": float(100.0 * (1.0 - left)),
        "income_volatility": float(own.volatility.median()),
        "income_fall": float(own.fall.median()),
        "lights_volatility": float(bright.volatility.median()),
        "slower": int((own.fall > 0).sum()),
        "shrank": int((income[2020] < income[2019]).sum()),
        "darker": int((lights[2020] < lights[2019]).sum()),
        "darker_before": int((lights[2019] < lights[2018]).sum()),
    }


def quoted(
    data: pd.DataFrame, models: pd.DataFrame, likeness: pd.DataFrame, claims: Mapping[str, Any]
) -> dict[str, float]:
    """Return what the page quotes of rises, of likeness, and of the models of two claims.

    Parameters
    ----------
    data, models, likeness : DataFrame
        As `rises`, `rise_models` and `likeness` give.
    claims : mapping of str to DataFrame
        The tables of 2.2-a (under "") and of 2.2-c (under "swing_").
    """
    numbers: dict[str, float] = {}
    ends = ("estimate", "conf_low", "conf_high")
    for key, row in (("naive", models.iloc[0]), ("held", models.iloc[1])):
        numbers |= {f"{key}_{end}": float(row[end]) for end in ends}
    by_name = likeness.set_index("what")
    for key, name in {"lights": "Lights, logs", "services": "Services"}.items():
        row = by_name.loc[name]
        numbers |= {f"{key}_{end}": float(row[end]) for end in ("first", "last", *ends)}
    for key, table in claims.items():
        prefix = key or "n_"
        numbers[f"{prefix}above"] = int((table.conf_low > 0).sum())
        numbers[f"{prefix}below"] = int((table.conf_high < 0).sum())
    return numbers | {
        "n_likeness": len(likeness),
        "likeness_zero": int(((likeness.conf_low <= 0) & (likeness.conf_high >= 0)).sum()),
        "rise": float(data.rise.median()),
        "rise_sd": float(data.rise.std()),
        "rising": int((data.rise > 0).sum()),
        "n_groups": len(data),
        "step": float(data.commerce.std()),
        "tied": float(data.commerce.corr(data.start)),
    }
