"""Tests of section 4.1, specialities built by digital means; hubs of 4.1-c are in `section_4_2`."""

import pandas as pd

from gzbook.claims import Evidence
from gzbook.evidence.entry import chances, entry_models
from gzbook.evidence.section_4_2 import YEAR, Seats, Weight, best, today
from gzbook.tables import sides
from gzcounty.data.guizhou import load_counties
from gzcounty.measures.change import sample_name


def related_specialities() -> Evidence:
    """Ask whether density of 2010 went with entry by 2020."""
    evidence = entry_models()
    pairs = chances()
    above, below = sides(evidence)
    parts = [
        f"{row.what}: {row.estimate:+.1f} ({row.conf_low:.1f} to {row.conf_high:.1f})"
        for row in evidence.itertuples()
    ]
    finding = (
        f"Of {len(pairs):,} sections that a group was not specialised in, "
        f"{100 * pairs.entry.mean():.0f} % became a speciality by 2020. One standard deviation of "
        "density (of what the effects leave of it) goes with, in percentage points: "
        f"{'; '.join(parts)}. {above} of {len(evidence)} intervals lie above zero, {below} below. "
        "A section of the census holds many crafts, and nothing here is digital."
    )
    return Evidence(evidence, finding, f"{pairs.group.nunique()} groups of counties", "2010-2020")


def nodes() -> pd.DataFrame:
    """Return the nine seats against the best nine hubs, by whom they are to serve."""
    weights: tuple[Weight, ...] = ("residents", "rural residents")
    kinds: tuple[Seats, ...] = ("nearest centroid", "government today")
    rows = []
    for weight in weights:
        for kind in kinds:
            now, most = today(weight, kind).mean_distance, best(9, weight).mean_distance
            rows.append({
                "what": f"{weight}; seat: {kind}", "value": now / most,
                "weight": weight, "seats": kind, "today": now, "best": most,
            })  # fmt: skip
    return pd.DataFrame(rows)


def nodes_badly_placed() -> Evidence:
    """Hold the nine prefecture seats against the best nine hubs."""
    evidence = nodes()
    parts = [
        f"{row.weight}, {row.seats}: {row.today:.1f} against {row.best:.1f} km "
        f"({100 * (row.value - 1):+.0f} %)"
        for row in evidence.itertuples()
    ]
    finding = (
        "Mean distance to the nearest of nine, the prefecture seats against the best places: "
        f"{'; '.join(parts)}. Straight lines between the middles of counties. Where the nodes of "
        "logistics stand, and how large they are, is in no public table: the seats stand in for "
        "them."
    )
    return Evidence(evidence, finding, sample_name(load_counties().adcode), str(YEAR))


TESTS = {
    "4.1-a": related_specialities,
    "4.1-c": nodes_badly_placed,
}
