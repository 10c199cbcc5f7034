"""Exercises of the weights lab."""

from functools import cache

import numpy as np
import pandas as pd

from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Labelled, Name, Number
from gzbook.labs.weights import INDICATORS, entropy_points
from gzcounty.measures.composite import composite_index
from gzcounty.measures.dimensions import dimension_indices
from gzcounty.measures.entropy import entropy_weights

PEOPLE = ["schooling_years", "floor_area", "bathing_share"]


@cache
def indicators() -> pd.DataFrame:
    """Return the nine indicators by county."""
    return dimension_indices(harmonised=False).set_index("adcode")[list(INDICATORS)]


def rescaled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return each column from 0 to 1."""
    return (frame - frame.min()) / (frame.max() - frame.min())


def spread(frame: pd.DataFrame) -> pd.Series:
    """Return one less the entropy of each column's shares."""
    shares = frame / frame.sum()
    logs = np.log(shares.where(shares > 0, 1.0))
    return 1 + (shares * logs).sum() / np.log(len(frame))


@exercise(
    "lab-weights-1",
    "What are the entropy weights of schooling_years, floor_area and bathing_share among these "
    "three?",
    wanted=Labelled("indicator", "a share of 1", absolute=0.0005),
    hint="Rescale, divide by the column's sum, take the entropy over log n, subtract it from one, "
    "and divide by the sum of the three.",
)
def by_hand() -> Key:
    """Compute entropy weights from the formula."""
    three = indicators()[PEOPLE]
    entropy, raw = 1 - spread(rescaled(three)), spread(three)
    return Key(
        entropy_weights(three, 1),
        {
            "These are equal weights.": dict.fromkeys(PEOPLE, 1 / 3),
            "The indicators are not yet rescaled from 0 to 1.": raw / raw.sum(),
            "These are shares of the entropies; weights are shares of one less the entropy.": (
                entropy / entropy.sum()
            ),
            "These do not add up to one yet: divide by their sum.": spread(rescaled(three)),
        },
    )


@exercise(
    "lab-weights-2",
    "In which share of the 200 drawn sets does the county come first that is first with entropy "
    "weights?",
    wanted=Number("a share of 1", absolute=0.002),
    hint="With `rng = np.random.default_rng(2020)`, draw `rng.dirichlet(np.ones(9))` 200 times; "
    "compare `idxmax()` of each index with that of the usual one.",
)
def any_weights() -> Key:
    """Draw sets of weights and count who comes first."""
    frame = indicators()
    usual = composite_index(frame, entropy_points(), 1)
    equal = composite_index(frame, dict.fromkeys(frame, 1), 1)
    rng = np.random.default_rng(2020)
    drawn = [
        composite_index(frame, dict(zip(frame, rng.dirichlet(np.ones(9)), strict=True)), 1)
        for _ in range(200)
    ]
    first = [index.idxmax() for index in drawn]
    same = float(np.mean([place == usual.idxmax() for place in first]))
    second = usual.drop(usual.idxmax()).idxmax()
    return Key(
        same,
        {
            "This is how often another county comes first.": 1 - same,
            "This is the lowest rank correlation.": min(
                index.corr(usual, method="spearman") for index in drawn
            ),
            "This counts the county that is second with entropy weights.": float(
                np.mean([place == second for place in first])
            ),
            "This is the mean rank correlation with equal weights.": float(
                np.mean([index.corr(equal, method="spearman") for index in drawn])
            ),
        },
    )


@exercise(
    "lab-weights-3",
    "Which of the nine indicators has the largest entropy weight within its dimension?",
    wanted=Name("an indicator (its column)"),
    hint="`entropy_points()` has the weights in points of 100 within each dimension.",
)
def spread_is_not_importance() -> Key:
    """Find the indicator with the most points."""
    points = pd.Series(entropy_points()).sort_values(ascending=False)
    return Key(
        points.index[0],
        {
            "This one has the second largest weight.": points.index[1],
            "This one has the third largest weight.": points.index[2],
            "This one has the smallest weight of all nine.": points.index[-1],
        },
    )
