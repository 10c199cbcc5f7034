"""The machine's own Chromium, opened for as long as a test needs it."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def chromium() -> Iterator[object]:
    """Start the browser; it belongs to the thread that opened it."""
    import browser
    import pytest

    if browser.find() is None:
        pytest.fail(browser.MISSING, pytrace=False)
    with browser.opened() as program:
        yield program
