"""The mean over all pairs of units, with an interval by drawing units again."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gzcounty.checks import require
from gzcounty.errors import InputError
from gzcounty.language import _
from gzcounty.models._arrays import Array
from gzcounty.models.result import Estimate, Reported
from gzcounty.parallel import seeded
from gzcounty.words import counted, listed

# Numbers in one piece of the draws: their weights take 8 MB.
PIECE = 1_000_000


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PairMean(Reported):
    """A mean over all pairs of units.

    Attributes
    ----------
    estimate : float
    nobs : int
        Units, not pairs.
    draws : int
    notes : tuple of str
    native : ndarray of shape (draws,)
        The mean of each draw.
    """

    estimate: float
    nobs: int
    draws: int
    notes: tuple[str, ...]
    native: Array

    @property
    def std_error(self) -> float:
        """Standard deviation of the draws."""
        return float(self.native.std(ddof=1))

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """One row: the mean and its percentile interval, in the usual columns; there is no test."""
        low, high = np.quantile(self.native, [(1 - level) / 2, (1 + level) / 2])
        name = _("mean over pairs")
        row = Estimate(name, self.estimate, self.std_error, np.nan, np.nan, low, high)
        return pd.DataFrame([row._asdict()])

    def _heading(self) -> str:
        pairs = self.nobs * (self.nobs - 1) // 2
        return _(
            "Mean over {pairs} of {units}",
            pairs=counted(pairs, "pair"), units=counted(self.nobs, "unit"),
        )  # fmt: skip


def pair_mean(matrix: pd.DataFrame, *, draws: int = 1_999, seed: int = 20_260) -> PairMean:
    r"""Average a symmetric matrix over all pairs of units, with a bootstrap interval over units.

    The units are drawn with replacement, :math:`w_i` times unit i. Two copies of the same unit
    are no pair: their distance is zero by construction and would pull every draw down. They are
    left out above and below the line:

    .. math:: \bar K^* = \frac{\sum_{i \ne j} w_i w_j K_{ij}}{\sum_{i \ne j} w_i w_j}

    Units are drawn, not pairs, because pairs that share a unit move together.

    Parameters
    ----------
    matrix : DataFrame
        Units by units, symmetric, such as `krugman_dissimilarity` gives, or the difference of two
        such matrices of the same units. The diagonal is not used.
    draws : int, default 1999
    seed : int

    Returns
    -------
    PairMean
        ``table()`` has the percentile interval, ``native`` the draws.

    Raises
    ------
    InputError
        If the matrix is not square and symmetric, names a unit twice or not alike in rows and
        columns, has missing or infinite values, or fewer than 3 units.

    Notes
    -----
    The mean over pairs is a U-statistic (Hoeffding 1948, Annals of Mathematical Statistics 19,
    293-325). If the units are all there are, the interval answers how much the mean hangs on
    which units happen to be there, not how well it is counted.

    Examples
    --------
    >>> import gzcounty as gz
    >>> census = gz.load_industry_employment().query("year == 2020")
    >>> K = gz.krugman_dissimilarity(census, columns=("adcode", "section", "employed"))
    >>> gz.pair_mean(K).table()[["estimate", "conf_low", "conf_high"]].round(2).values.tolist()
    [[0.37, 0.33, 0.42]]
    """
    values = _symmetric(matrix)
    n = len(values)
    np.fill_diagonal(values, 0.0)
    parts = []
    for generator, count in seeded(draws, max(1, PIECE // n), seed):
        weights = generator.multinomial(n, np.full(n, 1 / n), size=count).astype(float)
        pairs = n**2 - (weights**2).sum(axis=1)
        # All draws of one unit leave no pair; with three units that happens now and then.
        usable = pairs > 0
        sums = ((weights @ values) * weights).sum(axis=1)
        parts.append(sums[usable] / pairs[usable])
    native = np.concatenate(parts)
    notes = [_(
        "{draws} of {units} with replacement; pairs of two copies of one unit are left out of the "
        "mean; percentile interval.",
        draws=counted(draws, "draw"), units=counted(n, "unit"),
    )]  # fmt: skip
    if len(native) < draws:
        alone = counted(draws - len(native), "draw")
        notes.append(_("{draws} of a single unit left out.", draws=alone))
    require(len(native) > 1, "No draw has two different units; take more draws.")
    return PairMean(
        estimate=float(values.sum() / (n * (n - 1))),
        nobs=n,
        draws=len(native),
        notes=tuple(notes),
        native=native,
    )


def _symmetric(matrix: pd.DataFrame) -> Array:
    """Return the values of a matrix of pairs, as a fresh array."""
    twice = matrix.index[matrix.index.duplicated()].unique()
    require(len(twice) == 0, "matrix has {twice} in more than one row.", twice=listed(twice))
    require(
        matrix.index.equals(matrix.columns),
        "The rows and columns of a matrix of pairs are the same units in the same order; here they "
        "differ.",
    )
    require(len(matrix) >= 3, "It takes 3 units or more, not {n}.", n=len(matrix))
    texts = [c for c in matrix if not pd.api.types.is_numeric_dtype(matrix[c])]
    require(not texts, "Column {texts} of the matrix holds no numbers.", texts=listed(texts))
    values = matrix.to_numpy(float, copy=True)
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        i, j = bad[0]
        raise InputError(
            "The matrix is {value} for {row!r} and {column!r}; finite numbers are allowed.",
            value=values[i, j], row=str(matrix.index[i]), column=str(matrix.columns[j]),
        )  # fmt: skip
    gap = np.abs(values - values.T)
    i, j = np.unravel_index(gap.argmax(), gap.shape)
    require(
        bool(gap[i, j] <= 1e-9 * max(1.0, float(np.abs(values).max()))),
        "The matrix is not symmetric: {row!r} and {column!r} have {value:g} one way and "
        "{other:g} the other.",
        row=str(matrix.index[i]), column=str(matrix.columns[j]), value=values[i, j],
        other=values[j, i],
    )  # fmt: skip
    return values
