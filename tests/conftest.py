"""What tests of the website share: the built pages, a server for them, a browser."""

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import chromium

if "PYTEST_XDIST_WORKER" in os.environ:  # before numpy is imported
    # There is a process for each processor already.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parent.parent
for folder in ("tools", "book/_ext"):
    sys.path.insert(0, str(ROOT / folder))


# Tests of these files share nothing: each function of them may go to another processor.
EVERY_NOTEBOOK = "tests/notebooks/test_every_notebook.py"
LARGE = ("tests/gzcounty/models/test_bad_input.py", "tests/test_examples.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together what shares work when tests run on several processors at once.

    Those of one file share its fixtures. Each visit of a page, and each notebook, may go to
    another processor.
    """
    for item in items:
        group = item.nodeid.partition("::")[0]
        params = item.callspec.params if hasattr(item, "callspec") else {}
        if "visit" in params:
            group = "-".join(params["visit"])
        elif group == EVERY_NOTEBOOK and "name" in params:
            # Executed there, if that notebook has a file of tests.
            group = f"tests/notebooks/test_{params['name'].replace('-', '_')}.py"
        elif "page_name" in params:
            group += params["page_name"]
        elif group in LARGE:
            group = item.nodeid.partition("[")[0] + str(params.get("name", ""))
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def site() -> Path:
    """Return the folder of the finished pages; builds them if anything has changed."""
    import build

    return build.build()


@pytest.fixture(scope="session")
def server(site: Path) -> Iterator[str]:
    """Serve the built site on this machine and return its address, without a slash at the end."""
    import serve

    with serve.make_server(site, first_port=8700) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Start the machine's own Chromium, once."""
    with chromium() as opened:
        yield opened
