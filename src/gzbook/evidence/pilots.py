"""The digital-village pilot of 2020: four of 88 counties, against all ways to name four."""

import numpy as np
import pandas as pd

from gzbook.frames import panel_wide
from gzcounty.data.counties import load_panel
from gzcounty.data.guizhou import load_counties, load_pilots
from gzcounty.inference.randomisation import RandomisationTest, randomisation_test

# Before the pilot was named (September 2020) nothing can have come of it.
WINDOWS = {
    "lights 2013-2019 (before)": ("lights", 2013, 2019),
    "lights 2019-2020 (three months)": ("lights", 2019, 2020),
    "GDP 2020-2023": ("gdp", 2020, 2023),
    "loans 2020-2023": ("loans", 2020, 2023),
}


def growth(window: str) -> pd.DataFrame:
    """Return log growth over a window, with `pilot` 0 or 1, one row a county with both years."""
    variable, first, last = WINDOWS[window]
    wide = panel_wide(variable)[[first, last]].dropna()
    out = pd.DataFrame({"growth": np.log(wide[last] / wide[first])}).reset_index()
    out["pilot"] = out.adcode.isin(load_pilots().adcode).astype(float)
    return out


def randomised(window: str) -> RandomisationTest:
    """Return the randomisation test of the difference in growth between pilots and the others."""
    return randomisation_test(growth(window), "growth ~ pilot", "pilot", draws=4999)


def pilot_tests() -> pd.DataFrame:
    """Return one row a window: difference (%), p-value, and how far chance alone reaches.

    Returns
    -------
    DataFrame
        what, estimate, chance_low, chance_high (% of the outcome: 95 % of the differences if four
        other counties had been named), p_value, pilots, nobs.
    """
    rows = []
    for window in WINDOWS:
        test, data = randomised(window), growth(window)
        low, high = np.quantile(test.native, [0.025, 0.975])
        rows.append({
            "what": window,
            "estimate": 100.0 * np.expm1(test.estimate),
            "chance_low": 100.0 * np.expm1(low),
            "chance_high": 100.0 * np.expm1(high),
            "p_value": test.p_value,
            "pilots": int(data.pilot.sum()),
            "nobs": len(data),
        })  # fmt: skip
    return pd.DataFrame(rows)


def names() -> list[str]:
    """Return the English names of the four pilot counties."""
    return load_counties().set_index("adcode").name_en[load_pilots().adcode].tolist()


def incomes_after() -> int:
    """Count the pilot counties with a rural income of any year after 2020."""
    after = load_panel().query("year > 2020").dropna(subset="rural_income")
    return int(load_pilots().adcode.isin(after.adcode).sum())
