"""Exposure event studies: whether more exposed entities leave their path after a year.

The model is

    y[i, t] = entity[i] + year[t] + sum over t != reference of b[t] * exposure[i] * 1(year = t)
              + sum over trends z and t != reference of c[z, t] * z[i] * 1(year = t)
              + controls[i, t]' d + error[i, t],

so b[t] is the difference in y between entities one unit of exposure apart, relative to that
difference in the reference year. Years before the reference should show b near zero if exposed
entities were on the same path; that is a check, not a proof (Freyaldenhoven, Hansen and Shapiro
2019, American Economic Review 109, 3307-3338; Roth 2022, AER: Insights 4, 305-322).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gzcounty.errors import InputError, TrapError
from gzcounty.language import _
from gzcounty.words import counted, listed

from ._arrays import Array
from .design import Design
from .nearness import constant
from .panel import drop_singletons, refuse_duplicates
from .result import Result, WaldTest
from .sample import Sample, as_names, constant_within, require_whole_numbers, take_sample
from .within import fit_within


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class EventStudyResult(Result):
    """A `Result` with a path of estimates by year.

    Attributes
    ----------
    exposure : str
    years : tuple of int
        All years of the sample, the reference among them.
    reference : int
    """

    exposure: str
    years: tuple[int, ...]
    reference: int

    def path(self, level: float = 0.95) -> pd.DataFrame:
        """Return the coefficients of exposure by year; that of the reference is zero.

        Columns: year, estimate, std_error, conf_low, conf_high, reference (bool).
        """
        table = self.table(level).set_index("term")
        fields = ["estimate", "std_error", "conf_low", "conf_high"]
        # The reference year is in no term: reindexing makes its row.
        path = table[fields].reindex([_term(self.exposure, year) for year in self.years])
        path.insert(0, "year", list(self.years))
        path["reference"] = path["year"] == self.reference
        path.loc[path["reference"], fields] = 0.0
        return path.reset_index(drop=True)

    def pre_test(self) -> WaldTest:
        """Test that all years before the reference are zero: parallel paths before it.

        Raises `TrapError` if no year lies before the reference.
        """
        before = [year for year in self.years if year < self.reference]
        if not before:
            raise TrapError(
                "No year lies before the reference {reference}, so these data cannot show "
                "whether paths were parallel; choose a later reference if the question allows it.",
                reference=self.reference,
            )  # fmt: skip
        return self.joint_test(before)

    def joint_test(self, years: Iterable[int] | None = None) -> WaldTest:
        """Test that exposure has no path: zero in `years`, by default all but the reference."""
        tested = [year for year in self.years if year != self.reference]
        return self.wald(
            [_term(self.exposure, year) for year in (tested if years is None else years)]
        )

    def _shares_scale(self) -> bool:
        return all(name.startswith(f"{self.exposure}:") for name in self.shown)


def event_study(
    data: pd.DataFrame,
    y: str,
    exposure: str,
    entity: str,
    time: str,
    reference: int,
    controls: str | Sequence[str] | None = None,
    trends: str | Sequence[str] | None = None,
    cluster: str | Sequence[str] | None = None,
    year_effects_by: str | None = None,
    weights: str | None = None,
) -> EventStudyResult:
    """Estimate the path of `y` by exposure, relative to a reference year.

    Parameters
    ----------
    data : DataFrame
        One row an entity and year.
    y : str
        Column explained; take logarithms before.
    exposure : str
        Column constant within each entity (a share, an index or 0 and 1), varying between them.
    entity, time : str
        Columns that identify a row; `time` holds whole years.
    reference : int
        The year that all others are compared with.
    controls : str or list of str, optional
        Columns that vary over time within entities.
    trends : str or list of str, optional
        Columns constant within entities, each interacted with every year but the reference. With
        log initial income that lets poor and rich entities converge at their own pace.
    cluster : str or list of two str, optional
        Column or columns to cluster by; the entity if not given.
    year_effects_by : str, optional
        Column of groups with year effects of their own, such as the province.
    weights : str, optional
        Column of analytic weights, above zero.

    Returns
    -------
    EventStudyResult
        Terms are named ``exposure:year``.

    Raises
    ------
    InputError
        As in `panel_ols`; also if exposure or a trend changes within an entity, exposure is the
        same in all entities, or the reference is no year of the sample.

    Examples
    --------
    >>> import gzcounty as gz
    >>> import numpy as np
    >>> share = gz.penetration("commerce", year=2010).set_index("adcode").penetration
    >>> lights = gz.load_panel("long").query("variable == 'lights'")
    >>> lights = lights.assign(log_lights=np.log(lights.value), share=lights.adcode.map(share))
    >>> fit = gz.event_study(lights, "log_lights", "share", "adcode", "year", reference=2014)
    >>> fit.path()[["year", "estimate", "conf_low", "conf_high", "reference"]].round(3).head(4)
       year  estimate  conf_low  conf_high  reference
    0  2013     0.002    -0.004      0.007      False
    1  2014     0.000     0.000      0.000       True
    2  2015    -0.001    -0.005      0.003      False
    3  2016    -0.003    -0.009      0.003      False
    >>> round(fit.pre_test().p_value, 3)
    0.591
    """
    control_names, trend_names = as_names(controls), as_names(trends)
    group = as_names(year_effects_by)
    columns = [y, exposure, *control_names, *trend_names]
    twice = [name for name in dict.fromkeys(columns) if columns.count(name) > 1]
    if twice:
        raise InputError(
            "{columns} may stand only once among y, exposure, controls and trends.",
            columns=listed(twice),
        )  # fmt: skip
    cluster = entity if cluster is None else cluster
    sample = take_sample(
        data,
        numeric=[*columns, time, *as_names(weights)],
        keys=[entity, time, *group, *as_names(cluster)],
    )
    require_whole_numbers(sample, time)
    sample = _count_unexposed(data, sample, exposure, entity)
    refuse_duplicates(sample, entity, time)
    sample, effects = drop_singletons(sample, [(entity,), (*group, time)])
    year = sample.numbers[time].to_numpy()
    years = tuple(int(value) for value in np.unique(year))
    if reference not in years:
        raise InputError(
            "The reference {reference} is no year of the sample, which has {years}.",
            reference=reference, years=listed(years, 30),
        )  # fmt: skip
    for name in [exposure, *trend_names]:
        constant_within(sample, name, entity)
    values = sample.numbers[exposure].to_numpy()
    if constant(values):
        raise InputError(
            "{exposure!r} is {value:g} in every {entity} of the sample: there are no more and "
            "less exposed ones to compare.",
            exposure=exposure, value=values[0], entity=entity,
        )  # fmt: skip

    others = [value for value in years if value != reference]
    terms: list[str] = []
    regressors: list[Array] = []
    for name in [exposure, *trend_names]:
        level = sample.numbers[name].to_numpy()
        terms += [_term(name, value) for value in others]
        regressors += [np.where(year == value, level, 0.0) for value in others]
    terms += control_names
    regressors += [sample.numbers[name].to_numpy() for name in control_names]

    design = Design(sample.numbers[y].to_numpy(), np.column_stack(regressors), tuple(terms), y)
    result = fit_within(design, sample, effects, cluster=cluster, weights=weights)
    scale = _("Relative to {year}; {exposure} is not rescaled.", year=reference, exposure=exposure)
    notes = [*result.notes, scale]
    if trend_names:
        notes.append(_("Own year path for {columns}.", columns=listed(trend_names)))
    fields = vars(result) | {
        "estimator": _("event study, {estimator}", estimator=result.estimator),
        "notes": tuple(notes),
        "shown": (*(_term(exposure, value) for value in others), *control_names),
    }
    return EventStudyResult(**fields, exposure=exposure, years=years, reference=reference)


def _term(name: str, year: int) -> str:
    return f"{name}:{year}"


def _count_unexposed(data: pd.DataFrame, sample: Sample, exposure: str, entity: str) -> Sample:
    """Note the entities that never have an exposure: whole entities are missing, not just rows."""
    if data[exposure].notna().all():
        return sample
    values = data.groupby(entity)[exposure].count()
    without = values.index[values == 0]
    if len(without) == 0:
        return sample
    return sample.noting(_(
        "{units} of {entity} without {exposure} left out altogether: {names}.",
        units=counted(len(without), "unit"), entity=entity, exposure=exposure,
        names=listed(without),
    ))  # fmt: skip
