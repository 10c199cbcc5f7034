"""``import gzcounty`` over bare Python. Goal: under 0.15 s."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from benchmarks.measure import table

CASES = ("import gzcounty", "import pandas", "import statsmodels.api", "import linearmodels")


def start_up(code: str, repeat: int = 7) -> float:
    """Return the median time in seconds of a new interpreter that runs ``code``."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def run() -> None:
    """Print the table."""
    bare = start_up("pass")
    rows = [(code, start_up(code) - bare) for code in CASES]
    own = rows[0][1]
    table(
        f"Import, seconds over bare Python ({bare:.3f} s)",
        ("statement", "seconds", "times gzcounty"),
        [(code, taken, f"{taken / own:.1f}") for code, taken in rows],
    )
