"""What tests of several sections share: the verdict that a table would get."""

import pandas as pd

import gzcounty as gz
from gzcounty.claims.registry import rule_of


def judge(id: str, table: pd.DataFrame) -> str:
    """Return the word that the rule of a claim gives to a table."""
    return rule_of(gz.load_claims().set_index("id").loc[id]).judge(table)
