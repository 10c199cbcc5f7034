"""The small tuples in which a result hands out single estimates and tests."""

from typing import NamedTuple


class Estimate(NamedTuple):
    """One row of a result's table.

    Attributes
    ----------
    term : str
        What was estimated.
    estimate, std_error : float
        In units of the data.
    statistic, p_value : float
        Of the test that it is zero, two-sided.
    conf_low, conf_high : float
        Ends of the interval.
    """

    term: str
    estimate: float
    std_error: float
    statistic: float
    p_value: float
    conf_low: float
    conf_high: float


class WaldTest(NamedTuple):
    """An F test that several coefficients are all zero.

    Attributes
    ----------
    statistic : float
        F, the Wald statistic divided by `df_num`.
    df_num : int
        Number of coefficients tested.
    df_denom : int
        Residual degrees of freedom; clusters minus one if clustered.
    p_value : float
    terms : tuple of str
        What was tested.
    """

    statistic: float
    df_num: int
    df_denom: int
    p_value: float
    terms: tuple[str, ...]
