"""How much of its evidence stands behind each verdict, and what other rules would have said."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from gzcounty.data.claims import load_claims

from .registry import examine


def weights(ids: Iterable[str] | None = None) -> pd.DataFrame:
    """Weigh the evidence of the claims whose rule counts intervals or values.

    Parameters
    ----------
    ids : iterable of str, optional
        All such claims if not given.

    Returns
    -------
    DataFrame
        id, kind, pieces (rows of evidence), for and against (share of them that lies clear of the
        threshold on the claimed side, and on the other), asked (share that the rule asks for),
        verdict.

    Examples
    --------
    >>> weights(["4.2-a"])
          id  kind  pieces  for  against  asked    verdict
    0  4.2-a  fact       2  1.0      0.0    1.0  supported
    """
    claims = load_claims().set_index("id")
    weighed = claims.index[claims.rule.isin(["intervals", "values"])]
    rows = []
    for id in weighed if ids is None else ids:
        verdict = examine(id)
        rule, table = verdict.rule, verdict.evidence.table if verdict.evidence else pd.DataFrame()
        low, high = ("conf_low", "conf_high") if rule.kind == "intervals" else ("value", "value")
        above = float((table[low] > rule.threshold).mean())
        below = float((table[high] < rule.threshold).mean())
        right, wrong = (above, below) if rule.direction == "above" else (below, above)
        rows.append({
            "id": id, "kind": verdict.kind, "pieces": len(table), "for": right, "against": wrong,
            "asked": rule.share, "verdict": verdict.word,
        })  # fmt: skip
    return pd.DataFrame(rows)


def words_at(weighed: pd.DataFrame, share: float) -> pd.Series:
    """Return the verdict that each claim would have if its rule asked for this share.

    Parameters
    ----------
    weighed : DataFrame
        As from `weights`.
    share : float
        Above one half, at most one.
    """
    for_it, against = weighed["for"] >= share, weighed["against"] >= share
    words = np.select([for_it, against], ["supported", "contradicted"], "undecided")
    return pd.Series(words, index=weighed.index, name="verdict")
