"""Which kind of spatial dependence least squares leaves in its residuals."""

from typing import Any

import numpy as np
import pandas as pd

from gzcounty.extras import require
from gzcounty.words import counted

from ..design import refuse_unusable
from .quiet import quiet
from .regression import read_spatial

TESTS = {
    "lme": ("error", 1),
    "lml": ("lag", 1),
    "rlme": ("error, robust to a lag", 1),
    "rlml": ("lag, robust to an error", 1),
    "sarma": ("lag and error", 2),
}


def lagrange_tests(
    formula: str,
    data: pd.DataFrame,
    W: Any,  # noqa: ANN401 (see as_weights)
    id: str | None = None,
) -> pd.DataFrame:
    """Lagrange multiplier (Rao's score) tests for spatial dependence after least squares.

    The usual reading: estimate the model whose robust test rejects; if neither simple test does,
    stay with least squares (Anselin, Bera, Florax and Yoon 1996, Regional Science and Urban
    Economics 26, 77-104).

    Parameters
    ----------
    formula, data, W, id
        As in `spatial_model`.

    Returns
    -------
    DataFrame
        Columns test, statistic, df, p_value (chi-squared). Five rows: "error" (``RSerr`` of R's
        spdep), "lag" (``RSlag``), "error, robust to a lag" (``adjRSerr``), "lag, robust to an
        error" (``adjRSlag``), "lag and error" (``SARMA``). ``attrs["notes"]`` says which rows
        were left out.

    Raises
    ------
    InputError, ModuleNotFoundError
        As in `spatial_model`.

    Examples
    --------
    >>> import gzcounty as gz
    >>> data = gz.load_geography().merge(gz.load_panel().query("year == 2020"), on="adcode")
    >>> W = gz.neighbour_weights(gz.load_neighbours())
    >>> gz.lagrange_tests("log(lights) ~ relief", data, W, id="adcode").round(2)
                          test  statistic  df  p_value
    0                    error      75.53   1     0.00
    1                      lag      74.43   1     0.00
    2   error, robust to a lag       5.34   1     0.02
    3  lag, robust to an error       4.24   1     0.04
    4            lag and error      79.77   2     0.00
    """
    design, weights, notes = read_spatial(formula, data, W, id)
    refuse_unusable(design)
    with quiet():
        spreg = require("spreg", "spatial", "A test for spatial dependence")
        fit = spreg.OLS(design.y[:, None], design.without("Intercept").X)
        found = spreg.LMtests(fit, weights.native(), tests=list(TESTS))
    rows = [
        (name, float(np.ravel(getattr(found, key)[0])[0]), df, float(getattr(found, key)[1]))
        for key, (name, df) in TESTS.items()
    ]
    table = pd.DataFrame(rows, columns=["test", "statistic", "df", "p_value"])
    table.attrs["notes"] = (*notes, f"After least squares on {counted(len(design.y), 'unit')}.")
    return table
