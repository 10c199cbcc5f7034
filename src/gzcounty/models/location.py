"""Where to put k hubs so that people are as near to one as they can be."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gzcounty.errors import InputError
from gzcounty.words import counted, listed

from ._p_median import solve
from ._types import Array
from .estimates import Estimate
from .reported import Reported

# Every unit is held against every site; beyond this a proof of the best takes too long.
MOST_PAIRS = 1_000_000


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class HubPlan(Reported):
    """Hubs, and who goes to which.

    Attributes
    ----------
    hubs : tuple
        Labels of the hubs, in the order of the sites.
    assignment : Series by unit
        The nearest hub; the first of them where two are equally near.
    distance : Series by unit
        Distance to it.
    mean_distance : float
        Mean of `distance` by weight, which the p-median makes as small as it can be.
    weights : Series by unit
        Summing to one.
    nobs : int
    notes : tuple of str
    native : scipy.optimize.OptimizeResult or None
        The solver's answer; None for hubs that were given.
    """

    hubs: tuple[Any, ...]
    assignment: pd.Series
    distance: pd.Series
    mean_distance: float
    weights: pd.Series
    nobs: int
    notes: tuple[str, ...]
    native: Any

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """One row a hub, the one with most weight first.

        Returns
        -------
        DataFrame
            term (the hub), estimate (mean distance of those it serves, by weight; missing if they
            have no weight), units, weight (their share); and std_error, statistic, p_value,
            conf_low, conf_high, which a plan does not have (NaN).
        """
        served = self.weights.groupby(self.assignment)
        travelled = (self.weights * self.distance).groupby(self.assignment).sum()
        weight = served.sum().reindex(self.hubs, fill_value=0.0)
        rows = pd.DataFrame({
            "term": list(self.hubs),
            "estimate": (travelled.reindex(self.hubs) / weight.where(weight > 0)).to_numpy(),
            "units": served.size().reindex(self.hubs, fill_value=0).to_numpy(),
            "weight": weight.to_numpy(),
        })  # fmt: skip
        absent = ["std_error", "statistic", "p_value", "conf_low", "conf_high"]
        rows[absent] = np.nan
        return rows.sort_values("weight", ascending=False, kind="stable", ignore_index=True)

    def _heading(self) -> str:
        return (
            f"{counted(len(self.hubs), 'hub')} for {counted(self.nobs, 'unit')}: mean distance "
            f"{self.mean_distance:.4g}"
        )

    def _shown_rows(self) -> list[Estimate]:
        nothing = (float("nan"),) * 5
        return [
            Estimate(f"{row.term} ({counted(row.units, 'unit')})", row.estimate, *nothing)
            for row in self.table().itertuples()
        ]


def p_median(
    distance: pd.DataFrame, weights: pd.Series, k: int, *, seconds: float = 60.0
) -> HubPlan:
    r"""Choose the k sites that make the weighted mean distance to the nearest as small as possible.

    .. math:: \min_{|S| = k} \sum_i w_i \min_{j \in S} d_{ij}

    (Hakimi 1964, Operations Research 12, 450-459, who shows that junctions of a network suffice as
    sites.) Solved as an integer programme with assignments x and sites y, :math:`\sum_j x_{ij} =
    1`, :math:`x_{ij} \le y_j`, :math:`\sum_j y_j = k` (ReVelle and Swain 1970, Geographical
    Analysis 2, 30-42), by HiGHS through `scipy.optimize.milp`, until no better plan can exist.

    Parameters
    ----------
    distance : DataFrame, units by sites
        Zero or more, in any unit; need not be symmetric or square. See `gzcounty.distance_matrix`.
    weights : Series by unit
        Zero or more, such as residents; with the labels of the rows of `distance`, in any order.
    k : int
        How many hubs, from 1 to the number of sites.
    seconds : float, default 60
        How long the proof may take, for each time the programme is solved.

    Returns
    -------
    HubPlan
        Proven best. There may be other plans just as good.

    Raises
    ------
    InputError
        For labels that are missing, repeated or do not fit; distances or weights that are missing,
        negative, infinite or no numbers; weights that are all zero; a k that is no whole number or
        out of range; more than a million pairs of unit and site.
    TrapError
        If no proof is found in time.

    Examples
    --------
    Where two hubs would best serve the residents of Guizhou:

    >>> import gzcounty as gz
    >>> census = gz.load_census().query("year == 2020").set_index("adcode")
    >>> plan = gz.p_median(gz.distance_matrix(gz.load_geography()), census.population, k=2)
    >>> gz.load_counties().set_index("adcode").name_en[list(plan.hubs)].tolist()
    ['Yuqing', 'Puding']
    >>> round(plan.mean_distance)  # km
    108
    """
    pairs, share = _read(distance, weights)
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)):
        raise InputError(f"k must be a whole number, not {k!r}.")
    if not 1 <= k <= distance.shape[1]:
        raise InputError(f"k must lie between 1 and the number of sites, not {k}.")
    if not (np.isfinite(seconds) and seconds > 0):
        raise InputError(f"seconds must be a number above zero, not {seconds!r}.")
    chosen, answer = solve(pairs, share.to_numpy(), int(k), seconds)
    notes = (f"Proven best by HiGHS: no choice of {counted(int(k), 'site')} has a lower mean.",)
    return _plan(distance, pairs, share, chosen, notes, answer)


def assign_to_hubs(distance: pd.DataFrame, weights: pd.Series, hubs: list[Any]) -> HubPlan:
    """Send every unit to the nearest of hubs that are given.

    Parameters
    ----------
    distance, weights
        As in `p_median`.
    hubs : list
        Labels of columns of `distance`.

    Returns
    -------
    HubPlan

    Raises
    ------
    InputError
        As in `p_median`; for hubs that are repeated or not among the sites, or none.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_census().query("year == 2020").set_index("adcode")
    >>> kilometres = gz.distance_matrix(gz.load_geography())
    >>> gz.assign_to_hubs(kilometres, census.population, ["520103", "522601"]).hubs
    ('520103', '522601')
    """
    pairs, share = _read(distance, weights)
    wanted = pd.Index(hubs)
    if not len(wanted):
        raise InputError("At least one hub is needed; the list is empty.")
    if wanted.has_duplicates:
        raise InputError(f"The hub {listed(wanted[wanted.duplicated()])} is named twice.")
    unknown = wanted.difference(distance.columns)
    if len(unknown):
        raise InputError(f"No site is called {listed(unknown)}.")
    chosen = np.sort(distance.columns.get_indexer(wanted))
    return _plan(distance, pairs, share, chosen, ("Hubs as given.",), None)


def _plan(
    distance: pd.DataFrame,
    pairs: Array,
    share: pd.Series,
    chosen: np.ndarray[Any, Any],
    notes: tuple[str, ...],
    native: Any,  # noqa: ANN401 (the solver's own class)
) -> HubPlan:
    nearest = pairs[:, chosen].argmin(axis=1)
    hubs = distance.columns[chosen]
    own = pd.Series(pairs[np.arange(len(pairs)), chosen[nearest]], distance.index, name="distance")
    return HubPlan(
        hubs=tuple(hubs),
        assignment=pd.Series(hubs[nearest], distance.index, name="hub"),
        distance=own,
        mean_distance=float(share @ own),
        weights=share,
        nobs=len(pairs),
        notes=notes,
        native=native,
    )


def _read(distance: pd.DataFrame, weights: pd.Series) -> tuple[Array, pd.Series]:
    """Return distances as an array and weights as shares in the order of its rows."""
    if not isinstance(distance, pd.DataFrame):
        raise InputError(f"distance must be a DataFrame, not {type(distance).__name__}.")
    if not isinstance(weights, pd.Series):
        raise InputError(f"weights must be a Series by unit, not {type(weights).__name__}.")
    if distance.empty:
        raise InputError("distance has no rows or no columns.")
    if distance.size > MOST_PAIRS:
        raise InputError(
            f"{distance.shape[0]:,} units and {distance.shape[1]:,} sites are {distance.size:,} "
            f"pairs; at most {MOST_PAIRS:,} can be held against each other. Take fewer sites."
        )
    for labels, what in (
        (distance.index, "units of distance"),
        (distance.columns, "sites of distance"),
        (weights.index, "units of weights"),
    ):
        if labels.hasnans:
            raise InputError(f"A label among the {what} is missing.")
        if labels.has_duplicates:
            raise InputError(f"The {what} name {listed(labels[labels.duplicated()])} twice.")
    for rest, words in (
        (distance.index.difference(weights.index), "weights lack"),
        (weights.index.difference(distance.index), "distance has no row for"),
    ):
        if len(rest):
            raise InputError(f"{words} {counted(len(rest), 'unit')}: {listed(rest)}.")
    pairs = np.column_stack([_numbers(distance[name], "distance") for name in distance.columns])
    by_unit = weights.loc[distance.index]
    share = _numbers(by_unit, "weights")
    if share.sum() == 0:
        raise InputError("All weights are zero; at least one must be above zero.")
    return pairs, pd.Series(share / share.sum(), distance.index, name="weight")


def _numbers(column: pd.Series, what: str) -> Array:
    kind = column.dtype
    if not pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind):
        raise InputError(f"{what} holds {kind} values where numbers are needed.")
    values = column.to_numpy(dtype=float, na_value=np.nan)
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if wrong.size:
        at = f" of {str(column.name)!r}" if what == "distance" else ""
        raise InputError(
            f"{what}{at} is {values[wrong[0]]:g} for {listed(column.index[wrong])}; it must be a "
            "finite number, zero or more."
        )
    return values
