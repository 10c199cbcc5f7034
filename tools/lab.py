"""Start Jupyter Lab on this machine for tests and benchmarks, and run notebooks in a browser.

Lab is started as ``make lab`` does, with the settings of ``tools/jupyter``: it looks for no news,
no newer version and no extensions. What it keeps for its user goes into the folder it serves.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SETTINGS = Path(__file__).resolve().parent / "jupyter"
TOKEN = "on-this-machine"
SECONDS = 120
"""How long anything may take; a busy machine takes long to start a kernel."""
READY = "text=/\\| Idle/"
ERRORS = (
    "[data-mime-type='application/vnd.jupyter.error'], .jp-RenderedText[data-mime-type*=stderr]"
)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the notebooks of a folder, and give the server's address.

    Parameters
    ----------
    folder : Path
        It may be written to.

    Raises
    ------
    RuntimeError
        If the server ends, or does not answer in time; with what it said.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = folder / ".jupyter"
    own.mkdir(exist_ok=True)
    homes = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    homes += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    environment = os.environ | {name: str(own / name.lower()) for name in homes}
    environment["JUPYTER_CONFIG_PATH"] = str(SETTINGS)
    options = [f"--ServerApp.root_dir={folder}", f"--ServerApp.port={port}", "--no-browser"]
    options += [f"--IdentityProvider.token={TOKEN}", "--ServerApp.port_retries=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    with (own / "log.txt").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env=environment, stdout=log, stderr=log, cwd=folder,
        )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(server, f"{address}/api/status?token={TOKEN}", own / "log.txt")
            yield address
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + SECONDS
    while server.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    said = log.read_text(encoding="utf-8")[-2000:]
    raise RuntimeError(f"Jupyter Lab did not start:\n{said}")


def open_notebook(page: Any, address: str, name: str) -> None:  # noqa: ANN401 (playwright's)
    """Open a notebook in Lab and wait for its kernel."""
    page.set_default_timeout(1000 * SECONDS)
    page.goto(f"{address}/lab/tree/{name}.ipynb?token={TOKEN}&reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_selector(READY)


def run_all(page: Any, cells: int) -> None:  # noqa: ANN401
    """Run all cells and wait for the last one.

    Parameters
    ----------
    page : playwright page
        With an open notebook, and high enough to hold it: Lab draws only what is in sight.
    cells : int
        How many code cells the notebook has.
    """
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
    page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()
    page.wait_for_function(
        "n => [...document.querySelectorAll('.jp-InputPrompt')]"
        ".some(prompt => prompt.innerText.includes(`[${n}]`))",
        arg=cells,
    )
    page.wait_for_selector(READY)
