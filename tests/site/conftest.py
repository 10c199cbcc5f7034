"""Opens each page once for each mode and size of screen; the tests read the records."""

import os
import threading
from concurrent.futures import Future
from queue import Empty, SimpleQueue

import pytest
from chromium import chromium
from visits import Visit, make_visit

Key = tuple[str, str, str]


class Visitors:
    """One browser a processor, each in a thread of its own, that visit pages ahead of the tests."""

    def __init__(self, keys: list[Key], address: str) -> None:
        self.address = address
        self.records: dict[Key, Future] = {key: Future() for key in keys}
        self.waiting: SimpleQueue[Key] = SimpleQueue()
        for key in keys:
            self.waiting.put(key)
        for _ in range(os.cpu_count() or 1):
            threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        try:
            with chromium() as browser:
                while True:
                    key = self.waiting.get_nowait()
                    try:
                        self.records[key].set_result(make_visit(browser, self.address, *key))
                    except Exception as error:  # told by the tests of that page
                        self.records[key].set_exception(error)
        except Empty:
            return
        except BaseException as error:  # no browser: every page says so
            for record in self.records.values():
                if not record.done():
                    record.set_exception(error)


@pytest.fixture(scope="session")
def visitors(request, server) -> Visitors:
    """Send browsers to the pages that the chosen tests need, in the order of the tests."""
    needed = [
        item.callspec.params["visit"]
        for item in request.session.items
        if "visit" in getattr(item, "fixturenames", ()) and hasattr(item, "callspec")
    ]
    return Visitors(list(dict.fromkeys(needed)), server)


@pytest.fixture
def visit(request, visitors) -> Visit:
    """Return the record for the (page, mode, screen) that the test is parametrised with."""
    return visitors.records[request.param].result()


@pytest.fixture(scope="session")
def visits(visitors) -> dict[Key, Visit]:
    """Return the records of all pages visited."""
    return {key: record.result() for key, record in visitors.records.items()}
