"""Exercises of the hub lab."""

from gzbook.evidence.hubs import best, kilometres, people
from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Name, Number, Numbers
from gzbook.labs.hubs import answer
from gzcounty.data.guizhou import load_counties


@exercise(
    "lab-hubs-1",
    "From which county is the mean distance of all residents smallest?",
    wanted=Name("a county"),
    hint="Weight the rows of `kilometres()` by the residents, and add them up for each column.",
)
def one_hub() -> Key:
    """Weigh every county's distances by residents."""
    residents = people()
    mean = kilometres().mul(residents / residents.sum(), axis=0).sum().sort_values()
    order = list(mean.index)
    return Key(
        order[0],
        {
            "Here it is the second smallest.": order[1],
            "Here it is largest.": order[-1],
            "Most residents live here; asked for is the smallest mean distance.": str(
                residents.idxmax()
            ),
        },
    )


@exercise(
    "lab-hubs-2",
    "With nine hubs, close the one that saves most: how far do its people have to go then, on "
    "average?",
    wanted=Number("in km", absolute=0.5),
    hint="Of the counties that were assigned to it, take the way to the nearest of the other "
    "eight, and the mean weighted by residents.",
)
def closing() -> Key:
    """Send the people of the best hub to the others."""
    first = answer(9).table.iloc[0]
    name = load_counties().set_index("adcode").name_en
    nine = best(9)
    closed = next(hub for hub in nine.hubs if name[hub] == first["hub"])
    own = nine.assignment.index[nine.assignment == closed]
    others = [hub for hub in nine.hubs if hub != closed]
    way, residents = kilometres()[others].min(axis=1), people()
    weight = residents[own] / residents[own].sum()
    open_ = kilometres().loc[own, closed]
    return Key(
        float(way[own] @ weight),
        {
            "This is how far they have to go now, with their hub open.": float(open_ @ weight),
            "This is how much further they have to go; asked for is the whole way.": float(
                (way[own] - open_) @ weight
            ),
            "This is the mean of the whole province; asked for are the people of that hub.": float(
                way @ (residents / residents.sum())
            ),
            "Each county counts alike here; weight them by residents.": float(way[own].mean()),
        },
    )


@exercise(
    "lab-hubs-3",
    "By how much do the second, the fifth and the tenth hub shorten the mean distance?",
    wanted=Numbers(("second", "fifth", "tenth"), "in km", absolute=0.06),
    hint="Subtract the mean distance with k hubs from that with one hub less.",
)
def each_saves_less() -> Key:
    """Subtract the mean distances of plans that follow each other."""
    length = {k: best(k).mean_distance for k in (1, 2, 4, 5, 9, 10)}
    return Key(
        [length[k - 1] - length[k] for k in (2, 5, 10)],
        {
            "These are the mean distances; asked for is what a hub saves.": [
                length[k] for k in (2, 5, 10)
            ],
            "This is what all hubs after the first save together.": [
                length[1] - length[k] for k in (2, 5, 10)
            ],
            "This is the saving as a share of the way; asked for are kilometres.": [
                1 - length[k] / length[k - 1] for k in (2, 5, 10)
            ],
        },
    )
