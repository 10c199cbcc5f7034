"""The hub lab: where k hubs would be nearest to people, and what each of them saves."""

from functools import cache
from typing import Any

import pandas as pd

from gzbook.county_pictures import outlines
from gzbook.evidence.section_4 import MOST, YEAR, Weight, best, kilometres, people, today
from gzbook.figures.hubs import hub_chart
from gzbook.labs import CHINESE, Answer, Lab, dropdown, slider, template
from gzcounty.charts.encodings import shown_names
from gzcounty.data.guizhou import load_boundaries, load_counties, load_geography
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.models.location import HubPlan, assign_to_hubs
from gzcounty.words import counted, years

WEIGHTS: dict[Weight, str] = {
    "residents": N_("Residents"),
    "rural residents": N_("Rural residents"),
}
FORMATS = {N_("% of people"): ".0f", N_("km on average"): ".1f", N_("saves, km"): ".1f"}
ONE = N_(
    "With 1 hub in the best places it is {best:.1f} km to the nearest on average; with the {seats} "
    "prefecture seats {today:.1f} km."
)
SEVERAL = N_(
    "With {k} hubs in the best places it is {best:.1f} km to the nearest on average; with the "
    "{seats} prefecture seats {today:.1f} km. One hub fewer would cost {last:.1f} km."
)


def hub_lab() -> Lab:
    """Show the hub lab: the best k of the 88 counties as hubs.

    Each choice is solved until no better one can exist, which takes a second or two the first time.
    The table says what each hub saves: how much longer the way would be on average without it.

    Returns
    -------
    Lab
        See `gzbook.labs.hubs.answer` for what ``.choose(...)`` takes.

    Raises
    ------
    ModuleNotFoundError
        If ipywidgets is not installed.

    Examples
    --------
    >>> import gzbook
    >>> lab = gzbook.hub_lab()
    >>> lab
    Lab(k=9, weight='residents')
    >>> lab.choose(k=2).table["hub"].tolist()
    ['Puding', 'Yuqing']
    """
    controls = {
        "k": slider(_("Hubs"), 1, MOST, 1, 9),
        "weight": dropdown(
            _("Near to"), {_(label): key for key, label in WEIGHTS.items()}, "residents"
        ),
    }
    waiting = N_("Looking for the best places ...")
    return Lab(answer, controls, waiting=waiting, height=540, page=page)


def answer(k: int = 9, weight: Weight = "residents") -> Answer:
    """Return the map of the best k hubs and what each saves.

    Parameters
    ----------
    k : int
        How many hubs, from 1 to 20.
    weight : {"residents", "rural residents"}
        Whose way is to be short.

    Raises
    ------
    InputError
        If k or the weight is not allowed.
    """
    if weight not in WEIGHTS:
        raise InputError(
            "There is no weight {weight!r}; there are {weights}.",
            weight=weight, weights=_(", ").join(WEIGHTS),
        )  # fmt: skip
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= MOST:
        raise InputError("k must be a whole number from 1 to {most}, not {k!r}.", most=MOST, k=k)
    plan = best(k, weight)
    seats = today(weight)
    names = load_counties().set_index("adcode")
    table = plan.table().set_index("hub")
    saves = pd.Series(_saves(k, weight), dtype=float)
    table = pd.DataFrame({
        N_("hub"): names.name_en[table.index], CHINESE: names.name_zh[table.index],
        "% of people": 100 * table.weight, "km on average": table.mean_distance,
        "saves, km": saves.reindex(table.index),
    }).sort_values("saves, km" if k > 1 else "% of people", ascending=False)  # fmt: skip
    last = best(k - 1, weight).mean_distance - plan.mean_distance if k > 1 else 0.0
    sentence = _(
        SEVERAL if k > 1 else ONE, k=k, best=plan.mean_distance, seats=len(seats.hubs),
        today=seats.mean_distance, last=last,
    )  # fmt: skip
    return Answer(
        table=table.reset_index(drop=True),
        formats=FORMATS,
        draw=lambda: _chart(k, weight, plan, seats, sentence),
        sentence=sentence,
        formula=_(
            "smallest \N{GREEK CAPITAL LETTER SIGMA} share of people \N{MULTIPLICATION SIGN} km to "
            "the nearest hub, over all choices of {hubs} among {counties}",
            hubs=counted(k, "hub"), counties=counted(len(plan.assignment), "county", "counties"),
        ),
        code=_code(k, weight),
        notes=(
            _(
                "Saves: how much longer the way would be for all on average if this hub closed and "
                "the others stayed. One hub fewer costs less, as the others may move."
            ),
            _("Straight lines between the middles of counties; no roads, and no parcels."),
            *plan.notes,
        ),
    )  # fmt: skip


def _code(k: int, weight: Weight) -> str:
    """Write the same plan with public functions."""
    column = "population" if weight == "residents" else "population_rural"
    return f"""\
import gzcounty as gz

kilometres = gz.distance_matrix(gz.load_geography())
people = gz.load_census().query("year == {YEAR}").set_index("adcode").{column}
plan = gz.p_median(kilometres, people, {k})
names = gz.load_counties().set_index("adcode").{shown_names()[0]}
print(f"{{plan.mean_distance:.1f}} km on average")
names[list(plan.hubs)]"""


@cache
def _saves(k: int, weight: Weight) -> dict[str, float]:
    """Return how much longer the mean way is without each hub; nothing where there is only one."""
    plan = best(k, weight)
    if k == 1:
        return {}
    left = {hub: [other for other in plan.hubs if other != hub] for hub in plan.hubs}
    return {
        hub: assign_to_hubs(kilometres(), plan.weights, others).mean_distance - plan.mean_distance
        for hub, others in left.items()
    }


def _chart(k: int, weight: Weight, plan: HubPlan, seats: HubPlan, sentence: str) -> Any:  # noqa: ANN401
    places = load_counties().merge(load_geography(), on="adcode")
    drawn = pd.DataFrame({"hub": plan.assignment, "distance": plan.distance})
    captions = _captions(k, weight, plan, sentence)
    return hub_chart(
        drawn.rename_axis("adcode").reset_index().assign(hubs=k),
        load_boundaries(),
        places.assign(weight=places.adcode.map(people(weight))),
        reference=list(seats.hubs),
        reference_name=_("the nine prefecture seats"),
        **captions,
    )


def _captions(k: int, weight: Weight, plan: HubPlan, sentence: str) -> dict[str, Any]:
    return {
        "title": _(
            "{hubs}: {best:.1f} km to the nearest on average",
            hubs=counted(k, "hub"), best=plan.mean_distance,
        ),
        "unit": _(
            "mean distance to the nearest hub in km, straight lines between the middles of "
            "counties, weighted by {weight}",
            weight=_(WEIGHTS[weight]).lower(),
        ),
        "sample": _("{n} counties of Guizhou", n=len(plan.assignment)),
        "period": years(str(YEAR)),
        "source": _("population census 2020; centroids of the county map"),
        "description": _(
            "Map of Guizhou with {hubs}, a line from every county to its hub, and the seats of the "
            "prefectures as open squares. {sentence}",
            hubs=counted(k, "hub"), sentence=sentence,
        ),
    }  # fmt: skip


def page() -> dict[str, Any]:
    """Return the answers to all choices, each solved as the lab solves it, for the website."""
    counties = load_counties()
    row_of = {code: at for at, code in enumerate(counties.adcode)}
    answers = {}
    for weight in WEIGHTS:
        for k in range(1, MOST + 1):
            found, plan = answer(k, weight), best(k, weight)
            by_name = {counties.name_en[row_of[hub]]: row_of[hub] for hub in plan.hubs}
            answers[f"{weight} {k}"] = {
                **found.parts(),
                "captions": _captions(k, weight, plan, found.sentence),
                "hubs": [by_name[name] for name in found.table["hub"]],  # in the table's order
                "nearest": [row_of[hub] for hub in plan.assignment[counties.adcode]],
            }
    shapes = outlines()
    return {
        "counties": counties[shown_names()[0]].tolist(),
        "shapes": [shapes[code] for code in counties.adcode],
        "seats": [row_of[hub] for hub in today().hubs],
        "answers": answers,
        "words": {
            "hint": _(
                "Numbers as in the table. Open squares: the nine prefecture seats. Point at a "
                "county to see its hub."
            ),
            "pointed": template(N_("{county}: nearest hub {hub}")),
        },
    }
