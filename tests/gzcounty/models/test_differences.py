"""Long differences."""

import numpy as np
import pandas as pd
import pytest

from gzcounty.errors import InputError
from gzcounty.models.differences import first_difference, long_difference
from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols


@pytest.fixture
def data() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "county": ["b", "a", "a", "b", "c", "d", "a", "e", "e", "f", "f"],
            "year": [2020, 2010, 2020, 2010, 2010, 2020, 2015, 2010, 2020, 2010, 2020],
            "share": [9.0, 2.0, 5.0, 4.0, 1.0, 1.0, 99.0, 1.0, np.nan, 3.0, 4.0],
            "income": [8, 1, 2, 3, 4, 5, 6, 7, 8, 2, 9],
            "prefecture": list("qppqxypzzww"),
        }
    )


def test_changes_are_end_less_start(data):
    table = long_difference(data, ["share", "income"], "county", "year", 2010, 2020, "prefecture")
    assert table.columns.to_list() == [
        "county", "prefecture", "d_share", "share_2010", "d_income", "income_2010",
    ]  # fmt: skip
    assert table.county.to_list() == ["a", "b", "e", "f"]
    assert table.d_share.iloc[[0, 1, 3]].to_list() == [3.0, 5.0, 1.0]
    assert np.isnan(table.d_share.iloc[2])
    assert table.share_2010.to_list() == [2.0, 4.0, 1.0, 3.0]
    assert table.d_income.to_list() == [1, 5, 1, 7]
    assert table.prefecture.to_list() == ["p", "q", "z", "w"]


def test_units_without_both_years_are_named_and_the_model_repeats_it(data):
    data.attrs["notes"] = ["Ten counties asked."]
    table = long_difference(data, "share", "county", "year", 2010, 2020)
    notes = [
        "Ten counties asked.",
        "1 unit of county without 2010 left out of the change 2010-2020: 'd'.",
        "1 unit of county without 2020 left out of the change 2010-2020: 'c'.",
    ]
    assert table.attrs["notes"] == notes
    fit = ols("d_share ~ share_2010", table, cov="HC1")
    assert fit.notes[:4] == (*notes, "Left out 1 of 4 rows for missing values: d_share 1.")


def test_order_of_rows_does_not_matter(data):
    one = long_difference(data, "share", "county", "year", 2010, 2020)
    other = long_difference(data.iloc[::-1], "share", "county", "year", 2010, 2020)
    pd.testing.assert_frame_equal(one, other)


def test_the_entity_may_be_among_those_kept(data):
    table = long_difference(data, "share", "county", "year", 2010, 2020, keep=["county"])
    assert table.columns.to_list() == ["county", "d_share", "share_2010"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"start": 2020, "end": 2010}, "start must lie before end, not 2020 and 2010"),
        ({"start": 2000, "end": 2001}, "'year' has neither 2000 nor 2001"),
        ({"start": 2010, "end": 2023}, "No county has both 2010 and 2023"),
        ({"y": "prefecture"}, "Column 'prefecture' holds str values"),
        ({"y": "shares"}, "no column 'shares'. Did you mean 'share'"),
    ],
)
def test_bad_input(data, arguments, message):
    usual = {"y": "share", "entity": "county", "time": "year", "start": 2010, "end": 2020}
    with pytest.raises(InputError, match=message):
        long_difference(data, **(usual | arguments))


def test_duplicates_are_refused(data):
    with pytest.raises(InputError, match=r"1 pair appears more than once: '\(a, 2010\)'"):
        long_difference(pd.concat([data, data.iloc[[1]]]), "share", "county", "year", 2010, 2020)


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    """SIMULATED: unbalanced, with gaps, and rows in no order."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame([(i, t) for i in range(40) for t in range(2010, 2018)], columns=["i", "t"])
    frame["x"] = rng.standard_normal(len(frame)) + frame.i / 10
    frame["z"] = rng.standard_normal(len(frame)).cumsum()
    frame["y"] = 0.5 * frame.x - 0.2 * frame.z + frame.i + rng.standard_normal(len(frame))
    frame["group"] = frame.i % 12
    return frame.sample(frac=0.85, random_state=1)


def test_first_differences_are_those_of_linearmodels(panel):
    from linearmodels import FirstDifferenceOLS

    indexed = panel.set_index(["i", "t"]).sort_index()
    # linearmodels differences neighbouring rows, gaps or not: give it the rows without gaps.
    full = indexed.groupby("i").filter(lambda rows: len(rows) == 8)
    theirs = FirstDifferenceOLS(full.y, full[["x", "z"]]).fit(
        cov_type="clustered", cluster_entity=True, debiased=True
    )
    ours = first_difference("y ~ x + z", full.reset_index(), "i", "t", time_effects=False)
    assert ours.table().estimate.to_numpy() == pytest.approx(theirs.params.to_numpy(), rel=1e-10)
    # linearmodels' factor is N/(N-K) here, ours is the package's G/(G-1) * (N-1)/(N-K).
    n, groups = ours.nobs, ours.n_clusters
    factor = np.sqrt(groups / (groups - 1) * (n - 1) / n)
    assert ours.table().std_error.to_numpy() == pytest.approx(
        theirs.std_errors.to_numpy() * factor, rel=1e-8
    )


def test_with_two_periods_first_differences_are_entity_effects(panel):
    two = panel[panel.t.isin([2012, 2013])]
    both = two[two.groupby("i").t.transform("size") == 2]
    changes = first_difference("y ~ x + z", both, "i", "t")
    levels = panel_ols("y ~ x + z", both, "i", "t", cluster="i")
    assert changes.coefficients.to_numpy() == pytest.approx(levels.coefficients.to_numpy())


def test_gaps_are_not_bridged_and_are_counted(panel):
    fit = first_difference("y ~ x", panel, "i", "t")
    rows = panel.sort_values(["i", "t"])
    follows = (rows.t.diff() == 1) & (rows.i.diff() == 0)
    assert fit.nobs == follows.sum() < len(rows) - rows.i.nunique()
    gaps = len(rows) - rows.i.nunique() - fit.nobs
    assert any(f"{gaps} follow a gap" in note for note in fit.notes)
    again = first_difference("y ~ x", panel.iloc[::-1], "i", "t")
    assert again.table().iloc[:, 1:].to_numpy() == pytest.approx(fit.table().iloc[:, 1:].to_numpy())
    expected = rows.y.diff()[follows] - fit.coefficients["x"] * rows.x.diff()[follows]
    expected -= expected.groupby(rows.t).transform("mean")
    pd.testing.assert_series_equal(
        fit.residuals.sort_index(), expected.sort_index(), check_names=False
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"formula": "y ~ x + group"}, "'group' does not change in any i from one t to the next"),
        ({"cluster": "t"}, "'t' must be constant within each i to cluster changes by it"),
        ({"cluster": "one"}, "'one' is always '1'"),
        ({"data": "alternate"}, "No i is seen in two ts in a row"),
        ({"time": "x"}, "'x' must hold whole numbers"),
    ],
)
def test_bad_input_to_first_differences(panel, change, message):
    data = panel.assign(one=1)
    if change.pop("data", None):
        data = data[data.t % 2 == 0]
    usual = {"formula": "y ~ x", "data": data, "entity": "i", "time": "t"}
    with pytest.raises(InputError, match=message):
        first_difference(**(usual | change))
