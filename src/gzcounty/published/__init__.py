"""Numbers that somebody else published, and the checks that compute them again here.

One module a family of estimators; `registry` holds what a check is. `check_published` runs them
all and is what the page "Checked against" and the tests are made of.
"""
