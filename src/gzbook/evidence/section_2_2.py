"""Tests of section 2.2: what the county town carries, whether counties grow into a net."""

import pandas as pd

from gzbook.claims import Evidence
from gzbook.evidence import _county
from gzcounty.models.spatial import moran_change, neighbour_weights

DRAWS = 1_999


def capacity_rises_with_penetration() -> Evidence:
    """Regress the change of the carrying-capacity index on penetration in 2010."""
    table = _county.capacity_models()
    finding = (
        f"{_counted(table, 'a larger rise of the index', 'a smaller one')} where penetration was "
        f"higher in 2010; one standard deviation goes with {table.estimate.min():.1f} to "
        f"{table.estimate.max():.1f} points of 100. The index counts whole counties, not their "
        "towns, and there is no earlier census here to show what was so before."
    )
    sample = f"{table.nobs.max():.0f} groups of constant borders, {table.nobs.min():.0f} of them "
    return Evidence(table, finding, sample + "without urban districts", "2010-2020")


def neighbours_become_alike() -> Evidence:
    """Take the change of Moran's I of lights and of services, with bootstrap intervals."""
    table = likeness()
    said = [
        f"Moran's I of {row.what} went from {row.before:.2f} in {row.first} to {row.after:.2f} in "
        f"{row.last} (change {row.estimate:+.3f}, 95 % interval {row.conf_low:+.3f} to "
        f"{row.conf_high:+.3f})"
        for row in table.itertuples()
    ]
    finding = f"{'; '.join(said)}. That is likeness of neighbours, not flows between them."
    sample = f"{table.nobs[0]} counties of Guizhou (lights), {table.nobs[1]} groups (services)"
    return Evidence(table, finding, sample, "lights 2013-2020, services 2010-2020")


def likeness() -> pd.DataFrame:
    """Return the two rows of 2.2-b: Moran's I of log lights and of the share in services."""
    lights, services = _county.log_lights(), _county.service_share()
    rows = []
    for what, frame, pairs, ends in (
        ("log night lights", lights, _county.load_neighbours(), ("adcode_i", "adcode_j")),
        ("the share in services", services, _county.group_neighbours(), ("group_i", "group_j")),
    ):
        first, last = int(frame.columns.min()), int(frame.columns.max())
        W = neighbour_weights(pairs, *ends)
        found = moran_change(frame[[first, last]], W, draws=DRAWS)
        row = found.table().iloc[2]
        rows.append({
            "what": what, "first": first, "last": last,
            "before": found.before, "after": found.after,
            **row[["estimate", "std_error", "conf_low", "conf_high"]], "nobs": found.nobs,
        })  # fmt: skip
    return pd.DataFrame(rows)


def steadier_where_penetration_is_higher() -> Evidence:
    """Regress volatility, and the fall of 2020, on penetration in 2010."""
    table = _county.resilience_models()
    income = table.outcome.str.endswith("income")
    ranges = [
        f"{own.estimate.min():.2f} to {own.estimate.max():.2f} for {name}"
        for name, own in (("rural income", table[income]), ("night lights", table[~income]))
    ]
    finding = (
        f"{_counted(table, 'larger swings or falls', 'smaller ones')} where penetration was higher "
        f"in 2010; one standard deviation goes with {' and '.join(ranges)} (log points x 100)."
    )
    nobs = table.groupby(income).nobs.max().astype(int)
    sample = f"{nobs[True]} former poverty counties (income), {nobs[False]} groups (lights)"
    return Evidence(table, finding, sample, "income 2014-2023, lights 2013-2020")


def _counted(table: pd.DataFrame, more: str, less: str) -> str:
    above, below = int((table.conf_low > 0).sum()), int((table.conf_high < 0).sum())
    return (
        f"Of {len(table)} models that hold the starting level equal, {above} find {more} and "
        f"{below} {less}"
    )


TESTS = {
    "2.2-a": capacity_rises_with_penetration,
    "2.2-b": neighbours_become_alike,
    "2.2-c": steadier_where_penetration_is_higher,
}
