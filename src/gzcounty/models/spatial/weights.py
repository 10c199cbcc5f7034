"""What spatial weights are: ids, and a sparse matrix whose row i holds the weights of unit i.

Units are matched by id, never by position; an id that has no partner is named, with the likely
reason.
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

from gzcounty.door import checked_methods
from gzcounty.errors import InputError
from gzcounty.extras import require_library
from gzcounty.language import N_, _, _n
from gzcounty.words import counted, listed

from .._types import Array
from ..sample import as_numbers

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
