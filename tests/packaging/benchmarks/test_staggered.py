"""What the benchmark compares is the same thing: both give one set of numbers."""

import numpy as np
import pytest

from benchmarks import staggered as part


@pytest.mark.parametrize("covariates", [None, ("x", "z")])
def test_both_give_the_same_numbers(covariates):
    data = part.simulated(300, 12)
    mine, other = part.ours(data, covariates), part.theirs(data, covariates)
    assert len(mine) == len(other) > 80
    np.testing.assert_allclose(mine, other, rtol=1e-8, atol=1e-10)
