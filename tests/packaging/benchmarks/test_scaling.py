"""The table of how cost grows: complete, and measured with equal numbers everywhere."""

import pytest

from benchmarks import scaling

CASES = {
    (task, times, where)
    for task in ("wild_bootstrap", "randomisation_test")
    for times in scaling.TIMES
    for where in (scaling.ONE, scaling.TWO, scaling.CLUSTER)
} | {("panel_ols", times, scaling.ONE) for times in scaling.TIMES}


@pytest.mark.slow
def test_measuring_compares_the_numbers_and_fills_every_row():
    rows = scaling.measure(largest=10, clusters=False)
    assert len(rows) == 2 * (3 + 2)
    assert (rows.seconds > 0).all()
    assert (rows.peak_mb[rows["where"] == scaling.ONE] > 0).all()
    assert rows.peak_mb[rows["where"] == scaling.TWO].isna().all()


def test_the_kept_table_is_whole_and_says_where_and_when():
    kept = scaling.measured()
    assert set(zip(kept.task, kept.times, kept["where"], strict=True)) == CASES
    assert len(kept) == len(CASES)
    assert (kept.seconds > 0).all()
    assert kept.machine.nunique() == kept.date.nunique() == 1
    # A thousand times the work in less than a minute or so, whichever way it is done.
    assert kept.seconds.max() < 90
