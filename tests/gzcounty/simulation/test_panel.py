"""Simulated counties: what is drawn is what the docstring says, and nothing looks real."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gzcounty as gz
from gzcounty.errors import InputError
from gzcounty.simulation import neighbour_pairs

QUIET = {"noise": 0.0}


def wide(panel, column="log_rural_income"):
    return panel.pivot(index="county", columns="year", values=column)


def demeaned(panel):
    """Log income less county and year effects, as those who never enter show them."""
    y = wide(panel)
    never = panel.groupby("county").first_year.first() == 0
    y = y.sub(y[y.columns[0]], axis=0)
    return y - y[never].mean()


def test_shape_types_and_order():
    panel = gz.simulate_panel()
    assert len(panel) == 880
    assert list(panel.columns) == [
        "county", "county_name", "prefecture", "year", "rural_income", "log_rural_income",
        "exposure", "exposure_after", "first_year", "inside", "true_effect", "neighbours_inside",
        "simulated",
    ]  # fmt: skip
    assert panel.county.nunique() == 88
    assert panel.prefecture.nunique() == 9
    assert not panel.isna().any().any()
    assert panel.simulated.all()  # a column, as ``attrs`` are lost when tables are put together
    assert panel.sort_values(["county", "year"]).index.equals(panel.index)
    assert panel.exposure.between(0.05, 0.35).all()
    assert np.allclose(np.log(panel.rural_income), panel.log_rural_income)


def test_nothing_can_be_taken_for_a_real_county():
    panel = gz.simulate_panel()
    assert panel.county.str.fullmatch(r"S\d{3}").all()
    assert panel.county_name.str.fullmatch(r"Simulated county \d+").all()
    assert panel.prefecture.str.fullmatch(r"SP\d").all()
    assert "adcode" not in panel
    assert panel.attrs["title"] == "SIMULATED panel of 88 counties, 2014-2023"
    real = set(gz.load_counties().adcode) | set(gz.load_counties().name_en)
    assert not real & (set(panel.county) | set(panel.county_name))


def test_the_same_seed_draws_the_same_panel():
    first, second, other = gz.simulate_panel(seed=3), gz.simulate_panel(seed=3), gz.simulate_panel()
    pd.testing.assert_frame_equal(first, second)
    assert not first.rural_income.equals(other.rural_income)
    generator = np.random.default_rng(3)
    assert gz.simulate_panel(seed=generator).equals(first)
    assert not gz.simulate_panel(seed=generator).equals(first)


def test_without_noise_the_effect_can_be_read_off():
    panel = gz.simulate_panel(heterogeneity=0.5, growth=0.3, **QUIET)
    assert demeaned(panel).to_numpy() == pytest.approx(wide(panel, "true_effect").to_numpy())
    # Worked by hand: 0.05 * (1 + 0.5) and, two years on, times 1.6.
    cells = panel.attrs["truth"]["cells"]
    assert cells[2017][2017] == pytest.approx(0.075)
    assert cells[2017][2019] == pytest.approx(0.12)
    assert cells[2019][2019] == pytest.approx(0.05)
    assert cells[2021][2023] == pytest.approx(0.025 * 1.6)


def test_the_truth_is_the_average_of_what_was_drawn():
    panel = gz.simulate_panel(
        80, effect=0.1, heterogeneity=0.5, growth=0.2, cohorts={2016: 0.5, 2020: 0.2}
    )
    truth, inside = panel.attrs["truth"], panel[panel.inside == 1]
    since = inside.year - inside.first_year
    assert truth["simple"] == pytest.approx(inside.true_effect.mean())
    for name, by in (("group", "first_year"), ("calendar", "year"), ("dynamic", since)):
        assert truth[name] == pytest.approx(inside.groupby(by).true_effect.mean().to_dict())
    assert panel.groupby("first_year").county.nunique().to_dict() == {0: 24, 2016: 40, 2020: 16}


def test_pre_trends_spillovers_and_exposure_add_what_they_say():
    start = {"effect": 0.0, **QUIET}
    plain = wide(gz.simulate_panel(**start))
    panel = gz.simulate_panel(pre_trend=0.01, **start)
    ever = wide(panel, "first_year")[2014] > 0
    extra = wide(panel) - plain
    assert extra[2020].to_numpy() == pytest.approx(np.where(ever, 0.06, 0.0))

    panel = gz.simulate_panel(spillover=0.1, **start)
    outside = 1 - wide(panel, "inside")
    assert (wide(panel) - plain).to_numpy() == pytest.approx(
        (0.1 * wide(panel, "neighbours_inside") * outside).to_numpy()
    )

    panel = gz.simulate_panel(exposure_effect=0.4, exposure_since=2018, **start)
    extra = wide(panel) - plain
    assert extra[2017].abs().max() < 1e-12
    assert extra[2018].to_numpy() == pytest.approx(0.4 * wide(panel, "exposure")[2018].to_numpy())
    assert panel.attrs["truth"]["exposure"] == 0.4


def test_selection_lets_the_poor_enter_first():
    def initial(selection):
        panel = gz.simulate_panel(2000, n_prefectures=200, selection=selection)
        return panel[panel.year == 2014].groupby("first_year").log_rural_income.mean()

    poor_first = initial(3.0)
    assert poor_first[2017] < poor_first[2019] < poor_first[2021] < poor_first[0] - 0.1
    # Random entry: four groups of 500, whose means have a standard error of about 0.01.
    assert np.ptp(initial(0.0)) < 0.05


def test_shocks_have_the_moments_they_are_given():
    settled = {"effect": 0.0, "n_prefectures": 40, "n_counties": 4000}
    y = wide(gz.simulate_panel(**settled, noise=0.1, autocorrelation=0.6))
    base = wide(gz.simulate_panel(**settled, noise=0.0))
    shocks = (y - base).to_numpy()
    assert shocks.std(axis=0) == pytest.approx(np.full(10, 0.1), rel=0.05)
    assert np.corrcoef(shocks[:, 0], shocks[:, 1])[0, 1] == pytest.approx(0.6, abs=0.04)

    panel = gz.simulate_panel(**settled, noise=0.0, prefecture_noise=0.1)
    extra = wide(panel) - base
    prefecture = panel.groupby("county").prefecture.first()
    assert (extra.groupby(prefecture).std() < 1e-12).all().all()
    assert extra.groupby(prefecture).first().std().mean() == pytest.approx(0.1, rel=0.15)


def test_exposure_may_drift():
    panel = gz.simulate_panel(exposure_drift=0.01)
    steps = wide(panel, "exposure").diff(axis=1).iloc[:, 1:]
    assert steps.to_numpy().std() == pytest.approx(0.01, rel=0.1)
    assert panel.exposure.between(0, 1).all()
    assert np.ptp(wide(gz.simulate_panel(), "exposure"), axis=1).max() == 0


def test_missing_incomes_are_counted_in_the_notes():
    panel = gz.simulate_panel(missing=0.2)
    lost = int(panel.rural_income.isna().sum())
    assert 0.15 < lost / 880 < 0.25
    fit = gz.panel_ols("log_rural_income ~ inside", panel, "county", "year", cluster="county")
    note = f"Left out {lost} of 880 rows for missing values: log_rural_income {lost}."
    assert note in fit.notes
    assert fit.notes[0].startswith("SIMULATED data: 88 counties that do not exist")


def test_neighbours():
    panel = gz.simulate_panel(layout="grid", n_counties=10, n_prefectures=2)
    pairs = set(neighbour_pairs(panel).itertuples(index=False, name=None))
    # Rows of four, four and two.
    assert len(pairs) == 3 + 3 + 1 + 4 + 2
    assert {("S001", "S002"), ("S001", "S005"), ("S006", "S010")} <= pairs
    assert ("S004", "S005") not in pairs
    some = panel[panel.county.isin(["S001", "S002", "S010"])]
    assert neighbour_pairs(some).to_numpy().tolist() == [["S001", "S002"]]
    with pytest.raises(InputError, match="do not say how the counties lie"):
        neighbour_pairs(pd.DataFrame(panel.to_dict("list")))


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(4, 40),
    length=st.integers(2, 8),
    prefectures=st.integers(1, 4),
    layout=st.sampled_from(["ring", "grid"]),
    seed=st.integers(0, 2**40),
)
def test_any_size_is_a_balanced_panel(n, length, prefectures, layout, seed):
    panel = gz.simulate_panel(
        n, range(2000, 2000 + length), n_prefectures=prefectures, layout=layout, seed=seed,
        cohorts=[2001],
    )  # fmt: skip
    assert len(panel) == n * length
    assert panel.groupby("county").year.nunique().eq(length).all()
    assert panel.prefecture.nunique() == prefectures
    assert panel.neighbours_inside.between(0, 1).all()
    assert set(panel.first_year) == {0, 2001}
    pairs = neighbour_pairs(panel)
    assert set(pairs.county) | set(pairs.neighbour) == set(panel.county)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_counties": 3}, "n_counties must be a whole number from 4 to 10,000, not 3"),
        ({"n_prefectures": 89}, "n_prefectures must be a whole number from 1 to 88, not 89"),
        ({"years": [2014]}, "years must be two or more consecutive years"),
        ({"years": [2014, 2016]}, "years must be two or more consecutive years"),
        ({"noise": -1}, "noise must be 0 or more, not -1"),
        ({"autocorrelation": 1}, "autocorrelation must be between -1 and 1, not 1"),
        ({"missing": 1.0}, "missing must be from 0 to below 1"),
        ({"exposure_since": 2030}, "exposure_since must be a year of the panel, 2014 to 2023"),
        ({"cohorts": [2030]}, "No county can enter in '2030': the panel has 2014 to 2023"),
        ({"cohorts": [2016, 2016]}, "Each cohort may be named once"),
        ({"cohorts": {2016: 0.7, 2018: 0.6}}, "add up to at most 1, not 2016: 0.7, 2018: 0.6"),
        ({"cohorts": {2016: 0.0}}, "must be above 0"),
        ({"cohorts": {2016: 0.001}}, "88 counties are too few for a cohort in '2016'"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(InputError, match=message):
        gz.simulate_panel(**arguments)


def test_nobody_need_enter():
    panel = gz.simulate_panel(cohorts=[])
    assert (panel.first_year == 0).all()
    assert panel.attrs["truth"]["simple"] == 0.0


def test_ten_thousand_counties():
    assert len(gz.simulate_panel(10_000, n_prefectures=300)) == 100_000
