"""What tests of several sections share: the verdict of a table, and a model by statsmodels."""

import pandas as pd
import statsmodels.api as sm

import gzbook

ENDS = ["estimate", "conf_low", "conf_high"]


def judge(id: str, table: pd.DataFrame) -> str:
    """Return the word that the rule of a claim gives to a table."""
    return gzbook.book().rule(id).judge(table)


def by_statsmodels(y: pd.Series, X: pd.DataFrame, term: str) -> list[float]:
    """Return a coefficient and the ends of its interval, with a constant and errors of HC3."""
    fit = sm.OLS(y, sm.add_constant(X)).fit(cov_type="HC3", use_t=True)
    return [fit.params[term], *fit.conf_int().loc[term]]
