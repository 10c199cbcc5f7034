"""How cost grows with work: 1, 10, 100 and 1,000 times as much, on one core, two, and a cluster.

``python -m benchmarks.scaling`` measures and keeps ``benchmarks/measured/scaling.csv``, which the
page on large work draws; ``python -m benchmarks scaling`` only prints it. All data are SIMULATED.
Processes and workers are up before the clock starts. The ways of doing the same work take turns,
and the shortest time of each counts, as the one least disturbed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

import gzcounty as gz
from benchmarks.measure import machine, peak_memory, table
from benchmarks.panels import simulated

TIMES = (1, 10, 100, 1_000)
DRAWS, CALLS, COUNTIES, YEARS = 999, 20, 88, 10
LONG = 5.0  # seconds
ONE, TWO, CLUSTER = "one core", "two processes", "Dask, two workers"
MEASURED = Path(__file__).parent / "measured" / "scaling.csv"


def gap_of_medians(data: pd.DataFrame) -> float:
    """Return a statistic of the user's own, computed by calling Python once a draw."""
    return float(data.groupby("treated")["y"].median().diff().iloc[1])


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
            panel, gap_of_medians, "treated", unit="county", draws=CALLS * times, n_jobs=jobs
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
    """Start a local Dask cluster of two processes."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster),
    ):
        yield


def measure(largest: int = TIMES[-1], clusters: bool = True) -> pd.DataFrame:
    """Time every case; where the same work ran in several ways, the numbers must be the same."""
    from joblib import parallel_config

    def on_cluster(call: Callable[[int | None], np.ndarray]) -> np.ndarray:
        with parallel_config("dask"):
            return call(None)

    ways = {ONE: lambda call: call(1), TWO: lambda call: call(2), CLUSTER: on_cluster}
    if not clusters:
        del ways[CLUSTER]
    rows = []
    with dask_cluster() if clusters else nullcontext():
        for name in ("wild_bootstrap", "randomisation_test"):
            for way in ways.values():  # processes start, libraries load
                way(tasks(10)[name][2])
        for times in (times for times in TIMES if times <= largest):
            for name, (size, unit, call) in tasks(times).items():
                possible = [ONE] if name == "panel_ols" else list(ways)
                spent = _spent({where: ways[where] for where in possible}, call)
                for where, shortest in spent.items():
                    # Counting memory slows Python down, so long work is left out.
                    count = where == ONE and shortest < LONG
                    peak = peak_memory(lambda call=call: call(1)) if count else np.nan
                    rows.append((name, times, size, unit, where, shortest, peak))
                    print(f"{name}, {size:,} {unit}, {where}: {shortest:.3g} s", flush=True)
    columns = ["task", "times", "size", "unit", "where", "seconds", "peak_mb"]
    measures = pd.DataFrame(rows, columns=columns).sort_values(["task", "where", "times"])
    return measures.reset_index(drop=True)


def _spent(
    ways: dict[str, Callable[[Callable[[int | None], np.ndarray]], np.ndarray]],
    call: Callable[[int | None], np.ndarray],
) -> dict[str, float]:
    """Shortest time of each way of doing the same work; they take turns."""
    spent: dict[str, float] = {}
    answer: np.ndarray | None = None
    for turn in range(5):
        for where, way in ways.items():
            if turn > 1 and spent[where] > 1:
                continue
            start = time.perf_counter()
            measures = np.asarray(way(call))
            taken = time.perf_counter() - start
            spent[where] = min(taken, spent.get(where, taken))
            answer = measures if answer is None else answer
            np.testing.assert_allclose(measures, answer, rtol=1e-9, atol=1e-9)
    return spent


def save(path: Path = MEASURED) -> pd.DataFrame:
    """Measure all cases and keep them, with the machine and the day."""
    measures = measure().assign(machine=machine(), date=date.today().isoformat())
    path.parent.mkdir(exist_ok=True)
    rounded = measures.assign(seconds=measures.seconds.round(5), peak_mb=measures.peak_mb.round(2))
    rounded.to_csv(path, index=False, lineterminator="\n")
    return measures


def measured(path: Path = MEASURED) -> pd.DataFrame:
    """Read the table that `save` kept."""
    return pd.read_csv(path)


def show(measures: pd.DataFrame) -> None:
    """Print the table."""
    head = ("call", "work", "unit", "where", "seconds", "peak MB")
    columns = ["task", "size", "unit", "where", "seconds", "peak_mb"]
    rows = [
        (task, f"{size:,}", unit, where, spent, "" if np.isnan(peak) else peak)
        for task, size, unit, where, spent, peak in measures[columns].itertuples(index=False)
    ]
    table("How cost grows with work (SIMULATED data)", head, rows)


def run() -> None:
    """Measure and print."""
    show(measure())


if __name__ == "__main__":
    show(save())
