"""The solver, and how it names collinear columns."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gzcounty.errors import InputError
from gzcounty.models.design import least_squares
from gzcounty.models.nearness import judge_collinearity
from gzcounty.models.ols import ols


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(1e-6, 1e6))
def test_solution_meets_the_normal_equations_at_any_scale(seed, scale):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(20, 3)) * [1, scale, 1]
    y = rng.normal(size=20)
    coefficients, root, _ = least_squares(X, y, ["a", "b", "c"])
    unit = X / [1, scale, 1]
    assert unit.T @ (y - X @ coefficients) == pytest.approx(0, abs=1e-12)
    inverse = root @ root.T @ (X.T @ X)
    assert inverse * [[1, 1 / scale, 1], [scale, 1, scale], [1, 1 / scale, 1]] == pytest.approx(
        np.eye(3), abs=1e-9
    )


def test_collinear_columns_are_named_with_their_partners():
    rng = np.random.default_rng(0)
    a, b, c = rng.normal(size=(3, 30))
    X = np.column_stack([a, b, c, 2 * a - 3e6 * c])
    with pytest.raises(InputError, match="'d' is an exact linear combination of 'a' and 'c'; leav"):
        judge_collinearity(X, ["a", "b", "c", "d"])
    judge_collinearity(X[:, :3], ["a", "b", "c"])


def test_nearly_collinear_columns_are_estimated():
    rng = np.random.default_rng(0)
    a = rng.normal(size=50)
    data = pd.DataFrame({"a": a, "b": a + 1e-6 * rng.normal(size=50)})
    data["y"] = data.a + 2 * data.b
    table = ols("y ~ a + b", data, cov="HC1").table()
    assert table.estimate.to_numpy() == pytest.approx([0, 1, 2], abs=1e-7)


@pytest.mark.parametrize(
    ("columns", "formula", "message"),
    [
        ({"v": 3.0}, "y ~ x + v", "'v' has the same value in every row, which the intercept"),
        ({"v": 0.0}, "y ~ x + v", "'v' is zero in every row; leave it out"),
        ({}, "y ~ x + I(2 * x + 1)", r"'I\(2 \* x \+ 1\)' is an exact linear combination of 'Inte"),
        ({}, "y ~ 0 + C(g) + one", "'one' is an exact linear combination of .C.g..a.. and .C.g..b"),
    ],
)
def test_models_judge_collinearity_terms(columns, formula, message):
    data = pd.DataFrame({"y": [1.0, 3, 2, 5, 4, 7], "x": [1.0, 2, 4, 3, 6, 8], "g": list("ababab")})
    with pytest.raises(InputError, match=message):
        ols(formula, data.assign(one=1.0, **columns))
