"""Regression models of county panels: take any DataFrame, give a `Result`.

One module an estimator (`ols`, `panel`, `event_study`, `differences`), built on four small
floors: `design` (formula to arrays, nothing dropped silently), `least_squares`, `absorb` (fixed
effects) and `covariance` (the conventions of every standard error in this package).

Nothing is imported here, so that ``import gzcounty`` stays instant.
"""
