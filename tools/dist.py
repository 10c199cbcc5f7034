"""Make what a reader takes along: ``python tools/dist.py``, which ``make dist`` calls.

What lies in ``dist/``: the print edition in each language (print_edition.py), and a zip with the
website in all of them, the print editions and a start page. Unpacked anywhere, on a USB stick too,
the website opens by a double-click and asks no network.

The same site gives the same zip: its entries are sorted and carry one fixed date. Names in it are
ASCII and differ by more than their case, so that every system and file system can unpack it.
"""

import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import build
import print_edition
from build import ROOT

DIST = ROOT / "dist"
PORTABLE = ROOT / "tools" / "portable"
START = "Open-me.html"
TERMS = ("LICENSE", "NOTICE")
FIXED = (1980, 1, 1, 0, 0, 0)  # the first date that a zip can hold
READABLE = 0o100644 << 16  # a plain file that everybody may read
LONGEST = 160  # characters; Windows allows 260 for folder and name together
# What a name on FAT and NTFS may be made of; those of a website are.
_PORTABLE_NAME = re.compile(r"[A-Za-z0-9._+@=,()-]+(?:/[A-Za-z0-9._+@=,()-]+)*")


def contents(site: Path, editions: Mapping[str, Path], version: str) -> dict[str, bytes]:
    """Return the files of the zip by name, of the site and of its print editions by language.

    The version stands in README.txt.
    """
    files = {
        f"site/{path.relative_to(site).as_posix()}": path.read_bytes()
        for path in site.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    for name in (START, "README.txt"):
        text = (PORTABLE / name).read_text(encoding="utf-8")
        for language, edition in editions.items():
            text = text.replace(f"PDF-{language}", edition.name)
        text = text.replace("VERSION", version)
        if name.endswith(".txt"):  # so that the editor of any Windows shows lines and Chinese
            text = "\ufeff" + text.replace("\n", "\r\n")
        files[name] = text.encode()
    for name in TERMS:
        files[name] = (ROOT / name).read_bytes()
    files |= {edition.name: edition.read_bytes() for edition in editions.values()}
    refuse_unportable(files)
    return files


def refuse_unportable(names: Iterable[str]) -> None:
    """Raise SystemExit if some system could not unpack a name.

    That is so if it is not plain ASCII, is too long, or differs from another by its case only.
    """
    seen: dict[str, str] = {}
    for name in names:
        if not _PORTABLE_NAME.fullmatch(name):
            raise SystemExit(f"{name!r} cannot go into the zip: its name is not plain ASCII.")
        if len(name) > LONGEST:
            raise SystemExit(f"{name!r} cannot go into the zip: over {LONGEST} characters.")
        other = seen.setdefault(name.lower(), name)
        if other != name:
            raise SystemExit(f"{other!r} and {name!r} would be one file on Windows and on macOS.")


def pack(files: dict[str, bytes], target: Path) -> Path:
    """Write a zip that depends on names and contents only, and return its path."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")  # an interrupted run leaves no zip that looks whole
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, FIXED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # or the zip would tell on which system it was made
            entry.external_attr = READABLE
            archive.writestr(entry, files[name])
    return unfinished.replace(target)


def main() -> None:
    """Build the site, print it, pack it."""
    version = print_edition.version()
    site = build.build(cold=True)
    editions = {}
    for language in build.EDITIONS:
        print(f"Printing the book ({language})", flush=True)
        target = DIST / print_edition.file_name(version, language)
        editions[language] = print_edition.print_edition(site, target, version, language)
    print("Packing the website", flush=True)
    archive = pack(contents(site, editions, version), DIST / f"gzcounty-site-{version}.zip")
    for path in (*editions.values(), archive):
        print(f"  {path.relative_to(ROOT).as_posix()}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
