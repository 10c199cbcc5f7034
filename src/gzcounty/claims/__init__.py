"""The claims ledger: what the paper says, how it is tested, and the verdict that follows.

`data/claims.csv` states each claim, what would show it wrong, and the rule of its verdict. Here are
the rules (`rules`), what a test hands to them (`evidence`), and one module a section of the paper
with the tests themselves. Nobody types a verdict.
"""
