"""Test of section 2's own claim: industry, county and people advance together."""

from collections.abc import Iterator

import pandas as pd

from gzbook.claims import Evidence
from gzcounty.data.guizhou import load_counties
from gzcounty.measures.dimensions import DIMENSIONS, INDICATORS, dimension_indices
from gzcounty.models.ols import ols

STARTS = " + ".join(f"{dimension}_2010" for dimension in DIMENSIONS)
PREFECTURE = "C(prefecture)"
DRIVERS = ("industry", "county")


def three_advance_together() -> Evidence:
    """Regress the gain in the people index on the gains in the other two."""
    data = gains()
    evidence = gain_model(data)
    said = [
        f"one point more gain in {row.driver} goes with {row.estimate:+.2f} points in people "
        f"(95 % interval {row.conf_low:+.2f} to {row.conf_high:+.2f})"
        for row in evidence.itertuples()
    ]
    finding = (
        f"With starting levels and the prefecture held equal, {' and '.join(said)}. Together is "
        "not because: this is an association of census indices, none of which counts e-commerce."
    )
    sample = f"{len(data)} of 81 groups of constant borders"
    return Evidence(evidence, finding, sample, "2010-2020")


def gains(indices: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return starting levels and gains of the three indices, in points of 100.

    Parameters
    ----------
    indices : DataFrame, optional
        As `dimension_indices` gives; by default with entropy weights.

    Returns
    -------
    DataFrame
        group, group_name_en; for each dimension its level in 2010 and 2020 (industry_2010) and the
        gain (industry_gain); prefecture; district (a member is an urban district).
    """
    indices = dimension_indices() if indices is None else indices
    wide = indices.pivot(index=["group", "group_name_en"], columns="year", values=[*DIMENSIONS])
    out = 100.0 * wide.set_axis([f"{name}_{year}" for name, year in wide.columns], axis=1)
    for name in DIMENSIONS:
        out[f"{name}_gain"] = out[f"{name}_2020"] - out[f"{name}_2010"]
    by_group = load_counties().groupby("group")
    about = pd.DataFrame({
        "prefecture": by_group.prefecture_en.first(),
        "district": by_group.unit_type.agg(lambda kinds: (kinds == "district").any()),
    })  # fmt: skip
    return out.reset_index().merge(about, left_on="group", right_index=True, validate="1:1")


def gain_model(
    data: pd.DataFrame, controls: str = f"{STARTS} + {PREFECTURE}", cluster: str | None = None
) -> pd.DataFrame:
    """Return the two rows of 2-a: gain in people on the gains in industry and in county.

    Parameters
    ----------
    data : DataFrame
        As `gains` gives.
    controls : str
        The other terms of the formula.
    cluster : str, optional
        Column to cluster standard errors by; HC3 if not given.
    """
    formula = f"people_gain ~ industry_gain + county_gain + {controls}"
    fit = ols(formula, data, cluster=cluster)
    rows = fit.table().set_index("term").loc[[f"{name}_gain" for name in DRIVERS]]
    what = [f"gain in people, on the gain in {name}" for name in DRIVERS]
    kept = ["estimate", "std_error", "p_value", "conf_low", "conf_high"]
    out = rows[kept].reset_index(drop=True).assign(nobs=fit.nobs)
    out.insert(0, "what", what)
    out.insert(1, "driver", list(DRIVERS))
    return out


def other_ways() -> pd.DataFrame:
    """Return the model of 2-a in other ways, two rows each; the first way is that of the rule.

    Other weights, sample, controls and standard errors, and each indicator left out in turn. The
    rule does not judge them.
    """
    return pd.concat([rows.assign(way=way) for way, rows in _ways()], ignore_index=True)


def _ways() -> Iterator[tuple[str, pd.DataFrame]]:
    data = gains()
    yield "as the rule asks", gain_model(data)
    yield "equal weights", gain_model(gains(dimension_indices("equal")))
    yield "zero shift 0.1", gain_model(gains(dimension_indices(shift=0.1)))
    yield "no urban districts", gain_model(data[~data.district])
    yield "no prefecture effects", gain_model(data, STARTS)
    yield "start of people alone", gain_model(data, f"people_2010 + {PREFECTURE}")
    yield "no starting levels", gain_model(data, PREFECTURE)
    yield "clustered by prefecture", gain_model(data, cluster="prefecture")
    for name, about in INDICATORS.items():
        yield f"without {about.label.lower()}", gain_model(gains(dimension_indices(without=[name])))
    known = ["urban_share", "schooling_years"]
    yield "all 81 groups (no urban, schooling)", gain_model(gains(dimension_indices(without=known)))


TESTS = {
    "2-a": three_advance_together,
}
