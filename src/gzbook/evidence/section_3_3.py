"""Evidence of section 3.3: trained people, and how steadily rural incomes grew."""

import numpy as np
import pandas as pd
from scipy import special

from gzbook.claims import Evidence
from gzbook.frames import beside_median, by_cut, china_cuts, panel_wide, sample_in_china
from gzbook.tables import span
from gzcounty.data.counties import load_china_counties
from gzcounty.data.guizhou import load_counties
from gzcounty.language import N_
from gzcounty.measures.change import sample_name
from gzcounty.models.ols import ols


def talent() -> pd.DataFrame:
    """Return the four shares of 3.3-a: two measures, with districts and without."""
    years = load_china_counties().set_index("adcode").schooling_years
    employed, __ = china_cuts()["all units"]
    measures = {
        N_("schooling"): years.reindex(employed.index),
        N_("information"): 100.0 * employed.employed_I / employed.sum(axis=1),
    }
    parts = [
        beside_median(values, "below").assign(measure=name) for name, values in measures.items()
    ]
    return pd.concat(parts, ignore_index=True)


def trained_people_are_short() -> Evidence:
    """Compare schooling and information employment with the median of China's counties."""
    table = talent()
    shares = table.groupby("measure")
    schooling, work = (by_cut(shares.get_group(name)) for name in ("schooling", "information"))
    return Evidence(
        table,
        N_(
            "Counties of Guizhou below the median of China's: years of schooling, all county-level "
            "units: {schooling[beyond]} of {schooling[n]} ({schooling[share]:.0f} %); employed in "
            "information, all county-level units: {work[beyond]} of {work[n]} ({work[share]:.0f} "
            "%); years of schooling, without districts: {schooling_outside[beyond]} of "
            "{schooling_outside[n]} ({schooling_outside[share]:.0f} %); employed in information, "
            "without districts: {work_outside[beyond]} of {work_outside[n]} "
            "({work_outside[share]:.0f} %). Schooling and information work are not training for "
            "e-commerce, of which no public table tells."
        ),
        sample_in_china(schooling["whole"]),
        "2020",
        {
            "schooling": schooling["whole"],
            "work": work["whole"],
            "schooling_outside": schooling["outside"],
            "work_outside": work["outside"],
        },
    )


def income_growth() -> pd.DataFrame:
    """Return yearly growth of rural income in %, current prices, adcode by year 2015 to 2023.

    The counties with an income in every year from 2014 on.
    """
    income = panel_wide("rural_income").loc[:, 2014:].dropna()
    return 100.0 * income.pct_change(axis=1, fill_method=None).iloc[:, 1:]


def year_against_others(growth: pd.DataFrame, year: int) -> dict[str, float]:
    """Compare one year's mean growth with the others: years are the units, and this is one more.

    The interval, in percentage points, has 95 % of the draws of a further year, normal with the
    variance of the others; nobs are years.
    """
    means = growth.mean()
    others = means.drop(year)
    gap = means[year] - others.mean()
    error = others.std() * np.sqrt(1 + 1 / len(others))
    half = special.stdtrit(len(others) - 1, 0.975) * error
    return {
        "estimate": gap, "conf_low": gap - half, "conf_high": gap + half, "t": gap / error,
        "nobs": len(means),
    }  # fmt: skip


def income_gains_are_fragile() -> Evidence:
    """Look at the worst year of each county's income growth, and at 2020."""
    growth = income_growth()
    mean = growth.mean(axis=1)
    prefecture = load_counties().set_index("adcode").prefecture_en
    data = pd.DataFrame({
        "half": growth.min(axis=1) - mean / 2.0,
        "prefecture": prefecture.reindex(growth.index),
    })  # fmt: skip
    half = ols("half ~ 1", data, cluster="prefecture").term("Intercept")
    table = pd.DataFrame([
        {"gap": "half", **half._asdict(), "nobs": len(data)},
        {"gap": "dip", **year_against_others(growth, 2020)},
    ])  # fmt: skip
    return Evidence(
        table,
        N_(
            "Rural income grew by {mean:.1f} % a year in current prices, and fell in {falls} of "
            "{county_years} county-years. In a county's worst year growth was "
            "{half[estimate]:+.1f} points from half of its mean ({half[conf_low]:.1f} to "
            "{half[conf_high]:.1f}); {slow} county-years lie below half. In 2020 it was "
            "{dip[estimate]:+.1f} points from the other years ({dip[conf_low]:.1f} to "
            "{dip[conf_high]:.1f}, t = {dip[t]:.1f}, with {dip[nobs]:.0f} years as units: what hit "
            "all counties at once is one event). One year cannot show what the next shock does."
        ),
        sample_name(growth.index),
        span(2014, 2023),
        {
            "mean": mean.mean(),
            "falls": int((growth < 0).sum().sum()),
            "county_years": growth.size,
            "slow": int(growth.lt(mean / 2.0, axis=0).sum().sum()),
            **table.set_index("gap").to_dict("index"),
        },
    )


TESTS = {
    "3.3-a": trained_people_are_short,
    "3.3-c": income_gains_are_fragile,
}
