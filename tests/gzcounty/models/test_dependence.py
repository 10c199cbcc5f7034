"""Standard errors under dependence over time and over space, against other software or loops."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import example, given, settings
from hypothesis import strategies as st
from linearmodels.panel import PanelOLS

import gzcounty as gz
from gzcounty.errors import InputError

EARTH = 6371.0088


@pytest.fixture
def panel() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    data = pd.DataFrame(
        {"id": np.repeat(np.arange(15), 24), "year": np.tile(range(2000, 2024), 15)}
    )
    data["x"], data["z"], noise = rng.normal(size=(3, len(data)))
    data["y"] = data.x + noise + rng.normal(size=24)[data.year - 2000]
    data["lon"] = rng.uniform(104, 109, 15)[data.id]
    data["lat"] = rng.uniform(25, 29, 15)[data.id]
    data["w"] = rng.uniform(1, 3, len(data))
    return data.drop(index=rng.choice(len(data), 30, replace=False)).sample(frac=1, random_state=1)


@pytest.mark.parametrize("lags", [0, 1, 4])
@pytest.mark.parametrize("weights", [None, "w"])
def test_newey_west_is_that_of_statsmodels(panel, lags, weights):
    series = panel[panel.id == 3]
    ours = gz.ols("y ~ x + z", series, cov=gz.HAC("year", lags), weights=weights)
    ordered = series.sort_values("year").assign(year=lambda d: range(len(d)))
    model = smf.ols if weights is None else smf.wls
    kwargs = {} if weights is None else {"weights": ordered.w}
    whole = gz.ols("y ~ x + z", ordered, cov=gz.HAC("year", lags), weights=weights)
    theirs = model("y ~ x + z", ordered, **kwargs).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}
    )
    assert whole.vcov.to_numpy() == pytest.approx(theirs.cov_params().to_numpy(), rel=1e-8)
    if lags == 0:  # no lag, no gap
        assert ours.vcov.to_numpy() == pytest.approx(whole.vcov.to_numpy(), rel=1e-10)
    assert ours.df == len(series) - 3


def test_a_gap_in_time_counts_as_the_periods_it_spans():
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"year": range(2000, 2030), "x": rng.normal(size=30)})
    data["y"] = rng.normal(size=30)
    every_third = data.iloc[::3]
    far = gz.ols("y ~ x", every_third, cov=gz.HAC("year", 2))
    none = gz.ols("y ~ x", every_third, cov=gz.HAC("year", 0))
    assert far.vcov.to_numpy() == pytest.approx(none.vcov.to_numpy(), rel=1e-12)


@pytest.mark.parametrize("lags", [0, 2, 5])
@pytest.mark.parametrize("time_effects", [False, True])
def test_driscoll_kraay_is_that_of_linearmodels(panel, lags, time_effects):
    ours = gz.panel_ols(
        "y ~ x + z", panel, "id", "year", cov=gz.HAC("year", lags), time_effects=time_effects
    )
    theirs = PanelOLS(
        panel.set_index(["id", "year"]).y,
        panel.set_index(["id", "year"])[["x", "z"]],
        entity_effects=True,
        time_effects=time_effects,
    ).fit(cov_type="kernel", kernel="bartlett", bandwidth=lags)
    assert ours.vcov.to_numpy() == pytest.approx(theirs.cov.to_numpy(), rel=1e-8)
    assert ours.df == 23


def haversine(a, b):
    (lon, lat), (lon2, lat2) = np.radians(a), np.radians(b)
    h = math.sin((lat2 - lat) / 2) ** 2
    h += math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(h))


def conley_by_loops(X, residuals, places, km, kernel, df):
    meat = np.zeros((X.shape[1], X.shape[1]))
    for i in range(len(X)):
        for j in range(len(X)):
            d = haversine(places[i], places[j])
            if d <= km:
                weight = 1 - d / km if kernel == "bartlett" else 1.0
                meat += weight * np.outer(X[i], X[j]) * residuals[i] * residuals[j]
    bread = np.linalg.inv(X.T @ X)
    return bread @ meat @ bread * len(X) / df


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 1000), st.floats(20, 600), st.sampled_from(["bartlett", "uniform"]))
@example(9, 300.0, "uniform")  # with a negative eigenvalue
def test_conley_is_the_sum_over_all_pairs_within_the_radius(seed, km, kernel):
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"x": rng.normal(size=40), "lon": rng.uniform(104, 109, 40)})
    data["lat"] = rng.uniform(25, 29, 40)
    data["y"] = data.x + data.lat + rng.normal(size=40)
    fit = gz.ols("y ~ x", data, cov=gz.Conley(km, kernel=kernel))
    X = np.column_stack([np.ones(40), data.x])
    expected = conley_by_loops(
        X, fit.residuals.to_numpy(), data[["lon", "lat"]].to_numpy(), km, kernel, 38
    )
    smallest = np.linalg.eigvalsh(expected)[0]
    if abs(smallest) < 1e-15:  # nobody is out of a uniform reach, and residuals sum to nothing
        assert np.abs(fit.vcov.to_numpy()).max() < 1e-12
    elif smallest > 0:
        assert fit.vcov.to_numpy() == pytest.approx(expected, rel=1e-8)
    else:
        assert any("negative eigenvalues" in note for note in fit.notes)
        assert np.linalg.eigvalsh(fit.vcov)[0] > -1e-12


def test_conley_in_a_panel_sums_over_all_pairs_of_rows(panel):
    small = panel[panel.year < 2008]
    fit = gz.panel_ols("y ~ x + z", small, "id", "year", cov=gz.Conley(150.0))
    native = fit.native
    expected = conley_by_loops(
        native.X, native.residuals, small[["lon", "lat"]].to_numpy(), 150.0, "bartlett",
        native.df_resid,
    )  # fmt: skip
    assert fit.vcov.to_numpy() == pytest.approx(expected, rel=1e-8)


def test_within_a_tiny_radius_conley_is_hc1_and_clusters_of_places(panel):
    year = panel[panel.year == 2010]
    near = gz.ols("y ~ x", year, cov=gz.Conley(0.001)).vcov.to_numpy()
    assert near == pytest.approx(gz.ols("y ~ x", year, cov="HC1").vcov.to_numpy(), rel=1e-9)
    near = gz.ols("y ~ x", panel, cov=gz.Conley(0.001)).vcov.to_numpy()
    n = len(panel)
    factor = n / (n - 1) * 14 / 15  # that of clusters is G/(G-1) (N-1)/(N-K)
    clustered = gz.ols("y ~ x", panel, cluster="id").vcov.to_numpy()
    assert near == pytest.approx(clustered * factor, rel=1e-9)


@pytest.mark.parametrize(
    ("cov", "message"),
    [
        ("robust", "cov must be .*, not 'robust'"),
        ("HC4", r"cov must be 'classical', 'HC0', .*'HC3', gz.HAC or gz.Conley, not"),
        (None, "not None"),
        (gz.HAC, "gz.HAC"),
        (gz.HAC("year", -1), "lags must be a whole number of at least 0, not -1"),
        (gz.HAC("year", 1.5), "lags must be a whole number"),
        (gz.HAC("year", 24), "lags must be below the number of periods of 'year', which is 24, no"),
        (gz.HAC("yaer"), "lack the column 'yaer'.*Did you mean 'year'"),
        (gz.HAC("x"), "'x' must hold whole numbers, periods such as years"),
        (gz.HAC(2014), "time must be the name of a column, not 2014"),
        (gz.HAC("one"), "at least two periods; 'one' is always 1"),
        (gz.Conley(0), "km must be a distance above zero, not 0"),
        (gz.Conley("100"), "km must be a distance above zero, not '100'"),
        (gz.Conley(float("nan")), "km must be a distance above zero, not nan"),
        (gz.Conley(100, kernel="gauss"), "kernel must be 'bartlett' or 'uniform', not 'gauss'"),
        (gz.Conley(100, lon="long"), "lack the column 'long'"),
        (gz.Conley(100, lon="lat", lat="lon"), "degrees lie between -90 and 90; are longitude and"),
        (gz.Conley(100, lon=None), "lon must be the name of a column, not None"),
    ],
)
def test_bad_arguments_are_named(panel, cov, message):
    with pytest.raises(InputError, match=message):
        gz.ols("y ~ x", panel.assign(one=1), cov=cov)


def test_panels_and_clusters_are_told_what_they_take(panel):
    for call in (
        lambda **kw: gz.ols("y ~ x", panel, **kw),
        lambda **kw: gz.panel_ols("y ~ x", panel, "id", "year", **kw),
    ):
        with pytest.raises(InputError, match=r"Give cluster or cov=HAC\(...\), not both"):
            call(cluster="id", cov=gz.HAC("year"))
    with pytest.raises(InputError, match=r"cov must be gz\.HAC, gz\.Conley or None, not 'HC3"):
        gz.panel_ols("y ~ x", panel, "id", "year", cov="HC3")


def test_notes_say_lags_pairs_and_few_periods(panel):
    few = gz.panel_ols("y ~ x", panel[panel.year < 2008], "id", "year", cov=gz.HAC("year"))
    assert "Bartlett weights to 2 lags of year; t with 7 degrees" in few.notes[-2]
    assert few.notes[-1].startswith("Only 8 periods")
    lost = panel.assign(lat=panel.lat.where(panel.id != 2))
    near = gz.ols("y ~ x", lost, cov=gz.Conley(100))
    assert "lat 2" in near.notes[0]
    assert "Bartlett weights within 100 km: 14 places" in " ".join(near.notes)
