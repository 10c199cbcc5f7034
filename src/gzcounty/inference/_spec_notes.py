"""What a specification curve says about itself: rows, standard errors, what could not be had."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gzcounty.models.result import FEW_CLUSTERS
from gzcounty.words import counted, told

from ._spec_group import Columns
from ._spec_plan import Batch


def curve_notes(
    data: pd.DataFrame, batch: Batch, columns: Columns, entity: str | None, standardise: bool
) -> tuple[str, ...]:
    """Say what was left out, what was assumed, and what could not be had."""
    notes = told(data)
    good = batch.estimated
    total = len(good)
    sizes = " x ".join(
        f"{len(labels)} {name}" for name, labels in batch.choices.labels.items() if len(labels) > 1
    )
    notes.append(
        f"{counted(total, 'specification')}{f' ({sizes})' if sizes else ''}: all combinations. "
        "They share data, so their number says nothing about precision."
    )
    if batch.choices.subsets:
        notes.append(
            f"The {len(batch.choices.controls):,} control sets are all subsets of one list."
        )
    rows = batch.nobs[good]
    span = f"{rows.min():,}" if rows.min() == rows.max() else f"{rows.min():,} to {rows.max():,}"
    notes.append(
        f"Each uses the rows in which all of its columns are known: {span} rows of {len(data):,}; "
        "what its sample loses is in the column left_out."
    )
    lone = batch.lone[good]
    if lone.any():
        notes.append(
            f"{counted(int((lone > 0).sum()), 'specification')} left out singletons, the only rows "
            f"of a level of their effects (up to {counted(int(lone.max()), 'row')})."
        )
    if columns.cluster is not None:
        clusters = batch.n_clusters[good]
        few, many = int(clusters.min()), int(clusters.max())
        notes.append(
            f"Standard errors clustered by {columns.cluster} "
            f"({counted(many, 'cluster') if few == many else f'{few:,} to {many:,} clusters'}): "
            "CR1 with factor G/(G-1) * (N-1)/(N-K), where K counts no effects nested in the "
            "clusters; t with G-1 degrees of freedom."
        )
        if few < FEW_CLUSTERS:
            notes.append(
                f"Only {counted(few, 'cluster')} in some: these intervals tend to be too narrow; "
                "a wild cluster bootstrap is safer."
            )
    else:
        kind = "classical (errors independent, of equal variance)"
        kind = kind if columns.cov == "classical" else str(columns.cov)
        repeated = entity is not None and bool(pd.Series(columns.keys[entity]).duplicated().any())
        notes.append(
            f"Standard errors {kind}; t with N-K degrees of freedom."
            + (
                f" They are not clustered: they take the errors of a {entity} as independent, "
                "which they seldom are."
                if repeated
                else ""
            )
        )
    if standardise:
        notes.append(
            "Estimates are for one standard deviation of the exposure in the rows used "
            "(unweighted); outcomes are in their own units."
        )
    if not good.all():
        notes.append(_problem_note(batch.problem[~good], total))
    return tuple(notes)


def _problem_note(problems: np.ndarray, total: int) -> str:
    sentences = pd.Series(problems).value_counts()
    first, times = str(sentences.index[0]), int(sentences.iloc[0])
    others = counted(len(sentences) - 1, "other problem")
    more = f" Besides, there are {others}." if len(sentences) > 1 else ""
    return (
        f"{len(problems):,} of {total:,} specifications could not be estimated, see the column "
        f"problem; most often ({times:,}): {first}{more}"
    )
