"""The change of Moran's I between two times, with an interval."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize

from gzcounty.checks import require_whole
from gzcounty.errors import InputError
from gzcounty.language import N_, _
from gzcounty.parallel import run, seeded
from gzcounty.words import counted

from .._types import Array
from ..nearness import constant
from ..result import Reported
from ..sample import as_numbers
from .weights import as_weights, eigenvalues, keep_units

LEAST = 10
"""Units below which resampling residuals means little."""

MOST = 4_000
"""Units beyond which the maps of all draws would take minutes and gigabytes."""

PIECE = 250  # draws of one piece of work


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MoranChange(Reported):
    """Moran's I at two times, and its change.

    Attributes
    ----------
    before, after, change : float
        Moran's I of both columns, and the second less the first.
    rho : tuple of two float
        Spatial autoregression of each column, by maximum likelihood.
    columns : tuple of two str
    nobs : int
    notes : tuple of str
    native : ndarray, shape (draws, 2)
        Moran's I of both columns in each draw.
    """

    before: float
    after: float
    rho: tuple[float, float]
    columns: tuple[str, str]
    nobs: int
    notes: tuple[str, ...]
    native: Array

    @property
    def change(self) -> float:
        """Moran's I of the second column less that of the first."""
        return self.after - self.before

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """Three rows: both columns and the change.

        Intervals are basic bootstrap intervals (Davison and Hinkley 1997, Bootstrap Methods and
        their Application, Cambridge, page 194): ``2 I - q(1 - a/2)`` to ``2 I - q(a/2)``, with q
        the quantiles of the draws around their own centre. The p-value is missing: I without
        dependence is another question, see `morans_i`; for the change, see whether the interval
        includes zero.
        """
        draws = np.column_stack([self.native, self.native[:, 1] - self.native[:, 0]])
        estimate = np.array([self.before, self.after, self.change])
        # The process that the draws come from has values of its own, which are close to the
        # estimates but not the same: Moran's I is biased. The spread is what is taken from it.
        shifted = draws - draws.mean(axis=0)
        low, high = np.quantile(shifted, [(1 + level) / 2, (1 - level) / 2], axis=0)
        spread = draws.std(axis=0, ddof=1)
        first, second = self.columns
        return pd.DataFrame({
            "term": [first, second, f"{second} less {first}"],
            "estimate": estimate,
            "std_error": spread,
            "statistic": [np.nan, np.nan, self.change / spread[2]],
            "p_value": np.nan,
            "conf_low": estimate - low,
            "conf_high": estimate - high,
        })  # fmt: skip

    def _heading(self) -> str:
        first, second = self.columns
        units = counted(self.nobs, "unit")
        said = N_("Moran's I, {first} and {second}, {units}")
        return _(said, first=first, second=second, units=units)

    def _term_words(self) -> dict[str, str]:
        first, second = self.columns
        change = _("{second} less {first}", first=first, second=second)
        return {f"{second} less {first}": change}

    def _shares_scale(self) -> bool:
        return True


def moran_change(
    y: pd.DataFrame,
    W: Any,  # noqa: ANN401 (see as_weights)
    draws: int = 999,
    seed: int = 2020,
    n_jobs: int | None = None,
    progress: bool | None = None,
) -> MoranChange:
    """Change of Moran's I of a variable between two times, with a bootstrap interval.

    Each column is read as ``z = rho W z + e``, with rho by maximum likelihood (Ord 1975, Journal of
    the American Statistical Association 70, 120-126). A draw takes n units with replacement, and of
    each both residuals together; from them both columns are built again,
    ``z* = (1 - rho W)^-1 e*``, and Moran's I is taken of each. (Residuals instead of units, because
    units that are drawn have no neighbours; Anselin 1990, Regional Science and Urban Economics 20,
    185-207.)

    Parameters
    ----------
    y : DataFrame, shape (n, 2)
        Indexed by the ids of the units; the first column is the earlier time. Units that lack a
        value in either are left out, the weights standardised anew, and the notes say so.
    W : SpatialWeights, libpysal W or Graph, or square DataFrame
        The same neighbours at both times.
    draws : int, default 999
    seed : int
        The same seed gives the same draws for any number of workers.
    n_jobs, progress
        As in `gzcounty.parallel.run`.

    Returns
    -------
    MoranChange

    Raises
    ------
    InputError
        If y is no DataFrame with two numeric columns, a column is constant or known for fewer than
        ten units or more than 4,000; if its ids are not those of W; if draws or seed are no whole
        numbers.

    Notes
    -----
    Why not permute? Dealing values out at random asks whether there is any likeness of neighbours
    at all, in a world without it; there the spread of I is another one. Exchanging the two times
    unit by unit breaks up neighbours that moved together. Here both times keep their likeness, and
    a unit keeps both its times, so what they share cancels out of the change as it should.

    What is assumed: likeness as the model has it, falling off from neighbour to neighbour at one
    rate everywhere, and residuals that are alike in distribution.

    Examples
    --------
    >>> import gzcounty as gz
    >>> import numpy as np
    >>> lights = gz.load_panel().pivot(index="adcode", columns="year", values="lights")
    >>> W = gz.neighbour_weights(gz.load_neighbours())
    >>> found = gz.moran_change(np.log(lights[[2013, 2020]]), W, draws=199)
    >>> found.nobs, [round(rho, 1) for rho in found.rho]
    (88, [0.8, 0.8])
    """
    values = _two_columns(y)
    present = values.dropna()
    if len(present) < LEAST:
        raise InputError(
            "both times are known for {units}; at least {least} are needed.",
            units=counted(len(present), "unit"), least=LEAST,
        )  # fmt: skip
    if len(present) > MOST:
        raise InputError(
            "{units} are too many: in a draw every unit leans on all others. At most {most:,} "
            "are allowed; take a part of the map, or larger units.",
            units=counted(len(present), "unit"), most=MOST,
        )  # fmt: skip
    flat = [name for name in present if constant(present[name].to_numpy())]
    if flat:
        raise InputError("{name!r} has the same value in every unit.", name=flat[0])
    require_whole("draws", draws, 20)
    index = N_("the index of y")
    weights, notes = keep_units(as_weights(W), values.index, present.index, index)
    matrix = weights.matrix
    z = (present - present.mean()).to_numpy()
    spectrum = eigenvalues(matrix)
    rho = (_autoregression(z[:, 0], matrix, spectrum), _autoregression(z[:, 1], matrix, spectrum))
    residuals = z - np.array(rho) * (matrix @ z)
    residuals -= residuals.mean(axis=0)
    # Dense, since every unit leans on every other one in the end.
    eye, dense = np.eye(len(z)), matrix.toarray()
    build = np.array([np.linalg.inv(eye - r * dense) for r in rho])
    pieces = [(residuals, build, matrix, size, rng) for rng, size in seeded(draws, PIECE, seed)]
    drawn = run(_draw, pieces, n_jobs=n_jobs, progress=progress, label=_("draws"))
    before, after = _moran(z.T, matrix)
    left_out = len(values) - len(present)
    if left_out:
        lost = counted(left_out, "unit")
        notes.insert(0, _("Left out {units} without a value at both times.", units=lost))
    intervals = _(
        "Intervals from {draws:,} draws of units with both residuals of a spatial autoregression "
        "(rho {first:.2f} and {second:.2f}).",
        draws=draws, first=rho[0], second=rho[1],
    )  # fmt: skip
    return MoranChange(
        before=float(before),
        after=float(after),
        rho=rho,
        columns=(str(present.columns[0]), str(present.columns[1])),
        nobs=len(present),
        notes=(
            *notes,
            intervals,
            _("Likeness of neighbours; it says nothing of flows between them."),
        ),
        native=np.concatenate(drawn),
    )


def _two_columns(y: pd.DataFrame) -> pd.DataFrame:
    if y.shape[1] != 2:
        raise InputError(
            "y must be a DataFrame with two columns, the earlier time first, indexed by the ids "
            "of the units, not {columns} columns.",
            columns=y.shape[1],
        )  # fmt: skip
    if y.columns.duplicated().any():
        raise InputError("both columns of y are called {name!r}.", name=y.columns[0])
    named = {str(name): as_numbers(y[name].rename(str(name))) for name in y}
    return pd.DataFrame(named, index=y.index)


def _autoregression(z: Array, matrix: Any, spectrum: Array) -> float:  # noqa: ANN401 (scipy sparse)
    """Rho that maximises the likelihood concentrated over the variance (Ord 1975, page 121)."""
    lag = matrix @ z
    n = len(z)

    def loss(rho: float) -> float:
        e = z - rho * lag
        jacobian = float(np.log(np.abs(1 - rho * spectrum)).sum())
        return n / 2 * float(np.log(e @ e / n)) - jacobian

    ends = (1 / min(float(np.real(spectrum).min()), -1e-6), 1 / float(np.real(spectrum).max()))
    room = 1e-4 * (ends[1] - ends[0])
    solution = optimize.minimize_scalar(
        loss, bounds=(max(ends[0], -5.0) + room, ends[1] - room), method="bounded"
    )
    return float(solution.x)


def _draw(
    residuals: Array,
    build: Array,
    matrix: Any,  # noqa: ANN401
    size: int,
    rng: np.random.Generator,
) -> Array:
    """Moran's I of both columns in each draw, shape (size, 2)."""
    n = len(residuals)
    picked = residuals[rng.integers(n, size=(size, n))]
    columns = [_moran(picked[:, :, t] @ build[t].T, matrix) for t in (0, 1)]
    return np.column_stack(columns)


def _moran(rows: Array, matrix: Any) -> Array:  # noqa: ANN401
    """Moran's I of each row of values."""
    z = rows - rows.mean(axis=1, keepdims=True)
    products = np.einsum("rn,nr->r", z, matrix @ z.T)
    result: Array = z.shape[1] / float(matrix.sum()) * products / np.einsum("rn,rn->r", z, z)
    return result
