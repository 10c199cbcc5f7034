"""Build and install without a network, in processes of their own."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path


def run(arguments: list[str], cwd: Path, **environment: str) -> str:
    """Run a command in a folder and return what it printed."""
    done = subprocess.run(
        arguments,
        cwd=cwd,
        env=os.environ | {"PYTHONUTF8": "1"} | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(source: Path, kind: str, into: Path) -> Path:
    """Build a wheel or an sdist with the installed hatchling and return the one file made."""
    run([sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(into)], cwd=source)
    (made,) = into.iterdir()
    return made


def install(wheel: Path, target: Path) -> None:
    """Install a wheel by itself into a folder."""
    options = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    run([*_pip(), "install", *options, "--target", str(target), str(wheel)], cwd=target)


def _pip() -> list[str]:
    """Return the command that is pip; uv makes environments without it, virtualenv carries one."""
    if find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    from virtualenv.seed.wheels.embed import get_embed_wheel

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return [sys.executable, str(get_embed_wheel("pip", version).path / "pip")]
