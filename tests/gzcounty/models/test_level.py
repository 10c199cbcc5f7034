"""The coverage of an interval is checked in one place, for every table that takes one."""

import pandas as pd
import pytest

import gzcounty as gz


@pytest.mark.parametrize("level", [0, 1, 7, -0.5, "0.95", None, True, [0.95], float("nan")])
def test_a_level_that_is_no_share_between_0_and_1_is_refused(level):
    data = pd.DataFrame({"x": [1.0, 2, 3, 5], "y": [1.0, 3, 2, 6]})
    result = gz.ols("y ~ x", data)
    assert len(result.table(0.9))
    message = r"^level must be a share above 0 and below 1, such as 0\.95, not"
    with pytest.raises(gz.InputError, match=message):
        result.table(level=level)
