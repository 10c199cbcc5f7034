"""Draws for studies of cross-sections: least squares, selection, convergence.

Each function draws one SIMULATED sample, estimates it and returns findings for `study.study`.
"""

import numpy as np
import pandas as pd

from gzcounty.models.convergence import INITIAL, beta_convergence
from gzcounty.models.differences import long_difference
from gzcounty.models.ols import ols

from .panel import simulate_panel
from .study import Finding, findings


def ols_robust(rng: np.random.Generator, n: int = 88) -> list[Finding]:
    """Least squares with errors whose spread grows with x: HC3 holds, the classical error fails.

    ``y = 1 + 0.5 x + (0.2 + x) e`` with x uniform between 0 and 1 and e standard normal.
    """
    x = rng.uniform(0, 1, n)
    data = pd.DataFrame({"x": x, "y": 1 + 0.5 * x + (0.2 + x**2) * rng.standard_normal(n)})
    truth = {"x": 0.5}
    return [
        *findings(ols("y ~ x", data, cov="HC3"), truth, "HC3: "),
        *findings(ols("y ~ x", data, cov="classical"), truth, "classical: "),
    ]


def change_on_exposure(rng: np.random.Generator) -> list[Finding]:
    """Long difference of log income on exposure, HC3; the programme goes to anybody."""
    panel = simulate_panel(seed=rng, exposure_effect=0.4, autocorrelation=0.5)
    change = long_difference(
        panel, "log_rural_income", "county", "year", 2016, 2021, keep="exposure"
    )
    fit = ols("d_log_rural_income ~ exposure", change)
    return findings(fit, {"exposure": 0.4})


def naive_comparison(rng: np.random.Generator, selection: float = 1.0) -> list[Finding]:
    """Compare counties inside and outside in the last year, though the poor entered first.

    Beside it the long difference of the same counties, which takes out what stays.
    """
    panel = simulate_panel(seed=rng, selection=selection)
    last = panel[panel["year"] == 2023]
    change = long_difference(
        panel.assign(ever=(panel["first_year"] > 0).astype(float)),
        "log_rural_income", "county", "year", 2016, 2023, keep="ever",
    )  # fmt: skip
    return [
        *findings(ols("log_rural_income ~ inside", last), {"inside": 0.05}, "last year: "),
        *findings(ols("d_log_rural_income ~ ever", change), {"ever": 0.05}, "change: "),
    ]


def catching_up(rng: np.random.Generator, misread: float = 0.0, n: int = 88) -> list[Finding]:
    """Beta convergence at 2 % a year over ten years, towards one long run.

    Log income of the first year is normal with standard deviation 0.3; after ten years
    ``exp(-0.2)`` of each gap is left, plus a shock of 0.1.

    Parameters
    ----------
    misread : float, default 0
        Standard deviation of an error in the first year's log income. It makes those who only seem
        poor seem to catch up.
    """
    years, speed = 10, 0.02
    first = 8.8 + 0.3 * rng.standard_normal(n)
    last = 9.7 + np.exp(-speed * years) * (first - 8.8) + 0.1 * rng.standard_normal(n)
    first = first + misread * rng.standard_normal(n)
    data = pd.DataFrame(
        {
            "county": np.tile(np.arange(n), 2),
            "year": np.repeat([2010, 2010 + years], n),
            "income": np.exp(np.concatenate([first, last])),
        }
    )
    fit = beta_convergence(data, "income", "county", "year", 2010, 2010 + years)
    slope = -(1 - np.exp(-speed * years)) / years
    implied = fit.implied().set_index("term").loc["speed"].astype(float)
    return [
        *findings(fit, {INITIAL: slope}),
        Finding("speed", speed, *implied[list(Finding._fields[2:])]),
    ]
