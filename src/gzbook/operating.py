"""How often a rule gives each of its words, at truths that are set: its operating characteristics.

Rows of evidence share their data, how much is not known. So each probability is given twice: for
rows that are independent, and for rows that all move with one shock. The truth lies between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy import special

from gzcounty.language import N_

if TYPE_CHECKING:
    from gzbook.claims import Rule

DRAWS: Final = 1000
Z95: Final = float(special.ndtri(0.975))
Z90: Final = float(special.ndtri(0.95))
# What a two-sided test at 5 % finds four times in five, in standard errors.
DETECTABLE: Final = Z95 + float(special.ndtri(0.8))

# Truths are keys, which `_` says where they are shown.
_EFFECTS: Final = {
    "equivalence": (
        N_("minus the margin"), N_("zero"), N_("the margin"), N_("twice the margin"),
    ),
    "intervals": (
        N_("minus a detectable effect"), N_("no effect"), N_("a detectable effect"),
        N_("twice a detectable effect"),
    ),
}  # fmt: skip
_PARTS: Final = {
    N_("a quarter of the values on the claimed side"): 0.25,
    N_("half of the values on the claimed side"): 0.5,
    N_("three quarters of the values on the claimed side"): 0.75,
}
_MATCHES: Final = {
    N_("half of the values as stated"): 0.5,
    N_("nine in ten values as stated"): 0.9,
    N_("99 in 100 values as stated"): 0.99,
}


def operating(rule: Rule, rows: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """Return how often each word would come out at several truths, by the evidence of a rule.

    For intervals, standard errors are those of the evidence, (conf_high - conf_low) / (2 * 1.96). A
    true effect is the margin of the rule, or, without one, what each row's own test would detect
    with a power of 80 % (2.8 standard errors). For values and matches, each falls on the claimed
    side (is as stated) with a given probability. Independent rows take 1,000 draws by `seed`,
    dependent ones evenly spaced quantiles.

    Columns: truth, word (each that the rule can give, and undecided), independent and dependent
    (probabilities), low and high (the smaller and the larger of both).
    """
    words = [*rule.promises, *["undecided"] * rule.counts]
    parts = []
    for dependent in (False, True):
        uniform = _uniform(len(rows), dependent, seed)
        for truth, found in _found(rule, rows, uniform):
            parts += [(truth, word, dependent, float(np.mean(found == word))) for word in words]
    table = pd.DataFrame(parts, columns=["truth", "word", "dependent", "chance"])
    wide = table.pivot_table(
        index=["truth", "word"], columns="dependent", values="chance", sort=False
    )
    wide.columns = pd.Index(["independent", "dependent"])
    return wide.assign(low=wide.min(axis=1), high=wide.max(axis=1)).reset_index()


def _uniform(rows: int, dependent: bool, seed: int) -> np.ndarray:
    if dependent:
        return (np.arange(DRAWS)[:, None] + 0.5) / DRAWS * np.ones(rows)
    return np.random.default_rng(seed).uniform(size=(DRAWS, rows))


def _found(rule: Rule, rows: pd.DataFrame, uniform: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """Return the words of all draws, for each truth."""
    if rule.kind == "match":
        return [
            (truth, np.where((uniform < p).all(axis=1), "supported", "contradicted"))
            for truth, p in _MATCHES.items()
        ]
    weights = rule.weights(rows)
    if rule.kind == "values":
        sides = [(truth, uniform < p) for truth, p in _PARTS.items()]
        return [
            (truth, rule.word(right @ weights, ~right @ weights, np.zeros(len(right))))
            for truth, right in sides
        ]
    half = ((rows.conf_high - rows.conf_low) / 2).to_numpy(float)
    error = half / Z95
    noise = special.ndtri(uniform) * np.where(np.isfinite(error), error, 0.0)
    sign = 1.0 if rule.direction == "above" else -1.0
    unit = error * DETECTABLE if rule.margin is None else np.full(len(rows), rule.margin)
    unit = np.where(np.isfinite(unit), unit, 0.0)
    out = []
    for times, truth in zip((-1, 0, 1, 2), _EFFECTS[rule.kind], strict=True):
        centre = rule.threshold + sign * times * unit + noise
        clear = rule.clear(centre - half, centre + half)
        out.append((truth, rule.word(*(part @ weights for part in clear))))
    return out
