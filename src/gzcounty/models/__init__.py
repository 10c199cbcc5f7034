"""Regression models of county panels: take any DataFrame, give a `Result`.

One module an estimator: `ols`, `panel`, `event_study`, `staggered` and so on. Below them, from a
DataFrame to a `result`: `sample` (which rows, nothing dropped silently), `design` (formula to
arrays, least squares), `within` (fixed effects taken out) and `covariance` (the conventions of
every standard error in this package).

Nothing is imported here, so that ``import gzcounty`` stays instant.
"""
