"""Speed and size, measured on the machine at hand: ``python -m benchmarks``."""
