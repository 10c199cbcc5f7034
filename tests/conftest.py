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
# altair's jsonschema can do without a library that takes seconds to load, as in tools/notebooks.py.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parent.parent
for folder in ("tools", "book/_ext"):
    sys.path.insert(0, str(ROOT / folder))


# Tests of these two files work out the answers to all exercises, which takes long.
ANSWERS = "tests/gzbook/exercises/test_exercises.py"
ANSWERS_TOO = "tests/notebooks/test_answers_on_screen.py"
# Tests of these files share nothing: each function of them may go to another processor.
EVERY_NOTEBOOK = "tests/notebooks/test_every_notebook.py"
LARGE = ("tests/gzcounty/models/test_bad_input.py", "tests/test_examples.py")
# Who asks for these needs the website, or the notebooks run for it. `make quick` leaves that out,
# what opens a browser, simulations, and what is slow by itself.
OF_THE_SITE = {"site", "server", "execute"}
# Who needs the website comes when it has been built, for which all others leave time. Of both,
# whose tests take long start first, so that no processor waits for another at the end.
LONG = ("slow", "simulation", "browser")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they need, and keep together what shares work on several processors."""
    groups: dict[str, list[pytest.Item]] = {}
    for item in items:
        needs = set(getattr(item, "fixturenames", ()))
        if needs & OF_THE_SITE:
            item.add_marker("site")
        if "browser" in needs:
            item.add_marker("browser")
        item.add_marker(pytest.mark.xdist_group(group := group_of(item)))
        groups.setdefault(group, []).append(item)
    if "PYTEST_XDIST_WORKER" in os.environ:
        items[:] = [item for group in sorted(groups.values(), key=_turn) for item in group]


def group_of(item: pytest.Item) -> str:
    """Return what the tests that share work with this one have in common.

    Those of one file share its fixtures. Each visit of a page, and each notebook, may go to
    another processor.
    """
    group = item.nodeid.partition("::")[0]
    params = item.callspec.params if hasattr(item, "callspec") else {}
    if "visit" in params:
        return "-".join(params["visit"])
    if group == EVERY_NOTEBOOK and "name" in params:
        # Executed there, if that notebook has a file of tests.
        return f"tests/notebooks/test_{params['name'].replace('-', '_')}.py"
    if "page_name" in params:
        return group + params["page_name"]
    if group == ANSWERS_TOO:
        return ANSWERS
    if group in LARGE:
        return item.nodeid.partition("[")[0] + str(params.get("name", ""))
    return group


def _turn(group: list[pytest.Item]) -> tuple[bool, bool, int]:
    """Return by what groups are sorted: without the site, long ones, and those with most tests."""
    site = any(OF_THE_SITE & set(getattr(item, "fixturenames", ())) for item in group)
    long = any(item.get_closest_marker(kind) for item in group for kind in LONG)
    return site, not long, -len(group)


@pytest.fixture(autouse=True)
def chosen_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take back what a test, or an example, chooses: outputs of notebooks are kept by language."""
    monkeypatch.setenv("GZCOUNTY_LANGUAGE", os.environ.get("GZCOUNTY_LANGUAGE", ""))


@pytest.fixture(scope="session")
def site() -> Path:
    """Return the folder of the finished pages; builds them if anything has changed."""
    import build

    with build.one_at_a_time():
        pass  # `make test` builds while the first tests run
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


@pytest.fixture(params=["en", "zh"])
def edition(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the folder of an edition's pages; everything is said in its language meanwhile."""
    import gz_plumbing  # noqa: F401 (adds what the site's own scripts say)

    from gzcounty.language import VARIABLE

    monkeypatch.setenv(VARIABLE, request.param)
    return "" if request.param == "en" else f"{request.param}/"
