"""Gini, Theil and sigma convergence; published numbers are in gzbook.published.measures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gzcounty as gz
from gzcounty.errors import InputError, TrapError

incomes = st.lists(st.integers(0, 10_000), min_size=1, max_size=30).filter(any)


def test_gini_by_its_definition():
    rng = np.random.default_rng(2)
    y, w = rng.lognormal(size=40), rng.uniform(1, 9, size=40)
    mean = np.average(y, weights=w)
    pairs = np.abs(y[:, None] - y) * w[:, None] * w
    assert gz.gini(y, w) == pytest.approx(pairs.sum() / (2 * mean * w.sum() ** 2))


@given(incomes, st.integers(2, 5))
@settings(max_examples=80, deadline=None)
def test_gini_does_not_depend_on_unit_size_or_order(y, times):
    value = gz.gini(y)
    assert 0 <= value < 1
    assert gz.gini([1000 * v for v in y]) == pytest.approx(value, abs=1e-12)
    assert gz.gini(y * times) == pytest.approx(value, abs=1e-12)
    assert gz.gini(y[::-1]) == pytest.approx(value, abs=1e-12)


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(1, 5)), min_size=1, max_size=12))
@settings(max_examples=80, deadline=None)
def test_weights_are_repetitions(pairs):
    y, w = zip(*pairs, strict=True)
    repeated = np.repeat(y, w)
    assert gz.gini(y, weights=w) == pytest.approx(gz.gini(repeated), abs=1e-12)
    assert gz.theil(y, weights=w).total == pytest.approx(gz.theil(repeated).total, abs=1e-12)


def test_plain_arrays_are_read_and_left_as_they_are():
    y = np.array([3.0, 1.0])
    assert gz.gini(y, y) == gz.gini([3, 1], [3, 1])
    assert y.tolist() == [3, 1]


def test_gini_and_theil_at_their_extremes():
    assert gz.gini([5, 5, 5]) == 0
    assert gz.gini([0, 0, 0, 8]) == pytest.approx(3 / 4)
    assert gz.theil([5, 5, 5]).total == 0
    # All in one hand: ln n.
    assert gz.theil([0, 0, 0, 8]).total == pytest.approx(np.log(4))
    assert gz.theil([0, 0, 0, 8]).notes == ("3 values of zero: each adds its limit, zero.",)


def test_a_unit_that_weighs_nothing_does_not_count():
    assert gz.gini([1, 3, 900], weights=[1, 1, 0]) == pytest.approx(gz.gini([1, 3]))
    assert gz.theil([1, 3, 900], weights=[1, 1, 0]).total == pytest.approx(gz.theil([1, 3]).total)


def test_theil_without_groups_is_all_within():
    parts = gz.theil([1, 2, 3])
    assert parts.between == 0
    assert parts.within == parts.total == float(parts)
    assert parts.levels.level.to_list() == ["within"]
    assert parts.groups.group.to_list() == ["all"]


def test_parts_of_groups():
    y = pd.Series([1.0, 3, 2, 2, 9])
    g = pd.Series(["a", "a", "b", "b", "ｂ"], name="县")
    parts = gz.theil(y, g)
    inside = parts.groups.set_index("group")
    assert inside.index.to_list() == ["a", "b", "ｂ"]
    assert inside.theil["a"] == pytest.approx(gz.theil([1, 3]).total)
    assert inside.theil["b"] == 0
    assert inside["mean"].to_list() == [2, 2, 9]
    assert inside.income_share.to_list() == pytest.approx([4 / 17, 4 / 17, 9 / 17])
    assert parts.within == pytest.approx(inside.contribution.sum())
    # Between: each unit with the mean of its group.
    assert parts.between == pytest.approx(gz.theil([2, 2, 2, 2, 9]).total)
    assert parts.levels.level.to_list() == ["县", "within"]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 500), st.integers(1, 9), st.integers(0, 2), st.integers(0, 2),
            st.integers(0, 2),
        ),
        min_size=2,
        max_size=40,
    ).filter(lambda rows: any(row[0] for row in rows))
)  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_nested_parts_add_up(rows):
    frame = pd.DataFrame(rows, columns=["y", "w", "province", "prefecture", "county"])
    frame["prefecture"] += 10 * frame.province
    frame["county"] += 10 * frame.prefecture
    levels = ["province", "prefecture", "county"]
    parts = gz.theil(frame.y, frame[levels], frame.w)
    assert parts.levels.part.sum() == pytest.approx(parts.total, abs=1e-12)
    assert (parts.levels.part >= -1e-12).all()
    assert parts.total == pytest.approx(gz.theil(frame.y, weights=frame.w).total, abs=1e-12)
    assert parts.within == pytest.approx(parts.groups.contribution.sum(), abs=1e-12)
    # Each level alone splits off all that the levels down to it split off together.
    for place, level in enumerate(levels):
        alone = gz.theil(frame.y, frame[level], frame.w)
        together = parts.levels.part[: place + 1].sum()
        assert alone.between == pytest.approx(together, abs=1e-12)


def test_a_result_shows_its_parts():
    parts = gz.theil([0, 1, 3], pd.Series(["a", "a", "b"], name="县<b>"))
    html = parts._repr_html_()
    for shown in (repr(parts), html):
        assert "T 0.5363: between 0.3630, within 0.1733" in shown
        assert "1 value of zero" in shown
    assert "县<b>" in repr(parts)
    assert "县&lt;b&gt;" in html


def test_groups_may_come_as_lists_arrays_or_a_frame():
    y, upper, lower = [1, 2, 3, 4], ["A", "A", "B", "B"], ["p", "q", "r", "r"]
    frame = pd.DataFrame({"groups 1": upper, "groups 2": lower})
    expected = gz.theil(y, frame).levels
    pd.testing.assert_frame_equal(gz.theil(y, [upper, lower]).levels, expected)
    pd.testing.assert_frame_equal(gz.theil(y, (np.array(upper), lower)).levels, expected)
    assert gz.theil(y, upper).between == expected.part[0]
    categories = pd.Categorical(upper, categories=["B", "A", "unused"])
    assert gz.theil(y, categories).levels.groups.to_list() == [2, 4]


def test_groups_that_are_not_nested_are_named():
    frame = pd.DataFrame({"province": ["贵州", "贵州", "云南"], "prefecture": ["x", "y", "y"]})
    with pytest.raises(InputError, match="prefecture 'y' lies in province '贵州' and '云南'"):
        gz.theil([1, 2, 3], frame)


@pytest.mark.parametrize("measure", [gz.gini, gz.theil])
@pytest.mark.parametrize(
    ("y", "weights", "message"),
    [
        ([], None, "y has 0 rows"),
        (np.array([]), None, "y has 0 rows"),
        ([[1, 2]], None, "y must have one dimension, not 2"),
        (3.0, None, "y must have one dimension, not 0"),
        (np.array([-1.0, 1.0]), None, "y is below 0 .*row '0'"),
        (np.array([np.nan, 1.0]), None, "y is missing"),
        (np.array([1.0, 2.0]), np.ones(3), "weights has 3 values, y has 2"),
        ([1, -2], None, "y is below 0 .*row '1'"),
        (pd.Series([1, np.nan], index=["榕江", "Ａ"]), None, "y is missing .*row 'Ａ'"),
        ([1, np.inf], None, "y is infinite"),
        ([0, 0], None, "y is zero in every unit that counts"),
        ([0, 1], [1, 0], "y is zero in every unit that counts"),
        (["1", "2"], None, "holds .* such as '1' where numbers are needed"),
        ([True, False], None, "holds bool values"),
        ([1, 2], [1], "weights has 1 values, y has 2"),
        ([1, 2], [1, -1], "weights is below 0"),
        ([1, 2], [0, 0], "All weights are zero"),
        ([1, 2], [1, np.nan], "weights is missing"),
        (pd.Series([1, 2]), pd.Series([1, 2], index=[1, 0]), "weights and y have different row"),
    ],
)
def test_bad_values_and_weights(measure, y, weights, message):
    with pytest.raises(InputError, match=message):
        measure(y, weights=weights)


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        (["a"], "groups 1 has 1 values, y has 2"),
        (["a", None], "'groups 1' has no label in row '1'"),
        ([["a", "b"], ["c", np.nan]], "no label in row '1'"),
        (pd.Series(["a", "b"], name="g").rename(index={0: 5}), "different row labels"),
        (np.array([["a", "b"], ["c", "d"]]), "groups 1 must have one dimension, not 2"),
        ("province", "groups 1 must have one dimension, not 0"),
        (pd.DataFrame([["a", "b"], ["c", "d"]], columns=["g", "g"]), "Two levels .* 'g'"),
    ],
)
def test_bad_groups(groups, message):
    with pytest.raises(InputError, match=message):
        gz.theil(pd.Series([1, 2]), groups)


def test_a_million_lognormal_units_have_the_inequality_of_theory():
    rng = np.random.default_rng(0)
    y, w = rng.lognormal(size=1_000_000), rng.uniform(1, 5, size=1_000_000)
    province = rng.integers(0, 30, size=1_000_000)
    prefecture = 100 * province + rng.integers(0, 100, size=1_000_000)
    # The Gini coefficient of a standard lognormal is 2 Phi(1 / sqrt 2) - 1, Theil's T is 1/2.
    assert gz.gini(y, w) == pytest.approx(0.5205, abs=0.003)
    assert gz.theil(y, [province, prefecture], w).total == pytest.approx(0.5, abs=0.01)


@pytest.fixture
def data() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "county": ["榕江", "榕江", "Ｂ", "Ｂ", "c", "d", "d", "e"],
            "year": [2020, 2010, 2010, 2020, 2010, 2010, 2020, 2020],
            "income": [4.0, 1.0, 4.0, 8.0, 900.0, 2.0, np.nan, np.nan],
        }
    )


def test_by_hand_over_units_with_every_year(data):
    data.attrs["notes"] = ["Asked of six."]
    table = gz.sigma_convergence(data, "income", "county", "year")
    assert table.columns.to_list() == ["year", "units", "sd_log", "cv", "gini", "theil"]
    assert table.year.to_list() == [2010, 2020]
    assert table.units.to_list() == [2, 2]
    assert table.sd_log.to_list() == pytest.approx([np.log(4) / np.sqrt(2), np.log(2) / np.sqrt(2)])
    assert table.cv[0] == pytest.approx(3 / np.sqrt(2) / 2.5)
    assert table.gini.to_list() == pytest.approx([gz.gini([1, 4]), gz.gini([4, 8])])
    assert table.theil[0] == pytest.approx(gz.theil([1, 4]).total)
    assert table.attrs["notes"] == [
        "Asked of six.",
        "2 units with income in each of 2 years.",
        "Left out 3 units without every year: 'c', 'd' and 'e'.",
    ]


def test_a_changing_sample_would_have_said_something_else(data):
    of_all = data[data.year == 2010].income.pipe(np.log).std()
    assert gz.sigma_convergence(data, "income", "county", "year").sd_log[0] < of_all / 2


def test_on_the_panel_the_order_of_rows_does_not_matter():
    panel = gz.load_panel().query("year >= 2014")
    one = gz.sigma_convergence(panel, "rural_income", "adcode", "year")
    other = gz.sigma_convergence(panel[::-1], "rural_income", "adcode", "year")
    pd.testing.assert_frame_equal(one, other)
    assert one.units.to_list() == [60] * 10
    assert "Left out 28 units" in one.attrs["notes"][-1]


def test_no_constant_sample_is_a_trap(data):
    lonely = data[data.county.isin(["榕江", "c", "e"])]
    with pytest.raises(
        TrapError, match="1 unit of county has 'income' in all of '2010' and '2020'"
    ):
        gz.sigma_convergence(lonely, "income", "county", "year")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"income": 0.0}, "'income' is 0 for '榕江' in 2020 .and 7 more.; logarithms need values"),
        ({"income": "x"}, "holds .* such as 'x'"),
        ({"income": np.inf}, "infinite in column 'income'"),
        ({"county": None}, "'county' is missing in 8 rows"),
        ({"county": "a"}, "Each county and year may have one row; 'a' has more than one in 2010"),
    ],
)
def test_bad_values_of_a_panel(data, change, message):
    with pytest.raises(InputError, match=message):
        gz.sigma_convergence(data.assign(**change), "income", "county", "year")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ("moon", "county", "year"),
            "The data lack the column 'moon', named by y.",
        ),
        (("income", "county", "county"), "must be three different columns"),
    ],
)
def test_bad_names_of_columns(data, names, message):
    with pytest.raises(InputError, match=message):
        gz.sigma_convergence(data, *names)


def test_a_column_twice_is_named(data):
    twice = pd.concat([data, data.income], axis=1)
    with pytest.raises(InputError, match="more than one column is called 'income'"):
        gz.sigma_convergence(twice, "income", "county", "year")
    with pytest.raises(InputError, match="No row has a value of 'income'"):
        gz.sigma_convergence(data[:0], "income", "county", "year")
