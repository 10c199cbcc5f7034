"""Find a Chromium for the browser tests, or get one: ``python tools/browser.py``.

In this order: the path in $CHROMIUM; an installed Chromium, Chrome or Edge, first of all one that
draws no windows, and so opens a page in a third of the time; one that playwright has installed; as
root on Debian or Ubuntu, the system's packages (with a font that has Chinese characters);
playwright's own download. If all fail, it says what is missing and ends with 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lab import is_root

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PROGRAMS = (
    "chromium-headless-shell",
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
)
FLAGS = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No other host is found, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
MISSING = """Tests and print edition need Chromium or Chrome, and found none. One of these helps:
  Debian, Ubuntu:  sudo apt-get install chromium fonts-noto-cjk
  elsewhere:       .venv/bin/python -m playwright install chromium
  already there:   CHROMIUM=/path/to/chromium make test"""


def find() -> str | None:
    """Return the path of a Chromium on this machine, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    candidates = [shutil.which(name) for name in PROGRAMS]
    candidates.append(_of_playwright())
    return next((path for path in candidates if path), None)


def _of_playwright() -> str | None:
    """Return the browser that ``playwright install`` has left, or None."""
    try:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
    except Exception:  # not installed, or not for this system: then there is none
        return None
    return path if Path(path).exists() else None


@contextmanager
def opened() -> Iterator[Browser]:
    """Start the browser, which belongs to this thread; raise SystemExit if there is none."""
    from playwright.sync_api import sync_playwright

    path = find()
    if path is None:
        raise SystemExit(MISSING)
    # Chromium refuses to sandbox for root, as in a container.
    flags = [*FLAGS, "--no-sandbox"] if is_root() else FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(flags))
        try:
            yield browser
        finally:
            browser.close()


def apt(command: list[str]) -> None:
    """Ask the system's packages; whether that has helped shows later."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "--quiet", "--quiet", *command]
    subprocess.run(command, env=quiet, check=False, stdout=subprocess.DEVNULL)


def install() -> None:
    """Try the ways to get a Chromium, one after the other."""
    if is_root() and shutil.which("apt-get"):
        print("Installing chromium and fonts-noto-cjk from the system's packages", flush=True)
        apt(["update"])
        for package in ("chromium-headless-shell", "chromium"):  # Ubuntu has no such first
            if find() is None:
                apt(["install", "--yes", "--no-install-recommends", package, "fonts-noto-cjk"])
    if find() is None:
        print("Asking playwright for a Chromium", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> None:
    """Make sure that there is a browser."""
    if os.environ.get("CHROMIUM") and find() is None:
        raise SystemExit(f"$CHROMIUM is {os.environ['CHROMIUM']!r}, and no such program is there.")
    if find() is None:
        install()
    if find() is None:
        raise SystemExit(MISSING)


if __name__ == "__main__":
    main()
