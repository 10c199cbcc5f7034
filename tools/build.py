"""Build the website: ``python tools/build.py``.

What it adds to ``jupyter-book build``:

* Notebooks are run again when the package, the data or the pinned versions change, not only when
  the notebook does.
* Warnings are errors, and a failed build leaves nothing behind that a later one could take for
  good: every build reads all pages anew. That costs seconds; only running the notebooks costs
  more, and their outputs are kept.
* Pages are made in a folder of their own and put in place when all are done: a build that fails
  or is stopped leaves the last good site as it was, and one that is served goes on being served.
* A full disk, a folder that cannot be written to or Ctrl-C end in a sentence.
* The pages of the reference are written from the package's docstrings first.
* When nothing has changed since the last good build, it says so and stops.

``--force`` runs every notebook again.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: no such lock, and no need on a reader's machine
    fcntl = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
HTML = BUILD / "html"
STAMP = BUILD / "last-good-build.json"

# What the outputs of the notebooks depend on, besides the notebooks themselves.
RUN_INPUTS = ("src", "data", "benchmarks/measured", "requirements.txt")
# What the pages depend on besides those.
PAGE_INPUTS = (
    "CITATION.cff",
    "_config.yml",
    "_toc.yml",
    "book",
    "notebooks",
    "tools/build.py",
    "tools/reference.py",
)
_NOT_SOURCE = {"__pycache__", ".ipynb_checkpoints"}
# Made here, from the package: see reference.py.
REFERENCE = "book/reference"


def digest(names: Iterable[str], root: Path = ROOT) -> str:
    """Return one hash of paths and contents of all files under the named files and folders.

    Pages that the build itself makes are left out. The folder with other people's data sets, from
    which published numbers are computed again, counts by its name.
    """
    total = hashlib.sha256(sys.version.encode())
    total.update(os.environ.get("GZCOUNTY_REFERENCE", "").encode())
    for name in names:
        start = root / name
        for file in sorted(start.rglob("*")) if start.is_dir() else [start]:
            generated = file.is_relative_to(root / REFERENCE)
            if file.is_file() and not generated and not _NOT_SOURCE & set(file.parts):
                total.update(file.relative_to(root).as_posix().encode() + b"\0")
                total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def sources() -> dict[str, str]:
    """Return the hashes of what the notebooks' outputs and the pages are made of."""
    return {"run": digest(RUN_INPUTS, ROOT), "pages": digest(PAGE_INPUTS, ROOT)}


def output_cache(hashes: dict[str, str]) -> Path:
    """Return the folder that keeps the notebooks' outputs for these sources."""
    return BUILD / f"notebook-outputs-{hashes['run'][:12]}"


def read_stamp() -> dict[str, str]:
    """Return the hashes of what the last good build was made of; empty if there was none."""
    try:
        return json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def up_to_date(hashes: dict[str, str]) -> bool:
    """Return whether the site that stands there was made of these sources, and say so."""
    if read_stamp() != hashes or not (HTML / "index.html").exists():
        return False
    print("The site is up to date: _build/html/index.html")
    return True


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait while another process builds in this folder."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / ".lock").open("w") as lock:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("Another build is running here; waiting for it.", flush=True)
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(force: bool = False) -> Path:
    """Build the site if anything has changed, or in any case; return the folder of its pages.

    Raises SystemExit if a notebook fails or a page has a fault.
    """
    # Looked at before the lock too, so that a checkout that cannot be written to shows its site.
    if not force and up_to_date(sources()):
        return HTML
    with one_at_a_time():
        hashes = sources()
        if not force and up_to_date(hashes):
            return HTML
        clear_unfinished()
        cache = output_cache(hashes)
        for old in BUILD.glob("notebook-outputs-*"):
            if force or old != cache:
                shutil.rmtree(old)
        started = time.monotonic()
        print("Building the site", flush=True)
        # In a Python of its own, so that the package is read as it is now.
        has_reference = REFERENCE in (ROOT / "_toc.yml").read_text(encoding="utf-8")
        if has_reference and call("tools/reference.py", REFERENCE):
            raise SystemExit("The pages of the reference were not written: see the messages above.")
        unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=BUILD))
        try:
            call("tools/notebooks.py", cache, ROOT / "_toc.yml")
            code = call("-c", _CALL, ROOT, unfinished / "html", cache)
            if code:
                raise SystemExit(f"The site was not built: see the messages above (code {code}).")
            STAMP.unlink(missing_ok=True)
            if HTML.exists():
                HTML.rename(unfinished / "last")
            (unfinished / "html").rename(HTML)
            STAMP.write_text(json.dumps(hashes), encoding="utf-8")  # one cut short is read as none
        finally:
            clear_unfinished()
        print(f"Built in {time.monotonic() - started:.0f} s: _build/html/index.html")
        return HTML


def clear_unfinished() -> None:
    """Remove what a build that did not end well has left, and put its last good site back."""
    for folder in BUILD.glob("unfinished-*"):
        if (folder / "last").is_dir() and not HTML.exists():
            (folder / "last").rename(HTML)
        shutil.rmtree(folder, ignore_errors=True)


# Handed to a Python of its own: Jupyter Book's way into Sphinx, with our two paths.
_CALL = """
import sys
from jupyter_book.sphinx import build_sphinx
root, out, cache = sys.argv[1:]
overrides = {
    "external_toc_path": root + "/_toc.yml",
    "nb_execution_cache_path": cache,
    "latex_individualpages": False,
}
result = build_sphinx(
    root, out, noconfig=True, path_config=root + "/_config.yml", confoverrides=overrides,
    quiet=True, warningiserror=True, keep_going=True, freshenv=True, force_all=True,
)
sys.exit(result if isinstance(result, int) else 2)
"""

# What kernels say when all is well and nobody needs to read; Sphinx is told to be quiet.
_CHATTER = re.compile(r"^$|IPKernelApp\] WARNING \| Kernel is running over TCP|INFO traitlets")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

# The system's words when a disk, or a user's share of it, is full.
_FULL = re.compile("No space left on device|Disk quota exceeded|database or disk is full")


def call(*arguments: str | Path) -> int:
    """Run Python with these arguments, print its output less the chatter, and return its code.

    The process and all that it starts end with this one, however it ends: nothing goes on
    writing into a folder that the next build clears.
    """
    environment = os.environ | {
        # The kernel is the one of this environment, whatever else is installed for the user.
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
    }
    with subprocess.Popen(
        [sys.executable, *map(str, arguments)], cwd=ROOT, env=environment, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
    ) as process:  # fmt: skip
        try:
            pass_on(process.stdout)
        except BaseException:
            end(process)
            raise
    return process.returncode


def pass_on(lines: Iterable[str] | None) -> None:
    """Print a process's output less the chatter; raise OSError if it says that the disk is full."""
    held: list[str] = []  # a traceback, until its last line says what it was about
    for line in lines or ():
        line = _COLOUR.sub("", line).rstrip().replace(f"{ROOT}{os.sep}", "")
        if _FULL.search(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if line.startswith("Traceback ") or (held and line.startswith(" ")):
            held.append(line)
            continue
        if not _CHATTER.search(line):
            held.append(line)
        for text in held:
            print(f"  {text}", flush=True)
        held.clear()


def end(process: subprocess.Popen[str]) -> None:
    """End a process and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGTERM)
        else:
            process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Build the website into _build/html.")
    parser.add_argument("--force", action="store_true", help="run every notebook again")
    options = parser.parse_args()
    for name in ("SIGTERM", "SIGHUP"):  # as Ctrl-C: a closed terminal must not leave half a site
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    try:
        build(force=options.force)
    except KeyboardInterrupt:
        print(f"\nStopped.{last_site()}", file=sys.stderr)
        raise SystemExit(130) from None
    except OSError as error:
        raise SystemExit(f"The site was not built: {reason(error)}{last_site()}") from None


def reason(error: OSError) -> str:
    """Return a sentence about what the system did not allow, and what to do."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full{where}. Make room, then build again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"this folder cannot be written to{where}. Copy it to one that can be, and build there."
        )
    return f"{error.strerror or error}{where}."


def last_site() -> str:
    """Return a sentence that the last site is still there, if it is."""
    return " The last good site is still in _build/html." if (HTML / "index.html").exists() else ""


if __name__ == "__main__":
    main()
