"""What a study must show to pass."""

import pandas as pd


def assert_recovers(table: pd.DataFrame, terms=None) -> None:
    """Intervals of 95 % cover the truth in 93 to 97 % of samples; bias within Monte Carlo error."""
    chosen = table if terms is None else table[table.term.isin(terms)]
    assert len(chosen) > 0
    assert (chosen.draws >= 500).all()
    assert chosen.coverage.between(0.93, 0.97).all(), chosen.to_string()
    assert (chosen.bias.abs() <= 3 * chosen.bias_error).all(), chosen.to_string()
    # Where intervals cover, standard errors are as large as the spread of the estimates.
    ratio = chosen.mean_std_error / chosen.sd_estimate
    assert ratio.between(0.9, 1.12).all(), chosen.to_string()


def row(table: pd.DataFrame, term: str) -> pd.Series:
    """Return the row of one term."""
    return table.set_index("term").loc[term]
