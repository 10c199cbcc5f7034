"""What tests of the website share: the built pages, a server for them, a browser."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import chromium

ROOT = Path(__file__).resolve().parent.parent
for folder in ("tools", "book/_ext"):
    sys.path.insert(0, str(ROOT / folder))


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
