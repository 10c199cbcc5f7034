"""The result object and how it shows itself."""

import re
from dataclasses import FrozenInstanceError, replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from scipy import stats

from gzcounty.errors import InputError, TrapError
from gzcounty.models.ols import ols
from gzcounty.models.result import interval, number, probability


@pytest.fixture
def fit(grunfeld):
    return ols("invest ~ value + capital", grunfeld, cluster="firm")


def test_table_has_the_columns_of_the_contract(fit):
    table = fit.table()
    assert table.columns.to_list() == [
        "term", "estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high",
    ]  # fmt: skip
    assert (table.statistic == table.estimate / table.std_error).all()
    t = stats.t(9)
    assert table.p_value.to_numpy() == pytest.approx(2 * t.sf(abs(table.statistic)))
    half = t.ppf(0.95) * table.std_error
    ninety = fit.table(level=0.9)
    assert ninety.conf_high.to_numpy() == pytest.approx(table.estimate + half)
    assert ninety.conf_low.to_numpy() == pytest.approx(table.estimate - half)


@pytest.mark.parametrize("level", [0, 1, 7, -0.5, "0.95", None, True, [0.95], float("nan")])
def test_a_level_that_is_no_share_between_0_and_1_is_refused(fit, level):
    message = r"^level must be a share above 0 and below 1, such as 0\.95, not"
    with pytest.raises(InputError, match=message):
        fit.table(level=level)


def test_term_is_one_row(fit):
    row = fit.term("value")
    assert row.term == "value"
    assert list(row[1:]) == fit.table().iloc[1, 1:].to_list()
    with pytest.raises(InputError, match="no term 'valeu'; it has 'Intercept', 'value' and 'capi"):
        fit.term("valeu")


def test_results_cannot_be_overwritten(fit):
    with pytest.raises(FrozenInstanceError):
        fit.nobs = 3


def test_wald_of_one_term_is_its_t_squared(fit):
    test = fit.wald(["value"])
    assert test.statistic == pytest.approx(fit.term("value").statistic ** 2)
    assert test.p_value == pytest.approx(fit.term("value").p_value)


def test_wald_of_slopes_is_statas_f(fit):
    # Stata, e(F) of regress invest mvalue kstock, vce(cluster company).
    test = fit.wald(["value", "capital"])
    assert test.statistic == pytest.approx(51.59060716590177, rel=1e-6)
    assert (test.df_num, test.df_denom) == (2, 9)
    assert test.p_value == pytest.approx(stats.f.sf(51.59060716590177, 2, 9), rel=1e-5)


def test_wald_does_not_depend_on_units(grunfeld, fit):
    small = ols("invest ~ value + I(capital * 1e-9)", grunfeld, cluster="firm")
    assert small.wald(["value", "I(capital * 1e-09)"]).statistic == pytest.approx(
        fit.wald(["value", "capital"]).statistic, rel=1e-6
    )


def test_wald_refuses_what_clusters_cannot_carry(grunfeld):
    grunfeld["half"] = grunfeld.index // 100
    fit = ols("invest ~ value + capital", grunfeld, cluster="half")
    with pytest.raises(TrapError, match="2 terms cannot be tested together with 2 clusters"):
        fit.wald(["value", "capital"])
    with pytest.raises(InputError, match="at least one term"):
        fit.wald([])


def test_plain_text(fit):
    text = repr(fit)
    assert text.splitlines()[0] == "invest: least squares, 200 rows, 10 clusters"
    assert re.search(r"value\s+0\.1156\s+0\.01589\s+0\.07961 to 0\.1515\s+< 0\.001", text)
    assert "- R-squared 0.812." in text
    for note in fit.notes:
        assert f"- {note}" in text
    assert "*" not in text.replace("G/(G-1) * (N-1)/(N-K)", "")


def test_html_is_well_formed_and_takes_the_colours_of_the_page(fit):
    page = fit._repr_html_()
    tree = ET.fromstring(page)
    rows = tree.findall(".//tbody/tr")
    assert [row.find("th").text for row in rows] == ["Intercept", "value", "capital"]
    assert len(tree.findall(".//svg")) == 3
    assert "currentColor" in page
    assert not re.search(r"#[0-9a-fA-F]{3,6}\b|color:\s*(black|white)", page)
    items = [item.text for item in tree.findall(".//li")]
    assert set(fit.notes) <= set(items)


def test_dot_and_whisker_stand_where_the_numbers_are(fit):
    tree = ET.fromstring(fit._repr_html_())
    for svg, row in zip(tree.findall(".//svg"), fit.table().itertuples(), strict=True):
        zero, whisker = svg.findall(".//line")
        dot = float(svg.find(".//circle").get("cx"))
        left, right = float(whisker.get("x1")), float(whisker.get("x2"))
        middle = float(zero.get("x1"))
        assert left < dot < right
        assert np.sign(dot - middle) == np.sign(row.estimate)
        # Pixels and numbers in the same proportion, to the rounding of the drawing.
        share = (row.conf_high - row.estimate) / (row.conf_high - row.conf_low)
        assert (right - dot) / (right - left) == pytest.approx(share, abs=0.01)
        assert (0 - row.conf_low) / (row.conf_high - row.conf_low) == pytest.approx(
            (middle - left) / (right - left), abs=0.02
        )


def test_names_are_escaped(grunfeld):
    grunfeld["a<b>&"] = grunfeld.value
    page = ols("invest ~ `a<b>&`", grunfeld)._repr_html_()
    assert "a&lt;b&gt;&amp;" in page
    ET.fromstring(page)


def test_an_exact_fit_is_shown_without_a_crash(grunfeld):
    grunfeld["twice"] = 2 * grunfeld.value
    fit = ols("twice ~ value", grunfeld, cov="HC1")
    assert fit.term("value").estimate == pytest.approx(2)
    assert "value" in repr(fit)
    ET.fromstring(fit._repr_html_())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.08, "0.08000"),
        (-0.005185, "-0.005185"),
        (9.6, "9.600"),
        (1234.5, "1234"),
        (12345.6, "12,346"),
        (float("nan"), "not defined"),
    ],
)
def test_numbers_are_readable(value, text):
    assert number(value) == text


def test_an_interval_that_does_not_exist_is_said_once():
    assert interval(float("nan"), float("nan")) == "not defined"
    assert interval(-0.5, 2.0) == "-0.5000 to 2.000"
    assert interval(float("nan"), 2.0) == "not defined to 2.000"


def test_small_probabilities_are_bounded():
    assert probability(0.00099) == "< 0.001"
    assert probability(0.0449) == "0.045"
    assert probability(float("nan")) == "not defined"


def test_a_variance_that_rounding_left_below_zero_is_zero(fit, recwarn):
    variances = fit.variances.copy()
    variances[0] = -1e-20
    table = replace(fit, make_variances=lambda: variances).table()
    assert table.std_error[0] == 0
    assert not [w for w in recwarn if issubclass(w.category, RuntimeWarning)]
