"""The coverage of an interval is checked in one place, for every table that takes one."""

import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.models.result import check_level


@pytest.mark.parametrize("level", [0, 1, 7, -0.5, "0.95", None, True, [0.95], float("nan")])
def test_what_is_no_share_between_0_and_1_is_refused(level):
    with pytest.raises(gz.InputError, match=r"^level must lie between 0 and 1, such as 0\.95, not"):
        check_level(level)


def results():
    distance = pd.DataFrame(
        [[0.0, 1, 2], [1, 0, 1], [2, 1, 0]], index=list("abc"), columns=list("abc")
    )
    yield gz.p_median(distance, pd.Series(1.0, list("abc")), 1)
    line = pd.DataFrame({"adcode_i": list("abbccd"), "adcode_j": list("bacbdc")})
    weights = gz.neighbour_weights(line, i="adcode_i", j="adcode_j")
    yield gz.morans_i(pd.Series([1.0, 2, 4, 5], list("abcd")), weights, permutations=9)
    data = pd.DataFrame({"x": [1.0, 2, 3, 5], "y": [1.0, 3, 2, 6]})
    yield gz.ols("y ~ x", data)


@pytest.mark.parametrize("result", list(results()), ids=lambda result: type(result).__name__)
def test_a_table_refuses_it(result):
    assert len(result.table(0.9))
    with pytest.raises(gz.InputError, match=r"^level must lie"):
        result.table(level=7)
