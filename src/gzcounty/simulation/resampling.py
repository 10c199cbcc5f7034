"""Draws for studies of resampling: how often tests reject what is true.

Each function draws one SIMULATED sample without any effect, tests it, and returns findings for
`study.study`; a test of size 5 % rejects in 5 % of the samples.
"""

import numpy as np
import pandas as pd

from gzcounty.inference.bootstrap import wild_bootstrap
from gzcounty.inference.randomisation import randomisation_test
from gzcounty.inference.specifications import specification_curve
from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols
from gzcounty.models.synthetic import synthetic_control

from .panel import simulate_panel
from .study import Finding, findings, p_value_of


def few_clusters(rng: np.random.Generator, prefectures: int = 12) -> list[Finding]:
    """Test a programme of three whole prefectures, with shocks that their counties share.

    The clustered (CR1) t test believes in many clusters; the wild cluster bootstrap imposes the
    null and draws signs.
    """
    panel = simulate_panel(
        5 * prefectures, range(2014, 2020), 0.0, seed=rng, cohorts=[], n_prefectures=prefectures,
        noise=0.02, prefecture_noise=0.05,
    )  # fmt: skip
    enter = panel["prefecture"].isin(["SP1", "SP2", "SP3"]) & (panel["year"] >= 2017)
    panel["inside"] = enter.astype(int)
    fit = panel_ols("log_rural_income ~ inside", panel, "county", "year", cluster="prefecture")
    wild = wild_bootstrap(fit, "inside", draws=399, seed=own_seed(rng))
    return [
        *findings(fit, {"inside": 0.0}, "CR1: "),
        *findings(wild, {"inside": 0.0}, "wild: "),
    ]


def shuffled(rng: np.random.Generator, n: int = 16) -> list[Finding]:
    """Compare three units with thirteen others, errors log-normal.

    The randomisation test is exact whatever the errors; the robust t test is not.
    """
    data = pd.DataFrame({"y": rng.lognormal(size=n), "treated": 0})
    data.loc[rng.permutation(n)[:3], "treated"] = 1
    test = randomisation_test(data, "y ~ treated", "treated", draws=199, seed=own_seed(rng))
    robust = ols("y ~ treated", data, cov="HC1").term("treated")
    return [
        p_value_of("randomisation", test.p_value),
        p_value_of("HC1", robust.p_value),
    ]


def every_way_to_ask(rng: np.random.Generator, n: int = 60) -> list[Finding]:
    """Specification curve of two exposures that do nothing: two outcomes, eight control sets.

    All columns share a common part, so that the estimates hang together. The joint test has its
    size; to trust the best of the specifications has not.
    """
    shared = rng.standard_normal((n, 1))
    outcome = shared + rng.standard_normal((n, 2))
    exposure = rng.standard_normal((n, 1)) + rng.standard_normal((n, 2))
    names = ["income", "spending", "commerce", "digital", "school", "age", "urban"]
    columns = np.hstack([outcome, exposure, shared + rng.standard_normal((n, 3))])
    curve = specification_curve(
        pd.DataFrame(columns, columns=names), names[:2], names[2:4], names[4:],
        shuffles=99, seed=own_seed(rng),
    )  # fmt: skip
    test = curve.joint_test
    assert test is not None
    joint = test.table().set_index("statistic")["p_value"]
    return [
        *(p_value_of(str(name), float(value)) for name, value in joint.items()),
        p_value_of("best specification", float(curve.table()["p_value"].min())),
    ]


def twin(rng: np.random.Generator, n: int = 20, effect: float = 0.05) -> list[Finding]:
    """Synthetic control of one of twenty counties, drawn at random, with a constant effect.

    Ranked among its placebos, the truth is among the rarest twentieth in one sample of twenty.
    """
    panel = simulate_panel(n, seed=rng, cohorts=[], n_prefectures=2, autocorrelation=0.5)
    chosen = str(rng.choice(panel["county"].unique()))
    inside = (panel["county"] == chosen) & (panel["year"] >= 2020)
    panel["y"] = panel["log_rural_income"] + effect * inside
    found = synthetic_control(panel, "y", "county", "year", chosen, 2020)
    term = "average gap from 2020"
    placebos = found.placebos_in_space(with_treated=True)
    return [*findings(found, {term: effect}), p_value_of("rank of RMSPE", placebos.p_value)]


def own_seed(rng: np.random.Generator) -> int:
    """Draw the seed of a resampling, so that no two samples share their draws."""
    return int(rng.integers(2**31))
