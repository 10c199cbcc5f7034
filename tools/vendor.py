"""Refresh the vendored chart libraries: ``python tools/vendor.py``. Needs npm; nothing else does.

The versions are those that the installed altair writes its charts for. Altair names vega and
vega-embed by their major version only; the newest release of that major version is taken, and
``VERSIONS`` says which one it was.
"""

import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "book" / "_static" / "vendor"

# Package: its minified file, as packed.
FILES = {
    "vega": "build/vega.min.js",
    "vega-embed": "build/vega-embed.min.js",
}


def versions() -> dict[str, str]:
    """Return the version of each library that altair asks for (possibly a major version alone)."""
    import altair

    return {"vega": altair.VEGA_VERSION, "vega-embed": altair.VEGAEMBED_VERSION}


def fetch(package: str, version: str, folder: Path) -> str:
    """Pack one release, put its script and licence in place, and return its full version."""
    command = ["npm", "pack", "--silent", "--json", f"{package}@{version}"]
    packed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    # For a major version npm packs the newest release of it last.
    release = json.loads(packed.stdout)[-1]
    members = {FILES[package]: f"{package}.min.js", "LICENSE": f"{package}.LICENSE"}
    with tarfile.open(folder / release["filename"]) as archive:
        for member, target in members.items():
            source = archive.extractfile(f"package/{member}")
            if source is None:
                raise SystemExit(f"{package} {release['version']} has no {member}.")
            text = source.read().decode("utf-8")
            # The maps are not shipped; a browser's tools would look for them in vain.
            lines = [line for line in text.splitlines() if "sourceMappingURL=" not in line]
            (VENDOR / target).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return release["version"]


def main() -> None:
    """Fetch the libraries and write ``VERSIONS``."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        fetched = {name: fetch(name, version, Path(folder)) for name, version in versions().items()}
    lines = [f"{name} {version}" for name, version in fetched.items()]
    (VENDOR / "VERSIONS").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
