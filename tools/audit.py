"""Look for known vulnerabilities of the pinned libraries: ``python tools/audit.py``.

pip-audit asks a public list of advisories about each line of ``requirements.txt``. It needs the
network, and is fetched for the occasion: it is no part of the environment that it looks at.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PIP_AUDIT = "pip-audit==2.10.1"
# What uv, pip-audit and the libraries below them say when nobody answers.
_NO_NETWORK = (
    "Failed to fetch",
    "error sending request",
    "dns error",
    "Network is unreachable",
    "ConnectionError",
    "Connection refused",
    "Max retries exceeded",
    "NameResolutionError",
    "ServiceError",
    "Could not connect",
)

_NOT_ASKED = "could not be audited"


def pins(requirements: str) -> str:
    """Return the pins alone: the package itself (``-e .``) is on no list."""
    return "".join(f"{line}\n" for line in requirements.splitlines() if not line.startswith("-"))


def verdict(code: int, said: str) -> str:
    """Say in a sentence what came of it; empty if pip-audit has said so itself."""
    unknown = said.count(_NOT_ASKED)
    if code and any(sign in said for sign in _NO_NETWORK):
        return "Not audited: the list of known vulnerabilities needs the network."
    if code and "vulnerabilit" not in said:
        return "Not audited: see the messages above."
    if code:
        return "Raise the pins named above: make lock."
    # A mirror may give the libraries and know no advisories: silence is then no good news.
    if unknown:
        return f"Not audited: {unknown} of the pins, as the list of advisories did not answer."
    return ""


def main() -> int:
    """Audit the pins; 0 if nothing is known against them."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "requirements.txt"
        text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
        listed.write_text(pins(text), encoding="utf-8")
        command = [
            *(sys.executable, "-m", "uv", "tool", "run", "--system-certs", PIP_AUDIT),
            *("--requirement", str(listed), "--no-deps", "--disable-pip"),
            *("--progress-spinner", "off"),
        ]
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    said = verdict(done.returncode, done.stdout)
    if (done.returncode and not said.startswith("Not audited: the list")) or not said:
        print(done.stdout, end="", flush=True)
    if said:
        print(said, file=sys.stderr)
    return 1 if said else done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
