"""``import gzcounty`` over bare Python. Goal: under 0.15 s."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence

from benchmarks.measure import table

CASES = ("import gzcounty", "import pandas", "import statsmodels.api", "import linearmodels")


def start_ups(codes: Sequence[str], repeat: int = 9) -> list[float]:
    """Return the shortest time in seconds of a new interpreter for each piece of code.

    The pieces take turns, so that a busy moment of the machine does not fall on one of them; the
    shortest time is the one least disturbed.
    """
    times: list[list[float]] = [[] for _ in codes]
    for _ in range(repeat):
        for code, durations in zip(codes, times, strict=True):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            durations.append(time.perf_counter() - start)
    return [min(durations) for durations in times]


def run() -> None:
    """Print the table."""
    bare, *others = start_ups(["pass", *CASES])
    over = [taken - bare for taken in others]
    table(
        f"Import, seconds over bare Python ({bare:.3f} s)",
        ("statement", "seconds", "times gzcounty"),
        [(c, taken, f"{taken / over[0]:.1f}") for c, taken in zip(CASES, over, strict=True)],
    )
