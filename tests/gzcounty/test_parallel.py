"""Work in pieces: the same numbers in any number of processes, and if one of them dies."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.parallel import chunks, generators, run


def draws(generator, size):
    return generator.normal(size=size)


@pytest.mark.parametrize("jobs", [None, 1, 2])
def test_results_come_in_the_order_of_the_pieces(jobs):
    pieces = [(own, 3) for own in generators(5, 20)]
    expected = [own.normal(size=3) for own in generators(5, 20)]
    assert np.array_equal(run(draws, pieces, n_jobs=jobs), expected)


def test_lambdas_and_closures_reach_other_processes():
    offset = 10
    assert run(lambda x: x + offset, [(1,), (2,)], n_jobs=2) == [11, 12]


def test_no_work_gives_nothing():
    assert run(draws, []) == []


def test_errors_of_a_piece_reach_the_caller():
    with pytest.raises(ZeroDivisionError):
        run(lambda x: 1 / x, [(1,), (0,)], n_jobs=2)


def test_generators_are_independent_and_depend_on_the_seed_alone():
    first, second = (own.normal(size=1000) for own in generators(1, 2))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.15
    longer = generators(1, 5)[0].normal(size=1000)
    assert np.array_equal(first, longer)
    assert not np.array_equal(first, generators(2, 1)[0].normal(size=1000))


@pytest.mark.parametrize(("total", "size"), [(10, 3), (9, 3), (2, 5), (0, 5), (1, 1)])
def test_chunks_cover_the_work_once(total, size):
    parts = chunks(total, size)
    assert sum(parts) == total
    assert all(0 < part <= size for part in parts)


def test_a_bar_is_shown_only_if_asked_for(capsys):
    run(abs, [(-1,)] * 3, progress=True, label="signs")
    assert "signs: 100%" in capsys.readouterr().err
    run(abs, [(-1,)] * 3, progress=False)
    run(abs, [(-1,)] * 3)
    assert capsys.readouterr().err == ""


SCRIPT = """
import numpy as np, pandas as pd, gzcounty as gz
def main(jobs):
    rng = np.random.default_rng(1)
    data = pd.DataFrame({"place": np.repeat(np.arange(40), 5), "x": rng.normal(size=200)})
    data["y"] = rng.normal(size=200)
    data["treated"] = (data.place < 12).astype(int)
    fit = gz.ols("y ~ x", data, cluster="place")
    wild = gz.wild_bootstrap(fit, "x", draws=12_000, n_jobs=jobs)
    fast = gz.randomisation_test(data, "y ~ treated", "treated", unit="place", n_jobs=jobs)
    slow = gz.randomisation_test(
        data, lambda d: d.y @ d.treated, "treated", unit="place", draws=120, n_jobs=jobs
    )
    out = gz.leave_one_out(lambda d: gz.ols("y ~ x", d), data, by="place", n_jobs=jobs)
    print(wild.native.round(10).tolist()[::500], wild.p_value)
    print(fast.native.round(10).tolist()[::500], fast.p_value)
    print(slow.native.round(10).tolist(), slow.p_value, out.table().round(10).to_csv())
if __name__ == "__main__":
    main(JOBS)
"""


@pytest.mark.slow
def test_neither_jobs_nor_hash_seed_change_a_number(tmp_path):
    printed = set()
    for jobs, seed in ((1, "0"), (2, "4242")):
        path = tmp_path / f"work_{jobs}_{seed}.py"
        path.write_text(SCRIPT.replace("JOBS", str(jobs)), encoding="utf-8")
        environment = os.environ | {"PYTHONHASHSEED": seed}
        command = [sys.executable, str(path)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert len(done.stdout) > 1000
        printed.add(done.stdout)
    assert len(printed) == 1


def quick(data):
    return float(data.y @ data.treated)


def unhurried(data):
    time.sleep(0.02)
    return quick(data)


@pytest.mark.slow
def test_a_dask_worker_that_dies_changes_no_number(tmp_path):
    import dask
    import joblib
    from distributed import Client, LocalCluster

    rng = np.random.default_rng(3)
    data = pd.DataFrame({"y": rng.normal(size=60), "treated": np.arange(60) % 3 == 0})
    options = {"statistic": unhurried, "assign": "treated", "draws": 600, "seed": 11}
    serial = gz.randomisation_test(data, n_jobs=1, **options | {"statistic": quick})
    dead = []

    def kill_one(client):
        time.sleep(2)
        victim = next(iter(client.run(os.getpid).values()))
        os.kill(victim, signal.SIGKILL)
        dead.append(victim)

    # A worker that dies takes its pieces with it; the scheduler hands them out again.
    settings = {
        "distributed.scheduler.allowed-failures": 10,
        "temporary-directory": str(tmp_path),
        "logging.distributed": "error",
    }
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        killer = threading.Thread(target=kill_one, args=(client,))
        killer.start()
        with joblib.parallel_config("dask"):
            spread = gz.randomisation_test(data, **options)
        working = killer.is_alive()
        killer.join()
    assert not working, "the work ended before the worker was killed: nothing was tested"
    assert len(dead) == 1
    assert np.array_equal(spread.native, serial.native)
    assert spread.p_value == serial.p_value
