"""Sums in blocks are the sums."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gzcounty.models._arrays import apply, cross, dot, times, triangle


@settings(max_examples=25, deadline=None)
@given(
    n=st.sampled_from([1, 5, 511, 1025, 20_003]),
    k=st.integers(1, 6),
    seed=st.integers(0, 999),
)
def test_blocks_change_nothing(n, k, seed):
    rng = np.random.default_rng(seed)
    A, B, b = rng.normal(size=(n, k)), rng.normal(size=(n, 3)), rng.normal(size=k)
    assert dot(A[:, 0], A[:, -1]) == pytest.approx(A[:, 0] @ A[:, -1], abs=1e-9)
    np.testing.assert_allclose(apply(A, b), A @ b, atol=1e-12)
    square = np.outer(b, b)
    np.testing.assert_allclose(times(A, square), A @ square, atol=1e-12)
    np.testing.assert_allclose(cross(A, B), A.T @ B, atol=1e-9)
    if n >= k:
        R = triangle(A)
        np.testing.assert_allclose(np.abs(R), np.abs(np.linalg.qr(A, mode="r")), atol=1e-9)


def test_the_triangle_keeps_the_digits_of_nearly_collinear_columns():
    rng = np.random.default_rng(0)
    x = rng.normal(size=30_000)
    A = np.column_stack([x, x + 1e-7 * rng.normal(size=30_000)])
    whole = np.linalg.qr(A, mode="r")
    assert abs(triangle(A)[1, 1]) == pytest.approx(abs(whole[1, 1]), rel=1e-6)
