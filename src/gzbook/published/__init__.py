"""Numbers that somebody else published, and the checks that compute them again here.

`comparison` holds what a check is and runs all of them, `models` and `measures` the checks, and
`reference_data` fetches the data sets that no installed package carries.
"""
