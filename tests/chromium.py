"""The machine's own Chromium, opened for as long as a test needs it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

FLAGS = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
if hasattr(os, "geteuid") and os.geteuid() == 0:
    FLAGS.append("--no-sandbox")  # Chromium refuses to sandbox for root, as in a container


@contextmanager
def chromium() -> Iterator[object]:
    """Start the browser; it belongs to the thread that opened it."""
    import browser as finder
    import pytest
    from playwright.sync_api import sync_playwright

    path = finder.find()
    if path is None:
        pytest.fail(finder.MISSING, pytrace=False)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield opened
        finally:
            opened.close()
