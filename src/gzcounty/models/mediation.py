"""How much of an association runs through a third variable, if strong assumptions hold.

With potential outcomes Y(t, M(t')), for treatment t and the mediator as it would be under t',

    ACME(t) = E[Y(t, M(1)) - Y(t, M(0))]     what runs through the mediator
    ADE(t)  = E[Y(1, M(t)) - Y(0, M(t))]     what does not
    total   = ACME(0) + ADE(1) = ACME(1) + ADE(0)

They are estimated by algorithm 1 of Imai, Keele and Tingley (2010, Psychological Methods 15,
309-334): coefficients of both models are drawn from their normal distribution, and for each draw
the mediator and then the outcome are predicted under both treatments.
"""

import warnings
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from gzcounty.errors import InputError, TrapError
from gzcounty.words import counted, listed

from ._types import Array
from .design import (
    Design,
    ParsedFormula,
    _columns_of,
    materialise,
    read_formula,
    refuse_unusable,
)
from .estimates import Estimate
from .reported import Reported
from .sample import take_sample

Family = Literal["linear", "probit", "logit"]

# Rows times draws that the library keeps, four times over: about a gigabyte.
LARGEST = 30_000_000
_SHOWN = ("ACME", "ADE", "total effect", "proportion mediated")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MediationResult(Reported):
    """Effects through a mediator and around it.

    Attributes
    ----------
    outcome, treatment, mediator : str
    draws : DataFrame, shape (repetitions, 10)
        Every simulated effect, a column each: ACME, ADE (means over both treatments), total
        effect, proportion mediated, and the first, second and last also "(control)" and
        "(treated)".
    nobs : int
    notes : tuple of str
    native : statsmodels.stats.mediation.MediationResults
    """

    outcome: str
    treatment: str
    mediator: str
    draws: pd.DataFrame
    nobs: int
    notes: tuple[str, ...]
    native: Any

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """Return all effects, from the simulated draws.

        Returns
        -------
        DataFrame
            term, estimate (the mean of the draws, for proportions their median), std_error,
            statistic (NaN), p_value (twice the smaller share of draws above or below zero),
            conf_low, conf_high (percentiles).
        """
        if not 0 < level < 1:
            raise InputError(f"level must lie between 0 and 1, such as 0.95, not {level!r}.")
        values = self.draws.to_numpy()
        proportions = self.draws.columns.str.startswith("proportion")
        tails = np.minimum((values > 0).mean(axis=0), (values < 0).mean(axis=0))
        return pd.DataFrame(
            {
                "term": self.draws.columns.astype(object),
                "estimate": np.where(proportions, np.median(values, axis=0), values.mean(axis=0)),
                "std_error": values.std(axis=0, ddof=1),
                "statistic": np.nan,
                "p_value": 2 * tails,
                "conf_low": np.percentile(values, 50 * (1 - level), axis=0),
                "conf_high": np.percentile(values, 50 * (1 + level), axis=0),
            }
        )

    def _heading(self) -> str:
        return (
            f"{self.outcome}: {self.treatment} through {self.mediator}, mediation analysis, "
            f"{counted(self.nobs, 'row')}"
        )

    def _shown_rows(self) -> list[Estimate]:
        return [row for row in super()._shown_rows() if row.term in _SHOWN]


def mediation(
    outcome_formula: str,
    mediator_formula: str,
    data: pd.DataFrame,
    treatment: str,
    mediator: str,
    outcome_family: Family = "linear",
    repetitions: int = 1000,
    seed: int = 1,
) -> MediationResult:
    """Split an effect into what runs through a mediator and what does not.

    Parameters
    ----------
    outcome_formula : str
        Such as ``"income ~ shop + broadband + schooling"``: treatment, mediator and covariates.
    mediator_formula : str
        Such as ``"shop ~ broadband + schooling"``: a linear model of the mediator.
    data : DataFrame
        One row an observation.
    treatment, mediator : str
        Columns, each a term of its own: interactions with them are not supported. Effects are
        those of treatment 1 against 0, also where it takes other values.
    outcome_family : {"linear", "probit", "logit"}
        The last two for outcomes of 0 and 1; effects are then differences in probability.
    repetitions : int
        Draws, at least 100. Their Monte Carlo error falls with the square root.
    seed : int
        The same seed gives the same numbers, from ``numpy.random.RandomState``, for the same order
        of terms in the formulas.

    Returns
    -------
    MediationResult

    Raises
    ------
    InputError
        For unusable columns as in `ols`; if a formula lacks the treatment or the mediator, or
        transforms or interacts them; if the outcome does not suit its family; if rows times draws
        exceed memory.
    TrapError
        If the outcome model has no finite estimates: regressors separate zeros from ones.

    Examples
    --------
    >>> import gzcounty as gz
    >>> import numpy as np
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)  # SIMULATED: 0.5 * 0.8 through m, 0.3 around it
    >>> data = pd.DataFrame({"t": np.repeat([0, 1], 200)})
    >>> data["m"] = 0.5 * data.t + 0.3 * rng.normal(size=400)
    >>> data["y"] = 0.8 * data.m + 0.3 * data.t + 0.1 * rng.normal(size=400)
    >>> found = gz.mediation("y ~ m + t", "m ~ t", data, "t", "m", repetitions=200)
    >>> found.table().set_index("term").estimate[["ACME", "ADE"]].round(1).to_dict()
    {'ACME': 0.4, 'ADE': 0.3}
    """
    if outcome_family not in get_args(Family):
        raise InputError(
            f"outcome_family must be one of {listed(get_args(Family))}, not {outcome_family!r}."
        )
    if repetitions < 100:
        raise InputError(f"repetitions must be at least 100, not {repetitions!r}.")
    if treatment == mediator:
        raise InputError(f"treatment and mediator must be two columns, not both {treatment!r}.")
    outcome, middle = read_formula(outcome_formula), read_formula(mediator_formula)
    _check_formulas(outcome, middle, treatment, mediator)
    sample = take_sample(
        data,
        numeric=[*outcome.numeric, *middle.numeric],
        categories=[*outcome.categorical, *middle.categorical],
    )
    if len(sample) * repetitions > LARGEST:
        raise InputError(
            f"{counted(len(sample), 'row')} times {repetitions:,} draws do not fit in memory; ask "
            f"for at most {LARGEST // 100:,} rows and {LARGEST:,} in all."
        )
    designs = [materialise(formula, sample) for formula in (outcome, middle)]
    for design in designs:
        refuse_unusable(design)

    from statsmodels.stats.mediation import Mediation

    models = [_outcome_model(designs[0], outcome_family), _linear(designs[1])]
    positions = [design.terms.index(treatment) for design in designs]
    # Far tighter than the library's own, so that numbers do not hang on its iterations.
    fit = {"atol": 1e-11} if outcome_family != "linear" else {}
    native = Mediation(
        *models, tuple(positions), designs[0].terms.index(mediator), outcome_fit_kwargs=fit
    ).fit(method="parametric", n_rep=repetitions, rng=np.random.RandomState(seed))
    return MediationResult(
        outcome=designs[0].dependent,
        treatment=treatment,
        mediator=mediator,
        draws=_draws(native),
        nobs=len(sample),
        notes=(*sample.notes, *_explain(outcome_family, designs, positions, repetitions, seed)),
        native=native,
    )


def _check_formulas(
    outcome: ParsedFormula, middle: ParsedFormula, treatment: str, mediator: str
) -> None:
    if middle.dependent != mediator:
        raise InputError(
            f"The mediator formula must explain {mediator!r} as it is, not {middle.dependent!r}."
        )
    for what, formula, needed in [
        ("outcome", outcome, (treatment, mediator)),
        ("mediator", middle, (treatment,)),
    ]:
        terms = [str(term) for term in formula.parsed.rhs]
        for name in needed:
            if name not in terms:
                raise InputError(
                    f"The {what} formula needs {name!r} as a term; it has {listed(terms)}."
                )
        # The library replaces one column; a second that is made from it would keep its old values.
        for term in formula.parsed.rhs:
            columns = {column for factor in term.factors for column in _columns_of(factor)}
            made_from = columns & set(needed)
            if made_from and str(term) not in needed:
                raise InputError(
                    f"The {what} formula has the term {str(term)!r}; {listed(made_from)} may stand "
                    "in it only as it is, without interactions or transformations."
                )


def _linear(design: Design) -> Any:  # noqa: ANN401 (statsmodels has no types)
    import statsmodels.api as sm

    return sm.OLS(design.y, design.X)


def _outcome_model(design: Design, family: Family) -> Any:  # noqa: ANN401
    """Return the outcome model, after a first fit has shown that it has finite estimates."""
    if family == "linear":
        return _linear(design)
    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    values = set(np.unique(design.y))
    if values != {0.0, 1.0}:
        raise InputError(
            f"A {family} model needs an outcome of 0 and 1; {design.dependent!r} holds "
            f"{listed(f'{value:g}' for value in sorted(values))}."
        )
    links = sm.families.links
    link = links.Probit() if family == "probit" else links.Logit()
    model = sm.GLM(design.y, design.X, family=sm.families.Binomial(link=link))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit = model.fit()
    separated = any(issubclass(warning.category, PerfectSeparationWarning) for warning in caught)
    if separated or not fit.converged:
        raise TrapError(
            f"The {family} model of {design.dependent!r} has no finite estimates: its regressors "
            "separate zeros from ones; use fewer of them or a linear model."
        )
    return model


def _draws(native: Any) -> pd.DataFrame:  # noqa: ANN401
    columns: dict[str, Array] = {
        "ACME": native.ACME_avg,
        "ADE": native.ADE_avg,
        "total effect": native.total_effect,
        "proportion mediated": native.prop_med_avg,
        "ACME (control)": native.ACME_ctrl,
        "ACME (treated)": native.ACME_tx,
        "ADE (control)": native.ADE_ctrl,
        "ADE (treated)": native.ADE_tx,
        "proportion mediated (control)": native.prop_med_ctrl,
        "proportion mediated (treated)": native.prop_med_tx,
    }
    return pd.DataFrame(columns)


def _explain(
    family: str, designs: list[Design], positions: list[int], repetitions: int, seed: int
) -> list[str]:
    unit = "units of the outcome" if family == "linear" else "probability"
    treated = designs[0].X[:, positions[0]]
    notes = [
        f"Effects of treatment 1 against 0 in {unit}: outcome model {family}, mediator model "
        "linear.",
        f"From {repetitions:,} draws of both models' coefficients (seed {seed}), whose covariance "
        "assumes independent rows; intervals are percentiles of the draws.",
        "Assumes sequential ignorability (Imai, Keele and Tingley 2010): given the covariates, "
        "treatment is as good as random, and given these and treatment so is the mediator. No data "
        "can show the second to hold; without it these are no effects.",
    ]
    if set(np.unique(treated)) != {0.0, 1.0}:
        notes.append(
            f"The treatment is not 0 and 1 here (it runs from {treated.min():.4g} to "
            f"{treated.max():.4g}); 1 against 0 may lie outside the data."
        )
    return notes
