"""Evidence of section 2.2: what counties carry, likeness of neighbours, resilience."""

import numpy as np
import pandas as pd

from gzbook.claims import Evidence
from gzbook.frames import PEOPLE, PLACE, group_frame, group_neighbours, group_workers, panel_wide
from gzbook.tables import span, tally, tally_and_range
from gzcounty.data.counties import load_census
from gzcounty.data.guizhou import load_counties, load_geography, load_neighbours
from gzcounty.inference.specifications import specification_curve
from gzcounty.language import N_, _
from gzcounty.measures.dimensions import carrying_capacity
from gzcounty.measures.penetration import penetration
from gzcounty.models.spatial import moran_change, neighbour_weights

DRAWS = 1_999
EXPOSURES = {N_("commerce share 2010"): "commerce", N_("digital share 2010"): "digital"}
EFFECTS = ["none", "prefecture"]
INDICES = {"entropy": N_("index, entropy weights"), "equal": N_("index, equal weights")}
DISTANCES = {
    "night lights": N_("distance from neighbours, night lights"),
    "services": N_("distance from neighbours, services"),
}
SWINGS = {
    "rural income": {
        N_("volatility, rural income"): "volatility", N_("fall of 2020, rural income"): "fall",
    },
    "night lights": {
        N_("volatility, night lights"): "volatility", N_("fall of 2020, night lights"): "fall",
    },
}  # fmt: skip


def log_lights(by_group: bool = False) -> pd.DataFrame:
    """Return log night lights 2013-2020, one column a year, by county or by group.

    Lights are means over land, so the mean of a group is that of its members weighted by area.
    """
    lights = panel_wide("lights")
    if by_group:
        area = load_geography().set_index("adcode").area_km2.reindex(lights.index)
        member = load_counties().set_index("adcode").group.reindex(lights.index)
        total = lights.mul(area, axis=0).groupby(member).sum(min_count=1)
        lights = total.div(area.groupby(member).sum(), axis=0)
    return pd.DataFrame(np.log(lights))


def log_income() -> pd.DataFrame:
    """Return log rural income 2014-2023, one column a year, of counties with every year."""
    return pd.DataFrame(np.log(panel_wide("rural_income").loc[:, 2014:2023].dropna()))


def service_share() -> pd.DataFrame:
    """Return the share employed in services (sections F to T), in %, by group: 2010 and 2020."""
    shares = {}
    for year in (2010, 2020):
        workers = group_workers(year)
        shares[year] = 100.0 * workers.loc[:, "F":"T"].sum(axis=1) / workers.sum(axis=1)
    return pd.DataFrame(shares)


def capacity_change() -> dict[str, pd.DataFrame]:
    """Return `group_frame` with start and change of the index (points of 100), by its weights."""
    frames = {}
    for weights in ("entropy", "equal"):
        index = 100.0 * carrying_capacity(weights).pivot(
            index="group", columns="year", values="capacity"
        )
        groups = group_frame().reindex(index.index)
        rise = index[2020] - index[2010]
        frames[weights] = groups.assign(start=index[2010], change=rise).reset_index()
    return frames


def capacity_models(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the 48 specifications of 2.2-a, for one standard deviation of exposure."""
    people = ["minority_share", "age_65plus_share"]
    parts = []
    for weights, data in frames.items():
        samples = {N_("all groups"): data.group.notna(), "no districts": ~data.district}
        parts.append(_curve(data, {INDICES[weights]: "change"}, people, samples=samples))
    return pd.concat(parts, ignore_index=True)


def capacity_rises_with_penetration() -> Evidence:
    """Regress the change of the carrying-capacity index on trade employment in 2010."""
    table = capacity_models(capacity_change())
    return Evidence(
        table,
        N_(
            "Of {models} models that hold the starting level equal, {above} find a larger rise of "
            "the index and {below} a smaller one where more worked in trade, transport and "
            "information in 2010; one standard deviation goes with {low:.1f} to {high:.1f} points "
            "of 100. The index counts whole counties, not their towns, and there is no earlier "
            "census here to show what was so before."
        ),
        _(
            "{n:.0f} groups of constant borders, {fewer:.0f} of them without urban districts",
            n=table.nobs.max(),
            fewer=table.nobs.min(),
        ),
        span(2010, 2020),
        tally_and_range(table),
    )


def distances() -> dict[str, pd.DataFrame]:
    """Return how far each group lies from its neighbours, with exposure and controls, by series.

    "night lights" (2013, 2020; logs) and "services" (2010, 2020; %): start (distance in the first
    year) and change; a distance is that of a group's standard score from the mean of its
    neighbours' scores, without sign.
    """
    frames = {}
    weights = neighbour_weights(group_neighbours(), "group_i", "group_j")
    for series, values in (
        ("night lights", log_lights(by_group=True)[[2013, 2020]]),
        ("services", service_share()),
    ):
        scores = ((values - values.mean()) / values.std()).reindex(weights.ids)
        apart = (scores - weights.matrix @ scores.to_numpy()).abs()
        first, last = apart.columns
        moved = pd.DataFrame({"start": apart[first], "change": apart[last] - apart[first]})
        frames[series] = group_frame().join(moved).reset_index()
    return frames


def likeness_models(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the 24 specifications of 2.2-b: scores for one standard deviation of exposure."""
    parts = [_curve(data, {DISTANCES[series]: "change"}) for series, data in frames.items()]
    return pd.concat(parts, ignore_index=True)


def neighbours_become_alike() -> Evidence:
    """Regress the change of a group's distance from its neighbours on trade employment."""
    table = likeness_models(distances())
    moran = {row["variable"]: row for row in likeness().to_dict("records")}
    return Evidence(
        table,
        N_(
            "Of {models} models that hold the starting distance equal, {below} find that places "
            "came nearer to their neighbours where more worked in trade, transport and information "
            "in 2010, and {above} that they moved away; one standard deviation goes with "
            "{low:+.2f} to {high:+.2f} of a standard score. Over all, Moran's I changed by "
            "{lights[estimate]:+.2f} for lights ({lights[conf_low]:+.2f} to "
            "{lights[conf_high]:+.2f}) and by {services[estimate]:+.2f} for services "
            "({services[conf_low]:+.2f} to {services[conf_high]:+.2f}). That is likeness of "
            "neighbours, not flows between them."
        ),
        _("{n:.0f} groups of constant borders", n=table.nobs.max()),
        _("lights 2013-2020, services 2010-2020"),
        {**tally_and_range(table), **moran},
    )


def likeness() -> pd.DataFrame:
    """Return Moran's I of log lights and of the share in services, and its change, a row each."""
    rows = []
    for variable, frame, W in (
        ("lights", log_lights(), neighbour_weights(load_neighbours())),
        ("services", service_share(), neighbour_weights(group_neighbours(), "group_i", "group_j")),
    ):
        first, last = int(frame.columns.min()), int(frame.columns.max())
        fit = moran_change(frame[[first, last]], W, draws=DRAWS)
        change = fit.table().set_index("term").loc[f"{last} less {first}"]
        ends = change[["estimate", "conf_low", "conf_high"]]
        rows.append({"variable": variable, "before": fit.before, "after": fit.after, **ends})
    return pd.DataFrame(rows)


def swings() -> dict[str, pd.DataFrame]:
    """Return volatility and the fall of 2020, with start (a log), exposure and controls, by series.

    "rural income" is by adcode, "night lights" by group. volatility is the standard deviation of
    yearly log growth, fall the mean log growth of the other years less that of 2020, both in log
    points x 100.
    """
    census = load_census().query("year == 2010").set_index("adcode")
    counties = census[PEOPLE].join(load_counties().set_index("adcode").prefecture_en)
    counties = counties.rename(columns={"prefecture_en": "prefecture"})
    counties = counties.join(load_geography().set_index("adcode")[PLACE])
    for measure in EXPOSURES.values():
        counties[measure] = penetration(measure, 2010).set_index("adcode").penetration
    return {
        "rural income": _swings_of(log_income()).join(counties).reset_index(names="unit"),
        "night lights": _swings_of(log_lights(by_group=True))
        .join(group_frame())
        .reset_index(names="unit"),
    }


def _swings_of(logs: pd.DataFrame) -> pd.DataFrame:
    growth = 100.0 * logs.diff(axis=1).iloc[:, 1:]
    return pd.DataFrame({
        "start": logs.iloc[:, 0],
        "volatility": growth.std(axis=1),
        "fall": growth.drop(columns=2020).mean(axis=1) - growth[2020],
    })  # fmt: skip


def resilience_models(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the 48 specifications of 2.2-c, for one standard deviation of exposure, by series."""
    parts = [_curve(data, SWINGS[series]).assign(series=series) for series, data in frames.items()]
    return pd.concat(parts, ignore_index=True)


def steadier_where_penetration_is_higher() -> Evidence:
    """Regress volatility, and the fall of 2020, on trade employment in 2010."""
    table = resilience_models(swings())
    by_series = table.groupby("series")
    ranges = by_series.estimate.agg(["min", "max"]).to_dict("index")
    nobs = by_series.nobs.max().astype(int)
    return Evidence(
        table,
        N_(
            "Of {models} models that hold the starting level equal, {above} find larger swings or "
            "falls and {below} smaller ones where more worked in trade, transport and information "
            "in 2010; one standard deviation goes with {income[min]:.2f} to {income[max]:.2f} for "
            "rural income and {lights[min]:.2f} to {lights[max]:.2f} for night lights (log points "
            "x 100)."
        ),
        _(
            "{counties} former poverty counties (income), {groups} groups (lights)",
            counties=nobs["rural income"],
            groups=nobs["night lights"],
        ),
        _("income 2014-2023, lights 2013-2020"),
        {**tally(table), "income": ranges["rural income"], "lights": ranges["night lights"]},
    )


def _curve(
    data: pd.DataFrame,
    outcomes: dict[str, str],
    people: list[str] = PEOPLE,
    samples: dict[str, pd.Series] | None = None,
) -> pd.DataFrame:
    """Return the specifications of some outcomes on trade employment in 2010."""
    controls = {
        "start": ["start"],
        "start, people": ["start", *people],
        "start, people, place": ["start", *people, *PLACE],
    }
    curve = specification_curve(
        data, outcomes, EXPOSURES, controls, effects=EFFECTS, samples=samples, standardise=True
    )
    return curve.table()


TESTS = {
    "2.2-a": capacity_rises_with_penetration,
    "2.2-b": neighbours_become_alike,
    "2.2-c": steadier_where_penetration_is_higher,
}
