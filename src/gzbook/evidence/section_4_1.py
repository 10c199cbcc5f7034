"""Evidence of section 4.1: whether what became specialities was related to what was there."""

from functools import cache
from typing import Literal, cast

import numpy as np
import pandas as pd

from gzbook.claims import Evidence
from gzbook.frames import china_employment, group_workers
from gzbook.tables import find_row, span, tally
from gzcounty.charts.coefficients import estimate_row
from gzcounty.data.guizhou import load_counties
from gzcounty.language import N_, _
from gzcounty.measures.specialisation import location_quotient, relatedness, relatedness_density
from gzcounty.models.ols import ols
from gzcounty.models.panel import panel_ols

Proximity = Literal["China 2020", "Guizhou 2010"]
PROXIMITIES = cast("tuple[Proximity, ...]", (N_("China 2020"), N_("Guizhou 2010")))
CONTROLS = {"none": "", N_("share of 2010"): " + log_share"}
"""Who is just below a location quotient of 1 crosses it more easily, so its share may be held."""


def sections_of_groups(year: int) -> pd.DataFrame:
    """Return `group_workers` without international organisations (T), which hardly exist."""
    return group_workers(year).drop(columns="T")


@cache
def proximity(source: Proximity = "China 2020") -> pd.DataFrame:
    """Return which sections share places, section by section; see `gzcounty.relatedness`.

    China's are those of county-level units outside Guizhou, so that no county of Guizhou enters its
    own prediction; Guizhou's those of the 81 groups at the start.
    """
    if source == "Guizhou 2010":
        return relatedness(sections_of_groups(2010))
    employed = china_employment()[0].rename(columns=lambda name: name.removeprefix("employed_"))
    outside = employed[~employed.index.str.startswith("52")].drop(columns="T")
    return relatedness(outside[outside.sum(axis=1) > 0])


@cache
def entry_pairs(source: Proximity = "China 2020") -> pd.DataFrame:
    """Return every pair of a group and a section that it was not specialised in in 2010.

    entry is 1 if the location quotient against the province is 1 or more in 2020, else 0;
    density_raw is of 2010 (0 to 1), density the same in the standard deviations that section and
    group effects leave: most of it differs between counties, not within them; log_share is the log
    of the share of 2010, half a worker added.
    """
    first, last = sections_of_groups(2010), sections_of_groups(2020)
    parts = {
        "density_raw": relatedness_density(first, proximity(source)),
        "before": location_quotient(first),
        "after": location_quotient(last),
        "workers_2010": first,
        "log_share": np.log((first + 0.5).div(first.sum(axis=1), axis=0)),
    }
    pairs = pd.DataFrame({name: part.unstack() for name, part in parts.items()})
    pairs = pairs.rename_axis(["section", "group"]).reset_index()
    pairs = pairs[pairs.before < 1].reset_index(drop=True)
    pairs["entry"] = (pairs.after >= 1).astype(float)
    left = ols("density_raw ~ C(group) + C(section)", pairs).residuals
    return pairs.assign(density=pairs.density_raw / left.std()).drop(columns=["before", "after"])


def cuts(pairs: pd.DataFrame) -> dict[str, pd.Series]:
    """Return which pairs each sample of 4.1-a keeps."""
    counties = load_counties()
    towns = counties[counties.unit_type == "district"].group
    return {
        "all": pairs.entry.notna(),
        "no districts": ~pairs.group.isin(towns),
        N_("no farming"): pairs.section != "A",
    }


def entry_models() -> pd.DataFrame:
    """Return the twelve models of 4.1-a: points of 100 for one standard deviation of density.

    Entry is regressed on density with section and group effects, clustered by group. The standard
    deviation is that of all pairs in every sample.
    """
    rows = []
    for source in PROXIMITIES:
        pairs = entry_pairs(source)
        for cut, inside in cuts(pairs).items():
            for controls, terms in CONTROLS.items():
                kept, formula = pairs[inside], f"entry ~ density{terms}"
                fit = panel_ols(formula, kept, "group", "section", cluster="group")
                row = estimate_row(fit, "density", "", scale=100)
                rows.append({
                    "proximity": source, "cut": cut, "controls": controls,
                    **{name: row[name] for name in ("estimate", "conf_low", "conf_high", "nobs")},
                    "groups": kept.group.nunique(),
                })  # fmt: skip
    return pd.DataFrame(rows)


def related_specialities() -> Evidence:
    """Ask whether density of 2010 went with entry by 2020, with all and without parts."""
    table, pairs = entry_models(), entry_pairs()
    first = table[(table.proximity == "China 2020") & (table.controls == "none")]
    whole, districts, farming = (find_row(first, cut=cut) for cut in cuts(pairs))
    clear = {cut: tally(part) for cut, part in table.groupby("cut")}
    return Evidence(
        table,
        N_("Of {pairs:,} sections that a group was not specialised in, {entered:.0f} % became a "
        "speciality by 2020. One standard deviation of density (of what the effects leave of it) "
        "goes with, in percentage points, by the proximity of China: {whole[estimate]:+.1f} "
        "({whole[conf_low]:.1f} to {whole[conf_high]:.1f}); without groups that hold a city "
        "district {districts[estimate]:+.1f} ({districts[conf_low]:.1f} to "
        "{districts[conf_high]:.1f}); without farming {farming[estimate]:+.1f} "
        "({farming[conf_low]:.1f} to {farming[conf_high]:.1f}). Above zero lie {of_all[above]} of "
        "{of_all[models]} intervals with all, {of_districts[above]} of {of_districts[models]} "
        "without districts and {of_farming[above]} of {of_farming[models]} without farming; below "
        "zero {below} of {models}. A section of the census holds many crafts, and nothing here is "
        "digital."),
        _("{n} groups of counties", n=pairs.group.nunique()),
        span(2010, 2020),
        {
            "whole": whole, "districts": districts, "farming": farming,
            "of_all": clear["all"], "of_districts": clear["no districts"],
            "of_farming": clear["no farming"], **tally(table),
            "pairs": len(pairs), "entered": 100 * pairs.entry.mean(),
        },
    )  # fmt: skip


TESTS = {"4.1-a": related_specialities}
