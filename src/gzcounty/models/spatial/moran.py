"""Moran's I: whether neighbours resemble each other."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from scipy import special

from gzcounty.errors import InputError
from gzcounty.words import counted

from .._types import Array
from ..reported import Reported
from .aligned import align
from .permutations import cross_products, draw
from .weights import SpatialWeights

Alternative = Literal["two-sided", "greater", "less"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MoranResult(Reported):
    """Moran's I and three ways to judge it.

    Attributes
    ----------
    I : float
        The statistic.
    expectation : float
        ``-1 / (n - 1)``, if there is no dependence.
    variance_normality, variance_randomisation : float
        If values are normal; if they are dealt out at random (Cliff and Ord 1981).
    simulated : ndarray, shape (permutations,)
        Moran's I of permuted values.
    alternative : str
        What p-values test.
    variable : str
    nobs : int
    notes : tuple of str
    native : SpatialWeights
        The weights used, in the order of the values used.
    """

    I: float  # noqa: E741 (as in the papers)
    expectation: float
    variance_normality: float
    variance_randomisation: float
    simulated: Array
    alternative: Alternative
    variable: str
    nobs: int
    notes: tuple[str, ...]
    native: SpatialWeights

    @property
    def z_normality(self) -> float:
        """Standard score under normality."""
        return (self.I - self.expectation) / float(np.sqrt(self.variance_normality))

    @property
    def z_randomisation(self) -> float:
        """Standard score under randomisation."""
        return (self.I - self.expectation) / float(np.sqrt(self.variance_randomisation))

    @property
    def p_normality(self) -> float:
        """From the normal distribution, with the variance under normality."""
        return _normal_tail(self.z_normality, self.alternative)

    @property
    def p_randomisation(self) -> float:
        """From the normal distribution, with the variance under randomisation."""
        return _normal_tail(self.z_randomisation, self.alternative)

    @property
    def p_permutation(self) -> float:
        """Share of permutations at least as extreme, the observed one counted as one of them."""
        # Equal sums in another order differ in their last digits.
        slack = 1e-12 * max(1.0, abs(self.I))
        above = int(np.sum(self.simulated >= self.I - slack))
        below = int(np.sum(self.simulated <= self.I + slack))
        return float(permutation_p(above, below, len(self.simulated), self.alternative))

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """One row a way of testing; I has no interval, so the last two columns are missing.

        The standard error of the last row is the standard deviation of the permuted statistics,
        and its statistic the distance from their mean in such units.
        """
        spread = float(np.std(self.simulated, ddof=1)) if len(self.simulated) > 1 else np.nan
        distance = (self.I - self.simulated.mean()) / spread if spread > 0 else np.nan
        rows = [
            ("normality", self.variance_normality**0.5, self.z_normality, self.p_normality),
            (
                "randomisation",
                self.variance_randomisation**0.5,
                self.z_randomisation,
                self.p_randomisation,
            ),
            ("permutation", spread, float(distance), self.p_permutation),
        ]
        return pd.DataFrame(
            {
                "term": [f"Moran's I ({name})" for name, *_ in rows],
                "estimate": self.I,
                "std_error": [row[1] for row in rows],
                "statistic": [row[2] for row in rows],
                "p_value": [row[3] for row in rows],
                "conf_low": np.nan,
                "conf_high": np.nan,
            }
        )

    def _heading(self) -> str:
        return f"{self.variable}: Moran's I {self.I:.4f}, {counted(self.nobs, 'unit')}"

    def _lines(self) -> list[str]:
        return [f"Expected without dependence: {self.expectation:.4f}."]


def morans_i(
    y: pd.Series,
    W: Any,  # noqa: ANN401 (see as_weights)
    permutations: int = 999,
    alternative: Alternative = "two-sided",
    seed: int = 0,
    n_jobs: int | None = None,
    progress: bool | None = None,
) -> MoranResult:
    """Moran's I of a variable.

    ``I = n / S0 * z'Wz / z'z`` with z the deviations from the mean and S0 the sum of all weights.
    Without dependence its expectation is ``-1/(n-1)``.

    Parameters
    ----------
    y : Series, shape (n,)
        Indexed by the ids of the units. Units with missing values are left out, the weights
        standardised anew, and the notes say so.
    W : SpatialWeights, libpysal W or Graph, or square DataFrame
        Used as it is standardised: `neighbour_weights` makes rows sum to one.
    permutations : int, default 999
    alternative : {"two-sided", "greater", "less"}
        "greater" asks only whether neighbours are alike.
    seed : int
        The same seed gives the same permutations for any number of workers.
    n_jobs, progress
        As in `gzcounty.parallel.run`.

    Returns
    -------
    MoranResult

    Raises
    ------
    InputError
        If y is no Series, holds text or infinite values, is constant, or is known for fewer than
        four units; if its ids are not those of W; if leaving out missing values strands a unit.

    Notes
    -----
    Variances are those of Cliff and Ord (1981, Spatial Processes, Pion, pages 42-46), under
    normality and under randomisation. The permutation p-value counts the observed arrangement:
    ``(1 + number as extreme) / (1 + permutations)``; two-sided it is twice the smaller tail.

    Islands count in n and in the mean and add nothing to ``z'Wz``.

    Where others differ: spdep's ``moran.test`` and ``moran.mc`` are one-sided ("greater") unless
    told otherwise, and leave islands out of n unless ``adjust.n=FALSE``. esda's ``p_norm`` and
    ``p_rand`` are two-sided as here, its ``p_sim`` is the smaller tail alone, half of ours.

    Examples
    --------
    >>> import gzcounty as gz
    >>> lights = gz.load_panel().query("year == 2020").set_index("adcode")["lights"]
    >>> W = gz.neighbour_weights(gz.load_neighbours())
    >>> result = gz.morans_i(lights, W)
    >>> round(result.I, 3), round(result.z_randomisation, 1)
    (0.502, 9.1)
    """
    if alternative not in get_args(Alternative):
        raise InputError(
            f"alternative must be one of {', '.join(get_args(Alternative))}, not {alternative!r}."
        )
    known, z, weights, notes = align(y, W)
    matrix, n = weights.matrix, len(z)
    s0 = float(matrix.sum())
    scale = n / s0 / float(z @ z)
    pieces = draw(cross_products, z, matrix, permutations, seed, n_jobs, progress, "permutations")
    normality, randomisation = _variances(z, weights)
    words = "; twice the smaller tail" if alternative == "two-sided" else ""
    return MoranResult(
        I=scale * float(z @ (matrix @ z)),
        expectation=-1 / (n - 1),
        variance_normality=normality,
        variance_randomisation=randomisation,
        simulated=scale * np.concatenate(pieces),
        alternative=alternative,
        variable=str(known.name),
        nobs=n,
        notes=(
            *notes,
            f"p-values {alternative}. Analytic ones by the normal distribution (Cliff and Ord "
            f"1981); the last from {counted(int(permutations), 'permutation')}{words}.",
        ),
        native=weights,
    )


def permutation_p(above: Any, below: Any, draws: int, alternative: Alternative) -> Any:  # noqa: ANN401 (numbers or arrays alike)
    """P-value from how many of `draws` are at least, and at most, the observed statistic."""
    greater, less = (1 + above) / (1 + draws), (1 + below) / (1 + draws)
    if alternative == "greater":
        return greater
    if alternative == "less":
        return less
    return np.minimum(1.0, 2 * np.minimum(greater, less))


def _variances(z: Array, weights: SpatialWeights) -> tuple[float, float]:
    """Under normality and under randomisation (Cliff and Ord 1981, pages 44 and 46)."""
    n, matrix = len(z), weights.matrix
    s0 = float(matrix.sum())
    both = matrix + matrix.T
    s1 = float((both * both).sum()) / 2
    sums = np.asarray(matrix.sum(axis=1)) + np.asarray(matrix.sum(axis=0))
    s2 = float(sums @ sums)
    expected = 1 / (n - 1) ** 2
    normality = (n**2 * s1 - n * s2 + 3 * s0**2) / ((n**2 - 1) * s0**2) - expected
    b2 = n * float(np.sum(z**4)) / float(z @ z) ** 2
    upper = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    lower = b2 * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    randomisation = (upper - lower) / ((n - 1) * (n - 2) * (n - 3) * s0**2) - expected
    return normality, randomisation


def _normal_tail(z: float, alternative: Alternative) -> float:
    if alternative == "greater":
        return float(special.ndtr(-z))
    if alternative == "less":
        return float(special.ndtr(z))
    return float(2 * special.ndtr(-abs(z)))
