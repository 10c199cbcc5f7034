"""Spatial weights: ids, and a sparse matrix whose row i holds the weights of unit i.

They are made from a table of neighbours, or from coordinates by great-circle distance. Units are
matched by id, never by position; an id that has no partner is named, with the likely reason.
"""

import io
import unicodedata
import warnings
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
import scipy.sparse as sp

from gzcounty.checks import require_columns
from gzcounty.door import checked_methods
from gzcounty.errors import InputError
from gzcounty.extras import require_library
from gzcounty.language import N_, _, _n
from gzcounty.words import counted, listed

from .._arrays import Array
from ..sample import as_names, as_numbers

COLUMNS = N_("the columns of W")  # which are many; other places are one


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what a library prints, and what it warns of its own inside, from the reader."""
    from scipy.sparse import SparseEfficiencyWarning

    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        # Deprecations and slow formats are the libraries' affair. RuntimeWarning is about the
        # optimiser's options and logarithms at the edge; whether results are finite we check.
        kinds: tuple[type[Warning], ...]
        kinds = (DeprecationWarning, PendingDeprecationWarning, FutureWarning, RuntimeWarning)
        for kind in (*kinds, SparseEfficiencyWarning):
            warnings.simplefilter("ignore", kind)
        yield


def require_same_ids(ids: pd.Index, units: pd.Index, where: str, *, whole: bool = True) -> None:
    """Raise `InputError` unless `ids` are the units of the weights, each once, in any order."""
    _require_plain(ids)
    if ids.hasnans:
        raise InputError("An id in {where} is missing; give every unit its id.", where=_(where))
    twice = ids[ids.duplicated()].unique()
    if len(twice):
        raise InputError(_n(
            "{names} stands more than once in {where}; there must be one row a unit, such as one "
            "year of a panel.",
            "{names} stand more than once in {where}; there must be one row a unit, such as one "
            "year of a panel.",
            len(twice), names=listed(twice), where=_(where),
        ))  # fmt: skip
    strange = ids[~ids.isin(units)]
    if len(strange):
        one = N_("W has no {names}, which {where} has. {reason}")
        several = N_("W has no {names}, which {where} have. {reason}")
        raise InputError(
            several if where == COLUMNS else one,
            names=listed(strange), where=_(where), reason=_reason(strange[0], units),
        )  # fmt: skip
    if whole and len(ids) < len(units):
        absent = units[~units.isin(ids)]
        raise InputError(
            "{units} of W not in {where}: {names}; if that is meant, give W.subset(ids).",
            units=counted(len(absent), "unit"), where=_(where), names=listed(absent),
        )  # fmt: skip


def _require_plain(ids: pd.Index) -> None:
    if ids.nlevels > 1 or not len(ids):
        several = N_("W and its variables need one id a unit, not ids of {levels} levels.")
        none = N_("W and its variables need one id a unit, not none.")
        raise InputError(several if len(ids) else none, levels=ids.nlevels)


def refuse_twins(ids: pd.Index) -> None:
    """Raise `InputError` if an id is missing, or two are the same but for the width of letters."""
    _require_plain(ids)
    if ids.hasnans:
        raise InputError("An id of the weights is missing; give every unit its id.")
    if ids.has_duplicates:
        raise InputError(
            "{names} is twice among the ids.", names=listed(ids[ids.duplicated()].unique())
        )
    if pd.api.types.is_numeric_dtype(ids.dtype):
        return
    plain: dict[Hashable, Hashable] = {}
    for name in ids:
        other = plain.setdefault(_plain(name), name)
        if other is not name and other != name:
            raise InputError(
                "The ids {names} differ only in the width of letters, in type or in spaces "
                "around them; write each unit in one way.",
                names=listed([other, name]),
            )  # fmt: skip


def _plain(name: Hashable) -> str:
    """Half-width, without spaces around, as text."""
    return unicodedata.normalize("NFKC", str(name)).strip()


def _reason(strange: Hashable, units: pd.Index) -> str:
    """Return a sentence on why an id may have no partner."""
    partner = next((name for name in units if _plain(name) == _plain(strange)), None)
    if partner is None:
        return _("Its units are {names}.", names=listed(units, 3))
    if isinstance(partner, str) and not isinstance(strange, str):
        return _("Its ids are text and these are numbers; convert one of them.")
    if isinstance(strange, str) and not isinstance(partner, str):
        return _("Its ids are numbers and these are text; convert one of them.")
    return _(
        "It has {name!r}, which differs in the width of letters or in spaces.", name=str(partner)
    )


Standard = Literal["row", "spectral", "none"]


def standardise(matrix: sp.csr_array, standard: Standard) -> sp.csr_array:
    """Scale weights so that rows sum to one, or so that the largest eigenvalue is one."""
    if standard == "row":
        sums = np.asarray(matrix.sum(axis=1))
        factors = np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)
        return sp.csr_array(sp.diags_array(factors) @ matrix)
    if standard == "spectral":
        return matrix / _largest_eigenvalue(matrix)
    return matrix


def _largest_eigenvalue(matrix: sp.csr_array) -> float:
    """Perron root: for weights that are not negative, the largest eigenvalue is real."""
    n = matrix.shape[0]
    if n < 100:
        return float(np.linalg.eigvals(matrix.toarray()).real.max())
    from scipy.sparse.linalg import eigs

    start: Array = np.ones(n)  # ARPACK would else draw one, and the last digits with it
    return float(eigs(matrix, k=1, which="LR", v0=start, return_eigenvectors=False)[0].real)


Islands = Literal["refuse", "keep"]


@checked_methods
@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SpatialWeights:
    """Weights between units; made by `neighbour_weights`, `distance_weights` or `as_weights`.

    Attributes
    ----------
    ids : Index, shape (n,)
        Units, each once. Everything is matched by these, never by position.
    matrix : scipy.sparse.csr_array, shape (n, n)
        Row i holds the weights that unit i gives to its neighbours; the diagonal is zero.
    kind : str
        Where the weights come from, in words.
    standardised : {"row", "spectral", "none"}
        Rows sum to one; or the largest eigenvalue is one; or neither is promised.
    notes : tuple of str
        What was left out or kept against the rule.
    """

    ids: pd.Index
    matrix: sp.csr_array
    kind: str
    standardised: Standard
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def links(self) -> int:
        """Number of weights above zero, each direction counted."""
        return int(self.matrix.nnz)

    @property
    def islands(self) -> list[Any]:
        """Ids of units without a neighbour."""
        return _islands(self.ids, self.matrix)

    def lag(self, y: pd.Series) -> pd.Series:
        """Weighted sum over each unit's neighbours; their mean if rows sum to one.

        `y` is a Series without gaps on the same ids in any order, and so is the lag; that of an
        island is zero. Raises `InputError` if ids differ, or a value is missing or not a number.
        """
        require_same_ids(pd.Index(y.index), self.ids, "y")
        values = as_numbers(y.rename("y" if y.name is None else y.name))
        missing = y.index[np.isnan(values)]
        if len(missing):
            raise InputError(
                "y is missing for {names}; a lag needs every neighbour.", names=listed(missing)
            )
        lagged = self.subset(y.index, islands="keep").matrix @ values
        return pd.Series(lagged, index=y.index, name=f"W {y.name}" if y.name else "W y")

    def subset(self, ids: Iterable[Any], islands: Islands = "refuse") -> "SpatialWeights":
        """Weights among some of the units, in the order given, standardised anew.

        Raises `InputError` if an id is unknown or given twice, or if a unit loses all its
        neighbours and `islands` is "refuse" (not "keep").
        """
        kept = pd.Index(list(ids), dtype=self.ids.dtype if len(self.ids) else None)
        require_same_ids(kept, self.ids, N_("the subset"), whole=False)
        place = self.ids.get_indexer(kept)
        matrix = self.matrix[place][:, place]
        if len(kept) == len(self):
            return replace(self, ids=kept, matrix=matrix)
        before = set(self.islands)
        stranded = [name for name in _islands(kept, matrix) if name not in before]
        if stranded and islands == "refuse":
            raise InputError(
                "Without the units left out, {names} would have no neighbour; leave them out "
                'too, or give subset(..., islands="keep").',
                names=listed(stranded),
            )  # fmt: skip
        return replace(self, ids=kept, matrix=standardise(matrix, self.standardised))

    def restandardise(self, standard: Standard) -> "SpatialWeights":
        """Return the same neighbours with weights scaled in another way."""
        return replace(self, matrix=standardise(self.matrix, standard), standardised=standard)

    def native(self) -> Any:  # noqa: ANN401 (a libpysal.weights.W)
        """Return the weights as libpysal's ``W``, for use with the rest of PySAL."""
        with quiet():
            require_library("libpysal", "spatial", N_("A PySAL weights object"))
            from libpysal import weights

            sparse = weights.WSP(self.matrix, id_order=self.ids.to_list())
            native = sparse.to_W(silence_warnings=True)
            if self.standardised == "row":
                native.transform = "r"  # changes no number, but tells PySAL
        return native

    def __repr__(self) -> str:
        scaled = {
            "row": N_("{kind}; rows sum to one."),
            "spectral": N_("{kind}; largest eigenvalue one."),
            "none": N_("{kind}; not standardised."),
        }
        heading = _(
            "Spatial weights: {units}, {links}, {mean:.2f} neighbours on average, {islands}",
            units=counted(len(self), "unit"), links=counted(self.links, "link"),
            mean=self.links / max(len(self), 1), islands=counted(len(self.islands), "island"),
        )  # fmt: skip
        notes = [_(scaled[self.standardised], kind=self.kind), *self.notes]
        return "\n".join([heading, *(f"- {note}" for note in notes)])


def make_weights(
    ids: pd.Index,
    matrix: sp.csr_array,
    kind: str,
    standard: Standard,
    islands: Islands = "refuse",
    notes: Iterable[str] = (),
) -> SpatialWeights:
    """Check a matrix of weights and wrap it."""
    refuse_twins(ids)
    matrix = sp.csr_array(matrix, dtype=float)
    wrong = np.flatnonzero(~np.isfinite(matrix.data) | (matrix.data < 0))
    if wrong.size:
        row = np.searchsorted(matrix.indptr, wrong[0], side="right") - 1
        pair = listed([ids[row], ids[matrix.indices[wrong[0]]]])
        raise InputError(
            "The weight between {pair} is {value:g}; weights must be finite and not negative.",
            pair=pair, value=matrix.data[wrong[0]],
        )  # fmt: skip
    selves = ids[matrix.diagonal() != 0]
    if len(selves):
        raise InputError(
            "{names} would be a neighbour of itself; remove that weight.", names=listed(selves)
        )
    matrix.eliminate_zeros()
    matrix.sort_indices()
    if matrix.nnz == 0:
        raise InputError("All weights are zero: nobody has a neighbour.")
    alone = _islands(ids, matrix)
    notes = list(notes)
    if alone:
        if islands == "refuse":
            raise InputError(
                "{units} without a neighbour: {names}; add neighbours, leave these units out, "
                'or give islands="keep".',
                units=counted(len(alone), "unit"), names=listed(alone),
            )  # fmt: skip
        notes.append(_(
            "{islands} kept without neighbours: {names}; the lag of an island is zero.",
            islands=counted(len(alone), "island"), names=listed(alone),
        ))  # fmt: skip
    return SpatialWeights(
        ids=ids,
        matrix=standardise(matrix, standard),
        kind=kind,
        standardised=standard,
        notes=tuple(notes),
    )


def _islands(ids: pd.Index, matrix: sp.csr_array) -> list[Any]:
    return list(ids[np.diff(matrix.indptr) == 0])


def as_weights(W: Any) -> SpatialWeights:  # noqa: ANN401 (whatever people keep weights in)
    """Read weights from a `SpatialWeights`, a libpysal ``W`` or ``Graph``, or a square DataFrame.

    Rows of a DataFrame give weights to its columns; both carry the same ids. Islands are kept, as
    whoever made the object kept them, and named in the notes. Raises InputError if it is none of
    these, or the weights are refused as in `neighbour_weights`.

    >>> line = pd.DataFrame([[0, 1, 0], [1, 0, 1], [0, 1, 0]], list("abc"), list("abc"))
    >>> as_weights(line)
    Spatial weights: 3 units, 4 links, 1.33 neighbours on average, 0 islands
    - a square table of weights; not standardised.
    """
    if isinstance(W, SpatialWeights):
        return W
    if isinstance(W, pd.DataFrame):
        require_same_ids(pd.Index(W.columns), pd.Index(W.index), COLUMNS)
        refuse_twins(W.index)
        square = W[W.index]
        values = np.column_stack([as_numbers(square[name]) for name in square])
        ids, matrix, kind = W.index, sp.csr_array(values), _("a square table of weights")
    elif hasattr(W, "id_order") and hasattr(W, "sparse"):
        ids, matrix, kind = pd.Index(list(W.id_order)), W.sparse, _("weights of libpysal")
    elif hasattr(W, "unique_ids") and hasattr(W, "sparse"):
        ids, matrix, kind = pd.Index(W.unique_ids), W.sparse, _("a graph of libpysal")
    else:
        raise InputError(
            "W must come from neighbour_weights or distance_weights, or be a libpysal W or a "
            "square DataFrame, not {kind}.",
            kind=type(W).__name__,
        )  # fmt: skip
    weights = make_weights(ids, matrix, kind, "none", islands="keep")
    sums = np.asarray(weights.matrix.sum(axis=1))
    rows_to_one = np.allclose(sums[sums > 0], 1, rtol=0, atol=1e-9)
    return replace(weights, standardised="row") if rows_to_one else weights


def eigenvalues(matrix: sp.csr_array) -> Array:
    """All eigenvalues of a matrix of weights; real if it is symmetric but for scaling.

    Row-standardised neighbours are no symmetric matrix, but there are positive numbers d with
    ``d_i w_ij = d_j w_ji``. Then ``sqrt(w_ij w_ji)``, which is symmetric, has the same eigenvalues
    (Ord 1975, Journal of the American Statistical Association 70, 120-126), at a tenth of the work.
    """
    matrix = sp.csr_array(matrix)
    matrix.sort_indices()
    turned = sp.csr_array(matrix.T)
    turned.sort_indices()
    if _balanced(matrix, turned):
        values: Array = np.linalg.eigvalsh(np.sqrt((matrix * turned).toarray()))
        return values
    return np.linalg.eigvals(matrix.toarray())


def _balanced(matrix: sp.csr_array, turned: sp.csr_array) -> bool:
    """Return True if there are positive d with ``d_i w_ij = d_j w_ji``."""
    if matrix.nnz != turned.nnz or not (
        np.array_equal(matrix.indices, turned.indices)
        and np.array_equal(matrix.indptr, turned.indptr)
    ):
        return False
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    # log d follows from any one unit along the links; then every link must agree.
    step = np.log(matrix.data) - np.log(turned.data)
    steps = sp.csr_array((step, matrix.indices, matrix.indptr), shape=matrix.shape)
    log_d = np.zeros(matrix.shape[0])
    for start in np.unique(connected_components(matrix)[1], return_index=True)[1]:
        order, before = breadth_first_order(matrix, start)
        for unit in order[1:]:
            log_d[unit] = log_d[before[unit]] + steps[before[unit], unit]
    rows = np.repeat(np.arange(len(log_d)), np.diff(matrix.indptr))
    return bool(np.allclose(log_d[matrix.indices], log_d[rows] + step, rtol=0, atol=1e-8))


def keep_units(
    W: SpatialWeights, units: pd.Index, kept: pd.Index, where: str
) -> tuple[SpatialWeights, list[str]]:
    """Bring the weights into the order of `kept`, and say what leaving units out has done."""
    require_same_ids(units, W.ids, where)
    smaller = W.subset(kept)
    notes = list(W.notes)
    lost = len(W) - len(kept)
    if lost:
        said = {
            "row": N_(
                "Weights without {units} and {links} of missing values; the rows left sum to one "
                "again."
            ),
            "spectral": N_(
                "Weights without {units} and {links} of missing values; the largest eigenvalue is "
                "one again."
            ),
            "none": N_("Weights without {units} and {links} of missing values."),
        }
        units_lost, links_lost = counted(lost, "unit"), counted(W.links - smaller.links, "link")
        notes.append(_(said[W.standardised], units=units_lost, links=links_lost))
    return smaller, notes


DistanceKind = Literal["knn", "band", "inverse"]
# Mean radius of the earth in km (International Union of Geodesy and Geophysics).
EARTH = 6371.0088
# Every pair of more units than that would not fit into memory.
MOST_PAIRED = 5_000


def distance_weights(
    data: pd.DataFrame,
    id: str = "adcode",
    lon: str = "lon",
    lat: str = "lat",
    kind: DistanceKind = "knn",
    k: int | None = None,
    km: float | None = None,
    power: float = 1.0,
    standardise: Standard = "row",
    islands: Islands = "refuse",
) -> SpatialWeights:
    """Spatial weights from longitude and latitude.

    Distances are great-circle distances on a sphere of radius 6,371.0088 km.

    Parameters
    ----------
    data : DataFrame
        One row a unit.
    id, lon, lat : str
        Columns with the id, and with coordinates in degrees.
    kind : {"knn", "band", "inverse"}
        The k nearest neighbours; everyone within `km`; or everyone (within `km`, if given) with
        weight ``distance ** -power``.
    k : int, optional
        Number of neighbours with "knn"; 5 if not given.
    km : float, optional
        Radius. With "band" and none given, the smallest that leaves nobody alone.
    power : float, default 1
        With "inverse".
    standardise, islands
        As in `neighbour_weights`.

    Returns
    -------
    SpatialWeights
        Nearest neighbours are not mutual: those weights are not symmetric.

    Raises
    ------
    InputError
        If a column is missing, an id is missing or repeated, a coordinate is missing or outside
        the globe, arguments do not fit `kind`, a unit has no neighbour, or two units of "inverse"
        stand in one place.

    Examples
    --------
    >>> import gzcounty as gz
    >>> gz.distance_weights(gz.load_geography(), kind="knn", k=6)
    Spatial weights: 88 units, 528 links, 6.00 neighbours on average, 0 islands
    - 6 nearest neighbours; rows sum to one.
    """
    if kind == "knn" and km is not None:
        raise InputError("km is for the kinds band and inverse; knn takes k alone.")
    if kind != "knn" and k is not None:
        raise InputError("k is for the kind knn; {kind} takes km.", kind=kind)
    k = 5 if k is None else k
    require_columns(data, [id, lon, lat])
    ids = pd.Index(data[id])
    refuse_twins(ids)
    n = len(ids)
    if kind == "knn" and k >= n:
        raise InputError("k must be below the number of units, {n}, not {k}.", n=n, k=k)
    if n < 2:
        raise InputError(
            "Weights need at least two units; the data have {rows}.", rows=counted(n, "row")
        )
    points = on_sphere(degrees(data, lon, ids, 180), degrees(data, lat, ids, 90))

    notes: list[str] = []
    if kind == "knn":
        matrix = _nearest(points, k)
        words = _n("{n} nearest neighbour", "{n} nearest neighbours", k)
    else:
        if kind == "band" and km is None:
            from scipy.spatial import cKDTree

            chord, __ = cKDTree(points).query(points, k=2)
            km = float(_to_km(chord[:, 1]).max()) * (1 + 1e-9)
            notes.append(_("Radius {km:.1f} km, the smallest that leaves no unit alone.", km=km))
        matrix = within_km(points, km)
        if kind == "band":
            words = _("everyone within {km:,.1f} km", km=km)
            matrix.data[:] = 1.0
        else:
            _refuse_one_place(ids, matrix)
            matrix.data[:] = matrix.data**-power
            everyone = N_("inverse distance to the power {power:g}")
            near = N_("inverse distance to the power {power:g} within {km:,.1f} km")
            words = _(everyone if km is None else near, power=power, km=km)
    return make_weights(ids, matrix, words, standardise, islands, notes)


def degrees(data: pd.DataFrame, column: str, ids: pd.Index, limit: int) -> Array:
    """Return a column of degrees; refuse missing ones and those beyond the limit."""
    values = as_numbers(data[column])
    wrong = np.flatnonzero(np.isnan(values) | (np.abs(values) > limit))
    if wrong.size:
        missing = N_("{column!r} is missing for {names}; degrees lie between {low} and {high}.")
        beyond = N_(
            "{column!r} is {value:g} for {names}; degrees lie between {low} and {high}; are "
            "longitude and latitude swapped, or in metres?"
        )
        first = values[wrong[0]]
        raise InputError(
            missing if np.isnan(first) else beyond,
            column=column, value=first, names=listed(ids[wrong]), low=-limit, high=limit,
        )  # fmt: skip
    return values


def on_sphere(lon: Array, lat: Array) -> Array:
    """Points on the unit sphere; straight lines between them rank like great circles."""
    lam, phi = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def _to_km(chord: Array) -> Array:
    return 2 * EARTH * np.arcsin(np.minimum(chord / 2, 1))


def _nearest(points: Array, k: int) -> sp.csr_array:
    from scipy.spatial import cKDTree

    n = len(points)
    __, nearest = cKDTree(points).query(points, k=k + 1)
    # A unit finds itself, but not always first where two stand in one place.
    strangers = nearest != np.arange(n)[:, None]
    strangers &= np.cumsum(strangers, axis=1) <= k
    columns = nearest[strangers]
    rows = np.repeat(np.arange(n), k)
    return sp.csr_array((np.ones(n * k), (rows, columns)), shape=(n, n))


def within_km(points: Array, km: float | None) -> sp.csr_array:
    """Distances in km to everyone within a radius, or to everyone."""
    from scipy.spatial import cKDTree

    n = len(points)
    if km is None:
        if n > MOST_PAIRED:
            raise InputError(
                "Weights between all of {units} would be too many (at most {most:,}); give km.",
                units=counted(n, "unit"), most=MOST_PAIRED,
            )  # fmt: skip
        pairs = np.column_stack(np.triu_indices(n, 1))
    else:
        reach = 2 * np.sin(min(km / (2 * EARTH), np.pi / 2))
        tree = cKDTree(points)
        if tree.count_neighbors(tree, reach) > MOST_PAIRED**2:
            raise InputError(
                "Within {km:g} km of each other lie too many pairs of places (at most "
                "{most:,}); take a smaller radius.",
                km=km, most=MOST_PAIRED**2 // 2,
            )  # fmt: skip
        pairs = tree.query_pairs(reach, output_type="ndarray")
    distance = _to_km(np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1))
    rows, columns = np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]]
    return sp.csr_array((np.r_[distance, distance], (rows, columns)), shape=(n, n))


def _refuse_one_place(ids: pd.Index, matrix: sp.csr_array) -> None:
    same = np.flatnonzero(matrix.data < 1e-6)
    if same.size:
        row = np.searchsorted(matrix.indptr, same[0], side="right") - 1
        raise InputError(
            "{names} stand in one place, where inverse distance has no value; move one, or use knn "
            "or band.",
            names=listed([ids[row], ids[matrix.indices[same[0]]]]),
        )  # fmt: skip


def neighbour_weights(
    pairs: pd.DataFrame,
    i: str = "adcode_i",
    j: str = "adcode_j",
    ids: Iterable[Hashable] | None = None,
    values: str | None = None,
    standardise: Standard = "row",
    islands: Islands = "refuse",
    symmetric: bool = True,
) -> SpatialWeights:
    """Spatial weights from pairs of neighbours.

    Parameters
    ----------
    pairs : DataFrame
        Either one row a pair, in any order; or two rows a pair, one for each direction.
    i, j : str
        Columns with the ids of the two units.
    ids : iterable, optional
        All units, in the order wanted; needed if some have no neighbour. Not given: the units of
        the pairs, sorted.
    values : str, optional
        Column of weights, such as the length of the shared border. Not given: each pair counts 1.
    standardise : {"row", "spectral", "none"}
        Divide each row by its sum, so that a lag is a mean over neighbours; or all weights by the
        largest eigenvalue (Kelejian and Prucha 2010, Journal of Econometrics 157, 53-67), which
        keeps them symmetric; or nothing.
    islands : {"refuse", "keep"}
        What to do with units without neighbours.
    symmetric : bool, default True
        Whether i is j's neighbour whenever j is i's. False takes each row as i giving a weight to
        j, and nothing else.

    Returns
    -------
    SpatialWeights

    Raises
    ------
    InputError
        If a column is missing; an id is missing or not in `ids`; a unit is its own neighbour; a
        pair is repeated, or given both ways only for some pairs, or with unlike values; a weight
        is negative, missing or infinite, or all are zero; a unit has no neighbour.

    Examples
    --------
    >>> import gzcounty as gz
    >>> W = gz.neighbour_weights(gz.load_neighbours())
    >>> W
    Spatial weights: 88 units, 456 links, 5.18 neighbours on average, 0 islands
    - pairs of neighbours; rows sum to one.
    """
    require_columns(pairs, [i, j, *as_names(values)])
    for column in (i, j):
        lost = np.flatnonzero(pairs[column].isna())
        if lost.size:
            raise InputError(
                "{column!r} is missing in {rows} of the pairs (first at index {index}).",
                column=column, rows=counted(lost.size, "row"), index=pairs.index[lost[0]],
            )  # fmt: skip
    units = _units(pairs, i, j, ids)
    rows, columns = units.get_indexer(pairs[i]), units.get_indexer(pairs[j])
    for column, places in ((i, rows), (j, columns)):
        if (places < 0).any():
            unknown = pairs.loc[places < 0, column].unique()
            raise InputError(
                "Column {column!r} has {names}, not among the ids given.",
                column=column, names=listed(unknown),
            )  # fmt: skip
    selves = units[np.unique(rows[rows == columns])]
    if len(selves):
        raise InputError(
            "{names} would be a neighbour of itself; remove that row.", names=listed(selves)
        )

    weight = np.ones(len(pairs)) if values is None else as_numbers(pairs[values])
    bad = np.flatnonzero(np.isnan(weight) | (weight < 0))
    if bad.size:
        pair = _pair(units, rows, columns, bad[0])
        raise InputError(
            "Column {column!r} is {value:g} for the pair {pair}; weights must be known and not "
            "negative.",
            column=values, value=weight[bad[0]], pair=pair,
        )  # fmt: skip
    repeated = np.flatnonzero(pd.DataFrame({"i": rows, "j": columns}).duplicated())
    if repeated.size:
        pair = _pair(units, rows, columns, repeated[0])
        raise InputError(
            "The pair {pair} stands more than once in the same order ({rows}); each may "
            "be given once.",
            pair=pair, rows=counted(repeated.size, "such row"),
        )  # fmt: skip
    shape = (len(units), len(units))
    matrix = sp.csr_array((weight, (rows, columns)), shape=shape)
    if symmetric:
        matrix = _both_ways(units, matrix, rows, columns)
    notes = []
    zeros = int(np.sum(weight == 0))
    if zeros and zeros < len(weight):
        notes.append(_("{rows} with weight zero: no neighbours.", rows=counted(zeros, "row")))
    kind = _("pairs of neighbours")
    if values is not None:
        kind = _("pairs of neighbours weighted by {column}", column=values)
    return make_weights(units, matrix, kind, standardise, islands, notes)


def _units(pairs: pd.DataFrame, i: str, j: str, ids: Iterable[Hashable] | None) -> pd.Index:
    if ids is not None:
        units = pd.Index(list(ids))
        refuse_twins(units)
        return units
    units = pd.Index(pd.unique(pd.concat([pairs[i], pairs[j]], ignore_index=True)))
    try:
        return units.sort_values()
    except TypeError:
        raise InputError(
            "Columns {i!r} and {j!r} mix text and numbers; write all ids as text.", i=i, j=j
        ) from None


def _pair(units: pd.Index, rows: np.ndarray, columns: np.ndarray, at: int) -> str:
    """Name the units of one pair."""
    return listed([units[rows[at]], units[columns[at]]])


def _both_ways(
    units: pd.Index, matrix: sp.csr_array, rows: np.ndarray, columns: np.ndarray
) -> sp.csr_array:
    """Mirror pairs that are given once; check pairs that are given both ways."""
    n = len(units)
    there = rows.astype(np.int64) * n + columns
    back = columns.astype(np.int64) * n + rows
    single = np.flatnonzero(~np.isin(back, there))
    if single.size == len(rows):
        return sp.csr_array(matrix + matrix.T)
    if single.size:
        pair = _pair(units, rows, columns, single[0])
        raise InputError(
            "The pair {pair} is given one way only, others both ways ({pairs}); give all "
            "once, all both ways, or say symmetric=False.",
            pair=pair, pairs=counted(single.size, "such pair"),
        )  # fmt: skip
    gap = abs(matrix - matrix.T).tocoo()
    unlike = np.flatnonzero(gap.data > 1e-9 * abs(matrix).max())
    if unlike.size:
        at = unlike[0]
        a, b = int(gap.row[at]), int(gap.col[at])
        raise InputError(
            "The pair {pair} has the weight {one:g} one way and {other:g} the other; make "
            "them equal, or say symmetric=False.",
            pair=_pair(units, gap.row, gap.col, at), one=matrix[a, b], other=matrix[b, a],
        )  # fmt: skip
    return matrix
