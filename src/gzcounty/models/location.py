"""Where to put k hubs so that people are as near to one as they can be, and distances for that."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gzcounty.checks import require_columns
from gzcounty.errors import InputError, TrapError
from gzcounty.language import N_, _
from gzcounty.words import counted, listed

from ._arrays import Array, Codes
from .result import ABSENT, Estimate, Reported
from .spatial.weights import EARTH, MOST_PAIRED, degrees, refuse_twins


def distance_matrix(
    data: pd.DataFrame, id: str = "adcode", lon: str = "lon", lat: str = "lat"
) -> pd.DataFrame:
    r"""Great-circle distance between every pair of places, in km.

    .. math:: d = 2 R \arcsin \sqrt{\sin^2 \tfrac{\Delta\phi}{2}
              + \cos\phi_1 \cos\phi_2 \sin^2 \tfrac{\Delta\lambda}{2}}

    (the haversine formula: Sinnott 1984, Sky and Telescope 68, 159) on a sphere of radius
    6,371.0088 km. Straight lines over the ground, not roads: in mountains a road is longer.

    Parameters
    ----------
    data : DataFrame
        One row a place.
    id, lon, lat : str
        Columns with the id, and with coordinates in degrees.

    Returns
    -------
    DataFrame, places by places
        Symmetric, zero in the diagonal.

    Raises
    ------
    InputError
        If a column is missing, an id is missing or repeated, a coordinate is missing or outside
        the globe, or there are more than 5,000 places.

    Examples
    --------
    >>> import gzcounty as gz
    >>> kilometres = gz.distance_matrix(gz.load_geography())
    >>> round(kilometres.loc["522632", "522630"])  # Rongjiang to Taijiang
    69
    """
    require_columns(data, [id, lon, lat])
    ids = pd.Index(data[id], name=id)
    refuse_twins(ids)
    if len(ids) > MOST_PAIRED:
        raise InputError(
            "{places:,} places are too many for a matrix; at most {most:,}.",
            places=len(ids), most=MOST_PAIRED,
        )  # fmt: skip
    x = np.radians(degrees(data, lon, ids, 180))
    y = np.radians(degrees(data, lat, ids, 90))
    half = np.sin((y[:, None] - y) / 2) ** 2
    half += np.cos(y[:, None]) * np.cos(y) * np.sin((x[:, None] - x) / 2) ** 2
    # Rounding can lift the half-chord of opposite points above one.
    kilometres = 2 * EARTH * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return pd.DataFrame(kilometres, index=ids, columns=ids.rename(None))


# A first short list has so many times the sites that would be a unit's fair share, n / k.
FAIR_SHARES = 2


def solve(distance: Array, weights: Array, k: int, seconds: float) -> tuple[Codes, Any]:
    """Return the places of the best k sites, and the solver's answer.

    Few units are served by a far site. So each may go to the sites on its short list only, or
    "elsewhere", at the distance of the nearest site that is not on the list. That can only make
    things look better than they are. If nobody goes elsewhere in the best answer, it is the best of
    the full programme too; if some do, their lists are doubled and it is solved again. Most lists
    are long enough after that has been done with fractions of hubs, which costs next to nothing;
    and mostly there are none in the answer, so that it is the best with whole hubs as well.

    Shapes: distance (units, sites); weights (units,), summing to one.
    """
    n, m = distance.shape
    order = np.argsort(distance, axis=1, kind="stable")
    reach = np.full(n, min(m, max(2, -(-FAIR_SHARES * m // k))))
    whole = False
    while True:
        answer, elsewhere = _solve_with_lists(distance, weights, k, order, reach, whole, seconds)
        if answer.status != 0:
            raise TrapError(
                "HiGHS has not proven which {sites} of {all} is best within {seconds:g} seconds "
                "({message}); allow more, or take fewer sites.",
                sites=counted(k, "site"), all=m, seconds=seconds, message=answer.message.strip(),
            )  # fmt: skip
        hubs = answer.x[-(m + n) : -n]
        if not elsewhere.any() and (whole or np.abs(hubs - np.rint(hubs)).max() < 1e-9):
            if not whole:
                answer.mip_gap = 0.0
            return np.flatnonzero(hubs > 0.5), answer
        whole = not elsewhere.any()
        reach[elsewhere] = np.minimum(m, 2 * reach[elsewhere])


def _solve_with_lists(
    distance: Array, weights: Array, k: int, order: Codes, reach: Codes, whole: bool, seconds: float
) -> tuple[Any, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Solve for x (unit and site of its list), y (site), z (unit goes elsewhere), in this order."""
    from scipy import sparse
    from scipy.optimize import Bounds, LinearConstraint, milp

    n, m = distance.shape
    unit = np.repeat(np.arange(n), reach)
    site = np.concatenate([order[i, : reach[i]] for i in range(n)])
    pairs = len(unit)
    short = reach < m
    next_site = order[np.arange(n), np.minimum(reach, m - 1)]
    beyond = np.where(short, distance[np.arange(n), next_site], 0.0)
    cost = np.concatenate([weights[unit] * distance[unit, site], np.zeros(m), weights * beyond])

    def matrix(rows: Codes, columns: Codes, shape: tuple[int, int], value: float = 1.0) -> Any:  # noqa: ANN401
        return sparse.csr_matrix((np.full(len(rows), value), (rows, columns)), shape=shape)

    each = np.arange(pairs)
    served = sparse.hstack([
        matrix(unit, each, (n, pairs)), sparse.csr_matrix((n, m)), sparse.eye(n)
    ])  # fmt: skip
    only_hubs = sparse.hstack([
        sparse.eye(pairs), matrix(each, site, (pairs, m), -1.0), sparse.csr_matrix((pairs, n))
    ])  # fmt: skip
    hubs = np.concatenate([np.zeros(pairs), np.ones(m), np.zeros(n)])
    answer = milp(
        cost,
        constraints=[
            LinearConstraint(served.tocsr(), 1, 1),
            LinearConstraint(only_hubs.tocsr(), -np.inf, 0),
            LinearConstraint(sparse.csr_matrix(hubs[np.newaxis]), k, k),
        ],
        integrality=hubs if whole else np.zeros_like(hubs),
        bounds=Bounds(0, np.concatenate([np.ones(pairs + m), short.astype(float)])),
        # The default stops at a gap of 0.01 %, which is not a proof.
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    elsewhere = np.zeros(n, dtype=bool) if answer.x is None else answer.x[pairs + m :] > 1e-9
    return answer, elsewhere


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

    def table(self) -> pd.DataFrame:
        """One row a hub, the one with most weight first.

        Returns
        -------
        DataFrame
            hub; mean_distance of the units it serves, by weight (missing if they have none); units;
            weight, their share.
        """
        served = self.weights.groupby(self.assignment)
        travelled = (self.weights * self.distance).groupby(self.assignment).sum()
        weight = served.sum().reindex(self.hubs, fill_value=0.0)
        rows = pd.DataFrame({
            "hub": list(self.hubs),
            "mean_distance": (travelled.reindex(self.hubs) / weight.where(weight > 0)).to_numpy(),
            "units": served.size().reindex(self.hubs, fill_value=0).to_numpy(),
            "weight": weight.to_numpy(),
        })  # fmt: skip
        return rows.sort_values("weight", ascending=False, kind="stable", ignore_index=True)

    def _heading(self) -> str:
        return _(
            "{hubs} for {units}: mean distance {distance:.4g}",
            hubs=counted(len(self.hubs), "hub"), units=counted(self.nobs, "unit"),
            distance=self.mean_distance,
        )  # fmt: skip

    def _shown_rows(self) -> list[Estimate]:
        rows = self.table().itertuples()
        named = ((_("{hub} ({units})", hub=r.hub, units=counted(r.units, "unit")), r) for r in rows)
        return [Estimate(name, row.mean_distance, *ABSENT) for name, row in named]


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
    if not 1 <= k <= distance.shape[1]:
        raise InputError("k must lie between 1 and the number of sites, not {k}.", k=k)
    chosen, answer = solve(pairs, share.to_numpy(), k, seconds)
    return _plan(distance, pairs, share, chosen, (proven_best(k),), answer)


def proven_best(k: int) -> str:
    """Return the note of a plan of `p_median`."""
    sites = counted(k, "site")
    return _("Proven best by HiGHS: no choice of {sites} has a lower mean.", sites=sites)


def assign_to_hubs(distance: pd.DataFrame, weights: pd.Series, hubs: Sequence[Hashable]) -> HubPlan:
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
    labels = pd.Index(hubs)
    if not len(labels):
        raise InputError("At least one hub is needed; the list is empty.")
    if labels.has_duplicates:
        raise InputError(
            "The hub {names} is named twice.", names=listed(labels[labels.duplicated()])
        )
    unknown = labels.difference(distance.columns)
    if len(unknown):
        raise InputError("No site is called {names}.", names=listed(unknown))
    chosen = np.sort(distance.columns.get_indexer(labels))
    return _plan(distance, pairs, share, chosen, (_("Hubs as given."),), None)


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
    to_hub = pd.Series(
        pairs[np.arange(len(pairs)), chosen[nearest]], distance.index, name="distance"
    )
    return HubPlan(
        hubs=tuple(hubs),
        assignment=pd.Series(hubs[nearest], distance.index, name="hub"),
        distance=to_hub,
        mean_distance=float(share @ to_hub),
        weights=share,
        nobs=len(pairs),
        notes=notes,
        native=native,
    )


def _read(distance: pd.DataFrame, weights: pd.Series) -> tuple[Array, pd.Series]:
    """Return distances as an array and weights as shares in the order of its rows."""
    if distance.empty:
        raise InputError("distance has no rows or no columns.")
    if distance.size > MOST_PAIRS:
        raise InputError(
            "{units:,} units and {sites:,} sites are {pairs:,} pairs; at most {most:,} can be held "
            "against each other. Take fewer sites.",
            units=distance.shape[0], sites=distance.shape[1], pairs=distance.size, most=MOST_PAIRS,
        )  # fmt: skip
    for labels, what in (
        (distance.index, N_("units of distance")),
        (distance.columns, N_("sites of distance")),
        (weights.index, N_("units of weights")),
    ):
        if labels.nlevels > 1:
            raise InputError(
                "The {what} have labels of {levels} levels; give one level.",
                what=_(what), levels=labels.nlevels,
            )  # fmt: skip
        if labels.hasnans:
            raise InputError("A label among the {what} is missing.", what=_(what))
        if labels.has_duplicates:
            raise InputError(
                "The {what} name {names} twice.",
                what=_(what), names=listed(labels[labels.duplicated()]),
            )  # fmt: skip
    for rest, message in (
        (distance.index.difference(weights.index), N_("weights lack {units}: {names}.")),
        (weights.index.difference(distance.index), N_("distance has no row for {units}: {names}.")),
    ):
        if len(rest):
            raise InputError(message, units=counted(len(rest), "unit"), names=listed(rest))
    pairs = _numbers(distance, "distance")
    share = _numbers(weights.loc[distance.index].to_frame(), "weights").ravel()
    if share.sum() == 0:
        raise InputError("All weights are zero; at least one must be above zero.")
    return pairs, pd.Series(share / share.sum(), distance.index, name="weight")


def _numbers(table: pd.DataFrame, what: str) -> Array:
    """Return a table as an array; raise InputError unless all of it is numbers from zero on."""
    for kind in table.dtypes.unique():
        if not pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind):
            raise InputError(
                "{what} holds {kind} values where numbers are needed.", what=what, kind=kind
            )
    values = table.to_numpy(dtype=float, na_value=np.nan)
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        place = int(wrong.any(axis=0).argmax())
        rows = np.flatnonzero(wrong[:, place])
        if what == "distance":
            what = _("distance of {site!r}", site=str(table.columns[place]))
        raise InputError(
            "{what} is {value:g} for {units}; it must be a finite number, zero or more.",
            what=what, value=values[rows[0], place], units=listed(table.index[rows]),
        )  # fmt: skip
    return values
