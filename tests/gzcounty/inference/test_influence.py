"""Leaving one out: what refitting by hand gives, and failures that stop nothing."""

import numpy as np
import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.errors import InputError
from gzcounty.inference.influence import leave_one_out


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    """Return a SIMULATED panel of 88 counties in 9 prefectures and 6 years."""
    rng = np.random.default_rng(12)
    data = pd.DataFrame({"county": np.repeat(np.arange(88), 6), "year": np.tile(np.arange(6), 88)})
    data = data.assign(prefecture=(data.county // 10).map("p{}".format))
    data["x"] = rng.normal(size=len(data))
    data["y"] = 0.5 * data.x + rng.normal(size=88)[data.county] + rng.normal(size=len(data))
    data.loc[data.county == 40, "y"] += 6 * data.x[data.county == 40]
    return data


def within(data):
    return gz.panel_ols("y ~ x", data, "county", "year", cluster="county")


def test_each_row_is_the_estimate_without_that_level(panel):
    result = leave_one_out(within, panel, by="prefecture")
    table = result.table(0.9)
    assert list(table.left_out) == [f"p{i}" for i in range(9)]
    for row in table.itertuples():
        alone = within(panel[panel.prefecture != row.left_out])
        expected = alone.table(0.9).iloc[0]
        for field in ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"):
            assert getattr(row, field) == pytest.approx(expected[field], rel=1e-12)
        assert row.shift == pytest.approx(alone.coefficients.x - within(panel).coefficients.x)
        assert row.nobs == alone.nobs


def test_the_level_that_matters_most_is_found_among_88(panel):
    result = leave_one_out(within, panel, by="county")
    assert len(result.table()) == 88
    assert result.most_influential == 40
    assert result.table().set_index("left_out").loc[40, "shift"] < -0.03
    assert result.failures == {}
    assert "without 40" in repr(result)
    assert "83 further levels in .table()" in repr(result)
    assert "<table" in result._repr_html_()


def test_jobs_change_nothing(panel):
    one, two = (leave_one_out(within, panel, by="county", n_jobs=jobs) for jobs in (1, 2))
    pd.testing.assert_frame_equal(one.native, two.native, check_exact=False, rtol=1e-13)


def test_a_level_without_which_there_is_no_estimate_is_reported(panel):
    treated = panel.assign(treated=((panel.county == 3) & (panel.year > 3)).astype(float))

    def estimate(data):
        return gz.panel_ols("y ~ treated + x", data, "county", "year", cluster="county")

    result = leave_one_out(estimate, treated[treated.county < 12], by="county", term="treated")
    assert list(result.failures) == [3]
    assert "treated" in result.failures[3]
    assert result.table().set_index("left_out").loc[3].drop("term").isna().all()
    assert result.table().estimate.notna().sum() == 11
    assert any("Not estimable without '3'" in note for note in result.notes)
    assert result.most_influential != 3


def test_rows_of_no_level_stay_and_are_counted(panel):
    holes = panel.assign(prefecture=panel.prefecture.where(panel.county > 4))
    result = leave_one_out(within, holes, by="prefecture")
    assert any("30 rows without prefecture stay" in note for note in result.notes)
    assert result.table().nobs.iloc[0] == len(holes) - 30


def test_levels_of_any_kind():
    rng = np.random.default_rng(0)
    data = pd.DataFrame(rng.normal(size=(40, 2)), columns=["y", "x"])
    data["place"] = np.resize(np.array(["榕江县", "Ａ", "a", 7], dtype=object), 40)
    result = leave_one_out(lambda d: gz.ols("y ~ x", d), data, by="place")
    assert set(result.table().left_out) == {"榕江县", "Ａ", "a", 7}
    assert result.table().nobs.eq(30).all()


def test_the_order_of_rows_does_not_matter(panel):
    shuffled = panel.sample(frac=1, random_state=0)
    one = leave_one_out(within, panel, by="year").table()
    two = leave_one_out(within, shuffled, by="year").table()
    pd.testing.assert_frame_equal(one, two, check_exact=False, rtol=1e-9)


def test_what_is_wrong_is_named(panel):
    with pytest.raises(InputError, match=r"lack the column 'prefectur'.*Did you mean 'prefecture'"):
        leave_one_out(within, panel, by="prefectur")
    with pytest.raises(InputError, match=r"'place' has 1 level; two or more are needed"):
        leave_one_out(within, panel.assign(place="榕江县"), by="place")
    with pytest.raises(InputError, match=r"Choose one of the terms by term=...: 'x' and 'year'"):
        leave_one_out(lambda d: gz.ols("y ~ x + year", d), panel, by="prefecture")
    with pytest.raises(InputError, match=r"The model has no term 'z'; it has 'Intercept' and 'x'"):
        leave_one_out(lambda d: gz.ols("y ~ x", d), panel, by="prefecture", term="z")
    with pytest.raises(InputError, match=r"'x' holds 1 infinite value"):
        leave_one_out(within, panel.assign(x=panel.x.where(panel.index != 5, np.inf)), by="year")


def test_a_model_that_needs_every_level_is_refused():
    data = pd.DataFrame({"y": [1.0, 2.0, 4.0], "x": [1.0, 3.0, 2.0], "place": ["a", "b", "c"]})
    with pytest.raises(InputError, match=r"without none of the levels of 'place'; without 'a'"):
        leave_one_out(lambda d: gz.ols("y ~ x", d, cov="classical"), data, by="place")
