"""The specification curve: each row is what one regression gives, and says why if it gives none."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gzcounty as gz
from gzcounty.models.within import Absorber, Effect

NUMBERS = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]
SETS = {"none": [], "z": ["z1"], "all": ["z1", "z2", "z3"]}


def simulated(seed: int, units: int = 24, years: int = 6, keep: float = 0.85) -> pd.DataFrame:
    """Draw a SIMULATED unbalanced panel whose columns miss values in different rows."""
    rng = np.random.default_rng(seed)
    unit, year = (a.ravel() for a in np.mgrid[:units, :years])
    data = pd.DataFrame(
        rng.normal(size=(unit.size, 7)), columns=["y1", "y2", "x1", "x2", "z1", "z2", "z3"]
    )
    data[["x1", "z1"]] += rng.normal(size=(units, 2))[unit]
    data["y1"] += 0.3 * data.x1 - data.z1 + rng.normal(size=units)[unit]
    data["size"] = rng.uniform(1, 9, unit.size)
    data = data.assign(county=unit, region=unit // 4, year=year, west=unit % 2 == 0)
    for column in ("y2", "x2", "z3", "size"):
        data.loc[rng.random(unit.size) < 0.07, column] = np.nan
    # Rows in any order, and now and then an entity that is seen once.
    return data.sample(frac=keep, random_state=seed)


def regression(data, row, *, cluster, cov="HC3", columns=SETS):
    """Estimate one row of the table by the package's models, one at a time."""
    formula = f"{row.outcome} ~ {' + '.join([row.exposure, *columns[row.controls]])}"
    data = data if row["sample"] == "all" else data[data.west]
    weights = None if row.weights == "none" else row.weights
    if row.effects == "none":
        fit = gz.ols(formula, data, cov=cov, cluster=cluster, weights=weights)
    else:
        how = {
            "entity_effects": row.effects in ("entity", "two-way"),
            "time_effects": row.effects in ("time", "two-way"),
        }
        fit = gz.panel_ols(formula, data, "county", "year", cluster=cluster, weights=weights, **how)
    return fit, fit.term(row.exposure)


def full_curve(data, cluster, cov="HC3"):
    effects = ["none", "entity", "time", "two-way"]
    return gz.specification_curve(
        data, ["y1", "y2"], ["x1", "x2"], SETS, entity="county", time="year",
        effects=effects if cluster or cov == "classical" else ["none"],
        samples={"all": np.ones(len(data), dtype=bool), "west": "west"},
        weights=[None, "size"], cluster=cluster, cov=cov,
    )  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    cluster=st.sampled_from(["county", "region", "year", None]),
    keep=st.sampled_from([0.5, 0.8, 1.0]),
)
def test_each_row_is_what_one_regression_gives(seed, cluster, keep):
    data = simulated(seed, keep=keep)
    curve = full_curve(data, cluster, cov="classical")
    table = curve.table()
    assert len(table) == 2 * 2 * 3 * 4 * 2 * 2
    assert (table.problem == "").mean() > 0.8
    rng = np.random.default_rng(seed)
    for place in rng.choice(len(table), 8, replace=False):
        row = table.iloc[place]
        if row.problem:
            with pytest.raises(gz.InputError):
                regression(data, row, cluster=cluster, cov="classical")
            continue
        fit, result = regression(data, row, cluster=cluster, cov="classical")
        ours = row[NUMBERS].to_numpy(dtype=float)
        np.testing.assert_allclose(ours, list(result)[1:], rtol=1e-8, atol=1e-12)
        assert row.nobs == fit.nobs
        in_sample = len(data) if row["sample"] == "all" else int(data.west.sum())
        assert row.left_out == in_sample - fit.nobs
        assert (row.n_clusters == fit.n_clusters) if cluster else pd.isna(row.n_clusters)


@pytest.mark.parametrize("cov", ["HC0", "HC1", "HC2", "HC3", "classical"])
def test_robust_errors_of_cross_sections_are_those_of_ols(cov):
    data = simulated(3)
    for _, row in full_curve(data, None, cov).table().iterrows():
        if row.effects == "none":
            _, result = regression(data, row, cluster=None, cov=cov)
            np.testing.assert_allclose(
                row[NUMBERS].to_numpy(dtype=float), list(result)[1:], rtol=1e-8, atol=1e-12
            )


@pytest.mark.parametrize("cov", ["HC1", "HC2", "HC3"])
@pytest.mark.parametrize("weights", [None, "size"])
def test_robust_errors_with_effects_are_those_of_dummies(cov, weights):
    data = simulated(4, keep=0.9)
    pairs = {
        "region": ["region"],
        "both": ["county", "year"],
        "by year": ["county", ("region", "year")],
    }
    curve = gz.specification_curve(
        data, "y1", "x1", {"z": ["z1"]}, effects=pairs, weights=weights, cov=cov
    )
    assert (curve.native.lone == 0).all()
    table = curve.table().set_index("effects")
    rest = {"region": "C(region)", "both": "C(county) + C(year)"}
    for name, dummies in rest.items():
        fit = gz.ols(f"y1 ~ x1 + z1 + {dummies}", data, cov=cov, weights=weights)
        ours = table.loc[name, NUMBERS].to_numpy(dtype=float)
        np.testing.assert_allclose(ours, list(fit.term("x1"))[1:], rtol=1e-8, atol=1e-12)


def test_effects_of_combinations_are_those_of_a_column_of_combinations():
    data = simulated(8, keep=0.6)
    curve = gz.specification_curve(
        data, "y1", "x1", {"z": ["z1"]}, cluster="county",
        effects={"region by year": ["county", ("region", "year")]},
    )  # fmt: skip
    row = curve.table().iloc[0]
    cells = data.assign(cell=data.region * 100 + data.year)
    fit = gz.panel_ols("y1 ~ x1 + z1", cells, "county", "cell", cluster="county")
    np.testing.assert_allclose(
        row[NUMBERS].to_numpy(dtype=float), list(fit.term("x1"))[1:], rtol=1e-8
    )
    assert row.nobs == fit.nobs < len(data)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), weighted=st.booleans(), split=st.booleans())
def test_leverage_of_effects_is_the_diagonal_of_the_hat_matrix(seed, weighted, split):
    rng = np.random.default_rng(seed)
    first, second = rng.integers(0, 5, 30), rng.integers(0, 4, 30)
    if split:  # two parts that share no level
        second = np.where(first < 2, second % 2, 2 + second % 2)
    effects = [
        Effect(n, np.unique(c, return_inverse=True)[1])
        for n, c in zip("ab", (first, second), strict=True)
    ]
    w = rng.uniform(0.5, 3, 30) if weighted else None
    root = np.ones(30) if w is None else np.sqrt(w)
    dummies = np.hstack([np.eye(e.levels)[e.codes] for e in effects]) * root[:, None]
    hat = np.diagonal(dummies @ np.linalg.pinv(dummies))
    np.testing.assert_allclose(Absorber(effects, w).leverage(), hat, atol=1e-10)


def test_robust_errors_beside_two_way_effects_equal_those_of_dummies():
    data = gz.simulate_panel(60, seed=3, missing=0.05).dropna()
    data = data.rename(columns={"log_rural_income": "y"})
    curve = gz.specification_curve(data, "y", "inside", entity="county", time="year", cov="HC3")
    dummies = gz.ols("y ~ inside + C(county) + C(year)", data, cov="HC3").term("inside")
    row = curve.table().iloc[0]
    assert row.std_error == pytest.approx(dummies.std_error, rel=1e-10)


def test_nearly_collinear_exposures_keep_their_digits():
    rng = np.random.default_rng(1)
    z, tilt = rng.normal(size=60), 2.0**-20
    data = pd.DataFrame({"z": z, "x": z + tilt * rng.normal(size=60), "y": rng.normal(size=60)})
    # The same regression, turned so that nothing is collinear.
    data["turned"] = (data.x - data.z) / tilt
    result = gz.ols("y ~ turned + z", data).term("turned")
    row = gz.specification_curve(data, "y", "x", {"z": ["z"]}).table().iloc[0]
    assert row.estimate == pytest.approx(result.estimate / tilt, rel=1e-8)
    assert row.std_error == pytest.approx(result.std_error / tilt, rel=1e-8)


def test_standardised_estimates_are_for_one_standard_deviation_of_the_rows_used():
    data = simulated(2)
    plain = full_curve(data, "county").table()
    options = {"entity": "county", "time": "year", "cluster": "county", "standardise": True}
    row = gz.specification_curve(data, "y2", "x2", {"all": SETS["all"]}, **options).table().iloc[0]
    raw = plain.query(
        "outcome == 'y2' and exposure == 'x2' and controls == 'all' and effects == 'two-way'"
        " and sample == 'all' and weights == 'none'"
    ).iloc[0]
    used = data.dropna(subset=["y2", "x2", "z1", "z2", "z3"])
    assert len(used) == row.nobs  # no singletons here
    assert row.estimate == pytest.approx(raw.estimate * used.x2.std(), rel=1e-10)
    assert row.std_error == pytest.approx(raw.std_error * used.x2.std(), rel=1e-10)
    assert row.statistic == pytest.approx(raw.statistic, rel=1e-10)


def test_a_list_of_controls_means_all_of_its_subsets():
    curve = gz.specification_curve(simulated(1), "y1", "x1", ["z1", "z2"])
    assert curve.table().controls.tolist() == ["none", "z1", "z2", "z1 + z2"]
    assert curve.control_sets["z1 + z2"] == ("z1", "z2")
    assert any("all subsets" in note for note in curve.notes)


def test_samples_may_be_columns_series_arrays_or_functions():
    data = simulated(1)
    forms = {
        "column": "west", "series": data.west, "array": data.west.to_numpy(),
        "function": lambda frame: frame.county % 2 == 0, "nullable": data.west.astype("boolean"),
    }  # fmt: skip
    table = gz.specification_curve(data, "y1", "x1", samples=forms).table()
    assert len(table) == 5
    assert (table.estimate == table.estimate[0]).all()


def test_names_may_be_chinese_or_of_full_width():
    data = simulated(1).rename(columns={"y1": "农民收入", "x1": "Ａ渗透率", "z1": "a b"})
    names = {"Ａ": "Ａ渗透率"}
    curve = gz.specification_curve(data, {"收入": "农民收入"}, names, {"榕江县": ["a b"]})
    row = curve.table().iloc[0]
    assert (row.outcome, row.exposure, row.controls, row.term) == (
        "收入", "Ａ", "榕江县", "Ａ渗透率",
    )  # fmt: skip
    assert np.isfinite(row.estimate)


def test_the_summary_counts_what_the_table_shows():
    curve = full_curve(simulated(6), "county")
    table, summary = curve.table(), curve.summary()
    whole = summary.iloc[0]
    assert whole.specifications == len(table)
    assert whole.positive == (table.estimate > 0).sum()
    assert whole.significant_positive == (table.conf_low > 0).sum()
    assert whole.significant_negative == (table.conf_high < 0).sum()
    assert whole["median"] == pytest.approx(table.estimate.median())
    by = summary[summary.choice == "outcome"].set_index("option")
    assert by.loc["y2", "highest"] == table[table.outcome == "y2"].estimate.max()
    for _, part in summary[summary.choice != "all"].groupby("choice"):
        assert part.positive.sum() == whole.positive


def test_the_display_shows_quartiles_counts_and_notes():
    curve = full_curve(simulated(6), "county")
    shown = repr(curve)
    assert "Specification curve: 192 specifications of 'y1' and 'y2'" in shown
    assert "lowest: " in shown
    assert "Of 192 estimates" in shown
    assert "middle: " in curve._repr_html_()
    assert any(
        note.startswith("Standard errors clustered by county (12 to 24") for note in curve.notes
    )


def test_levels_move_the_intervals_only():
    curve = full_curve(simulated(6), "county")
    narrow, wide = curve.table(level=0.5), curve.table(level=0.99)
    assert narrow.p_value.equals(wide.p_value)
    assert (wide.conf_low < narrow.conf_low).all()


# What cannot be estimated keeps its row and says why.


def test_specifications_that_cannot_be_estimated_say_why():
    data = simulated(9, keep=1.0)
    data["relief"] = data.county * 1.5
    data["price"] = data.year**2.0
    data["sum"] = data.x1 + 2 * data.z1
    data["flat"] = 3.0
    data["never"] = np.nan
    curve = gz.specification_curve(
        data,
        ["y1", "flat", "never"],
        ["x1", "relief", "sum", "z1"],
        {"none": [], "z": ["z1"], "both": ["x1", "z1"], "price": ["price", "z2"], "y": ["y1"]},
        entity="county", time="year", effects=["none", "entity", "two-way"], cluster="county",
    )  # fmt: skip
    table = curve.table().set_index(["outcome", "exposure", "controls", "effects"]).sort_index()

    def problem(*options):
        result = table.loc[options]
        assert np.isnan(result.estimate) == (result.problem != "")
        return result.problem

    assert problem("y1", "x1", "none", "two-way") == ""
    assert problem("y1", "relief", "none", "none") == ""
    absorbed = "The effects of county absorb 'relief', which does not vary beyond them."
    assert problem("y1", "relief", "none", "entity") == absorbed
    assert "county and year absorb 'price'" in problem("y1", "x1", "price", "two-way")
    assert problem("y1", "x1", "price", "entity") == ""
    assert problem("y1", "sum", "z", "entity") == ""
    assert problem("y1", "sum", "both", "entity") == (
        "After the effects are taken out, 'sum' is an exact linear combination of 'x1' and 'z1'; "
        "leave one of them out."
    )
    assert problem("y1", "z1", "z", "none") == "'z1' is both the exposure and a control."
    assert problem("y1", "x1", "y", "none") == "'y1' is both the outcome and a control."
    assert problem("flat", "x1", "none", "none") == "'flat' has the same value in every row."
    assert problem("never", "x1", "none", "none") == (
        "No row is left in which all columns are known: 'never' has no value."
    )
    failed = int((table.problem != "").sum())
    assert any(note.startswith(f"{failed} of {len(table)} specifications") for note in curve.notes)
    assert curve.summary().iloc[0].estimated == len(table) - failed


def test_few_rows_one_cluster_singletons_and_exact_rows_are_problems_too():
    data = simulated(9, keep=1.0).reset_index(drop=True)
    small, one_region = data.index < 4, data.region == 0
    curve = gz.specification_curve(
        data, "y1", "x1", {"all": ["z1", "z2"]}, cluster="region",
        samples={"all": data.index >= 0, "small": small, "one": one_region},
    )  # fmt: skip
    problems = curve.table().set_index("sample").problem
    assert problems["all"] == ""
    assert problems["small"] == "4 rows cannot carry 3 regressors and a constant of rank 1."
    assert "at least two clusters; this sample has one 'region'" in problems["one"]

    first = data.drop_duplicates("county")
    alone = gz.specification_curve(
        pd.concat([first, data[data.county == 0].iloc[1:2]]), "y1", "x1",
        effects=["none", "county"], cov="HC1",
    )  # fmt: skip
    assert "cannot carry 1 regressor and effects of rank 1" in alone.table().problem[1]
    lone = gz.specification_curve(first, "y1", "x1", effects=["none", "county"])
    assert lone.table().problem[1].startswith("Every county is seen only once")

    data["only"] = (data.index == 5) * 1.0
    exact = gz.specification_curve(data, "y1", "x1", {"none": [], "only": ["only"]}).table()
    assert exact.problem[0] == ""
    assert exact.problem[1].startswith("HC3 is not defined here")
    data["y3"] = data.z1 - data.z2
    notes = gz.specification_curve(data, ["y1", "y3"], "x1", {"z": ["z1", "z2"]}).table()
    assert notes.problem[1] == "The controls explain 'y3' exactly: nothing is left to explain."
    data["z4"] = data.z1 + data.z2
    sets = {"three": ["z1", "z2", "z4"], "two": ["z1", "z2"]}
    three = gz.specification_curve(data, "y1", "x1", sets).table()
    assert three.problem[0].startswith("'z4' is an exact linear combination of 'z1' and 'z2'")


def test_singletons_are_counted():
    data = simulated(5, keep=1.0)
    data = pd.concat([data, data.iloc[[0]].assign(county=99)])
    curve = gz.specification_curve(
        data, "y1", "x1", entity="county", time="year", effects=["entity", "none"],
        cluster="county",
    )  # fmt: skip
    assert curve.table().left_out.tolist() == [1, 0]
    assert any("1 specification left out singletons" in note for note in curve.notes)


def test_if_none_can_be_estimated_that_is_an_error():
    data = simulated(1).assign(flat=1.0)
    with pytest.raises(gz.InputError, match=r"None of 3 specifications.*'flat' has the same value"):
        gz.specification_curve(data, "y1", "flat", SETS)


CALL = {"outcomes": "y1", "exposures": "x1", "controls": SETS}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"outcomes": "y9"}, "lack the column 'y9'"),
        ({"outcomes": []}, "outcomes takes"),
        ({"outcomes": 3}, "a list of texts or a dict, not 3"),
        ({"exposures": ["x1", "x1"]}, "exposures names 'x1' more than once"),
        ({"exposures": {"a": "x1", "b": "x1"}}, "exposures names 'x1' more than once"),
        ({"exposures": {"a": 3}}, "not 3"),
        ({"exposures": "county_name"}, "holds .* values such as 'c"),
        ({"controls": {}}, "empty dict"),
        ({"controls": {"a": ["z1", "z1"]}}, "'a' names 'z1' more than once"),
        ({"controls": {"a": ["z9"]}}, "lack the column 'z9'"),
        ({"controls": [f"z{i}" for i in range(13)]}, "8,192 subsets"),
        ({"effects": "entity"}, "needs the arguments entity and time"),
        ({"effects": ["none", "none"]}, "more than once"),
        ({"effects": "prefecture"}, "lack the column 'prefecture'"),
        ({"effects": {"a": ["county", "year", "region"]}}, "at most two"),
        ({"effects": [("county", "year")]}, "must be a text, not"),
        ({"effects": []}, "at least one option"),
        ({"samples": {}}, "at least one label"),
        ({"samples": {"a": "county"}}, "True or False in each row"),
        ({"samples": {"a": np.ones(3, dtype=bool)}}, "3 values for"),
        ({"samples": {"a": pd.Series(True, index=range(900, 1022))}}, "another index"),
        ({"samples": {"a": lambda d: d.west.astype("boolean").where(d.year > 0)}}, "is missing in"),
        ({"weights": []}, "empty list"),
        ({"weights": "negative"}, "above zero; 'negative' is -1"),
        ({"weights": "zero"}, "above zero; 'zero' is 0 in 122 rows"),
        ({"cluster": "nowhere"}, "lack the column 'nowhere'"),
        ({"level": 95}, "above 0 and below 1"),
        ({"shuffles": -1}, "whole number"),
        ({"shuffles": 2.5}, "whole number"),
        ({"entity": "region", "time": "year"}, "appear more than once"),
        ({"entity": "nobody"}, "no row in which 'nobody' are known"),
        ({"exposures": "endless"}, "infinite value"),
        ({"exposures": [f"x{i}" for i in range(49)], "controls": [f"z{i}" for i in range(12)]},
         "make 200,704 specifications .* at most 200,000"),
    ],
)  # fmt: skip
def test_wrong_calls_are_refused(change, says):
    data = simulated(1)
    data = data.assign(
        county_name="c" + data.county.astype(str), nobody=None, endless=np.inf, negative=-1.0,
        zero=0.0,
    )  # fmt: skip
    with pytest.raises(gz.InputError, match=says):
        gz.specification_curve(data, **{**CALL, **change})


def test_data_without_rows_are_refused():
    with pytest.raises(gz.InputError, match="no row"):
        gz.specification_curve(simulated(1).iloc[:0], "y1", "x1")


# Controls that are terms of a formula.


@pytest.fixture
def with_groups() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    n = 120
    names = ("y", "x", "a", "b", "per head")
    frame = pd.DataFrame({name: rng.normal(size=n) for name in names})
    frame["group"] = rng.choice(list("pqrs"), n)
    frame["unit"], frame["when"] = np.arange(n) // 4, np.arange(n) % 4
    frame.loc[:3, "group"] = None
    frame.loc[4:9, "a"] = np.nan
    return frame


def test_each_specification_with_terms_is_that_of_ols(with_groups):
    items = ["C(group)", "a:b", "per head", "C(group):b"]
    samples = {"all": lambda d: d.y > -99, "without p": lambda d: d.group != "p"}
    table = gz.specification_curve(with_groups, "y", "x", items, samples=samples, cov="HC3").table()
    assert len(table) == 32
    for row in table.itertuples():
        used = with_groups if row.sample == "all" else with_groups[with_groups.group != "p"]
        right = row.controls.replace("per head", "`per head`")
        fit = gz.ols(f"y ~ x{'' if right == 'none' else ' + ' + right}", used).table()
        expected = fit.set_index("term").loc["x"]
        assert row.problem == ""
        assert row.estimate == pytest.approx(expected.estimate)
        assert row.std_error == pytest.approx(expected.std_error)


def test_terms_beside_effects_are_those_of_panel_ols(with_groups):
    sets = {"both": ["C(group)", "a*b"]}
    curve = gz.specification_curve(
        with_groups, "y", "x", sets, entity="unit", time="when", effects="two-way", cluster="unit"
    )
    fit = gz.panel_ols(
        "y ~ x + C(group) + a*b", with_groups, "unit", "when", cluster="unit"
    ).table()
    expected = fit.set_index("term").loc["x"]
    row = curve.table().iloc[0]
    assert row.estimate == pytest.approx(expected.estimate)
    assert row.std_error == pytest.approx(expected.std_error)


def test_a_term_of_the_exposure_is_no_control(with_groups):
    sets = {"none": [], "with": ["x:b"], "undefined": ["log(b)"]}
    problems = (
        gz.specification_curve(with_groups, "y", "x", sets).table().set_index("controls").problem
    )
    assert problems["none"] == ""
    assert problems["with"] == "'x' is both the exposure and a control."
    assert "'log(b)' is not a finite number" in problems["undefined"]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("a**2", "raises 'a' to the power 2"),
        ("C(group", "opens a bracket"),
        ("a:b - 1", "take the intercept away"),
        ("a:nothing", "lack the column 'nothing'"),
        ("nothing", "lack the column 'nothing'"),
    ],
)
def test_a_control_that_cannot_be_kept_is_refused(with_groups, item, message):
    with pytest.raises(gz.InputError, match=message):
        gz.specification_curve(with_groups, "y", "x", [item])


@pytest.mark.slow
def test_a_million_rows_take_seconds():
    rng = np.random.default_rng(0)
    n = 1_000_000
    data = pd.DataFrame(rng.normal(size=(n, 5)), columns=["y1", "y2", "x1", "z1", "z2"])
    data = data.assign(county=np.arange(n) // 10, year=np.arange(n) % 10)
    curve = gz.specification_curve(
        data, ["y1", "y2"], "x1", ["z1", "z2"], entity="county", time="year", cluster="county",
        effects=["entity", "two-way"],
    )  # fmt: skip
    row = curve.table().iloc[-1]
    result = gz.panel_ols("y2 ~ x1 + z1 + z2", data, "county", "year", cluster="county").term("x1")
    assert row.estimate == pytest.approx(result.estimate, rel=1e-8)
    assert row.std_error == pytest.approx(result.std_error, rel=1e-8)
