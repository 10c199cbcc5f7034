"""Numbers that somebody else published, and the checks that compute them again here.

One module a family of estimators; `registry` holds what a check is, `reference_data` the data sets
that no installed package carries. `check_published` runs all checks: the page "Checked against" and
the tests are made of it.
"""
