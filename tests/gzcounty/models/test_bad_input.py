"""Every public estimator against every kind of bad input.

Bad input must end in an `InputError` or `TrapError` that names the culprit, raised by this package
and not three libraries down. All data are SIMULATED.
"""

import traceback
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from hypothesis.extra.pandas import column, data_frames, range_indexes

import gzcounty as gz
from gzcounty.errors import InputError, TrapError
from gzcounty.simulation import neighbour_pairs

SOURCE = Path(gz.__file__).parent
REFUSED = (InputError, TrapError)


def simulated(seed=5) -> pd.DataFrame:
    """Twenty SIMULATED counties in four prefectures, six years, with what every estimator needs."""
    data = gz.simulate_panel(
        20, range(2014, 2020), n_prefectures=4, cohorts={2016: 0.3, 2018: 0.3}, seed=seed
    )
    rng = np.random.default_rng(seed)
    place = pd.factorize(data["county"])[0]
    return data.assign(
        y=data["log_rural_income"],
        x=rng.standard_normal(len(data)),
        z=rng.standard_normal(len(data)),
        weight=rng.uniform(1, 2, len(data)),
        group=np.where(place % 2, "a", "b"),
        chosen=(place % 2).astype(float),
        dose=rng.standard_normal(20)[place],
    )


WEIGHTS = gz.neighbour_weights(neighbour_pairs(simulated()), i="county", j="neighbour")


def one_year(data):
    """The last year, if there are years: what a cross-section takes."""
    return data[data["year"] == 2019] if isinstance(data, pd.DataFrame) and "year" in data else data


def staggered(method):
    return lambda d: gz.staggered_did(d, "y", "county", "year", "first_year", method=method)


def wild(d):
    fit = gz.panel_ols("y ~ x + z", d, "county", "year", cluster="prefecture")
    return gz.wild_bootstrap(fit, "x", draws=99)


# What each estimator is asked, the numbers it reads, and its identifiers.
CALLS = {
    "ols": (lambda d: gz.ols("y ~ x + z", d), ["y", "x", "z"], []),
    "ols, clustered": (
        lambda d: gz.ols("y ~ x + z", d, cluster="prefecture"), ["y", "x", "z"], ["prefecture"],
    ),
    "ols, weighted": (
        lambda d: gz.ols("y ~ x", d, weights="weight"), ["y", "x", "weight"], [],
    ),
    "panel_ols": (
        lambda d: gz.panel_ols("y ~ x + z", d, "county", "year", cluster="county"),
        ["y", "x", "z"], ["county", "year"],
    ),
    "event_study": (
        lambda d: gz.event_study(d, "y", "dose", "county", "year", 2016),
        ["y", "dose", "year"], ["county", "year"],
    ),
    "long_difference": (
        lambda d: gz.long_difference(d, "y", "county", "year", 2014, 2019),
        ["y"], ["county", "year"],
    ),
    "beta_convergence": (
        lambda d: gz.beta_convergence(d, "rural_income", "county", "year", 2014, 2019),
        ["rural_income"], ["county", "year"],
    ),
    "staggered_did": (
        staggered("group-time"), ["y", "year", "first_year"], ["county", "year", "first_year"],
    ),
    "staggered_did, imputation": (
        staggered("imputation"), ["y", "year", "first_year"], ["county", "year", "first_year"],
    ),
    "staggered_did, two-stage": (
        staggered("two-stage"), ["y", "year", "first_year"], ["county", "year", "first_year"],
    ),
    "staggered_did, sun-abraham": (
        staggered("sun-abraham"), ["y", "year", "first_year"], ["county", "year", "first_year"],
    ),
    "bacon_decomposition": (
        lambda d: gz.bacon_decomposition(d, "y", "county", "year", "first_year"),
        ["y", "year", "first_year"], ["county", "year", "first_year"],
    ),
    "synthetic_control": (
        lambda d: gz.synthetic_control(d, "y", "county", "year", "S003", 2018),
        ["y"], ["county", "year"],
    ),
    "spatial_model": (
        lambda d: gz.spatial_model("y ~ x", one_year(d), WEIGHTS, id="county"),
        ["y", "x"], ["county"],
    ),
    "specification_curve": (
        lambda d: gz.specification_curve(d, "y", ["x", "z"], entity="county", time="year"),
        ["y", "x", "z"], ["county", "year"],
    ),
    "wild_bootstrap": (wild, ["y", "x", "z"], ["county", "year", "prefecture"]),
    "randomisation_test": (
        lambda d: gz.randomisation_test(d, "y ~ chosen + x", "chosen", unit="county", draws=99),
        ["y", "x"], ["chosen", "county"],
    ),
    "leave_one_out": (
        lambda d: gz.leave_one_out(lambda part: gz.ols("y ~ x", part), d, "prefecture", term="x"),
        ["y", "x"], ["prefecture"],
    ),
    "sigma_convergence": (
        lambda d: gz.sigma_convergence(d, "rural_income", "county", "year"),
        ["rural_income"], ["county", "year"],
    ),
}  # fmt: skip
NAMES = sorted(CALLS)
PANELS = [
    name for name in NAMES if {"county", "year"} <= set(CALLS[name][2])
]  # one row a county and year
BY_NUMBER = [(name, which) for name in NAMES for which in CALLS[name][1]]
BY_COLUMN = [(name, w) for name in NAMES for w in dict.fromkeys(CALLS[name][1] + CALLS[name][2])]


def refusal(call, data) -> str:
    """Return the message with which `call` refuses `data`; fail if it does not, or not itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(REFUSED) as caught:
            call(data)
    last = traceback.extract_tb(caught.value.__traceback__)[-1].filename
    assert SOURCE in Path(last).parents, f"raised in {last}"
    message = str(caught.value)
    assert message.endswith((".", "?")), message
    return message


def everything_said(result) -> str:
    """The notes of a result, or those of a table."""
    notes = result.attrs.get("notes", ()) if isinstance(result, pd.DataFrame) else result.notes
    return " ".join(notes)


@pytest.mark.parametrize("name", NAMES)
def test_good_data_are_taken_and_said_to_be_simulated(name):
    assert "SIMULATED data" in everything_said(CALLS[name][0](simulated()))


@pytest.mark.parametrize("name", NAMES)
def test_the_mark_of_rows_says_so_where_notes_are_lost(name):
    data = simulated()
    data.attrs = {}
    assert "SIMULATED data" in everything_said(CALLS[name][0](data))


def test_rows_that_are_not_marked_are_not_called_simulated():
    data = simulated().assign(simulated=np.nan)
    data.attrs = {}
    assert "SIMULATED" not in everything_said(gz.ols("y ~ x", data))
    mixed = data.assign(simulated=[True, *[None] * (len(data) - 1)])
    assert "1 of 120 rows are marked so" in everything_said(gz.ols("y ~ x", mixed))
    twice = pd.concat([mixed, mixed[["simulated"]]], axis=1)
    assert "1 of 120 rows are marked so" in everything_said(gz.ols("y ~ x", twice))


def test_what_is_made_of_a_result_says_so_too():
    data = simulated()
    income = one_year(data).set_index("county")["y"]
    for result in (
        staggered("group-time")(data).aggregate("simple"),
        CALLS["spatial_model"][0](data).impacts(draws=50),
        gz.morans_i(income, WEIGHTS, permutations=99),
        gz.local_moran(income, WEIGHTS, permutations=99),
    ):
        assert "SIMULATED data" in everything_said(result)


@pytest.mark.parametrize(("name", "which"), BY_COLUMN)
def test_a_missing_column_is_named(name, which):
    assert f"'{which}'" in refusal(CALLS[name][0], simulated().drop(columns=which))


@pytest.mark.parametrize(("name", "which"), BY_NUMBER)
def test_a_text_column_is_named(name, which):
    data = simulated()
    data[which] = data[which].map("about {:.2f}".format)
    assert f"'{which}'" in refusal(CALLS[name][0], data)


@pytest.mark.parametrize(("name", "which"), BY_NUMBER)
def test_an_infinite_value_is_named(name, which):
    data = simulated()
    data[which] = data[which].astype(float)
    # The last year of a county that never enters is in every sample.
    row = data.index[(data["year"] == 2019) & (data["first_year"] == 0)][0]
    data.loc[row, which] = -np.inf
    assert f"'{which}'" in refusal(CALLS[name][0], data)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "long_difference"])
def test_missing_values_are_counted_or_refused_by_name(name):
    call, numbers, _ = CALLS[name]
    data = simulated()
    which = numbers[0]
    rows = data.index[data["county"].isin(["S011", "S012"]) & (data["year"] == 2019)]
    data.loc[rows, which] = np.nan
    try:
        text = everything_said(call(data))
    except REFUSED as error:
        text = str(error)
    assert which in text
    assert "2 " in text or "S011" in text, text


def test_a_missing_value_leaves_a_change_missing_and_the_model_of_changes_counts_it():
    data = simulated()
    data.loc[(data["county"] == "S011") & (data["year"] == 2019), "y"] = np.nan
    change = gz.long_difference(data, "y", "county", "year", 2014, 2019, keep="x")
    assert change["d_y"].isna().tolist() == (change["county"] == "S011").tolist()
    note = "Left out 1 of 20 rows for missing values: d_y 1."
    assert note in everything_said(gz.ols("d_y ~ x", change))


@pytest.mark.parametrize(("name", "which"), BY_NUMBER)
def test_a_column_without_values_is_named(name, which):
    call, data = CALLS[name][0], simulated().assign(**{which: np.nan})
    if name == "long_difference":  # its changes are missing, see above
        assert call(data)[f"d_{which}"].isna().all()
    elif name == "specification_curve" and which != "y":  # the other exposure has its estimate
        problems = call(data).table().set_index("exposure")["problem"]
        assert f"'{which}'" in problems[which]
        assert (problems.drop(which) == "").all()
    else:
        assert f"'{which}'" in refusal(call, data)


@pytest.mark.parametrize("name", NAMES)
def test_no_rows(name):
    refusal(CALLS[name][0], simulated().iloc[:0])


@pytest.mark.parametrize("name", PANELS)
def test_a_county_twice_in_a_year_is_named(name):
    data = simulated()
    again = data[(data["county"] == "S007") & (data["year"].isin([2014, 2019]))]
    assert "S007" in refusal(CALLS[name][0], pd.concat([data, again]))


@pytest.mark.parametrize("name", ["ols, clustered", "wild_bootstrap", "leave_one_out"])
def test_a_single_cluster_is_named(name):
    message = refusal(CALLS[name][0], simulated().assign(prefecture="only"))
    assert "'prefecture'" in message
    assert "'only'" in message or "1 level" in message


@pytest.mark.parametrize(
    "call",
    [
        lambda d: gz.ols("y ~ x + twin", d),
        lambda d: gz.panel_ols("y ~ x + twin", d, "county", "year"),
        lambda d: gz.event_study(d, "y", "dose", "county", "year", 2016, controls=["x", "twin"]),
        lambda d: gz.spatial_model("y ~ x + twin", one_year(d), WEIGHTS, id="county"),
    ],
    ids=["ols", "panel", "event study", "spatial"],
)
def test_collinear_regressors_are_named(call):
    assert "'twin'" in refusal(call, simulated().eval("twin = 2 * x"))


def test_a_specification_with_collinear_regressors_keeps_its_row_and_says_why():
    data = simulated().eval("twin = 2 * x")
    curve = gz.specification_curve(
        data, "y", "x", {"none": [], "twin": ["twin"]}, entity="county", time="year"
    )
    table = curve.table().set_index("controls")
    assert np.isfinite(table.loc["none", "estimate"])
    assert np.isnan(table.loc["twin", "estimate"])
    assert "twin" in table.loc["twin", "problem"]


METHODS = ["group-time", "imputation", "two-stage", "sun-abraham"]


@pytest.mark.parametrize("method", METHODS)
def test_counties_inside_from_the_first_year_are_left_out_and_counted(method):
    data = simulated()
    data.loc[data["county"].isin(["S001", "S002", "S003"]), "first_year"] = 2014
    assert "3 " in everything_said(staggered(method)(data))
    assert "2014" in refusal(staggered(method), data.assign(first_year=2014))


@pytest.mark.parametrize("method", METHODS)
def test_a_cohort_that_is_never_observed_counts_as_never_inside(method):
    data = simulated()
    later = data["first_year"].where(data["first_year"] > 0, 2030)
    plain, moved = (staggered(method)(data.assign(first_year=f)) for f in (data.first_year, later))
    assert plain.table().estimate.to_numpy() == pytest.approx(moved.table().estimate.to_numpy())
    assert "2030" in everything_said(moved) or "8 " in everything_said(moved)
    refusal(staggered(method), data.assign(first_year=2030))


def test_a_treated_county_without_years_before_it_or_unknown_is_named():
    data = simulated()
    assert "2014" in refusal(
        lambda d: gz.synthetic_control(d, "y", "county", "year", "S003", 2014), data
    )
    assert "'S099'" in refusal(
        lambda d: gz.synthetic_control(d, "y", "county", "year", "S099", 2018), data
    )
    assert "2031" in refusal(
        lambda d: gz.synthetic_control(d, "y", "county", "year", "S003", 2031), data
    )


@pytest.mark.parametrize(
    "call",
    [
        lambda d: gz.ols("y ~ x", d, weights="weight"),
        lambda d: gz.panel_ols("y ~ x", d, "county", "year", weights="weight"),
        lambda d: gz.event_study(d, "y", "dose", "county", "year", 2016, weights="weight"),
        lambda d: gz.specification_curve(d, "y", "x", weights="weight"),
        lambda d: gz.beta_convergence(
            d, "rural_income", "county", "year", 2014, 2019, weights="weight"
        ),
    ],
    ids=["ols", "panel", "event study", "curve", "beta"],
)
@pytest.mark.parametrize("worst", [-1.0, 0.0])
def test_weights_below_or_at_zero_are_named(call, worst):
    data = simulated()
    data.loc[data["county"] == "S002", "weight"] = worst
    assert "'weight'" in refusal(call, data)
    assert "'weight'" in refusal(call, data.assign(weight=0.0))


def test_islands_are_named():
    pairs = neighbour_pairs(simulated())
    alone = pairs[~pairs.isin(["S005"]).any(axis=1)]
    assert "S005" in refusal(
        lambda d: gz.neighbour_weights(alone, i="county", j="neighbour", ids=d["county"].unique()),
        simulated(),
    )
    # Missing values of both neighbours strand a county.
    data = one_year(simulated())
    data.loc[data["county"].isin(["S004", "S006"]), "y"] = np.nan
    assert "S005" in refusal(CALLS["spatial_model"][0], data)


def test_units_unknown_to_the_weights_are_named():
    data = simulated().replace({"county": {"S005": "S500"}})
    assert "S500" in refusal(CALLS["spatial_model"][0], data)


@pytest.mark.parametrize("label", ["榕江县", "Ａ", "zone A", "Île-de-X", "100%"])
@pytest.mark.parametrize("name", [name for name in NAMES if "county" in CALLS[name][2]])
def test_any_script_may_name_a_county(name, label):
    if name == "spatial_model":
        pytest.skip("its weights know the counties by their codes")
    data = simulated()
    data["county"] = data["county"].replace({"S007": label})
    CALLS[name][0](data)
    again = data[(data["county"] == label) & (data["year"].isin([2014, 2019]))]
    if name in PANELS:
        assert label in refusal(CALLS[name][0], pd.concat([data, again]))


@pytest.mark.parametrize("label", ["人均收入", "Ａ", "收入2020", "农村 income"])
def test_any_script_may_name_a_column(label):
    data = simulated().rename(columns={"x": label, "y": "收入"})
    plain = gz.ols("y ~ x", simulated()).table().estimate.to_numpy()
    for formula in (f"收入 ~ `{label}`", *([f"收入 ~ {label}"] if " " not in label else [])):
        for fit in (
            gz.ols(formula, data),
            gz.panel_ols(formula, data, "county", "year", cluster="county"),
        ):
            assert "SIMULATED data" in everything_said(fit)
        assert gz.ols(formula, data).table().estimate.to_numpy() == pytest.approx(plain)
    assert f"'{label}'" in refusal(
        lambda d: gz.ols(f"收入 ~ `{label}`", d), data.drop(columns=label)
    )
    gz.event_study(data.rename(columns={"dose": "剂量"}), "收入", "剂量", "county", "year", 2016)
    gz.staggered_did(data, "收入", "county", "year", "first_year", covariates=None)


def shares() -> pd.DataFrame:
    """Return SIMULATED shares of three industries in twenty counties."""
    rng = np.random.default_rng(1)
    counties = simulated()["county"].unique()
    return pd.DataFrame(rng.uniform(0.1, 1, (20, 3)), counties, ["farm", "shop", "road"])


MEASURES = {
    "gini": lambda X: gz.gini(X["farm"]),
    "gini, weighted": lambda X: gz.gini(X["road"], X["farm"]),
    "theil": lambda X: gz.theil(X["farm"]),
    "theil, weighted": lambda X: gz.theil(X["road"], weights=X["farm"]),
    "entropy_weights": gz.entropy_weights,
    "composite_index": gz.composite_index,
    "coupling_coordination": gz.coupling_coordination,
    "obstacle_degree": gz.obstacle_degree,
    "location_quotient": gz.location_quotient,
    "krugman_dissimilarity": gz.krugman_dissimilarity,
    "relatedness": gz.relatedness,
    "relatedness_density": gz.relatedness_density,
    "morans_i": lambda X: gz.morans_i(X["farm"], WEIGHTS),
    "local_moran": lambda X: gz.local_moran(X["farm"], WEIGHTS),
}
# Functions of one variable call it y or weights, not by the column's name.
CULPRIT = {"gini": "y", "theil": "y", "gini, weighted": "weights", "theil, weighted": "weights"}
TAKES_ALL_NUMBERS = ["morans_i", "local_moran"]


@pytest.mark.parametrize("name", MEASURES)
def test_measures_name_the_cell_they_refuse(name):
    culprit = CULPRIT.get(name, "farm")
    MEASURES[name](shares())
    assert culprit in refusal(MEASURES[name], shares().assign(farm="much"))
    for value in (np.inf, *([] if name in TAKES_ALL_NUMBERS else [-1.0, np.nan])):
        data = shares()
        data.loc["S007", "farm"] = value
        message = refusal(MEASURES[name], data)
        assert culprit in message
        assert "S007" in message


@pytest.mark.parametrize("name", MEASURES)
def test_measures_refuse_no_rows(name):
    refusal(MEASURES[name], shares().iloc[:0])


@pytest.mark.slow
def test_a_million_rows():
    rng = np.random.default_rng(1)
    n = 1_000_000
    data = pd.DataFrame({"county": np.arange(n) // 10, "year": np.tile(np.arange(10), n // 10)})
    data["x"] = rng.standard_normal(n)
    data["y"] = 0.5 * data.x + rng.standard_normal(n) + data.county % 7
    assert gz.ols("y ~ x", data).term("x").estimate == pytest.approx(0.5, abs=0.02)
    fit = gz.panel_ols("y ~ x", data, "county", "year", cluster="county")
    assert fit.term("x").estimate == pytest.approx(0.5, abs=0.01)
    assert fit.n_clusters == n // 10


NUMBER = st.one_of(
    st.floats(-3, 3).map(lambda x: round(x, 2)),
    st.sampled_from([0.0, 1.0, np.nan, np.inf, 1e300, -1e-300]),
)
FRAMES = data_frames(
    index=range_indexes(min_size=0, max_size=30),
    columns=[
        column(
            "county", elements=st.sampled_from(["S001", "S002", "S003", "S004", "榕江县", "Ａ"])
        ),
        column("year", elements=st.sampled_from(range(2014, 2020)), dtype=int),
        column("prefecture", elements=st.sampled_from(["p", "q", "ｐ"])),
        column("group", elements=st.sampled_from(["a", "b"])),
        column("first_year", elements=st.sampled_from([0.0, 2014.0, 2016.0, 2018.0, 2030.0])),
        *(column(name, elements=NUMBER, dtype=float) for name in ("y", "x", "z", "weight")),
    ],
)


@st.composite
def random_tables(draw):
    """A table of random numbers; often one row a county and year, with cohorts that stay."""
    data = draw(FRAMES)
    if draw(st.booleans()):
        data = data.drop_duplicates(["county", "year"])
    if draw(st.booleans()):
        data["first_year"] = data.groupby("county")["first_year"].transform("first")
    if draw(st.booleans()):
        wild_values = ["y", "x", "z", "weight"]
        data[wild_values] = data[wild_values].where(np.isfinite(data[wild_values]), 0.5)
    data["rural_income"] = data["y"].abs()
    data["dose"] = data.groupby("county")["x"].transform("first")
    data["chosen"] = (data["county"] > "S002").astype(float)
    return data


# Drawing a table takes longer than what is asked of it, so all are asked about each.
@pytest.mark.slow
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=random_tables())
def test_a_random_table_gives_a_result_or_a_refusal(data):
    for name in NAMES:
        note(name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                result = CALLS[name][0](data.copy())
            except REFUSED:
                continue
        assert len(result if isinstance(result, pd.DataFrame) else result.table()) > 0
