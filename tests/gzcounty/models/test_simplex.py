"""Weights on the simplex: optimal by the conditions of the optimum, one where many fit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from gzcounty.models._matching import is_unique, simplex_weights, value_range


def violation(target, donors, weights):
    """Largest violation of the Karush-Kuhn-Tucker conditions, in units of the donors' distance."""
    C = donors - target[:, None]
    C = C / (np.abs(C).max() or 1.0)
    point = C @ weights
    slopes = point @ C - point @ point  # gradient less its multiplier
    return max(
        -weights.min(), abs(weights.sum() - 1), -slopes.min(), np.abs(weights * slopes).max()
    )


@st.composite
def problems(draw):
    rows, count = draw(st.integers(1, 12)), draw(st.integers(1, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    donors = rng.normal(size=(rows, count)) * draw(st.sampled_from([1e-4, 1.0, 1e5]))
    kind = draw(st.sampled_from(["inside", "outside", "donor", "level", "twins", "whole"]))
    if kind == "inside":
        target = donors @ rng.dirichlet(np.full(count, 0.3))
    elif kind == "donor":
        target = donors[:, 0].copy()
    elif kind == "whole":  # many ties
        donors = rng.integers(0, 3, size=(rows, count)).astype(float)
        target = rng.integers(0, 3, size=rows).astype(float)
    else:
        target = rng.normal(size=rows) * np.abs(donors).max()
    if kind == "level":
        shift = 1000 * np.abs(donors).max()
        donors, target = donors + shift, target + shift
    if kind == "twins":
        donors = np.hstack([donors, donors])
    return target, donors


@settings(max_examples=150, deadline=None)
@given(problems())
def test_weights_meet_the_conditions_of_the_optimum(problem):
    target, donors = problem
    fit = simplex_weights(target, donors)
    assert violation(target, donors, fit.weights) < 1e-8


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(0, 1000))
def test_neither_order_nor_scale_nor_level_matters(problem, seed):
    target, donors = problem
    order = np.random.default_rng(seed).permutation(donors.shape[1])
    plain = simplex_weights(target, donors)
    if not plain.least_norm:
        return
    turned = simplex_weights(target, donors[:, order])
    np.testing.assert_allclose(turned.weights, plain.weights[order], atol=1e-6)
    scaled = simplex_weights(-7.0 * target, -7.0 * donors)
    np.testing.assert_allclose(scaled.weights, plain.weights, atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_a_donor_identical_to_the_target_fits_exactly(problem):
    target, donors = problem
    donors = np.column_stack([donors, target])
    fit = simplex_weights(target, donors)
    assert fit.exact
    missed = np.linalg.norm(target - donors @ fit.weights)
    apart, rounding = np.abs(donors - target[:, None]).max(), np.finfo(float).eps
    assert missed <= max(1e-9 * apart, 8 * rounding * np.linalg.norm(target))


def test_twins_share_their_weight():
    rng = np.random.default_rng(3)
    donors = rng.normal(size=(4, 10))
    fit = simplex_weights(rng.normal(size=4), np.hstack([donors, donors]))
    assert fit.weights[:10] == pytest.approx(fit.weights[10:], abs=1e-10)
    assert fit.weights.max() > 0.01


def test_weights_are_the_smallest_of_all_that_fit():
    """A general solver, told to keep the fit, finds no smaller sum of squares."""
    rng = np.random.default_rng(8)
    donors = rng.normal(size=(4, 15))
    target = donors @ rng.dirichlet(np.ones(15))
    fit = simplex_weights(target, donors)
    assert fit.exact
    assert fit.least_norm
    A, b = np.vstack([donors, np.ones(15)]), np.append(target, 1.0)
    result = minimize(
        lambda w: w @ w,
        np.full(15, 1 / 15),
        jac=lambda w: 2 * w,
        bounds=[(0, None)] * 15,
        constraints={"type": "eq", "fun": lambda w: A @ w - b, "jac": lambda w: A},
        options={"maxiter": 500, "ftol": 1e-14},
    )
    assert fit.weights == pytest.approx(result.x, abs=1e-5)


def test_whether_weights_are_unique():
    square = np.array([[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]])
    middle = simplex_weights(np.array([0.5, 0.5]), square)
    assert middle.weights == pytest.approx([0.25] * 4)
    assert not is_unique(middle, square)
    corner = simplex_weights(np.array([0.0, 0.0]), square)
    assert corner.weights == pytest.approx([1, 0, 0, 0], abs=1e-9)
    assert is_unique(corner, square)  # more donors than rows, and yet no choice
    edge = simplex_weights(np.array([0.5, -1.0]), square)
    assert edge.weights == pytest.approx([0.5, 0.5, 0, 0], abs=1e-9)
    assert is_unique(edge, square)


def test_what_other_weights_would_say():
    square = np.array([[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]])
    fit = simplex_weights(np.array([0.5, 0.5]), square)
    # Diagonal pairs fit alone: half of donors 0 and 3, or half of 1 and 2.
    low, high = value_range(fit, square, np.array([10.0, 0.0, 0.0, 30.0]))
    assert (low, high) == pytest.approx((0.0, 20.0), abs=1e-6)


def test_one_donor_and_donors_that_do_not_differ():
    assert simplex_weights(np.array([1.0, 2.0]), np.array([[5.0], [6.0]])).weights == [1.0]
    same = np.ones((3, 4))
    fit = simplex_weights(np.ones(3), same)
    assert fit.weights == pytest.approx([0.25] * 4)
    assert fit.exact
    assert not is_unique(fit, same)
    assert simplex_weights(np.zeros(3), same).weights == pytest.approx([0.25] * 4)
