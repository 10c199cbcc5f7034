"""No file names what belongs to one machine or to a foreign host."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SKIPPED = {".git", ".venv", "_build", "dist", "__pycache__", ".hypothesis", "vendor"}
BINARY = {".png", ".whl", ".gz"}


def files():
    for folder, inner, names in os.walk(ROOT):
        inner[:] = sorted(n for n in inner if n not in SKIPPED and not n.endswith("_cache"))
        paths = (Path(folder, name) for name in sorted(set(names) - SKIPPED))  # .git may be a file
        yield from (path for path in paths if path.suffix not in BINARY)


FILES = list(files())
# Tests and timings may name the hosts that pages must not ask.
PUBLISHED = [p for p in FILES if p.relative_to(ROOT).parts[0] not in ("tests", "benchmarks")]

# Written in two halves, so that this file does not find itself.
REGISTRIES = ["pypi" + ".org", "python" + "hosted", "npm" + "js.org", "conda" + ".anaconda.org"]
HOSTS_OF_SCRIPTS = [
    "js" + "delivr",
    "un" + "pkg.com",
    "cdn" + "js",
    "google" + "apis",
    "esm" + ".sh",
]
MACHINE_PATH = re.compile(r"(?<![\w.:/~$}])/(?:work|home|root|Users)/\w")


def read(path):
    return path.read_text(encoding="utf-8")


def names(paths):
    return [path.relative_to(ROOT).as_posix() for path in paths]


def test_the_walk_sees_the_repository():
    seen = set(names(FILES))
    assert {"README.md", "Makefile", "_config.yml", "data/panel.csv", ".ci/run"} <= seen
    assert "book/index.md" in names(PUBLISHED)


def test_the_pattern_tells_a_path_of_a_machine_from_an_address():
    assert MACHINE_PATH.search("in /" + "home/someone")
    assert MACHINE_PATH.search('"/' + 'work/x"')
    address = "https://example.cn/" + "home/page and ../" + "home/x and a/" + "work/y"
    assert not MACHINE_PATH.search(address)


def test_every_file_is_text_and_names_no_registry_and_no_path_of_a_machine():
    bad = {}
    for path in FILES:
        text = read(path)
        if found := [host for host in REGISTRIES if host in text] + MACHINE_PATH.findall(text):
            bad[path.relative_to(ROOT).as_posix()] = found
    assert bad == {}


def test_no_published_file_names_a_foreign_host_of_scripts():
    texts = {path.relative_to(ROOT).as_posix(): read(path) for path in PUBLISHED}
    assert [n for n, text in texts.items() if any(h in text for h in HOSTS_OF_SCRIPTS)] == []
