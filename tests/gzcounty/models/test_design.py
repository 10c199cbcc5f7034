"""From a formula and a sample to arrays."""

import numpy as np
import pandas as pd
import pytest

from gzcounty.errors import InputError
from gzcounty.models.design import materialise
from gzcounty.models.formula import read_formula
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
