"""Formulas, and what is wrong with some of them."""

import numpy as np
import pandas as pd
import pytest

from gzcounty.errors import InputError
from gzcounty.models.design import materialise, read_formula
from gzcounty.models.ols import ols
from gzcounty.models.sample import take_sample


@pytest.fixture
def data() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    return pd.DataFrame(
        {
            "y": rng.uniform(1, 9, 12),
            "x": rng.uniform(1, 9, 12),
            "z": rng.uniform(1, 9, 12),
            "per head": rng.uniform(1, 9, 12),
            "g": list("abcabcabcabc"),
        }
    )


def test_formula_columns_are_found():
    parsed = read_formula("log(y) ~ x:C(g) + np.log(z) + `per head` + I(w ** 2)")
    assert parsed.dependent == "log(y)"
    assert parsed.numeric == ("per head", "w", "x", "y", "z")
    assert parsed.categorical == ("g",)


def test_terms_are_what_they_say(data):
    parsed = read_formula("log(y) ~ x + C(g) + log(z) + x:z + `per head`")
    sample = take_sample(data, parsed.numeric, parsed.categorical)
    design = materialise(parsed, sample)
    columns = dict(zip(design.terms, design.X.T, strict=True))
    assert list(columns) == [
        "Intercept", "x", "C(g)[T.b]", "C(g)[T.c]", "log(z)", "per head", "x:z",
    ]  # fmt: skip
    np.testing.assert_array_equal(design.y, np.log(data.y))
    np.testing.assert_array_equal(columns["C(g)[T.b]"], data.g == "b")
    np.testing.assert_array_equal(columns["x:z"], data.x * data.z)
    np.testing.assert_array_equal(columns["per head"], data["per head"])


def test_empty_categories_have_no_column(data):
    data["g"] = pd.Categorical(data.g, categories=["a", "b", "c", "unused"])
    assert "C(g)[T.unused]" not in ols("y ~ C(g)", data).table().term.to_list()


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("y", "must be one string of the form"),
        ("y ~ x ~ z", "must be one string of the form"),
        (["y", "x"], "must be one string of the form"),
        ("~ x", "cannot be read|exactly one variable on the left"),
        ("y + x ~ z", "exactly one variable on the left"),
        ("y ~ x +", "cannot be read: Operator `\\+` has"),
        ("y ~ x z", "cannot be read: Missing operator"),
        ("y ~ .", "cannot be read"),
        ("y ~ x | g", "has a '|'; name fixed effects by the arguments entity and time"),
        ("y ~ lag(x)", r"lag\(\) shifts rows and knows nothing of entities"),
        ("y ~ nonsense(x)", "cannot be computed.*nonsense"),
        ("C(g) ~ x", "gives 3 columns; it must be one number a row|gives 2 columns"),
    ],
)
def test_bad_formulas_are_refused(data, formula, message):
    with pytest.raises(InputError, match=message):
        ols(formula, data)


def test_undefined_values_are_named_not_dropped(data):
    data.loc[[3, 7], "x"] = [0.0, -1.0]
    message = r"'log\(x\)' is not a finite number in 2 rows \(first at index 3\). A logarithm"
    with pytest.raises(InputError, match=message):
        ols("y ~ log(x)", data)
    with pytest.raises(InputError, match=r"'log\(x\)' is not a finite number"):
        ols("log(x) ~ y", data)


def test_text_becomes_categories_only_if_asked(data):
    with pytest.raises(InputError, match=r"Column 'g' holds str .* C\(g\) makes categories of it"):
        ols("y ~ g", data)
    with pytest.raises(InputError, match="Column 'g' holds str"):
        ols("y ~ log(g)", data)
    assert len(ols("y ~ C(g)", data).table()) == 3
