"""The decomposition of two-way fixed effects adds up to what the regression gives."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gzcounty.errors import InputError, TrapError
from gzcounty.models.bacon import ALWAYS, EARLIER, LATER, NEVER_TREATED, bacon_decomposition
from gzcounty.models.panel import panel_ols

from .staggered_panels import adoption


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    frame = adoption({0: 20, 2010: 4, 2015: 10, 2017: 15, 2030: 3})
    treated = (frame["first"] > 0) & (frame.year >= frame["first"])
    return frame.assign(treated=treated.astype(int))


def decompose(data, **choices):
    return bacon_decomposition(data, "y", "county", "year", **(choices or {"treatment": "treated"}))


def regression(data) -> float:
    return panel_ols("y ~ treated", data, "county", "year").term("treated").estimate


def test_weights_add_up_to_the_regression(data):
    result = decompose(data)
    table = result.table()
    assert table.weight.sum() == pytest.approx(1, rel=1e-12)
    assert table.weight @ table.estimate == pytest.approx(regression(data), rel=1e-11)
    assert result.estimate == pytest.approx(regression(data), rel=1e-11)
    assert table.weight.is_monotonic_decreasing


@given(st.lists(st.integers(2010, 2022), min_size=4, max_size=12), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_weights_add_up_for_any_cohorts(cohorts, seed):
    frame = adoption(dict.fromkeys(cohorts, 2 + seed % 3), seed=seed)
    frame["treated"] = (frame.year >= frame["first"]).astype(float)
    within = np.unique(frame["first"].clip(2013, 2021))
    if len(within) < 2 or not np.any((within > 2013) & (within < 2021)):
        with pytest.raises(TrapError, match="nothing to decompose"):
            decompose(frame)
        return
    result = decompose(frame)
    assert (result.comparisons.weight > 0).all()
    assert result.estimate == pytest.approx(regression(frame), rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("sizes", [{2015: 9}, {0: 9}, {2013: 9}, {0: 5, 2010: 5}])
def test_without_anybody_treated_anew_there_is_nothing_to_decompose(sizes):
    with pytest.raises(TrapError, match=r"In no year are some treated anew .*see 'first'"):
        decompose(adoption(sizes), cohort="first")


def test_a_comparison_is_a_difference_of_differences(data):
    table = decompose(data).table().set_index("term")
    means = data.pivot_table("y", "first", "year")

    def change(cohort, before, after):
        return means.loc[cohort, after].mean() - means.loc[cohort, before].mean()

    y = {year: list(range(year, 2021)) for year in (2013, 2015, 2017)}
    middle, early = [2015, 2016], [2013, 2014]
    first = table.loc["2015 vs 2017"]
    assert first.kind == EARLIER
    assert first.estimate == pytest.approx(
        change(2015, early, middle) - change(2017, early, middle)
    )
    second = table.loc["2017 vs 2015"]
    assert second.kind == LATER
    assert second.estimate == pytest.approx(
        change(2017, middle, y[2017]) - change(2015, middle, y[2017])
    )
    assert set(table.kind) == {NEVER_TREATED, EARLIER, LATER, ALWAYS}
    always = table.loc["2015 vs 2013"]
    assert always.kind == ALWAYS
    assert always.estimate == pytest.approx(
        change(2015, early, y[2015]) - change(2010, early, y[2015])
    )


def test_cohort_and_treatment_say_the_same(data):
    pd.testing.assert_frame_equal(decompose(data, cohort="first").table(), decompose(data).table())


def test_diff_diff_finds_the_same_weights(data):
    import diff_diff

    frame = data[data["first"] != 2010].assign(
        county=data.county.astype("category").cat.codes.astype(int),
        first=data["first"].replace(2030, 0),
    )
    theirs = diff_diff.BaconDecomposition(weights="exact").fit(
        frame, "y", "county", "year", "first"
    )
    ours = decompose(frame).by_kind().set_index("kind").weight
    assert ours[NEVER_TREATED] == pytest.approx(theirs.total_weight_treated_vs_never, rel=1e-8)
    assert ours[EARLIER] == pytest.approx(theirs.total_weight_earlier_vs_later, rel=1e-8)
    assert ours[LATER] == pytest.approx(theirs.total_weight_later_vs_earlier, rel=1e-8)


def test_kinds_sum_up_the_comparisons(data):
    result = decompose(data)
    kinds = result.by_kind()
    assert kinds.weight.sum() == pytest.approx(1)
    assert kinds.weight @ kinds.estimate == pytest.approx(result.estimate)
    assert kinds.comparisons.sum() == len(result.table())


def test_display_and_notes_say_who_is_in(data):
    result = decompose(data)
    assert "23 of 52 units of county never treated by 2020, 4 treated in all periods." in (
        result.notes
    )
    assert "two-way fixed effects" in repr(result)
    assert "weight" in result._repr_html_()
    columns = ["term", "kind", "treated", "control", "estimate", "weight"]
    assert result.table().columns.to_list() == columns


@pytest.mark.parametrize(
    ("change", "choices", "says"),
    [
        (lambda d: d, {"cohort": "first", "treatment": "treated"}, "Give either cohort"),
        (lambda d: d.assign(treated=2 * d.treated), {"treatment": "treated"}, "must be 0 or 1"),
        (
            lambda d: d.assign(treated=d.treated * (d.year != 2019)),
            {"treatment": "treated"},
            "'treated' must stay 1 once it is 1; it is undone in 29 units",
        ),
    ],
)
def test_unusable_input_is_refused(data, change, choices, says):
    with pytest.raises(InputError, match=says):
        decompose(change(data), **choices)


def test_holes_in_the_panel_are_named(data):
    gone = data.drop(index=data.index[data.county == "县005"][0])
    with pytest.raises(
        TrapError, match="needs every county in every year; 1 unit lack some: '县005'"
    ):
        decompose(gone)
