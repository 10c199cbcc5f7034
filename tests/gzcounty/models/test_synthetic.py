"""Synthetic controls: the twin it should find, honest ranks, and clear refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gzcounty as gz
from gzcounty import synthetic_control
from gzcounty.errors import InputError, TrapError

YEARS = np.arange(2010, 2022)


@pytest.fixture
def factors() -> pd.DataFrame:
    """Return a SIMULATED panel: two common factors, the treated unit gains 5 from 2019 on."""
    return simulated(seed=4)


def simulated(seed: int, donors: int = 20, noise: float = 0.1, effect: float = 5.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    paths = np.cumsum(rng.normal(1, 1, (len(YEARS), 2)), axis=0)
    loadings = rng.uniform(0, 2, (donors, 2))
    loadings = np.vstack([loadings[:4].mean(axis=0), loadings])
    y = 10 + paths @ loadings.T + noise * rng.normal(size=(len(YEARS), donors + 1))
    y[YEARS >= 2019, 0] += effect
    names = ["榕江县", *(f"donor {i:02d}" for i in range(donors))]
    data = pd.DataFrame(y, YEARS, names).rename_axis("year").reset_index()
    data = data.melt("year", var_name="county", value_name="income")
    data["size"] = data.county.map(dict(zip(names, loadings[:, 0], strict=True)))
    data["other"] = data.county.map(dict(zip(names, loadings[:, 1], strict=True)))
    return data.sample(frac=1, random_state=seed)


def control(data, **changes):
    arguments = {"y": "income", "entity": "county", "time": "year"}
    return synthetic_control(data, **(arguments | {"treated": "榕江县", "start": 2019} | changes))


def test_it_finds_the_simulated_effect(factors):
    result = control(factors)
    table = result.table()
    assert table.term.to_list() == [
        "average gap from 2019", "gap in 2019", "gap in 2020", "gap in 2021",
    ]  # fmt: skip
    assert table.estimate.to_numpy() == pytest.approx(5.0, abs=0.5)
    assert table.std_error.isna().all()
    assert (table.p_value == 1 / 21).all()
    assert table.conf_low[0] < 5 < table.conf_high[0]
    assert result.nobs == 21 * 12
    assert result.fit.relative < 0.05
    assert result.fit.r_squared > 0.9


def test_path_adds_up(factors):
    result = control(factors)
    path = result.path()
    assert path.columns.to_list() == ["time", "treated", "synthetic", "gap", "after"]
    assert path.time.to_list() == list(YEARS)
    assert path.time[path.after].to_list() == [2019, 2020, 2021]
    wide = factors.pivot(index="year", columns="county", values="income")
    assert path.treated.to_numpy() == pytest.approx(wide["榕江县"].to_numpy())
    twin = wide[result.weights.index] @ result.weights
    assert path.synthetic.to_numpy() == pytest.approx(twin.to_numpy())
    assert path.gap.to_numpy() == pytest.approx((path.treated - path.synthetic).to_numpy())
    assert result.table().estimate[0] == pytest.approx(path.gap[path.after].mean())
    early = path.gap[~path.after]
    assert result.fit.rmspe == pytest.approx(np.sqrt(np.mean(early**2)))


def test_weights_name_every_donor_largest_first(factors):
    weights = control(factors).weights
    assert len(weights) == 20
    assert weights.sum() == pytest.approx(1.0)
    assert weights.min() >= 0
    assert weights.is_monotonic_decreasing


def test_it_is_the_other_library_s_synthetic_control(factors):
    """diff-diff, told to weigh all periods alike, finds the same weights."""
    library = pytest.importorskip("diff_diff")
    treated = (factors.county == "榕江县") & (factors.year >= 2019)
    other = library.SyntheticControl(
        v_method="custom", custom_v=np.ones(9), standardize="none",
    ).fit(
        factors.assign(treat=treated.astype(int)),
        "income", "treat", "county", "year",
        treated_unit="榕江县", post_periods=[2019, 2020, 2021], pre_period_outcomes="all",
    )  # fmt: skip
    result = control(factors)
    theirs = pd.Series(other.donor_weights).reindex(result.weights.index).fillna(0.0)
    assert result.weights.to_numpy() == pytest.approx(theirs.to_numpy(), abs=1e-8)


def test_demeaning_ignores_levels(factors):
    moved = factors.copy()
    moved["income"] += 1000.0 * moved.county.rank(method="dense")
    plain, shifted = control(factors, demean=True), control(moved, demean=True)
    np.testing.assert_allclose(shifted.weights.sort_index(), plain.weights.sort_index(), atol=1e-6)
    assert shifted.path().gap.to_numpy() == pytest.approx(plain.path().gap.to_numpy(), abs=1e-6)
    assert plain.path().gap[:9].mean() == pytest.approx(0.0, abs=1e-12)
    assert any("less each unit's mean" in note for note in plain.notes)


def test_predictors_are_matched_by_their_means(factors):
    result = control(factors, predictors=["size", "other", "income"])
    assert result.predictor_weights.to_numpy() == pytest.approx(1 / 3)
    wide = factors.groupby("county")[["size", "other"]].first()
    matched = result.weights @ wide.loc[result.weights.index]
    assert matched.to_numpy() == pytest.approx(wide.loc["榕江县"].to_numpy(), abs=0.05)
    assert "means of 'size', 'other' and 'income'" in result.notes[0]


def test_fitted_importance_fits_at_least_as_well(factors):
    # Misleads: the treated unit has more of it than any donor, and it moves nothing.
    rng = np.random.default_rng(1)
    by_county = {name: rng.normal() for name in sorted(factors.county.unique())} | {"榕江县": 9.0}
    data = factors.assign(misleading=factors.county.map(by_county))
    names = ["size", "other", "misleading"]
    plain = control(data, predictors=names)
    fitted = control(data, predictors=names, importance="fitted")
    assert fitted.fit.rmspe < plain.fit.rmspe
    assert fitted.predictor_weights["misleading"] < 1 / 3
    assert fitted.predictor_weights.sum() == pytest.approx(1.0)
    assert any("importance chosen to fit y" in note for note in fitted.notes)


def test_predictors_may_have_gaps_but_not_be_missing(factors):
    data = factors.copy()
    data.loc[(data.county == "donor 03") & (data.year > 2011), "size"] = np.nan
    assert len(control(data, predictors="size").weights) == 20
    data.loc[data.county == "donor 03", "size"] = np.nan
    result = control(data, predictors="size")
    assert "donor 03" not in result.weights.index
    assert any("1 donor left out for predictors unknown" in note for note in result.notes)
    data.loc[data.county == "榕江县", "size"] = np.nan
    with pytest.raises(InputError, match="The treated unit '榕江县' has no 'size' before"):
        control(data, predictors="size")


def test_placebos_rank_the_treated_unit(factors):
    result = control(factors)
    placebos = result.placebos_in_space()
    units = placebos.units
    assert len(units) == 21
    assert units.unit[0] == "榕江县"
    assert placebos.statistic == "ratio"
    assert units.ratio.to_numpy() == pytest.approx((units.post_rmspe / units.pre_rmspe).to_numpy())
    assert placebos.p_value == pytest.approx((units.ratio >= units.ratio[0]).mean())
    assert placebos.p_gap == pytest.approx((units.post_rmspe >= units.post_rmspe[0]).mean())
    assert placebos.smallest_p == pytest.approx(1 / 21)
    assert placebos.p_greater == pytest.approx(1 / 21)
    assert placebos.p_less == 1.0
    assert len(placebos.gaps) == 21 * 12
    assert "p-value by ratio 0.048" in repr(placebos)


def test_a_placebo_is_a_synthetic_control_of_its_own(factors):
    placebos = control(factors).placebos_in_space()
    without = factors[factors.county != "榕江县"]
    alone = control(without, treated="donor 07")
    gaps = placebos.gaps[placebos.gaps.unit == "donor 07"].gap
    assert gaps.to_numpy() == pytest.approx(alone.path().gap.to_numpy())
    together = control(factors, treated="donor 07")
    leaky = control(factors).placebos_in_space(with_treated=True)
    gaps = leaky.gaps[leaky.gaps.unit == "donor 07"].gap
    assert gaps.to_numpy() == pytest.approx(together.path().gap.to_numpy())


def test_numbers_do_not_depend_on_the_workers(factors):
    one, two = (control(factors).placebos_in_space(n_jobs=n, progress=False) for n in (1, 2))
    pd.testing.assert_frame_equal(one.units, two.units)


def test_badly_fitting_placebos_are_cut_only_if_asked(factors):
    result = control(factors)
    every = result.placebos_in_space()
    assert every.units.used.all()
    limit = 4 * every.units.pre_rmspe[0]
    cut = result.placebos_in_space(largest_misfit=4)
    assert cut.units.used.to_list() == (every.units.pre_rmspe <= limit).to_list()
    kept = int(cut.units.used.sum())
    assert 1 < kept < 21
    assert cut.smallest_p == pytest.approx(1 / kept)
    assert cut.gaps.unit.nunique() == kept
    assert any(f"{21 - kept} placebos of 20 left out" in note for note in cut.notes)
    with pytest.raises(TrapError, match=r"No placebo fits within 0\.001 times"):
        result.placebos_in_space(largest_misfit=0.001)


def test_intervals_invert_the_rank_test(factors):
    """Just inside the interval a constant effect is not rejected, just outside it is."""
    result = control(factors)
    low, high = result.table(level=0.9).loc[0, ["conf_low", "conf_high"]]
    for end, inside in ((low, 1), (high, -1)):
        for step, kept in ((inside, True), (-inside, False)):
            moved = factors.copy()
            late = (moved.county == "榕江县") & (moved.year >= 2019)
            moved.loc[late, "income"] -= end + step * 1e-6
            assert (control(moved).table().p_value[0] > 0.1) == kept


def test_too_few_donors_for_a_level_leave_no_interval(factors):
    table = control(factors).table(level=0.99)
    assert table[["conf_low", "conf_high"]].isna().all(axis=None)
    assert table.p_value.notna().all()


def test_exact_fits_have_no_ratio():
    data = simulated(seed=7)
    few = data[data.year >= 2017]
    result = control(few)
    assert result.fit.relative < 1e-6
    assert not result.unique
    assert any("The weights are not unique (20 donors, 2 values" in note for note in result.notes)
    assert any("The match is exact" in note for note in result.notes)
    placebos = result.placebos_in_space()
    assert placebos.statistic == "gap"
    assert any("gaps are ranked as they are" in note for note in placebos.notes)
    units = placebos.units
    assert placebos.p_value == pytest.approx((units.post_rmspe >= units.post_rmspe[0]).mean())
    assert result.table().statistic.isna().all()
    requested = result.placebos_in_space(statistic="ratio")
    assert requested.p_value == pytest.approx(np.isinf(units.ratio).mean())
    assert requested.p_ratio == placebos.p_ratio
    ranges = result.gap_range()
    assert (ranges.lowest < ranges.gap).all()
    assert (ranges.gap < ranges.highest).all()


def test_exact_placebos_count_against_the_treated_unit(factors):
    """Twins among the donors fit each other exactly; they must not make the rank look rarer."""
    twins = factors[factors.county.isin(["donor 01", "donor 02"])].copy()
    twins["county"] += " twin"
    late = twins.year >= 2019
    twins.loc[late, "income"] += 1e-3  # an infinite ratio out of nearly nothing
    placebos = control(pd.concat([factors, twins])).placebos_in_space()
    assert placebos.statistic == "ratio"
    assert np.isinf(placebos.units.ratio).sum() == 4
    assert placebos.p_value == pytest.approx(5 / 23)
    assert placebos.p_gap == pytest.approx(1 / 23)
    assert any("4 placebos of 22 fitted exactly" in note for note in placebos.notes)
    result = control(pd.concat([factors, twins]))
    assert "No 95 % interval" in repr(result)
    assert "No 95 % interval" not in repr(control(factors))
    assert result.table().conf_low.isna().all()  # at 95 % every effect is among the 5 largest of 23


def test_gap_range_closes_where_weights_are_unique(factors):
    result = control(factors)
    assert result.unique
    ranges = result.gap_range()
    assert ranges.lowest.to_numpy() == pytest.approx(ranges.highest.to_numpy())
    assert ranges.gap.to_numpy() == pytest.approx(result.path().gap[-3:].to_numpy())


def test_earlier_starts_use_nothing_from_the_true_one_on(factors):
    spoiled = factors.copy()
    spoiled.loc[spoiled.year >= 2019, "income"] *= 3
    table = control(factors).placebos_in_time([2014, 2016])
    pd.testing.assert_frame_equal(table, control(spoiled).placebos_in_time([2014, 2016]))
    assert table.start.to_list() == [2014, 2016]
    assert table.periods_before.to_list() == [4, 6]
    assert table.periods_after.to_list() == [5, 3]
    direct = control(factors[factors.year < 2019], start=2016)
    assert table.average_gap[1] == pytest.approx(direct.table().estimate[0])
    for start in (2011, 2019, 1999):
        with pytest.raises(InputError, match=f"not {start}"):
            control(factors).placebos_in_time([start])


def test_leaving_out_one_donor_at_a_time(factors):
    result = control(factors)
    table = result.leave_one_out()
    assert table.left_out.to_list() == result.weights.index[: len(table)].to_list()
    assert (table.pre_rmspe >= result.fit.rmspe - 1e-12).all()
    direct = control(factors[factors.county != table.left_out[0]])
    assert table.average_gap[0] == pytest.approx(direct.table().estimate[0])


def test_one_period_after_says_how_little_it_can_show(factors):
    result = control(factors[factors.year <= 2019])
    assert result.table().term.to_list() == ["average gap from 2019"]
    assert any("nothing can be said about whether the gap lasts" in note for note in result.notes)
    assert any("none can be below 0.048" in note for note in result.notes)


def test_units_with_gaps_are_named(factors):
    data = factors[~((factors.county == "donor 05") & (factors.year == 2013))].copy()
    data.loc[(data.county == "Ａ县") | (data.county == "donor 06"), "income"] = np.nan
    result = control(data)
    assert {"donor 05", "donor 06"}.isdisjoint(result.weights.index)
    assert any("'donor 05'" in note and "1 donor left out" in note for note in result.notes)
    data.loc[(data.county == "榕江县") & (data.year == 2015), "income"] = np.nan
    result = control(data)
    assert 2015 not in result.path().time.to_list()
    assert any("1 period left out because '榕江县' has no income then: '2015'" in n
               for n in result.notes)  # fmt: skip


def test_the_display_tells_weights_fit_and_rank(factors):
    result = control(factors)
    text = repr(result)
    assert "income: synthetic control of 榕江县 from 2019, 20 donors" in text
    assert f"Weights: {result.weights.index[0]} {result.weights.iloc[0]:.3f}" in text
    assert "R-squared against the plain mean" in text
    assert "Placebos in space: p-value 0.048 by the ratio" in text
    assert "<table" in result._repr_html_()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 500), st.sampled_from([1e-3, 7.0, 1e6]), st.sampled_from([-50.0, 0.0, 1e4]))
def test_units_of_measurement_do_not_matter(seed, factor, shift):
    data = simulated(seed, donors=8)
    plain = control(data)
    changed = control(data.assign(income=factor * data.income + shift))
    np.testing.assert_allclose(changed.weights.sort_index(), plain.weights.sort_index(), atol=1e-6)
    assert changed.table().p_value.equals(plain.table().p_value)
    assert changed.table().estimate.to_numpy() == pytest.approx(
        factor * plain.table().estimate.to_numpy(), rel=1e-6, abs=1e-6 * factor
    )


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"treated": "nowhere"}, InputError, "'county' has no unit 'nowhere'"),
        ({"treated": ["榕江县", "donor 01"]}, InputError, "treated must be one label"),
        ({"start": 1999}, InputError, "start must be one of the periods"),
        ({"start": 2010}, TrapError, "No period of 'year' lies before 2010"),
        ({"start": 2011}, TrapError, "Only one period of 'year' lies before 2011"),
        ({"donors": ["榕江县", "donor 01"]}, InputError, "'榕江县' cannot be its own donor"),
        ({"donors": ["donor 01", "Ａ县"]}, InputError, "no unit 'Ａ县'"),
        ({"donors": ["donor 01", "donor 01"]}, InputError, "'donor 01' stand more often"),
        ({"donors": ["donor 01"]}, InputError, "at least two donors .* there is 1"),
        ({"donors": "donor 01"}, InputError, "at least two donors"),
        ({"donors": []}, InputError, "there are none"),
        ({"predictors": "size", "demean": True}, InputError, "ask for one of them"),
        ({"predictors": "nothing"}, InputError, "lack the column 'nothing'"),
        ({"predictors": "same"}, InputError, "'same' has the same mean in every unit"),
        ({"time": "mixed"}, InputError, "'mixed' cannot be put in order"),
        ({"time": "county"}, InputError, "two different columns"),
    ],
)
def test_bad_input(factors, arguments, error, message):
    factors = factors.reset_index(drop=True).assign(same=1.0)
    factors["mixed"] = factors.year.astype(object)
    factors.loc[0, "mixed"] = "2010"
    with pytest.raises(error, match=message):
        control(factors, **arguments)


def test_other_bad_calls(factors):
    coded = factors.assign(county=factors.county.map({"榕江县": "522632"}).fillna(factors.county))
    with pytest.raises(InputError, match="It has '522632', of type str"):
        control(coded, treated=522632)
    result = control(factors)
    with pytest.raises(InputError, match="statistic must be 'ratio', 'gap' or None"):
        result.placebos_in_space(statistic="magic")
    with pytest.raises(InputError, match="largest_misfit must be above zero"):
        result.placebos_in_space(largest_misfit=0)
    few = result.weights.index[:2]
    with pytest.raises(TrapError, match="With two donors"):
        control(factors, donors=list(few)).leave_one_out()


def test_a_million_rows_are_refused_or_read_quickly():
    rng = np.random.default_rng(0)
    units, years = 50_000, 20
    data = pd.DataFrame(
        {
            "county": np.repeat(np.arange(units), years),
            "year": np.tile(np.arange(2000, 2000 + years), units),
            "income": rng.normal(size=units * years),
        }
    )
    with pytest.raises(InputError, match="49,999 donors are too many"):
        control(data, treated=7, start=2015)
    result = control(data, treated=7, start=2015, donors=range(100, 200))
    assert len(result.weights) == 100


def test_placebos_say_what_is_known_of_the_data():
    panel = gz.simulate_panel(12, range(2010, 2020), n_prefectures=3)
    call = ("log_rural_income", "county", "year", panel["county"].iloc[0], 2016)
    result = synthetic_control(panel, *call)
    assert any("SIMULATED data" in note for note in result.placebos_in_space().notes)
    assert repr(result).count("SIMULATED data") == 1
    plain = pd.DataFrame(panel.drop(columns="simulated").to_dict("list"))
    assert not any("SIMULATED" in note for note in synthetic_control(plain, *call)._in_space.notes)
