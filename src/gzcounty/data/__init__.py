"""The tables and their loaders. Each loader returns a fresh DataFrame; ``adcode`` is text."""
