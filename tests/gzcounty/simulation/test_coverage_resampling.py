"""Tests by resampling reject what is true as often as they say, where usual tests do not."""

import numpy as np
import pandas as pd
import pytest

from gzcounty.inference.bootstrap import wild_bootstrap
from gzcounty.inference.randomisation import randomisation_test
from gzcounty.inference.specifications import specification_curve
from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols
from gzcounty.models.synthetic import synthetic_control
from gzcounty.simulation import simulate_panel

from .simulation_study import Finding, draw_seed, findings, p_value_of, row, study

pytestmark = pytest.mark.simulation


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
    wild = wild_bootstrap(fit, "inside", draws=399, seed=draw_seed(rng))
    return [
        *findings(fit, {"inside": 0.0}, "CR1: "),
        *findings(wild, {"inside": 0.0}, "wild: "),
    ]


def prefecture_programme(
    rng: np.random.Generator, inside: int, prefectures: int = 8
) -> list[Finding]:
    """Test a programme of whole prefectures, with shocks that their counties share.

    Clustered by county, which takes neighbours for news of their own; clustered by prefecture with
    the t distribution; and the wild cluster bootstrap with the null imposed.
    """
    panel = simulate_panel(
        11 * prefectures, seed=rng, cohorts=[], n_prefectures=prefectures, prefecture_noise=0.04
    )
    chosen = rng.permutation(panel["prefecture"].unique())[:inside]
    enters = panel["prefecture"].isin(chosen) & (panel["year"] >= 2019)
    panel["treated"] = enters.astype(float)
    formula = "log_rural_income ~ treated"
    by_county = panel_ols(formula, panel, "county", "year", cluster="county")
    by_prefecture = panel_ols(formula, panel, "county", "year", cluster="prefecture")
    wild = wild_bootstrap(by_prefecture, "treated", seed=draw_seed(rng))
    return [
        p_value_of("by county", by_county.term("treated").p_value),
        p_value_of("by prefecture", by_prefecture.term("treated").p_value),
        p_value_of("wild bootstrap", wild.p_value),
    ]


def shuffled(rng: np.random.Generator, n: int = 16) -> list[Finding]:
    """Compare three units with thirteen others, errors log-normal.

    The randomisation test is exact whatever the errors; the robust t test is not.
    """
    data = pd.DataFrame({"y": rng.lognormal(size=n), "treated": 0})
    data.loc[rng.permutation(n)[:3], "treated"] = 1
    test = randomisation_test(data, "y ~ treated", "treated", draws=199, seed=draw_seed(rng))
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
        shuffles=39, seed=draw_seed(rng),
    )  # fmt: skip
    test = curve.joint_test
    assert test is not None
    joint = test.table().set_index("statistic")["p_value"]
    return [
        *(p_value_of(str(name), float(value)) for name, value in joint.items()),
        p_value_of("best specification", float(curve.table()["p_value"].min())),
    ]


def twin(
    rng: np.random.Generator, n: int = 20, effect: float = 0.05, ranked: bool = True
) -> list[Finding]:
    """Synthetic control of one of twenty counties, drawn at random, with a constant effect.

    Ranked among its placebos, the truth is among the rarest twentieth in one sample of twenty.
    """
    panel = simulate_panel(n, seed=rng, cohorts=[], n_prefectures=2, autocorrelation=0.5)
    chosen = str(rng.choice(panel["county"].unique()))
    inside = (panel["county"] == chosen) & (panel["year"] >= 2020)
    panel["y"] = panel["log_rural_income"] + effect * inside
    result = synthetic_control(panel, "y", "county", "year", chosen, 2020)
    found = findings(result, {"average gap from 2020": effect})
    if ranked:
        placebos = result.placebos_in_space(with_treated=True)
        found.append(p_value_of("rank of RMSPE", placebos.p_value))
    return found


def assert_size(table, *terms):
    """A test at 5 % rejects in 3 to 7 % of samples."""
    for term in terms:
        assert row(table, term).draws >= 500
        assert 0.03 <= row(table, term).rejected <= 0.07, table.to_string()


def test_wild_bootstrap_holds_with_twelve_clusters_where_the_t_test_does_not():
    table = study(few_clusters, 1000, seed=21)
    assert_size(table, "wild: inside")
    wild, clustered = row(table, "wild: inside"), row(table, "CR1: inside")
    # The interval is the test turned over, so it covers as often as the test does not reject.
    assert wild.coverage == pytest.approx(1 - wild.rejected, abs=0.005)
    assert 0.93 <= wild.coverage <= 0.97
    assert abs(wild.bias) <= 3 * wild.bias_error
    assert clustered.rejected > 0.09


def test_false_alarms_with_two_of_eight_prefectures():
    table = study(prefecture_programme, 500, seed=8, inside=2)
    county, prefecture, wild = (row(table, term).rejected for term in table.term)
    assert county > prefecture > 0.1
    assert wild < 0.07


def test_one_prefecture_of_eight_can_hardly_be_told_from_chance():
    alarms = study(prefecture_programme, 200, seed=9, inside=1)
    assert row(alarms, "by prefecture").rejected > 0.3
    assert row(alarms, "wild bootstrap").rejected < 0.05


def test_randomisation_test_holds_whatever_the_errors():
    table = study(shuffled, 500, seed=22)
    assert_size(table, "randomisation")
    assert row(table, "HC1").rejected > 0.08


def test_joint_test_of_a_specification_curve():
    table = study(every_way_to_ask, 500, seed=23)
    assert_size(table, "median estimate", "share significant in one direction")
    # So many curves have all their estimates on one side that ties make this one cautious.
    assert row(table, "share with the dominant sign").rejected <= 0.07
    # Whoever reports the best of 32 specifications finds something in one sample of three.
    assert row(table, "best specification").rejected > 0.25


def test_synthetic_control_ranked_among_its_placebos():
    table = study(twin, 500, seed=24, effect=0.0)
    gap = row(table, "average gap from 2020")
    assert_size(table, "average gap from 2020", "rank of RMSPE")
    assert 0.93 <= gap.coverage <= 0.97
    assert abs(gap.bias) <= 3 * gap.bias_error


def test_synthetic_control_with_an_effect():
    table = study(twin, 500, seed=25, effect=0.2, ranked=False)
    gap = row(table, "average gap from 2020")
    assert 0.93 <= gap.coverage <= 0.97
    assert abs(gap.bias) <= 3 * gap.bias_error
    assert gap.rejected > 0.3
