"""What a specification curve returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from gzcounty.errors import InputError
from gzcounty.models.result import Estimate, Reported
from gzcounty.words import counted, listed

from ._spec_choices import CHOICES
from ._spec_joint import JointTest
from ._spec_plan import Batch


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SpecificationCurve(Reported):
    """All estimates of a specification curve.

    Attributes
    ----------
    level : float
        Coverage of the intervals; an estimate is significant if its interval excludes zero.
    nobs : int
        Rows of the largest sample; `table` has the rows of each.
    joint_test : JointTest or None
        The curve against curves of shuffled exposure; None without shuffles.
    control_sets : dict of str to tuple of str
        Columns of each control set, by label.
    notes : tuple of str
    native : Batch
        Arrays with one value a specification, and the work they share.
    """

    level: float
    nobs: int
    joint_test: JointTest | None
    control_sets: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]
    native: Batch

    def table(self, level: float | None = None) -> pd.DataFrame:
        """One row a specification, in the order of the choices.

        Parameters
        ----------
        level : float, optional
            Coverage of the intervals; by default that of the curve.

        Returns
        -------
        DataFrame
            outcome, exposure, controls, sample, effects, weights (categories, in the order given);
            term (the column of the exposure); estimate, std_error, statistic (t), p_value,
            conf_low, conf_high (NaN where there is a problem); nobs; left_out (rows of the sample
            that were not used, for missing values or as singletons); n_clusters (missing without
            clusters); problem (empty, or why there is no estimate).
        """
        level = self.level if level is None else read_level(level)
        batch = self.native
        columns: dict[str, Any] = {
            name: pd.Categorical.from_codes(batch.codes[name], labels)
            for name, labels in batch.choices.labels.items()
        }
        columns["term"] = np.array(list(batch.choices.exposure.values()), dtype=object)[
            batch.codes["exposure"]
        ]
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = batch.estimate / batch.std_error
        half = critical_values(batch.df, level) * batch.std_error
        columns |= {
            "estimate": batch.estimate,
            "std_error": batch.std_error,
            "statistic": statistic,
            "p_value": 2 * special.stdtr(batch.df, -np.abs(statistic)),
            "conf_low": batch.estimate - half,
            "conf_high": batch.estimate + half,
            "nobs": batch.nobs,
            "left_out": batch.left_out,
            "n_clusters": pd.arrays.IntegerArray(
                batch.n_clusters.astype(np.int64), batch.n_clusters < 0
            ),
            "problem": batch.problem,
        }
        return pd.DataFrame(columns)

    def summary(self) -> pd.DataFrame:
        """Return counts and the range of estimates: of all specifications, and by option.

        Returns
        -------
        DataFrame
            choice ("all", then each choice with more than one option), option, specifications,
            estimated, positive, significant_positive, significant_negative, median, lowest,
            highest.
        """
        table = self.table()
        flags = table[list(CHOICES)].assign(
            specifications=1,
            estimated=table["estimate"].notna(),
            positive=table["estimate"] > 0,
            significant_positive=table["conf_low"] > 0,
            significant_negative=table["conf_high"] < 0,
            median=table["estimate"],
            lowest=table["estimate"],
            highest=table["estimate"],
        )
        how = dict.fromkeys(list(flags.columns[len(CHOICES) : -3]), "sum")
        how |= {"median": "median", "lowest": "min", "highest": "max"}
        parts = [flags.agg(how).to_frame().T.assign(choice="all", option="")]
        for name in CHOICES:
            if len(flags[name].cat.categories) > 1:
                found = flags.groupby(name, observed=True).agg(how).reset_index(names="option")
                parts.append(found.assign(choice=name, option=found["option"].astype(str)))
        counts = list(how)[:5]
        whole = pd.concat(parts, ignore_index=True)[["choice", "option", *how]]
        return whole.astype(dict.fromkeys(counts, int))

    def _heading(self) -> str:
        labels = self.native.choices.labels
        return (
            f"Specification curve: {counted(len(self.native.estimate), 'specification')} of "
            f"{listed(labels['outcome'], 3)} on {listed(labels['exposure'], 3)}"
        )

    def _shown_rows(self) -> list[Estimate]:
        """Return the estimates at the quartiles of the curve, with the choices that make them."""
        table = self.table().dropna(subset="estimate").sort_values("estimate", kind="stable")
        varying = [name for name in CHOICES if len(table[name].cat.categories) > 1]
        places = {"lowest": 0.0, "lower quarter": 0.25, "middle": 0.5}
        places |= {"upper quarter": 0.75, "highest": 1.0}
        rows = []
        for words, share in places.items():
            row = table.iloc[round(share * (len(table) - 1))]
            said = "; ".join(str(row[name]) for name in varying)
            numbers = (float(row[field]) for field in Estimate._fields[1:])
            rows.append(Estimate(f"{words}: {said}" if said else words, *numbers))
        return rows

    def _lines(self) -> list[str]:
        whole = self.summary().iloc[0]
        lines = [
            f"Of {counted(int(whole['estimated']), 'estimate')}, {whole['positive']:,} are above "
            f"zero; {whole['significant_positive']:,} have an interval above zero, "
            f"{whole['significant_negative']:,} one below. Median {whole['median']:.4g}, from "
            f"{whole['lowest']:.4g} to {whole['highest']:.4g}."
        ]
        if self.joint_test is not None:
            said = [
                f"{row.statistic} {row.observed:.3g} (shuffled {row.null_low:.3g} to "
                f"{row.null_high:.3g}, p = {row.p_value:.3g})"
                for row in self.joint_test.table().itertuples()
            ]
            lines.append("Joint test: " + "; ".join(said) + ".")
        return lines

    def _hidden_line(self, shown: int) -> list[str]:
        return [f"All {counted(len(self.native.estimate), 'row')} in .table()."]


def critical_values(df: np.ndarray, level: float) -> np.ndarray:
    """Critical values of |t| by specification; few degrees of freedom are distinct."""
    distinct, place = np.unique(df, return_inverse=True)
    values: np.ndarray = special.stdtrit(distinct, (1 + level) / 2)[place]
    return values


def read_level(level: float) -> float:
    """Refuse a coverage that is none."""
    if not 0 < level < 1:
        raise InputError(f"level must lie between 0 and 1, such as 0.95, not {level!r}.")
    return level
