"""Beta convergence."""

import numpy as np
import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.errors import InputError
from gzcounty.models.convergence import beta_convergence
from gzcounty.models.ols import ols


def paths(speed: float, years: int = 10, n: int = 60, noise: float = 0.0, seed: int = 1):
    """Return SIMULATED incomes that close `speed` of the gap to a common level a year."""
    rng = np.random.default_rng(seed)
    first = rng.normal(9, 0.4, size=n)
    last = 9.5 + (first - 9.5) * np.exp(-speed * years) + noise * rng.normal(size=n)
    county = [f"县{i}" for i in range(n)]
    return pd.DataFrame(
        {
            "county": county * 2,
            "year": np.repeat([2010, 2010 + years], n),
            "income": np.exp(np.concatenate([first, last])),
            "prefecture": [f"p{i // 6}" for i in range(n)] * 2,
            "relief": np.tile(rng.normal(size=n), 2),
            "people": np.tile(rng.uniform(1, 5, size=n), 2),
        }
    )


def fitted(data: pd.DataFrame, **options):
    return beta_convergence(data, "income", "county", "year", 2010, 2020, **options)


@pytest.mark.parametrize("speed", [0.02, 0.2, -0.05])
def test_the_speed_of_paths_without_noise_is_found(speed):
    fit = fitted(paths(speed), cov="classical")
    assert fit.speed == pytest.approx(speed, rel=1e-6)
    assert fit.coefficients["log_initial"] == pytest.approx(-(1 - np.exp(-10 * speed)) / 10)
    half_life = np.log(2) / speed if speed > 0 else np.nan
    assert fit.half_life == pytest.approx(half_life, rel=1e-6, nan_ok=True)


def test_the_regression_is_the_one_by_hand():
    data = paths(0.03, noise=0.1)
    wide = data.pivot(index="county", columns="year", values="income").pipe(np.log)
    hand = pd.DataFrame({"g": (wide[2020] - wide[2010]) / 10, "first": wide[2010]})
    expected = ols("g ~ first", hand).table()
    ours = fitted(data).table()
    columns = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]
    np.testing.assert_allclose(ours[columns], expected[columns], rtol=1e-9)
    assert ours.term.to_list() == ["Intercept", "log_initial"]


def test_speed_and_half_life_with_intervals():
    fit = fitted(paths(0.03, noise=0.1))
    table = fit.implied().set_index("term")
    slope = fit.term("log_initial")
    # The delta method by a numerical derivative of -log(1 + bT) / T.
    step = 1e-6
    derivative = (-np.log(1 + 10 * (slope.estimate + step)) / 10 - fit.speed) / step
    assert table.std_error["speed"] == pytest.approx(slope.std_error * -derivative, rel=1e-4)
    assert table.estimate["speed"] == fit.speed
    assert table.statistic["speed"] == pytest.approx(fit.speed / table.std_error["speed"])
    assert table.conf_low["half_life"] == pytest.approx(np.log(2) / table.conf_high["speed"])
    assert table.conf_high["half_life"] == pytest.approx(np.log(2) / table.conf_low["speed"])
    wider = fit.implied(0.99).set_index("term")
    assert wider.conf_low["speed"] < table.conf_low["speed"]
    assert wider.conf_high["half_life"] > table.conf_high["half_life"]


def test_a_speed_that_may_be_zero_has_a_half_life_without_end():
    fit = fitted(paths(0.01, noise=0.4, seed=4))
    table = fit.implied().set_index("term")
    assert table.conf_low["speed"] < 0 < table.estimate["speed"]
    assert np.isinf(table.conf_high["half_life"])
    assert "to no end)" in repr(fit)


def test_divergence_has_no_half_life():
    fit = fitted(paths(-0.05, noise=0.05))
    assert fit.implied().iloc[1, 1:].isna().all()
    assert "no half-life, as gaps do not close" in repr(fit)


def test_a_slope_too_steep_has_no_speed():
    data = paths(0.02)
    last = data.year == 2020
    # Each ends on the other side of the common level: 1 + bT is below zero.
    first = np.log(data.income[~last].to_numpy())
    data.loc[last, "income"] = np.exp(9.5 - 0.5 * (first - 9.5))
    fit = fitted(data, cov="classical")
    assert np.isnan(fit.speed)
    assert fit.implied().estimate.isna().all()
    assert "too steep for a speed" in repr(fit)


def test_controls_clusters_and_weights():
    data = paths(0.03, noise=0.1)
    fit = fitted(data, controls="relief + C(prefecture)")
    assert fit.coefficients.index[:2].to_list() == ["Intercept", "log_initial"]
    assert "relief" in fit.coefficients.index
    assert len(fit.coefficients) == 3 + 9
    assert "conditional on the controls" in fit.notes[-2]
    clustered = fitted(data, cluster="prefecture", weights="people")
    assert clustered.n_clusters == 10
    assert clustered.df == 9
    assert "Weighted by people" in " ".join(clustered.notes)
    assert fitted(data, cluster="county").n_clusters == 60


def test_controls_are_those_of_the_first_year():
    data = paths(0.03, noise=0.1)
    later = data.assign(relief=data.relief.where(data.year == 2010, -99.0))
    one, other = fitted(data, controls="relief"), fitted(later, controls="relief")
    pd.testing.assert_frame_equal(one.table(), other.table())


def test_units_left_out_are_named_and_the_warning_is_given():
    data = paths(0.03, noise=0.1)
    data.attrs["notes"] = ["Sixty asked."]
    missing = data.drop(index=60)
    missing.loc[1, "income"] = np.nan
    fit = fitted(missing)
    assert fit.nobs == 58
    notes = " ".join(fit.notes)
    assert "Sixty asked." in notes
    assert "1 unit of county without 2020 left out of the change 2010-2020: '县0'" in notes
    assert "Left out 1 of 59 rows for missing values" in notes
    assert "absolute: no controls" in notes
    assert "regression to the mean" in notes
    assert "half-life" in fit._repr_html_()


def test_noise_alone_looks_like_convergence():
    # SIMULATED: levels that never move, each year measured with error. The slope is negative
    # although the dispersion does not fall: Galton's fallacy (Quah 1993).
    rng = np.random.default_rng(7)
    n, level = 2000, np.random.default_rng(8).normal(9, 0.3, size=2000)
    data = pd.DataFrame(
        {
            "county": np.tile(np.arange(n), 2),
            "year": np.repeat([2010, 2020], n),
            "income": np.exp(np.tile(level, 2) + rng.normal(0, 0.3, size=2 * n)),
        }
    )
    assert fitted(data).term("log_initial").conf_high < 0
    dispersion = gz.sigma_convergence(data, "income", "county", "year").sd_log
    assert dispersion[1] == pytest.approx(dispersion[0], rel=0.05)


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({"income": 0.0}, {}, "'income' is 0 for '县0' in 2010 .and 119 more.; logarithms need"),
        ({"income": 5.0}, {}, "has the same value in every row"),
        ({"relief": 1.0}, {"controls": "relief"}, "'relief' has the same value in every row"),
        ({}, {"controls": "relief + slope"}, "lack the column 'slope'"),
        ({}, {"controls": "relief ~ people"}, "must be one string of the form"),
        ({"log_initial": 1.0}, {}, "'log_initial' is made here; give your column another name"),
        ({"one": 1}, {"cluster": "one"}, "at least two clusters"),
    ],
)
def test_bad_input(change, options, message):
    data = paths(0.03, noise=0.1).assign(**change)
    with pytest.raises(InputError, match=message):
        fitted(data, **options)


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (2020, 2010, "start must lie before end, not 2020 and 2010"),
        (2010, 2010, "start must lie before end"),
        (2010, 2015, "No county has both 2010 and 2015"),
        (1990, 1991, "'year' has neither 1990 nor 1991"),
    ],
)
def test_bad_years(start, end, message):
    with pytest.raises(InputError, match=message):
        beta_convergence(paths(0.03), "income", "county", "year", start, end)
