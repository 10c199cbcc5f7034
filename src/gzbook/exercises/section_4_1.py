"""Exercises of section 4.1: paths of industry."""

from gzbook.evidence import entry
from gzbook.evidence._specialisation import employment_by_group
from gzbook.exercises.registry import Key, exercise
from gzbook.exercises.wanted import Number
from gzcounty.measures.specialisation import location_quotient
from gzcounty.models.panel import panel_ols

JINPING = "522628"


@exercise(
    "4.1-1",
    "What is the density of farming in Jinping in 2010?",
    wanted=Number("a share between 0 and 1", absolute=0.002),
    hint="Sum the proximities of farming to the sections in which the quotient is 1 or more, and "
    "divide by the sum of its proximities to all others; farming itself is in neither.",
)
def density() -> Key:
    """Compute the density of farming from proximities and quotients."""
    work = employment_by_group(2010).drop(columns="T", errors="ignore")
    quotient, phi = location_quotient(work).loc[JINPING], entry.proximity().loc["A"]
    held = quotient >= 1
    others, weights = held.drop("A"), phi.drop("A")
    whole = phi.where(phi.index != "A", 1.0)
    return Key(
        weights[others].sum() / weights.sum(),
        {
            "Farming counts itself; leave it out above and below the line.": whole[held].sum()
            / whole.sum(),
            "This is the plain share of sections; weigh them by proximity.": others.mean(),
            "This is the sum of proximities; divide it by that of all others.": weights[
                others
            ].sum(),
            "These are the sections that Jinping is not specialised in.": weights[~others].sum()
            / weights.sum(),
        },
    )


@exercise(
    "4.1-2",
    "What is the estimate for one standard deviation of density without section effects?",
    wanted=Number("in percentage points", absolute=0.05),
    hint="`gz.panel_ols` with group effects only (`time_effects=False`), clustered by group, times "
    "a hundred.",
)
def only_groups() -> Key:
    """Leave the section effects out."""
    pairs = entry.chances()

    def points(**how: bool) -> float:
        fit = panel_ols("entry ~ density", pairs, "group", "section", cluster="group", **how)  # type: ignore[arg-type]
        return float(100 * fit.term("density").estimate)

    return Key(
        points(time_effects=False),
        {
            "The section effects are still in it.": points(),
            "This leaves out the effects of groups instead of those of sections.": points(
                entity_effects=False
            ),
            "This is a share; asked for are percentage points.": points(time_effects=False) / 100,
        },
    )


@exercise(
    "4.1-3",
    "How many of the entries started from fewer than 30 workers in the sample?",
    wanted=Number("a count of pairs", relative=0),
    hint="Count the rows with `entry == 1` and `workers_2010 < 30`.",
)
def few() -> Key:
    """Count entries from small numbers."""
    pairs = entry.chances()
    small, entered = pairs.workers_2010 < 30, pairs.entry == 1
    right = int((small & entered).sum())
    return Key(
        right,
        {
            "These are all pairs with fewer than 30 workers, entered or not.": int(small.sum()),
            "These are all entries, from whatever number of workers.": int(entered.sum()),
            "These are the entries from 30 workers or more.": int((entered & ~small).sum()),
            "This is a share of the entries; asked for is the count.": right / entered.sum(),
        },
    )
