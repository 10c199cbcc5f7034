"""Evidence of section 4.3: would raising penetration where it lags bring counties closer together.

The income models of section 2.3, and what they imply if they are causal. They judge no claim here.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from gzbook.claims import Test
from gzbook.frames import PEOPLE, PLACE, county_frame, with_every_income, with_income, year_frame
from gzcounty.inference.targeting import simulate_targeting
from gzcounty.language import N_
from gzcounty.measures.inequality import gini
from gzcounty.models.event_study import event_study
from gzcounty.models.ols import ols
from gzcounty.models.result import Result

CONTROLS = " + ".join([*PEOPLE, *PLACE, "C(prefecture_en)"])
QUANTILES = {N_("to the 25th percentile"): 0.25, N_("to the median"): 0.5}
"""Rules: counties whose penetration lies below the quantile are raised to it."""


@dataclass(frozen=True, eq=False)
class IncomeModel:
    """An income model, and what `simulate_targeting` needs besides.

    Attributes
    ----------
    data : DataFrame
        The counties of the model, as of `gzbook.county_frame`.
    fit : Result
    term : str
        Coefficient of penetration.
    exposure, income : str
        Columns of `data`: penetration as the model has it, income a person in yuan.
    """

    data: pd.DataFrame
    fit: Result
    term: str
    exposure: str
    income: str


@cache
def income_models() -> dict[str, IncomeModel]:
    """Return the six models of section 2.3 that are simulated, by name.

    The others of that section either hold nothing equal, or are not about these counties' incomes.
    """
    cross = with_income(county_frame())
    wide = cross.dropna(subset="income_2014").reset_index(drop=True)
    balanced = with_every_income(cross)
    single = balanced.dropna(subset="change").reset_index(drop=True)
    path = event_study(
        year_frame(balanced), "log", "commerce_2010", "adcode", "year", 2014, trends="log_start"
    )

    def cross_section(x: str, data: pd.DataFrame) -> IncomeModel:
        fit = ols(f"log(income_2020) ~ {x} + {CONTROLS}", data)
        return IncomeModel(data, fit, x, x, "income_2020")

    def difference(x: str, data: pd.DataFrame, exposure: str) -> IncomeModel:
        return IncomeModel(data, ols(f"growth ~ {x} + log_start", data), x, exposure, "income_2023")

    return {
        N_("2020, commerce share"): cross_section("commerce_2020", cross),
        N_("2020, digital share"): cross_section("digital_2020", cross),
        N_("2020, commerce share of 2010"): cross_section("commerce_2010", wide),
        N_("growth to 2023, commerce share"): IncomeModel(
            balanced, path, "commerce_2010:2023", "commerce_2010", "income_2023"
        ),
        N_("growth to 2023, digital share"): difference("digital_2010", balanced, "digital_2010"),
        N_("growth to 2023, change of commerce share"): difference(
            "change", single, "commerce_2020"
        ),
    }


def gini_changes() -> pd.DataFrame:
    """Return the change of the Gini that each model implies by each rule.

    Returns
    -------
    DataFrame
        measure, family (levels of 2020, or growth), model, rule, the columns of `Targeting.table`
        (weighted by rural residents of 2020), nobs, raised (counties), dose (points,
        mean over rural residents).

    Examples
    --------
    >>> import gzbook
    >>> changes = gzbook.gini_changes()
    >>> len(changes), changes.model.nunique()
    (12, 6)
    """
    rows = []
    for name, model in income_models().items():
        for rule, quantile in QUANTILES.items():
            simulated = simulate_targeting(
                model.data, model.fit, model.term, y=model.income, exposure=model.exposure,
                quantile=quantile, weights="rural", measures={"gini": gini},
            )  # fmt: skip
            row = simulated.table().set_index("term").loc["gini"]
            rows.append({
                "measure": model.exposure.partition("_")[0].replace("change", "commerce"),
                "family": N_("growth") if model.income == "income_2023" else N_("levels of 2020"),
                "model": name, "rule": rule, **row, "nobs": simulated.nobs,
                "raised": int((simulated.dose > 0).sum()),
                "dose": np.average(simulated.dose, weights=model.data.rural),
            })  # fmt: skip
    return pd.DataFrame(rows)


TESTS: dict[str, Test] = {}
"""None: 4.3-a has no data of its own; its income models are judged by 2.3-b."""
