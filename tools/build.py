"""Build the website: ``python tools/build.py``.

What it adds to ``jupyter-book build``:

* A notebook is run again when what it has read has changed (notebooks.py), not only when its cells
  have.
* A page is read again when what it was read from has changed (book/_ext/gz_again.py). All pages
  are, when the book's machinery has, or when there is no good build to begin with.
* Warnings are errors, and a failed build leaves nothing behind that a later one could take for
  good: it works on copies of the last good site and of what Sphinx remembers of it.
* Pages are made in a folder of their own and put in place when all are done: a build that fails
  or is stopped leaves the last good site as it was, and one that is served goes on being served.
* A full disk, a folder that cannot be written to or Ctrl-C end in a sentence.
* The pages of the reference are written from the package's docstrings first.
* When nothing has changed since the last good build, it says so and stops.

``--page book/value-people`` makes that page, and those that quote it, and leaves the others as they
are. ``--cold`` reads every page anew; ``--force`` also runs every notebook again.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
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
from typing import Any

try:
    import fcntl
except ImportError:  # Windows: no such lock, and no need on a reader's machine
    fcntl = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
HTML = BUILD / "html"
DOCTREES = BUILD / "doctrees"  # what Sphinx remembers of it
OUTPUTS = BUILD / "notebook-outputs"
STAMP = BUILD / "last-good-build.json"

# What the site is made of.
INPUTS = (
    "CITATION.cff",
    "_config.yml",
    "_toc.yml",
    "benchmarks/measured",
    "book",
    "data",
    "locale",
    "notebooks",
    "requirements.txt",
    "src",
    "tools/build.py",
    "tools/notebooks.py",
    "tools/recorder",
    "tools/reference.py",
)
# When one of these has changed, every page is read anew. What the extensions use of the package is
# looked after by gz_again.py.
MACHINERY = (
    "$", "Python", "_config.yml", "_toc.yml", "book/_ext/", "book/locale/", "book/_static/",
    "book/references.bib", "data/counties.csv", "requirements.txt", "tools/build.py",
    "tools/notebooks.py", "tools/reference.py",
)  # fmt: skip
_NOT_SOURCE = {"__pycache__", ".ipynb_checkpoints"}
# Made here, from the package: see reference.py.
REFERENCE = "book/reference"
# Languages, as Sphinx and its catalogs call them.
LANGUAGES = {"en": "en", "zh": "zh_CN"}
COLD, WARM, PAGE = "cold", "warm", "page"  # how a site was built


def editions() -> tuple[str, ...]:
    """Return the languages of the site: its own, and those that have a folder in ``locale/``."""
    text = (ROOT / "_config.yml").read_text(encoding="utf-8")
    written = re.search(r"^    language: (\w+)", text, re.MULTILINE)
    own = [name for name, code in LANGUAGES.items() if written and code == written[1]] or ["en"]
    others = [name for name, code in LANGUAGES.items() if (ROOT / "locale" / code).is_dir()]
    return (*own, *(name for name in others if name not in own))


EDITIONS = editions()


def files(inputs: Iterable[str] = INPUTS, root: Path | None = None) -> dict[str, str]:
    """Return a hash of each file that the site is made of, by its path below the root.

    Pages that the build itself makes are left out. The version of Python counts as a file.
    """
    root = root or ROOT
    found = {"Python": sys.version}
    for name in inputs:
        start = root / name
        for file in sorted(start.rglob("*")) if start.is_dir() else [start]:
            generated = file.is_relative_to(root / REFERENCE)
            if file.is_file() and not generated and not _NOT_SOURCE & set(file.parts):
                found[file.relative_to(root).as_posix()] = hash_of(file)
    return found


def hash_of(path: Path) -> str:
    """Return the hash of a file, or '' if there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def read_stamp() -> dict[str, Any]:
    """Return how the last good site was built, and of which files; empty if there was none."""
    try:
        return json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def up_to_date(known: dict[str, str], cold: bool = False) -> bool:
    """Return whether the site that stands there was made of these files, and say so."""
    stamp = read_stamp()
    if stamp.get("built") not in ((COLD,) if cold else (COLD, WARM)):
        return False
    if stamp["files"] != known or not (HTML / "index.html").exists():
        return False
    print("The site is up to date: _build/html/index.html")
    return True


def changes(known: dict[str, str]) -> set[str] | None:
    """Return the files that have changed since the last good build.

    None if there was none, or if they make it necessary to read every page anew.
    """
    stamp = read_stamp()
    if not stamp or not (HTML / "index.html").exists() or not DOCTREES.is_dir():
        return None
    old = stamp["files"]
    changed = {name for name in old | known if old.get(name) != known.get(name)}
    pages = {name for name in old.keys() ^ known.keys() if name.startswith(("book/", "notebooks/"))}
    return None if pages or any(name.startswith(MACHINERY) for name in changed) else changed


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


def build(force: bool = False, cold: bool = False, page: str = "") -> Path:
    """Build the site if anything has changed, or in any case; return the folder of its pages.

    Raises SystemExit if a notebook fails or a page has a fault.
    """
    pages = with_quoted(page)
    # Looked at before the lock too, so that a checkout that cannot be written to shows its site.
    if not force and not page and up_to_date(files(), cold):
        return HTML
    with one_at_a_time():
        known = files()
        if not force and not page and up_to_date(known, cold):
            return HTML
        clear_unfinished()
        if force:
            shutil.rmtree(OUTPUTS, ignore_errors=True)
        changed = None if force or cold else changes(known)
        if page and changed is None:
            print("One page is made within a site, so all of it is built first.")
            page, pages = "", []
        started = time.monotonic()
        print(f"Building {page or 'the site'}", flush=True)
        # In a Python of its own, so that the package is read as it is now.
        if must_write_reference(changed) and call("tools/reference.py", REFERENCE):
            raise SystemExit("The pages of the reference were not written: see the messages above.")
        unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=BUILD))
        try:
            if changed is not None:
                # Less what Sphinx copies each time, and dates by what it finds there.
                static = shutil.ignore_patterns("_static")
                shutil.copytree(HTML, unfinished / "html", ignore=static)
                shutil.copytree(DOCTREES, unfinished / "doctrees")
            code = call("-c", _CALL, ROOT, unfinished / "html", OUTPUTS, *pages)
            if code:
                why = "a notebook fails; " if code == A_NOTEBOOK else ""
                raise SystemExit(
                    f"The site was not built: {why}see the messages above (code {code})."
                )
            # After one page, the others are still made of what they were.
            stamp = {"built": PAGE, "files": read_stamp()["files"]} if page else {
                "built": COLD if changed is None else WARM, "files": known,
            }  # fmt: skip
            STAMP.unlink(missing_ok=True)
            for made in (HTML, DOCTREES):
                if made.exists():
                    made.rename(unfinished / f"last-{made.name}")
                (unfinished / made.name).rename(made)
            STAMP.write_text(json.dumps(stamp), encoding="utf-8")  # one cut short is read as none
        finally:
            clear_unfinished()
        where = f"_build/html/{page or 'index'}.html"
        print(f"Built in {time.monotonic() - started:.0f} s: {where}")
        return HTML


def in_reference(page: str) -> bool:
    """Return whether a page is one of the reference, which is in English only."""
    return page.startswith(f"{REFERENCE}/")


def must_write_reference(changed: set[str] | None) -> bool:
    """Return whether this book has a reference, and the package has changed."""
    if REFERENCE not in (ROOT / "_toc.yml").read_text(encoding="utf-8"):
        return False
    return changed is None or any(name.startswith("src/") for name in changed)


def with_quoted(page: str) -> list[str]:
    """Return a page and the notebooks that it quotes; nothing for none, which stands for all."""
    if not page:
        return []
    known = re.findall(r"\bfile: (\S+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    if page not in known:
        near = difflib.get_close_matches(page, known, n=3, cutoff=0) or known
        raise SystemExit(f"There is no page {page!r} in _toc.yml. Near it are: {', '.join(near)}.")
    source = ROOT / f"{page}.md"
    text = source.read_text(encoding="utf-8") if source.is_file() else ""
    quoted = set(re.findall(r"\{(?:num|gz-figure|gz-ledger)\}[`\s]*([\w-]+)", text))
    return [page, *(name for name in known if name.rpartition("/")[2] in quoted and name != page)]


def clear_unfinished() -> None:
    """Remove what a build that did not end well has left, and put its last good site back."""
    for folder in BUILD.glob("unfinished-*"):
        if (folder / "last-html").is_dir() and not HTML.exists():
            (folder / "last-html").rename(HTML)
        shutil.rmtree(folder, ignore_errors=True)


A_NOTEBOOK = 3  # the code of what follows, if a notebook fails

# Handed to a Python of its own.
_CALL = """
import sys
sys.path.insert(0, "tools")
import notebooks
sys.exit(notebooks.make(*sys.argv[2:]))
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
    if hasattr(os, "killpg"):  # what does not hear the first word, as processes of nbclient do not
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Build the website into _build/html.")
    parser.add_argument("--cold", action="store_true", help="read every page anew")
    parser.add_argument("--force", action="store_true", help="run every notebook again, too")
    parser.add_argument("--page", default="", help="make one page, such as book/value-people")
    options = parser.parse_args()
    for name in ("SIGTERM", "SIGHUP"):  # as Ctrl-C: a closed terminal must not leave half a site
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    try:
        build(options.force, options.cold, options.page.removesuffix(".md").removesuffix(".ipynb"))
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
