"""Loader of the paper's claims."""

import pandas as pd

from gzcounty.data.store import read_table


def load_claims() -> pd.DataFrame:
    """Return what the paper says, claim by claim, with the rule of each verdict.

    Returns
    -------
    DataFrame
        One row a claim, in the order of the paper: ``id`` (section and letter), ``section``,
        ``kind`` (definition, fact, causal, diagnosis or recommendation), ``claim`` and
        ``claim_zh`` in our own words, ``wrong_if``, ``test``, the rule (``rule``, ``direction``,
        ``threshold``, ``share``; see `gzcounty.claims.rules`), ``needed`` (data that would be
        needed if it cannot be tested) and ``notebook``.

    Examples
    --------
    >>> import gzcounty as gz
    >>> claims = gz.load_claims().set_index("id")
    >>> print(claims.claim["2.3-a"])
    E-commerce creates local jobs.
    """
    return read_table("claims")
