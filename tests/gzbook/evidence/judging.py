"""What tests of several sections share: the verdict that a table would get."""

import pandas as pd

import gzbook


def judge(id: str, table: pd.DataFrame) -> str:
    """Return the word that the rule of a claim gives to a table."""
    return gzbook.book().rule(id).judge(table)
