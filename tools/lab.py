"""Jupyter Lab: ``python tools/lab.py`` for a reader, `serving` for tests and benchmarks.

Both have the settings of ``tools/jupyter``, as Binder has by ``.binder/postBuild``: Lab asks and
looks for no news, no newer version and no extensions, and shows a page of the book as text.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ROOT / "tools" / "jupyter"
NOTEBOOKS = "notebooks"
TOKEN = "on-this-machine"
SECONDS = 120
"""How long anything may take; a busy machine takes long to start a kernel."""
READY = "text=/\\| Idle/"
ERRORS = (
    "[data-mime-type='application/vnd.jupyter.error'], .jp-RenderedText[data-mime-type*=stderr]"
)


def options(root: Path) -> list[str]:
    """Return the options that serve a folder, opened at its notebooks.

    Jupyter refuses to serve a root user unless told to. In a container there is often no other,
    and the server answers this machine alone, to who knows its token.
    """
    given = [f"--ServerApp.root_dir={root}"]
    given.append(f"--FileContentsManager.preferred_dir={root / NOTEBOOKS}")
    return [*given, "--allow-root"] if is_root() else given


def is_root() -> bool:
    """Tell whether this is the root user of a system that has one."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def main() -> None:
    """Open the notebooks of this checkout for a reader, until Ctrl-C."""
    from jupyterlab.labapp import LabApp

    if is_root():
        print("You are root, so the notebooks may change anything on this machine.", flush=True)
    os.environ["JUPYTER_CONFIG_PATH"] = str(SETTINGS)
    LabApp.launch_instance([*options(ROOT), *sys.argv[1:]])


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder that may be written to, with its notebooks, and yield the server's address.

    What Lab keeps for its user goes into that folder.

    Raises RuntimeError, with what it said, if the server ends or does not answer in time.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = folder / ".jupyter"
    home.mkdir(exist_ok=True)
    homes = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    homes += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    environment = os.environ | {name: str(home / name.lower()) for name in homes}
    environment["JUPYTER_CONFIG_PATH"] = str(SETTINGS)
    more = [f"--ServerApp.port={port}", "--no-browser"]
    more += [f"--IdentityProvider.token={TOKEN}", "--ServerApp.port_retries=0"]
    more.append("--LabApp.expose_app_in_browser=True")  # as window.jupyterapp
    with (home / "log.txt").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options(folder), *more],
            env=environment, stdout=log, stderr=log, cwd=folder,
        )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(server, f"{address}/api/status?token={TOKEN}", home / "log.txt")
            yield address
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(timeout=20)
            server.kill()  # of one that has ended, nothing
            server.wait()


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + SECONDS
    while server.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"Jupyter Lab did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")


def open_notebook(page: Any, address: str, name: str) -> None:  # noqa: ANN401 (playwright's)
    """Open a notebook in Lab and wait for its kernel."""
    page.set_default_timeout(1000 * SECONDS)
    page.goto(f"{address}/lab/tree/{NOTEBOOKS}/{name}.ipynb?token={TOKEN}&reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_selector(READY)


def run_all(page: Any) -> None:  # noqa: ANN401
    """Run all cells of an open notebook, as the menu does, and wait until all have run.

    What the cells show is drawn only if the page is high enough to hold the notebook.
    """
    page.evaluate(
        """seconds => Promise.race([
          jupyterapp.commands.execute('notebook:run-all-cells'),
          new Promise((_, reject) => setTimeout(() => reject('too slow'), 1000 * seconds)),
        ])""",
        SECONDS,
    )
    page.wait_for_selector(READY)


if __name__ == "__main__":
    main()
