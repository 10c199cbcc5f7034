"""Controls of a specification curve that are terms of a formula."""

import numpy as np
import pandas as pd
import pytest

from gzcounty.errors import InputError
from gzcounty.inference.specifications import specification_curve
from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols


@pytest.fixture
def data() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    n = 120
    names = ("y", "x", "a", "b", "per head")
    frame = pd.DataFrame({name: rng.normal(size=n) for name in names})
    frame["group"] = rng.choice(list("pqrs"), n)
    frame["unit"], frame["when"] = np.arange(n) // 4, np.arange(n) % 4
    frame.loc[:3, "group"] = None
    frame.loc[4:9, "a"] = np.nan
    return frame


def test_each_specification_with_terms_is_that_of_ols(data):
    items = ["C(group)", "a:b", "per head", "C(group):b"]
    samples = {"all": lambda d: d.y > -99, "without p": lambda d: d.group != "p"}
    table = specification_curve(data, "y", "x", items, samples=samples, cov="HC3").table()
    assert len(table) == 32
    for row in table.itertuples():
        used = data if row.sample == "all" else data[data.group != "p"]
        right = row.controls.replace("per head", "`per head`")
        fit = ols(f"y ~ x{'' if right == 'none' else ' + ' + right}", used).table()
        expected = fit.set_index("term").loc["x"]
        assert row.problem == ""
        assert row.estimate == pytest.approx(expected.estimate)
        assert row.std_error == pytest.approx(expected.std_error)


def test_terms_beside_effects_are_those_of_panel_ols(data):
    sets = {"both": ["C(group)", "a*b"]}
    curve = specification_curve(
        data, "y", "x", sets, entity="unit", time="when", effects="two-way", cluster="unit"
    )
    fit = panel_ols("y ~ x + C(group) + a*b", data, "unit", "when", cluster="unit").table()
    expected = fit.set_index("term").loc["x"]
    row = curve.table().iloc[0]
    assert row.estimate == pytest.approx(expected.estimate)
    assert row.std_error == pytest.approx(expected.std_error)


def test_a_term_of_the_exposure_is_no_control(data):
    sets = {"none": [], "with": ["x:b"], "undefined": ["log(b)"]}
    problems = specification_curve(data, "y", "x", sets).table().set_index("controls").problem
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
def test_a_control_that_cannot_be_kept_is_refused(data, item, message):
    with pytest.raises(InputError, match=message):
        specification_curve(data, "y", "x", [item])
