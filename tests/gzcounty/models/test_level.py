"""The coverage of an interval is checked in one place, for every table that takes one."""

import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.models.result import check_level


@pytest.mark.parametrize("level", [0, 1, 7, -0.5, "0.95", None, True, [0.95], float("nan")])
def test_what_is_no_share_between_0_and_1_is_refused(level):
    with pytest.raises(gz.InputError, match=r"^level must lie between 0 and 1, such as 0\.95, not"):
        check_level(level)


def test_a_table_with_a_level_that_is_no_share_is_refused():
    data = pd.DataFrame({"x": [1.0, 2, 3, 5], "y": [1.0, 3, 2, 6]})
    result = gz.ols("y ~ x", data)
    assert len(result.table(0.9))
    with pytest.raises(gz.InputError, match=r"^level must lie"):
        result.table(level=7)
