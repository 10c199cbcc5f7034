"""Test of section 4.3: would raising penetration where it lags bring counties closer together."""

from gzbook.claims import Evidence
from gzbook.evidence import targeting
from gzbook.tables import sides
from gzcounty.measures.inequality import gini


def lagging_counties_raised() -> Evidence:
    """Simulate the Gini between counties if penetration were raised where it lags."""
    table = targeting.simulations(targeting.LAGGING, measures={"gini": gini})
    table = table[table.term == "gini"].reset_index(drop=True)
    above, below = sides(table)
    finding = (
        f"If the association were causal, the Gini between counties ({table.before.min():.1f} to "
        f"{table.before.max():.1f} thousandths) would change by {table.estimate.min():+.1f} to "
        f"{table.estimate.max():+.1f} thousandths; of {len(table)} intervals {below} lie below "
        f"zero and {above} above. Raising penetration of trade, transport and information work "
        "stands in for training and e-commerce, which no table counts."
    )
    sample = f"{table.nobs.min()} to {table.nobs.max()} former poverty counties"
    return Evidence(table, finding, sample, "2014-2023")


TESTS = {
    "4.3-a": lagging_counties_raised,
}
