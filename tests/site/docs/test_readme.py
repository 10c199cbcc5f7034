"""README promises what is there: its commands exist.

Its Python runs in `tests/packaging/test_helper_alone.py`.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


def test_there_are_blocks_and_the_first_says_what_its_measure_is_not():
    assert len(BLOCKS) >= 3
    assert "is_not" in BLOCKS[0]


def test_make_targets_of_readme_and_makefile_are_the_same():
    listed = set(re.findall(r"^\| `make (\w+)[^`]*` \|", README, flags=re.MULTILINE))
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, flags=re.MULTILINE)
    # help is what `make` alone shows; the others are parts of what is listed.
    assert listed == set(phony.split()) - {"help", "env", "cold-site", "browser", "all-tests"}


def test_every_command_that_readme_and_contributing_name_exists():
    targets = set(re.findall(r"^(\w+):", MAKEFILE, flags=re.MULTILINE))
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert set(re.findall(r"`make (\w+)`|^make (\w+)", text, flags=re.MULTILINE))
        for quoted, line in re.findall(r"`make (\w+)`|^make (\w+)", text, flags=re.MULTILINE):
            assert (quoted or line) in targets
        for script in re.findall(r"(?:python )(tools/\w+\.py)", text):
            assert (ROOT / script).is_file()


def test_the_place_of_the_address_is_where_readme_says():
    import yaml

    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    url = config["repository"]["url"]
    assert not url or url.startswith("https://")
    # Written out once: everything else follows from it.
    address = url.removeprefix("https://") or "github.com/OWNER"
    for name in ("README.md", "CONTRIBUTING.md", "CITATION.cff", "book/index.md", "book/data.md"):
        assert address not in (ROOT / name).read_text(encoding="utf-8")
