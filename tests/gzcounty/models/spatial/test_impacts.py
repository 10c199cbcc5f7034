"""Impacts against brute force, the delta method, and identities."""

import numpy as np
import pandas as pd
import pytest

from gzcounty.charts.coefficients import estimate_row
from gzcounty.errors import InputError, TrapError
from gzcounty.models.spatial import distance_weights, neighbour_weights, spatial_model
from gzcounty.models.spatial.regression import _effects
from gzcounty.models.spatial.weights import _balanced, eigenvalues

from .shared import grid, grid_pairs, simulated


def brute_force(result, coefficients) -> np.ndarray:
    """Mean diagonal and mean row sum of ``inv(I - rho W) (b I + theta W)``."""
    W = result.weights.matrix.toarray()
    n, k = len(W), len(result.regressors)
    rows = []
    for i in range(k):
        S = coefficients[1 + i] * np.eye(n)
        if result.kind.startswith("durbin"):
            S = S + coefficients[1 + k + i] * W
        if result.kind != "durbin_error":
            S = np.linalg.inv(np.eye(n) - coefficients[-1] * W) @ S
        direct, total = np.trace(S) / n, S.sum() / n
        rows.append([direct, total - direct, total])
    return np.array(rows)


def nearest() -> tuple:
    """Weights that are not mutual, and whose eigenvalues are complex."""
    rng = np.random.default_rng(0)
    places = pd.DataFrame({"adcode": [f"u{i:02d}" for i in range(50)]})
    places = places.assign(lon=rng.uniform(100, 110, 50), lat=rng.uniform(20, 30, 50))
    return distance_weights(places, k=3)


WEIGHTS = {
    "row": lambda: grid(6),
    "spectral": lambda: grid(6, standardise="spectral"),
    "nearest": nearest,
    "islands": lambda: neighbour_weights(grid_pairs(6), ids=[*grid(6).ids, "far"], islands="keep"),
}


@pytest.mark.parametrize("kind", ["lag", "durbin", "durbin_error"])
@pytest.mark.parametrize("weights", WEIGHTS)
def test_brute_force_agrees(kind, weights):
    W = WEIGHTS[weights]()
    fit = spatial_model("y ~ x + z", simulated(W), W, kind=kind)
    impacts = fit.impacts(draws=5)
    expected = brute_force(fit, fit.coefficients.to_numpy())
    assert impacts.estimates.to_numpy() == pytest.approx(expected, rel=1e-9)
    other = fit.coefficients.to_numpy() * 0.9
    other[-1] = -0.7
    assert _effects(fit, other[None, :])[0] == pytest.approx(brute_force(fit, other), rel=1e-9)


def test_without_dependence_the_total_is_the_coefficient():
    fit = spatial_model("y ~ x + z", simulated(grid(6)), grid(6))
    coefficients = fit.coefficients.to_numpy().copy()
    coefficients[-1] = 0.0
    direct, indirect, total = _effects(fit, coefficients[None, :])[0].T
    assert direct == pytest.approx(coefficients[1:3])
    assert indirect == pytest.approx(0, abs=1e-12)
    assert total == pytest.approx(coefficients[1:3])


def test_rows_that_sum_to_one_multiply_by_one_over_one_minus_rho():
    fit = spatial_model("y ~ x + z", simulated(grid(6)), grid(6), kind="durbin")
    c = fit.coefficients
    total = fit.impacts(draws=2).estimates["total"]
    assert total["x"] == pytest.approx((c["x"] + c["W x"]) / (1 - c["rho"]))


@pytest.mark.parametrize("kind", ["lag", "durbin", "durbin_error"])
def test_simulated_errors_are_near_those_of_the_delta_method(kind):
    W = grid(15)
    fit = spatial_model("y ~ x + z", simulated(W), W, kind=kind)
    at, matrix = fit.coefficients.to_numpy(), fit.vcov.to_numpy()
    step = 1e-6
    gradient = [
        (_effects(fit, (at + m)[None, :]) - _effects(fit, (at - m)[None, :]))[0].ravel()
        / (2 * step)
        for m in np.eye(len(at)) * step
    ]
    delta = np.sqrt(np.diagonal(np.array(gradient).T @ matrix @ np.array(gradient)))
    table = fit.impacts(draws=4_000).table()
    assert table.std_error.to_numpy() == pytest.approx(delta, rel=0.1)
    middle = (table.conf_low + table.conf_high) / 2
    assert (np.abs(middle - table.estimate) < 0.5 * table.std_error).all()
    assert ((table.conf_high - table.conf_low) / (2 * 1.96)).to_numpy() == pytest.approx(
        delta, rel=0.1
    )


def test_table_names_regressor_and_effect():
    fit = spatial_model("y ~ x + z", simulated(grid(6)), grid(6))
    impacts = fit.impacts(draws=200, seed=3)
    table = impacts.table()
    assert table.term.to_list()[:3] == ["x: direct", "x: indirect", "x: total"]
    assert table.regressor.to_list() == ["x"] * 3 + ["z"] * 3
    assert table.effect.to_list() == ["direct", "indirect", "total"] * 2
    assert (table.conf_low < table.conf_high).all()
    narrow = impacts.table(0.5)
    assert (narrow.conf_high - narrow.conf_low < table.conf_high - table.conf_low).all()
    assert fit.impacts(draws=200, seed=3).table().equals(table)
    assert not fit.impacts(draws=200, seed=4).table().equals(table)
    assert "impacts, 36 units" in repr(impacts)


def test_an_effect_is_called_for_by_the_same_name_in_either_language(monkeypatch):
    impacts = spatial_model("y ~ x", simulated(grid(6)), grid(6)).impacts(draws=200, seed=3)
    total = impacts.term("x: total")
    monkeypatch.setenv("GZCOUNTY_LANGUAGE", "zh")
    assert impacts.term("x: total") == total


def test_a_row_for_a_coefficient_plot_is_the_row_of_the_table():
    impacts = spatial_model("y ~ x + z", simulated(grid(6)), grid(6)).impacts(draws=200)
    row = estimate_row(impacts, "z: total", "Total impact", scale=2)
    total = impacts.table().set_index("term").loc["z: total"]
    names = ["estimate", "conf_low", "conf_high"]
    assert [row[name] for name in names] == pytest.approx((2 * total[names]).tolist())
    assert (row["nobs"], row["clusters"]) == (36, None)
    with pytest.raises(InputError, match="no term 'w: total'"):
        impacts.term("w: total")


def test_an_error_model_has_no_impacts():
    fit = spatial_model("y ~ x", simulated(grid(6)), grid(6), kind="error")
    with pytest.raises(TrapError, match="no spillovers"):
        fit.impacts()


@pytest.mark.parametrize(
    ("options", "message"),
    [({"draws": 1}, "draws must be a whole number of at least 2"), ({"seed": 0.5}, "seed must be")],
)
def test_bad_options_are_refused(options, message):
    fit = spatial_model("y ~ x", simulated(grid(6)), grid(6))
    with pytest.raises(InputError, match=message):
        fit.impacts(**options)


def test_draws_beyond_one_are_drawn_again_and_counted():
    W = grid(6)
    fit = spatial_model("y ~ x", simulated(W, rho=0.95), W)
    fit.vcov.loc["rho", "rho"] *= 6  # as if it were known less well
    impacts = fit.impacts(draws=500)
    assert len(impacts.draws) == 500
    assert "drawn again" in impacts.notes[-1]
    fit.coefficients["rho"] = 1.5
    with pytest.raises(TrapError, match="most draws lie beyond"):
        fit.impacts(draws=500)


@pytest.mark.parametrize("weights", WEIGHTS)
def test_eigenvalues(weights):
    matrix = WEIGHTS[weights]().matrix
    ours = eigenvalues(matrix)
    theirs = np.linalg.eigvals(matrix.toarray())
    for power in range(1, 6):
        assert (ours**power).sum().real == pytest.approx((theirs**power).sum().real, abs=1e-9)
    turned = matrix.T.tocsr()
    turned.sort_indices()
    assert _balanced(matrix, turned) == (weights != "nearest")


def test_a_cycle_that_turns_has_no_symmetric_twin():
    """Mutual links, but stronger one way around: Kolmogorov's condition fails."""
    around = pd.DataFrame(
        {"adcode_i": list("abcbca"), "adcode_j": list("bcaabc"), "km": [2.0, 2, 2, 1, 1, 1]}
    )
    W = neighbour_weights(around, values="km", symmetric=False)
    assert np.abs(eigenvalues(W.matrix).imag).max() > 0.1
