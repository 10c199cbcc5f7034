"""Sentences that several estimators add to their notes."""

from collections.abc import Sequence

from gzcounty.words import counted

from .covariance import ClusteredCovariance

# Below this the t test of clustered estimates rejects too often; how many are few depends on how
# unequal they are (Cameron and Miller 2015, Journal of Human Resources 50, 317-372, section VI).
FEW_CLUSTERS = 20


def cluster_notes(names: Sequence[str], fit: ClusteredCovariance, meaning_of_k: str) -> list[str]:
    """Say how standard errors were clustered.

    Parameters
    ----------
    names : the cluster columns
    fit : their covariance
    meaning_of_k : what K of the small-sample factor counts, such as "K = 3 counts the terms"
    """
    by = " and by ".join(
        f"{name} ({counted(number, 'cluster')})"
        for name, number in zip(names, fit.n_clusters, strict=True)
    )
    notes = [
        f"Standard errors clustered by {by}: CR1 with factor G/(G-1) * (N-1)/(N-K), "
        f"{meaning_of_k}; t with {counted(fit.df, 'degree')} of freedom."
    ]
    if fit.df + 1 < FEW_CLUSTERS:
        notes.append(
            f"Only {counted(fit.df + 1, 'cluster')}: these intervals tend to be too narrow; a "
            "wild cluster bootstrap is safer."
        )
    if fit.repaired:
        notes.append(
            "The two-way covariance matrix had negative eigenvalues; they were set to zero."
        )
    return notes
