"""How cost grows with work: 1, 10, 100 and 1,000 times as much, on one core, two, and a cluster.

``python -m benchmarks.scaling`` measures and keeps ``benchmarks/measured/scaling.csv``, which the
page on large work draws; ``python -m benchmarks scaling`` only prints it. All data are SIMULATED.
Processes and workers are up before the clock starts; the largest case is timed once, of the others
the median of three counts.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

import gzcounty as gz
from benchmarks.measure import machine, peak_memory, table
from benchmarks.panels import simulated

TIMES = (1, 10, 100, 1_000)
DRAWS, CALLS, COUNTIES, YEARS = 999, 50, 88, 10
ONE, TWO, CLUSTER = "one core", "two processes", "Dask, two workers"
MEASURED = Path(__file__).parent / "measured" / "scaling.csv"


def covariance(data: pd.DataFrame) -> float:
    """Return a statistic of the user's own, computed by calling Python once a draw."""
    return float(np.mean(data["y"].to_numpy() * data["treated"].to_numpy()))


def tasks(times: int) -> dict[str, tuple[int, str, Callable[[int | None], np.ndarray]]]:
    """Return by name: how much work, in what unit, and the call, given a number of jobs."""
    panel = simulated(COUNTIES, YEARS)
    panel["treated"] = (panel.county % 4 == 0).astype(int)
    fit = gz.panel_ols("y ~ x1 + x2 + x3", panel, "county", "year", cluster="county")

    def wild(jobs: int | None) -> np.ndarray:
        test = gz.wild_bootstrap(fit, "x1", null=1.0, draws=DRAWS * times, n_jobs=jobs)
        return np.append(test.native, test.p_value)

    def randomise(jobs: int | None) -> np.ndarray:
        test = gz.randomisation_test(
            panel, covariance, "treated", unit="county", draws=CALLS * times, n_jobs=jobs
        )
        return np.append(test.native, test.p_value)

    def regress(jobs: int | None) -> np.ndarray:
        return gz.panel_ols("y ~ x1 + x2 + x3", larger, "county", "year", "county").coefficients

    larger = simulated(COUNTIES * times, YEARS)
    return {
        "wild_bootstrap": (DRAWS * times, "draws", wild),
        "randomisation_test": (CALLS * times, "calls of a function", randomise),
        "panel_ols": (len(larger), "rows", regress),
    }


@contextmanager
def dask_cluster() -> Iterator[None]:
    """Let joblib hand its pieces to a local Dask cluster of two processes."""
    import joblib
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster),
        joblib.parallel_config("dask"),
    ):
        yield


def measure(largest: int = TIMES[-1], clusters: bool = True) -> pd.DataFrame:
    """Time every case; where the same work ran in several ways, the numbers must be the same."""
    sizes = [times for times in TIMES if times <= largest]
    cases = {times: tasks(times) for times in sizes}
    answers: dict[tuple[str, int], np.ndarray] = {}
    rows = []

    def clock(where: str, jobs: int | None, parallel_only: bool) -> None:
        for call in (cases[1][name][2] for name in ("wild_bootstrap", "randomisation_test")):
            call(jobs)  # processes start, libraries load
        for times in sizes:
            for name, (size, unit, call) in cases[times].items():
                if parallel_only and name == "panel_ols":
                    continue
                spent, answer = _timed(lambda call=call: call(jobs), 1 if times == TIMES[-1] else 3)
                known = answers.setdefault((name, times), answer)
                np.testing.assert_allclose(answer, known, rtol=1e-9, atol=1e-9)
                peak = np.nan if parallel_only else peak_memory(lambda call=call: call(jobs))
                rows.append((name, times, size, unit, where, spent, peak))

    clock(ONE, 1, parallel_only=False)
    clock(TWO, 2, parallel_only=True)
    if clusters:
        with dask_cluster():
            clock(CLUSTER, None, parallel_only=True)
    columns = ["task", "times", "size", "unit", "where", "seconds", "peak_mb"]
    found = pd.DataFrame(rows, columns=columns).sort_values(["task", "where", "times"])
    return found.reset_index(drop=True)


def _timed(call: Callable[[], np.ndarray], repeat: int) -> tuple[float, np.ndarray]:
    spent = []
    for _ in range(repeat):
        start = time.perf_counter()
        answer = np.asarray(call())
        spent.append(time.perf_counter() - start)
    return statistics.median(spent), answer


def save(path: Path = MEASURED) -> pd.DataFrame:
    """Measure all cases and keep them, with the machine and the day."""
    found = measure().assign(machine=machine(), date=date.today().isoformat())
    path.parent.mkdir(exist_ok=True)
    rounded = found.assign(seconds=found.seconds.round(5), peak_mb=found.peak_mb.round(2))
    rounded.to_csv(path, index=False, lineterminator="\n")
    return found


def measured(path: Path = MEASURED) -> pd.DataFrame:
    """Read the table that `save` kept."""
    return pd.read_csv(path)


def show(found: pd.DataFrame) -> None:
    """Print the table."""
    head = ("call", "work", "unit", "where", "seconds", "peak MB")
    columns = ["task", "size", "unit", "where", "seconds", "peak_mb"]
    rows = [
        (task, f"{size:,}", unit, where, spent, "" if np.isnan(peak) else peak)
        for task, size, unit, where, spent, peak in found[columns].itertuples(index=False)
    ]
    table("How cost grows with work (SIMULATED data)", head, rows)


def run() -> None:
    """Measure and print."""
    show(measure())


if __name__ == "__main__":
    show(save())
