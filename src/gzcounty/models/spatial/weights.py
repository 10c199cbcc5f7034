"""What spatial weights are: ids, and a sparse matrix whose row i holds the weights of unit i."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import scipy.sparse as sp

from gzcounty.errors import InputError
from gzcounty.extras import require
from gzcounty.words import counted, listed

from ..sample import as_numbers
from .ids import refuse_twins, require_same_ids
from .quiet import quiet
from .standards import Standard, check_standard, standardise

Islands = Literal["refuse", "keep"]


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
        return list(self.ids[np.diff(self.matrix.indptr) == 0])

    def lag(self, y: pd.Series) -> pd.Series:
        """Weighted sum over each unit's neighbours; their mean if rows sum to one.

        Parameters
        ----------
        y : Series
            Numbers without gaps, indexed by the same ids in any order.

        Returns
        -------
        Series
            On the index of `y`. Zero for an island.

        Raises
        ------
        InputError
            If ids differ, or a value is missing or not a number.
        """
        require_same_ids(pd.Index(y.index), self.ids, "y")
        values = as_numbers(y.rename("y" if y.name is None else y.name))
        missing = y.index[np.isnan(values)]
        if len(missing):
            raise InputError(f"y is missing for {listed(missing)}; a lag needs every neighbour.")
        lagged = self.subset(y.index, islands="keep").matrix @ values
        return pd.Series(lagged, index=y.index, name=f"W {y.name}" if y.name else "W y")

    def subset(self, ids: Iterable[Any], islands: Islands = "refuse") -> "SpatialWeights":
        """Weights among some of the units, in the order given, standardised anew.

        Parameters
        ----------
        ids : iterable
            Units to keep.
        islands : {"refuse", "keep"}
            What to do with a unit that loses all its neighbours.

        Raises
        ------
        InputError
            If an id is unknown or given twice, or a unit is left without neighbours and `islands`
            is "refuse".
        """
        kept = pd.Index(list(ids), dtype=self.ids.dtype if len(self.ids) else None)
        require_same_ids(kept, self.ids, "the subset", whole=False)
        place = self.ids.get_indexer(kept)
        matrix = self.matrix[place][:, place]
        if len(kept) == len(self):
            return replace(self, ids=kept, matrix=matrix)
        before = set(self.islands)
        stranded = [name for name in _islands(kept, matrix) if name not in before]
        if stranded and islands == "refuse":
            raise InputError(
                f"Without the units left out, {listed(stranded)} would have no neighbour; leave "
                'them out too, or give subset(..., islands="keep").'
            )
        scaled = standardise(matrix, self.standardised)
        return replace(self, ids=kept, matrix=scaled)

    def restandardise(self, standard: Standard) -> "SpatialWeights":
        """Return the same neighbours with weights scaled in another way."""
        check_standard(standard)
        matrix = standardise(self.matrix, standard)
        return replace(self, matrix=matrix, standardised=standard)

    def native(self) -> Any:  # noqa: ANN401 (a libpysal.weights.W)
        """Return the weights as libpysal's ``W``, for use with the rest of PySAL.

        Raises
        ------
        ModuleNotFoundError
            If libpysal is not installed.
        """
        with quiet():
            require("libpysal", "spatial", "A PySAL weights object")
            from libpysal import weights

            names, m = self.ids.to_list(), self.matrix
            rows = [slice(*m.indptr[i : i + 2]) for i in range(len(names))]
            near = {
                name: [names[j] for j in m.indices[row]]
                for name, row in zip(names, rows, strict=True)
            }
            much = {name: m.data[row].tolist() for name, row in zip(names, rows, strict=True)}
            native = weights.W(near, much, id_order=names, silence_warnings=True)
            if self.standardised == "row":
                native.transform = "r"  # changes no number, but tells PySAL
        return native

    def __repr__(self) -> str:
        means = self.links / max(len(self), 1)
        words = {"row": "rows sum to one", "spectral": "largest eigenvalue one"}
        lines = [
            f"Spatial weights: {counted(len(self), 'unit')}, {counted(self.links, 'link')}, "
            f"{means:.2f} neighbours on average, {counted(len(self.islands), 'island')}",
            f"- {self.kind}; {words.get(self.standardised, 'not standardised')}.",
        ]
        return "\n".join([*lines, *(f"- {note}" for note in self.notes)])


def make_weights(
    ids: pd.Index,
    matrix: sp.csr_array,
    kind: str,
    standard: Standard,
    islands: Islands = "refuse",
    notes: Iterable[str] = (),
) -> SpatialWeights:
    """Check a matrix of weights and wrap it.

    Raises
    ------
    InputError
        If a weight is negative, missing or infinite, all are zero, a unit is its own neighbour,
        or one has no neighbour and `islands` is "refuse".
    """
    check_standard(standard)
    if islands not in get_args(Islands):
        raise InputError(f"islands must be 'refuse' or 'keep', not {islands!r}.")
    refuse_twins(ids)
    matrix = sp.csr_array(matrix, dtype=float)
    wrong = np.flatnonzero(~np.isfinite(matrix.data) | (matrix.data < 0))
    if wrong.size:
        row = np.searchsorted(matrix.indptr, wrong[0], side="right") - 1
        pair = listed([ids[row], ids[matrix.indices[wrong[0]]]])
        raise InputError(
            f"The weight between {pair} is {matrix.data[wrong[0]]:g}; weights must be finite and "
            "not negative."
        )
    own = ids[matrix.diagonal() != 0]
    if len(own):
        raise InputError(f"{listed(own)} would be a neighbour of itself; remove that weight.")
    matrix.eliminate_zeros()
    matrix.sort_indices()
    if matrix.nnz == 0:
        raise InputError("All weights are zero: nobody has a neighbour.")
    alone = _islands(ids, matrix)
    notes = list(notes)
    if alone:
        if islands == "refuse":
            raise InputError(
                f"{counted(len(alone), 'unit')} without a neighbour: {listed(alone)}; add "
                'neighbours, leave these units out, or give islands="keep".'
            )
        notes.append(
            f"{counted(len(alone), 'island')} kept without neighbours: {listed(alone)}; the lag of "
            "an island is zero."
        )
    return SpatialWeights(
        ids=ids,
        matrix=standardise(matrix, standard),
        kind=kind,
        standardised=standard,
        notes=tuple(notes),
    )


def _islands(ids: pd.Index, matrix: sp.csr_array) -> list[Any]:
    return list(ids[np.diff(matrix.indptr) == 0])
