"""What is exact, what is rounding, and what is only near it: over scales, offsets and noise."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gzcounty as gz
from gzcounty.errors import InputError, TrapError

UNITS, YEARS = 30, 6
LAST_DIGITS = "last digits"
seeds = st.integers(0, 10_000)
scales = st.sampled_from([1e-6, 1.0, 1e3, 1e12])
quick = settings(max_examples=8, deadline=None)


def make_panel(seed: int) -> tuple[pd.DataFrame, np.random.Generator]:
    rng = np.random.default_rng(seed)
    data = pd.DataFrame(
        {"id": np.repeat(np.arange(UNITS), YEARS), "year": np.tile(np.arange(2014, 2020), UNITS)}
    )
    data["x"] = rng.normal(size=len(data))
    data["y"] = data.x + rng.normal(size=len(data))
    return data, rng


def in_float32(values):
    return np.asarray(values).astype(np.float32).astype(float)


@quick
@given(seeds, scales, st.sampled_from([0.0, 3.0, 100.0]), st.floats(1e-16, 5e-8))
def test_constants_of_units_but_for_rounding_are_absorbed(seed, scale, offset, noise):
    data, rng = make_panel(seed)
    own = scale * (offset + rng.uniform(1, 2, UNITS))[data.id]
    joined = np.where(data.year < 2017, own, in_float32(own))
    noisy = own * (1 + noise * rng.normal(size=len(data)))
    for rain in (joined, noisy):
        for effects in (True, False):
            with pytest.raises(InputError, match="absorb 'rain', which does not vary"):
                gz.panel_ols("y ~ x + rain", data.assign(rain=rain), "id", "year",
                             time_effects=effects)  # fmt: skip
    with pytest.raises(InputError, match="absorb 'rain': nothing is left"):
        gz.panel_ols("rain ~ x", data.assign(rain=joined), "id", "year")


@quick
@given(seeds, scales, st.floats(-5, -1))
def test_small_real_variation_within_units_is_estimated_without_a_note(seed, scale, exponent):
    data, rng = make_panel(seed)
    own = scale * rng.uniform(1, 2, UNITS)[data.id]
    data["share"] = own * (1 + 10**exponent * rng.normal(size=len(data)))
    fit = gz.panel_ols("y ~ x + share", data, "id", "year")
    assert LAST_DIGITS not in " ".join(fit.notes)
    assert np.isfinite(fit.table().p_value).all()


def test_what_hardly_passes_is_estimated_with_a_note():
    data, rng = make_panel(0)
    own = rng.uniform(1, 2, UNITS)[data.id]
    data["rain"] = own * (1 + 5e-7 * rng.normal(size=len(data)))
    data["twin"] = data.x + 5e-7 * rng.normal(size=len(data))
    fit = gz.panel_ols("y ~ x + rain", data, "id", "year")
    assert any(note.startswith("Beyond the effects of id and year, 'rain'") for note in fit.notes)
    twins = "'twin' is nearly a linear combination of 'x'"
    for fit in (gz.panel_ols("y ~ x + twin", data, "id", "year"), gz.ols("y ~ x + twin", data)):
        assert any(twins in note for note in fit.notes)


@quick
@given(seeds, st.sampled_from([2014.0, 1e6, 1e9, 1e12]), st.sampled_from([1e-8, 1e-6, 1e-4, 1e-1]))
def test_real_variation_on_a_large_offset_is_estimated(seed, offset, share):
    data, rng = make_panel(seed)
    z = rng.normal(size=len(data))
    data["gdp"] = offset * (1 + share * z)
    data["y"] = z + rng.normal(size=len(data))
    fit = gz.ols("y ~ x + gdp", data)
    assert any("'gdp' varies only in its last" in note for note in fit.notes) == (share < 5e-8)
    slope = fit.term("gdp").estimate * offset * share
    plain = gz.ols("y ~ x + z", data.assign(z=z)).term("z").estimate
    assert slope == pytest.approx(plain, rel=1e-5)
    assert gz.panel_ols("y ~ x + gdp", data, "id", "year").nobs == len(data)


@quick
@given(seeds, scales, st.sampled_from([0.0, 3.0]))
def test_combinations_rounded_to_float32_are_refused_everywhere(seed, scale, offset):
    data, rng = make_panel(seed)
    data["a"], data["b"] = scale * (offset + rng.uniform(1, 2, (2, len(data))))
    data["both"] = in_float32(data.a + 2 * data.b)
    named = "'both' is a linear combination of .*'a' and 'b'.* but for rounding to about seven"
    with pytest.raises(InputError, match=named):
        gz.ols("y ~ a + b + both", data)
    with pytest.raises(InputError, match="After the effects are taken out, " + named):
        gz.panel_ols("y ~ a + b + both", data, "id", "year")
    with pytest.raises(InputError, match=named):
        gz.specification_curve(data, "y", "both", {"two": ["a", "b"]})


@pytest.mark.parametrize("years", [range(2018, 2021), range(2014, 2023), range(1949, 2024)])
def test_years_and_their_squares_are_no_rounding(years):
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"year": np.tile(list(years), 20)})
    data["y"] = rng.normal(size=len(data))
    fit = gz.ols("y ~ year + I(year**2)", data)
    assert LAST_DIGITS not in " ".join(fit.notes) or len(years) == 3
    t = data.year - data.year.mean()
    centred = gz.ols("y ~ t + I(t**2)", data.assign(t=t))
    assert fit.coefficients.iloc[2] == pytest.approx(centred.coefficients.iloc[2], rel=1e-4)


def identities(seed: int, scale: float, rounded: bool) -> pd.DataFrame:
    data, rng = make_panel(seed)
    data["a"], data["b"] = scale * rng.uniform(1, 2, (2, len(data)))
    data["gdp"] = in_float32(data.a + data.b) if rounded else data.a + data.b
    return data


@quick
@given(seeds, scales, st.booleans())
def test_a_fit_that_leaves_rounding_is_said_and_never_tested(seed, scale, rounded):
    data = identities(seed, scale, rounded)
    fits = [
        gz.ols("gdp ~ a + b", data),
        gz.ols("gdp ~ a + b", data, cluster="id"),
        gz.ols("gdp ~ a + b", data, cov="classical"),
        gz.panel_ols("gdp ~ a + b", data, "id", "year", cluster="id"),
    ]
    for fit in fits:
        assert sum("exact but for rounding" in note for note in fit.notes) == 1
        table = fit.table()
        assert table[["std_error", "statistic", "p_value", "conf_low"]].isna().all(axis=None)
        assert (fit.residuals == 0).all()
        with pytest.raises(TrapError, match="nothing can be tested"):
            fit.wald(["a"])
    assert fits[0].coefficients[["a", "b"]].to_numpy() == pytest.approx([1, 1], abs=1e-6)
    with pytest.raises(InputError, match="no residuals to draw from"):
        gz.wild_bootstrap(fits[3], "a")
    with pytest.raises(InputError, match="The controls and the exposure explain 'gdp' exactly"):
        gz.specification_curve(data, "gdp", "a", {"b": "b"})
    with pytest.raises(InputError, match="'gdp' is explained by the terms beside 'x'"):
        gz.randomisation_test(data, "gdp ~ x + a + b", "x")


@pytest.mark.parametrize("rounded", [False, True])
def test_spatial_models_and_tests_of_an_identity(rounded):
    data = identities(1, 1.0, rounded).query("year == 2014").set_index("id")
    pairs = pd.DataFrame({"i": np.arange(UNITS - 1), "j": np.arange(1, UNITS)})
    W = gz.neighbour_weights(pairs, "i", "j")
    table = gz.lagrange_tests("gdp ~ a + b", data, W)
    assert table[["statistic", "p_value"]].isna().all(axis=None)
    assert "exact but for rounding" in " ".join(table.attrs["notes"])
    with pytest.raises(InputError, match="nothing is left to test or to explain"):
        gz.spatial_model("gdp ~ a + b", data, W)
    with pytest.raises(InputError, match="the same value in every unit"):
        gz.morans_i(gz.ols("gdp ~ a + b", data).residuals, W)


@quick
@given(seeds, st.floats(-4, 0))
def test_a_good_fit_is_no_exact_fit(seed, exponent):
    data = identities(seed, 1e3, rounded=False)
    rng = np.random.default_rng(seed)
    data["gdp"] *= 1 + 10**exponent * rng.normal(size=len(data))
    for fit in (gz.ols("gdp ~ a + b", data), gz.panel_ols("gdp ~ a + b", data, "id", "year")):
        assert not any("exact" in note for note in fit.notes)
        assert np.isfinite(fit.table().p_value).all()


def test_a_nearly_exact_fit_is_tested_with_a_note():
    data = identities(0, 1.0, rounded=False)
    data["gdp"] *= 1 + 5e-7 * np.random.default_rng(0).normal(size=len(data))
    fit = gz.ols("gdp ~ a + b", data)
    assert any(note.startswith("The fit is nearly exact") for note in fit.notes)
    assert np.isfinite(fit.table().p_value).all()


def test_exposures_of_an_event_study_may_differ_by_rounding_within_units():
    data, rng = make_panel(2)
    own = rng.uniform(1, 2, UNITS)[data.id]
    exact = gz.event_study(data.assign(e=own), "y", "e", "id", "year", 2016)
    joined = np.where(data.year < 2017, own, in_float32(own))
    other = gz.event_study(data.assign(e=joined), "y", "e", "id", "year", 2016)
    assert other.coefficients.to_numpy() == pytest.approx(exact.coefficients.to_numpy(), abs=1e-5)
    with pytest.raises(InputError, match="must be constant within each id"):
        gz.event_study(data.assign(e=own * (1 + 1e-5 * data.x)), "y", "e", "id", "year", 2016)
