"""Exercises of section 2: three dimensions."""

import pandas as pd

from gzbook.evidence.section_2 import gains
from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Number, Numbers
from gzcounty.data.guizhou import load_counties
from gzcounty.measures.coupling import coupling_coordination
from gzcounty.measures.dimensions import DIMENSIONS, INDICATORS, dimension_indices
from gzcounty.measures.entropy import entropy_weights
from gzcounty.models.ols import ols


@exercise(
    "2-1",
    "How much entropy weight does finance, business services and research lose within industry "
    "when the city districts are left out?",
    wanted=Number("weight before less weight after, both between 0 and 1", absolute=0.002),
    hint="Compute `gz.entropy_weights` of the industry indicators of 2020 twice, with all 88 and "
    "without the units of type 'district', and subtract.",
)
def districts_weight() -> Key:
    """Subtract the weight without districts from the weight with them."""
    now = dimension_indices(harmonised=False).set_index("adcode")
    parts = [name for name in INDICATORS if INDICATORS[name].dimension == "industry"]
    counties = load_counties()
    districts = counties.adcode[counties.unit_type == "district"]
    before = entropy_weights(now[parts], 1)
    after = entropy_weights(now.drop(index=districts)[parts], 1)
    only = entropy_weights(now.loc[districts, parts], 1)
    name = before.idxmax()
    return Key(
        before[name] - after[name],
        {
            "This is the weight with the districts; subtract the one without them.": before[name],
            "This is the weight that is left; asked for is what was lost.": after[name],
            "This is the loss as a share of the weight; asked for is the difference.": (
                1 - after[name] / before[name]
            ),
            "Here only the districts are kept; leave them out instead.": before[name] - only[name],
        },
    )


@exercise(
    "2-2",
    "What are the standard coordination degrees D of a county with indices 0.1, 0.1, 0.1 and of "
    "one with 0.3, 0.6, 0.9?",
    wanted=Numbers(("the low one", "the uneven one"), "between 0 and 1", absolute=0.005),
    hint="D is the root of C times T, where T is the mean of the three; "
    "`gz.coupling_coordination` has it in the column `coordination`.",
)
def coordination() -> Key:
    """Compute D of two made-up counties."""
    two = pd.DataFrame([[0.1] * 3, [0.3, 0.6, 0.9]], columns=list(DIMENSIONS))
    plain, better = (coupling_coordination(two, corrected=c) for c in (False, True))
    return Key(
        list(plain.coordination),
        {
            "These are coupling degrees C; D also asks how high the indices are.": list(
                plain.coupling
            ),
            "These are the means T; D is the root of C times T.": list(two.mean(axis=1)),
            "These are the corrected degrees; asked for are the standard ones.": list(
                better.coordination
            ),
            "The root is missing: D is the root of C times T.": list(plain.coordination**2),
        },
    )


@exercise(
    "2-3",
    "What share of the differences in gains of people does their own level of 2010 explain?",
    wanted=Number("a share between 0 and 1", absolute=0.005),
    hint="Regress `people_gain` on `people_2010` alone; the share is R squared.",
)
def same_start() -> Key:
    """Take R squared of the gain in people on its starting level."""
    data = gains()
    fit = ols("people_gain ~ people_2010", data)
    corr = data.people_gain.corr(data.people_2010)
    levels = data.people_2020.corr(data.people_2010) ** 2
    return Key(
        corr**2,
        {
            "This is the slope; asked for is the share that is explained, R squared.": (
                fit.coefficients["people_2010"]
            ),
            "This is the correlation; square it.": corr,
            "Nearly: the correlation without its sign is still to be squared.": abs(corr),
            "This explains the level of 2020; asked for is the gain.": levels,
        },
    )
