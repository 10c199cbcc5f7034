"""Regression models of county panels: take any DataFrame, give a `Result`.

One module an estimator: `ols`, `panel`, `event_study`, `differences`. Below them, from a DataFrame
to a `result`: `sample` (which rows, nothing dropped silently), `design` (formula to arrays),
`absorb` (fixed effects), `least_squares`, `within` (the two together) and `covariance` (the
conventions of every standard error in this package).

Nothing is imported here, so that ``import gzcounty`` stays instant.
"""
