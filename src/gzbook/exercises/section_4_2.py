"""Exercises of section 4.2: paths of county towns."""

import pandas as pd

from gzbook.evidence import hubs
from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Name, Names, Number
from gzcounty.data.guizhou import load_geography
from gzcounty.models.distance_matrix import distance_matrix
from gzcounty.models.location import assign_to_hubs, p_median

NINE = 9


@exercise(
    "4.2-1",
    "By how many per cent is the mean distance longer with nine hubs chosen one at a time than "
    "with the best nine?",
    wanted=Number("in per cent", absolute=0.1),
    hint="Add the county that shortens the mean distance, weighted by residents, the most, until "
    "there are nine; divide by the best nine's mean distance and take one off.",
)
def one_at_a_time() -> Key:
    """Choose hubs greedily and compare."""
    distance, residents = distance_matrix(load_geography()), hubs.people()

    def greedy(weights: pd.Series) -> float:
        chosen: list[str] = []
        for _ in range(NINE):
            rest = distance.columns.difference(chosen)
            way = {c: (weights * distance[[*chosen, c]].min(axis=1)).sum() for c in rest}
            chosen.append(min(way, key=way.__getitem__))
        return float(assign_to_hubs(distance, residents, chosen).mean_distance)

    best = hubs.best(NINE).mean_distance
    longer = greedy(residents[distance.index]) / best
    return Key(
        100 * (longer - 1),
        {
            "This is the ratio; take one off and give per cent.": longer,
            "This is the difference in km; divide it by the best nine's.": (longer - 1) * best,
            "This is the mean distance itself, in km.": longer * best,
            "The counties were not weighted by residents when hubs were chosen.": 100
            * (greedy(pd.Series(1.0, distance.index)) / best - 1),
        },
    )


@exercise(
    "4.2-2",
    "Which county is furthest from its hub with the best nine hubs?",
    wanted=Name("a county (English, Chinese or code)"),
    hint="The plan's `distance` holds each county's way to its hub; look for the largest.",
)
def furthest() -> Key:
    """Find the county with the longest way."""
    nine, now = hubs.best(NINE), hubs.today()
    order = nine.distance.sort_values(ascending=False).index
    mistakes = {
        "This county is a hub itself: its way is zero.": nine.hubs[0],
        "Nearly: one county has a longer way.": order[1],
        "Its way is long, but two counties have longer ones.": order[2],
    }
    if now.distance.idxmax() not in (*order[:3], nine.hubs[0]):
        mistakes["With the seats, yes; asked for are the best nine."] = now.distance.idxmax()
    return Key(order[0], mistakes)


@exercise(
    "4.2-3",
    "Which of the best nine hubs stay if every county has the same weight?",
    wanted=Names("the hubs that stay"),
    hint="Solve `gz.p_median` again with a weight of one for each county, and keep the hubs that "
    "both plans have.",
)
def one_voice() -> Key:
    """Solve without residents and compare the hubs."""
    distance, nine = distance_matrix(load_geography()), hubs.best(NINE)
    equal = p_median(distance, pd.Series(1, distance.index), NINE)
    stay = set(equal.hubs) & set(nine.hubs)
    return Key(
        stay,
        {
            "These are all nine hubs with equal weights; keep those that are in both plans.": set(
                equal.hubs
            ),
            "These are the best nine by residents; keep those that are in both plans.": set(
                nine.hubs
            ),
            "These are the hubs that go; asked for are those that stay.": set(nine.hubs) - stay,
            "These are the hubs that are new; asked for are those that stay.": set(equal.hubs)
            - stay,
        },
    )
