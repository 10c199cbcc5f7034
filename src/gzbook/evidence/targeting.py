"""The income models behind claim 4.3-a, and what they imply where penetration lags."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from gzbook.evidence.section_2_3 import online_panel
from gzbook.frames import county_frame, with_every_income, with_income, year_frame
from gzcounty.inference.targeting import Targeting, simulate_targeting
from gzcounty.measures.inequality import gini, theil_total
from gzcounty.models.event_study import event_study
from gzcounty.models.ols import ols
from gzcounty.models.result import Result

PEOPLE = "schooling_years + minority_share + urban_share"
CONTROLS = f"{PEOPLE} + relief + distance_guiyang_km + C(prefecture_en)"
FIRST, LAST = 2014, 2023
LAGGING = ("to the 25th percentile", "to the median")
RULES = {LAGGING[0]: (0.25, False), LAGGING[1]: (0.5, False), "the same for all": (0.5, True)}
"""Quantile, and whether what it takes is spread over all."""
COMMERCE, DIGITAL, ONLINE = "Commerce share", "Digital share", "Commerce share x online retail"
PENETRATION = {
    COMMERCE: "% of the employed, 2020",
    DIGITAL: "% of the employed, 2020",
    ONLINE: "share of 2010 x trillion yuan of 2023",
}
"""Measures of penetration that income models of section 2.3 are about, and their units."""
MEASURES: dict[str, Callable] = {"gini": gini, "theil": theil_total}


@dataclass(frozen=True, eq=False)
class IncomeModel:
    """An income model, and what it would be simulated on.

    Attributes
    ----------
    name : str
    fit : Result
    term : str
        Coefficient of penetration.
    exposure, income : str
        Columns of `data`: penetration as the model has it, income a person in yuan.
    data : DataFrame
        The counties of the model.
    measure : str
        Which of `PENETRATION` it is about.
    """

    name: str
    fit: Result
    term: str
    exposure: str
    income: str
    data: pd.DataFrame
    measure: str


@cache
def income_models() -> tuple[IncomeModel, ...]:
    """Return the six models of section 2.3 that 4.3-a names, estimated on former poverty counties.

    The others of that section either hold nothing equal, or are not about these counties' incomes.
    """
    data = with_income(county_frame())
    years = [f"income_{year}" for year in range(FIRST, LAST + 1)]
    whole = with_every_income(data)
    wide = data.dropna(subset=f"income_{FIRST}").reset_index(drop=True)
    own = whole.dropna(subset="change").reset_index(drop=True)
    in_2020 = f"log(income_2020) ~ {{}} + {CONTROLS}"
    growth = "growth ~ {} + log_start"
    end = f"income_{LAST}"
    path, top = _path(whole, years), f"commerce_2010:{LAST}"
    return tuple(
        IncomeModel(*model)
        for model in [
            ("2020, commerce share", ols(in_2020.format("commerce_2020"), data), "commerce_2020",
             "commerce_2020", "income_2020", data, COMMERCE),
            ("2020, digital share", ols(in_2020.format("digital_2020"), data), "digital_2020",
             "digital_2020", "income_2020", data, DIGITAL),
            ("2020, commerce share of 2010", ols(in_2020.format("commerce_2010"), wide),
             "commerce_2010", "commerce_2010", "income_2020", wide, COMMERCE),
            ("growth to 2023, commerce share", path, top, "commerce_2010", end, whole, COMMERCE),
            ("growth to 2023, digital share", ols(growth.format("digital_2010"), whole),
             "digital_2010", "digital_2010", end, whole, DIGITAL),
            ("growth to 2023, change of commerce share", ols(growth.format("change"), own),
             "change", "commerce_2020", end, own, COMMERCE),
        ]
    )  # fmt: skip


@cache
def online_model() -> IncomeModel:
    """Return the panel of section 2.3 on the commerce share of 2010 x national online retail.

    County and year effects, income of 2014 held equal in each year. Claim 4.3-a does not name it:
    it has its place in the simulator, not in the verdict.
    """
    whole = with_every_income(county_frame())
    years = year_frame(whole)
    fit = online_panel(years)
    last = years[years.year == LAST].set_index("adcode").online
    data = whole.assign(online=whole.adcode.map(last)).reset_index(drop=True)
    name = "panel to 2023, commerce share x online retail"
    return IncomeModel(name, fit, "online", "online", f"income_{LAST}", data, ONLINE)


def _path(whole: pd.DataFrame, years: list[str]) -> Result:
    kept = ["adcode", "commerce_2010", "log_start"]
    long = whole.melt(id_vars=kept, value_vars=years, var_name="year", value_name="income")
    long["year"] = long.year.str.removeprefix("income_").astype(int)
    long["log_income"] = np.log(long.income)
    return event_study(
        long, "log_income", "commerce_2010", "adcode", "year", FIRST,
        trends="log_start", cluster="adcode",
    )  # fmt: skip


def simulate(
    model: IncomeModel,
    rule: str,
    size: float = 1.0,
    measures: dict[str, Callable] | None = None,
    draws: int = 499,
) -> Targeting:
    """Raise penetration by one of `RULES` and read the model as if it were causal.

    Weighted by rural residents of 2020; `measures` are `MEASURES` if not given.
    """
    quantile, spread = RULES[rule]
    return simulate_targeting(
        model.data, model.fit, model.term, y=model.income, exposure=model.exposure,
        quantile=quantile, size=size, spread=spread, weights="rural",
        measures=MEASURES if measures is None else measures, draws=draws,
    )  # fmt: skip


def simulations(
    rules: Iterable[str] = tuple(RULES),
    measures: dict[str, Callable] | None = None,
    draws: int = 499,
) -> pd.DataFrame:
    """Return what all six models imply, one row a model, rule and measure.

    Returns
    -------
    DataFrame
        what, model, rule, raised (counties), dose (points, mean over rural residents), nobs, and
        the columns of `Targeting.table`; Gini and Theil in thousandths, the mean in %.
    """
    numbers = ["before", "after", "estimate", "std_error", "conf_low", "conf_high"]
    parts = []
    for model in income_models():
        for rule in rules:
            found = simulate(model, rule, measures=measures, draws=draws)
            part = found.table()
            part.loc[part.term != "mean", numbers] *= 1000
            part.insert(0, "what", f"{model.name}; {rule}")
            part["model"], part["rule"], part["nobs"] = model.name, rule, found.nobs
            part["raised"] = int((found.dose > 0).sum())
            part["dose"] = np.average(found.dose, weights=model.data.rural)
            parts.append(part)
    return pd.concat(parts, ignore_index=True)
