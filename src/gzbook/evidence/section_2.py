"""Evidence of section 2's own claim: industry, county and people advance together."""

import pandas as pd

from gzbook.claims import Evidence
from gzbook.frames import group_frame
from gzbook.tables import span
from gzcounty.language import N_, _
from gzcounty.measures.dimensions import DIMENSIONS, dimension_indices
from gzcounty.models.ols import ols

FORMULA = (
    "people_gain ~ industry_gain + county_gain + industry_2010 + county_2010 + people_2010"
    " + C(prefecture)"
)
DRIVERS = ("industry", "county")


def dimension_gains(indices: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return starting levels and gains of the indices of industry, county and people.

    Parameters
    ----------
    indices : DataFrame, optional
        As `gzcounty.dimension_indices` gives; by default with entropy weights.

    Returns
    -------
    DataFrame
        group, group_name_en; for each dimension its level in 2010 and 2020 (industry_2010) and the
        gain (industry_gain), in points of 100; prefecture; district (a member is an urban
        district).

    Examples
    --------
    >>> import gzbook
    >>> gains = gzbook.dimension_gains()
    >>> len(gains), int((gains.people_gain > 0).sum())
    (80, 80)
    """
    indices = dimension_indices() if indices is None else indices
    wide = indices.pivot(index=["group", "group_name_en"], columns="year", values=[*DIMENSIONS])
    out = 100.0 * wide.set_axis([f"{name}_{year}" for name, year in wide.columns], axis=1)
    for name in DIMENSIONS:
        out[f"{name}_gain"] = out[f"{name}_2020"] - out[f"{name}_2010"]
    about = group_frame()[["prefecture", "district"]]
    return out.reset_index().merge(about, left_on="group", right_index=True, validate="1:1")


def gain_model(data: pd.DataFrame) -> pd.DataFrame:
    """Return the two rows of 2-a: gain in people on the gains in industry and in county."""
    fit = ols(FORMULA, data)
    rows = [{"driver": name, **fit.term(f"{name}_gain")._asdict()} for name in DRIVERS]
    return pd.DataFrame(rows).assign(nobs=fit.nobs)


def three_advance_together() -> Evidence:
    """Regress the gain in the people index on the gains in the other two."""
    data = dimension_gains()
    table = gain_model(data)
    return Evidence(
        table,
        N_(
            "With starting levels and the prefecture held equal, one point more gain in industry "
            "goes with {industry[estimate]:+.2f} points in people (95 % interval "
            "{industry[conf_low]:+.2f} to {industry[conf_high]:+.2f}) and one point more gain in "
            "county goes with {county[estimate]:+.2f} points in people (95 % interval "
            "{county[conf_low]:+.2f} to {county[conf_high]:+.2f}). Together is not because: this "
            "is an association of census indices, none of which counts e-commerce."
        ),
        _("{n} of 81 groups of constant borders", n=len(data)),
        span(2010, 2020),
        table.set_index("driver").to_dict("index"),
    )


TESTS = {
    "2-a": three_advance_together,
}
