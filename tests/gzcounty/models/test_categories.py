"""Categories of many levels: absorbed, they give what their dummies give."""

from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gzcounty as gz
from gzcounty.models import _categories
from gzcounty.models.result import Result

FORMULAS = [
    "y ~ C(g)",
    "y ~ x + C(g)",
    "y ~ C(g) + x + C(h) + z",
    "y ~ x + C(h) + C(g) + C(i)",
    "y ~ 0 + x + C(g)",
    "y ~ 0 + C(g) + C(h) + x",
    "y ~ 0 + C(h) + x + C(g)",
    "y ~ x * C(h) + C(g)",
    "y ~ C(g) * x + C(h)",
    "y ~ C(h, contr.sum) + C(g)",
    "y ~ x + C(z > 0) + C(g) + np.exp(x)",
]


def drawn(seed: int, rows: int = 150, levels: int = 9) -> pd.DataFrame:
    """Draw SIMULATED rows in categories of uneven sizes, with a regressor far from zero."""
    rng = np.random.default_rng(seed)
    names = np.array([f"no {number}" for number in range(levels)])
    chance = rng.dirichlet(np.full(levels, 2.0))
    frame = pd.DataFrame(
        {
            "x": rng.standard_normal(rows),
            "z": 20 + rng.standard_normal(rows),
            "g": names[rng.choice(levels, rows, p=chance)],
            "h": rng.integers(0, 4, rows),
            "i": pd.Categorical(rng.choice(list("abc"), rows), categories=list("dcab")),
            "place": rng.integers(0, 12, rows),
            "year": rng.integers(0, 8, rows),
            "people": rng.uniform(0.5, 3, rows),
        }
    )
    return frame.assign(y=frame.x - frame.z + frame.h + rng.standard_normal(rows))


def fitted(absorbed: bool, formula: str, data: pd.DataFrame, **how: object) -> Result:
    """Estimate with categories absorbed or spread out, whatever their size."""
    with patch.object(_categories, "MANY", 0 if absorbed else 10**12):
        return gz.ols(formula, data, **how)  # type: ignore[arg-type]


def outcome(*arguments: object, **how: object) -> object:
    """Return a result or the text of its error."""
    try:
        return fitted(*arguments, **how)  # type: ignore[arg-type]
    except gz.InputError as error:
        return str(error)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    formula=st.sampled_from(FORMULAS),
    cov=st.sampled_from(["classical", "HC0", "HC1", "HC2", "HC3"]),
    cluster=st.sampled_from([None, None, "place", "g", ["place", "year"]]),
    weights=st.sampled_from([None, "people"]),
)
def test_absorbed_categories_give_what_dummies_give(
    seed: int, formula: str, cov: str, cluster: object, weights: str | None
) -> None:
    data = drawn(seed)
    how = {"cov": cov, "cluster": cluster, "weights": weights}
    one, other = (outcome(absorbed, formula, data, **how) for absorbed in (True, False))
    if isinstance(one, str):
        assert one == other
        return
    assert isinstance(one, Result)
    assert isinstance(other, Result)
    first, second = one.table(), other.table()
    assert list(first["term"]) == list(second["term"])
    np.testing.assert_allclose(first.estimate, second.estimate, rtol=1e-8, atol=1e-8)
    # A variance of zero is one of rounding in the other way: errors are compared by their squares.
    np.testing.assert_allclose(first.std_error**2, second.std_error**2, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(one.vcov, other.vcov, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(one.residuals, other.residuals, atol=1e-9)
    assert one.r_squared == pytest.approx(other.r_squared, abs=1e-12)
    assert one.notes == other.notes
    assert (one.df, one.n_clusters, one.shown) == (other.df, other.n_clusters, other.shown)


@pytest.mark.parametrize("formula", ["y ~ flat + C(g)", "y ~ C(h) + x + C(g) + C(k)"])
def test_collinear_terms_are_named_as_where_dummies_are_spread_out(formula: str) -> None:
    data = drawn(3).assign(flat=lambda d: d.g.str[3:].astype(float), k=lambda d: d.h + 10)
    one, other = (outcome(absorbed, formula, data) for absorbed in (True, False))
    assert one == other
    assert "is an exact linear combination of" in str(one)
