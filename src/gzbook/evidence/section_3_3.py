"""Tests of section 3.3: trained people, and how steadily rural incomes grew."""

import pandas as pd

from gzbook.claims import Evidence
from gzbook.evidence import pace, similarity
from gzcounty.data.china import load_china_counties
from gzcounty.measures.sample import sample_name

CUTS: dict[str, similarity.Way] = {
    "all county-level units": "all units",
    "without districts": "no districts",
}


def trained_people_are_short() -> Evidence:
    """Compare schooling and information employment with the median of China's counties."""
    evidence = talent()
    said = "; ".join(
        f"{row.measure}, {row.cut}: {row.below} of {row.n} ({100 * row.value:.0f} %)"
        for row in evidence.itertuples()
    )
    finding = (
        f"Counties of Guizhou below the median of China's: {said}. Schooling and information work "
        "are not training for e-commerce, of which no public table tells."
    )
    whole = evidence.iloc[0]
    sample = f"{whole.n} counties of Guizhou among {whole.n_china:,} county-level units of China"
    return Evidence(evidence, finding, sample, "2020")


def talent() -> pd.DataFrame:
    """Return the four shares of 3.3-a: two measures, with districts and without."""
    years = load_china_counties().set_index("adcode").schooling_years
    rows = []
    for cut, way in CUTS.items():
        employed, units = similarity.counted_in(way)
        measures = {
            "years of schooling": years.reindex(employed.index),
            "employed in information": 100.0 * employed.employed_I / employed.sum(axis=1),
        }
        for measure, values in measures.items():
            own = values[units.province == "Guizhou"]
            rows.append({
                "what": f"{measure}; {cut}",
                "value": float((own < values.median()).mean()),
                "below": int((own < values.median()).sum()),
                "n": len(own),
                "median_guizhou": own.median(),
                "median_china": values.median(),
                "n_china": len(values),
                "measure": measure,
                "cut": cut,
            })  # fmt: skip
    return pd.DataFrame(rows)


def income_gains_are_fragile() -> Evidence:
    """Look at the worst year of each county's income growth, and at 2020."""
    grown = pace.income_growth()
    each = pace.paces(grown)
    rows = [
        {"what": "worst year less half of the mean", **pace.mean_of("over_half", each)},
        {"what": "2020 less the mean of the other years", **pace.mean_of("dip", each)},
    ]
    evidence = pd.DataFrame(rows).drop(columns="term")
    half, dip = evidence.itertuples(index=False)
    slow = grown.lt(grown.mean(axis=1) / 2.0, axis=0).to_numpy()
    finding = (
        f"Rural income grew by {each['mean'].mean():.1f} % a year in current prices, and fell in "
        f"{int((grown.to_numpy() < 0).sum())} of {grown.size} county-years. In a county's worst "
        f"year growth was {half.estimate:+.1f} points from half of its mean "
        f"({half.conf_low:.1f} to {half.conf_high:.1f}); {int(slow.sum())} county-years lie below "
        f"half. In 2020 it was {dip.estimate:+.1f} points from the other years "
        f"({dip.conf_low:.1f} to {dip.conf_high:.1f}). One year cannot show what the next shock "
        "does."
    )
    return Evidence(evidence, finding, sample_name(grown.index), "2014-2023")


TESTS = {
    "3.3-a": trained_people_are_short,
    "3.3-c": income_gains_are_fragile,
}
