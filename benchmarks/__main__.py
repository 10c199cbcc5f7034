"""Print every table: ``python -m benchmarks [panels bootstrap ...]``."""

from __future__ import annotations

import sys
from importlib import import_module

from benchmarks.measure import machine

PARTS = (
    "importing",
    "loading",
    "panels",
    "categories",
    "specifications",
    "bootstrap",
    "staggered",
    "scaling",
    "startup",
    "phone",
    "site",
    "loop",
)


def main(chosen: list[str]) -> int:
    """Run the named parts, or all of them."""
    unknown = [name for name in chosen if name not in PARTS]
    if unknown:
        print(f"No such part: {', '.join(unknown)}. The parts are: {', '.join(PARTS)}.")
        return 2
    print(f"Machine: {machine()}")
    for name in chosen or PARTS:
        import_module(f"benchmarks.{name}").run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
