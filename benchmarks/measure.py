"""How the benchmarks time things and print them."""

from __future__ import annotations

import os
import platform
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path


def machine() -> str:
    """Name the machine in one line: processor, cores, memory, system, Python."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [x for x in info.read_text().splitlines() if x.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
    memory = ""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
        memory = f", {size:.0f} GiB"
    return (
        f"{model}, {os.cpu_count()} cores{memory}, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def seconds(call: Callable[[], object], repeat: int = 5) -> float:
    """Return the median time of a call in seconds, after one call to warm up."""
    call()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def peak_memory(call: Callable[[], object]) -> float:
    """Return the peak of what a call allocates in Python and NumPy, in MB (10^6 bytes).

    Memory held before the call does not count. Other processes that the call starts do not either.
    Counting slows a call down, so time it apart.
    """
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        call()
        return (tracemalloc.get_traced_memory()[1] - before) / 1e6
    finally:
        tracemalloc.stop()


def begin(title: str, head: Sequence[str], wide: Sequence[int] = (36,)) -> Callable[..., None]:
    """Print the head of a Markdown table; return a function that prints a row at once.

    Columns are as wide as their heads, or as `wide` says of the first ones.
    """
    width = [max(len(name), *wide[at : at + 1], 0) for at, name in enumerate(head)]

    def row(*cells: object) -> None:
        padded = (_show(cell).ljust(space) for cell, space in zip(cells, width, strict=True))
        print(f"| {' | '.join(padded)} |", flush=True)

    print(f"\n## {title}\n")
    row(*head)
    print("|" + "|".join("-" * (space + 2) for space in width) + "|", flush=True)
    return row


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a Markdown table whose rows are there, with aligned columns."""
    columns = zip(*rows, strict=True)
    row = begin(title, head, [max(len(_show(cell)) for cell in column) for column in columns])
    for cells in rows:
        row(*cells)


def _show(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
