"""The page of methods names every estimator and leads to its reference."""

import re
from pathlib import Path
from types import SimpleNamespace

import gz_reference
import pytest
import reference

import gzcounty as gz

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "book" / "methods.md").read_text(encoding="utf-8")
LINKS = dict(re.findall(r"\[`(\w+)`\]\((reference/\w+/\w+)\.md\)", PAGE))
ESTIMATORS = sorted(
    name for name in reference.PUBLIC if reference.group_of(name) in ("models", "inference")
)
# They prepare the input of estimators and estimate nothing.
TOOLS = {
    "assign_to_hubs",
    "distance_matrix",
    "distance_weights",
    "neighbour_weights",
    "paper_table",
}


@pytest.mark.parametrize("name", sorted(set(ESTIMATORS) - TOOLS))
def test_every_estimator_is_described(name):
    assert name in LINKS


def test_links_lead_to_the_page_of_that_name():
    pages = set(reference.page_names())
    for name, target in LINKS.items():
        assert target.endswith(f"/{name}")
        assert f"book/{target}" in pages


def test_pages_it_leads_to_exist():
    for target in re.findall(r"\]\(([\w./-]+)\)", PAGE):
        if not target.startswith("reference/"):
            assert (ROOT / "book" / target).is_file(), target


def test_measures_are_described_in_the_words_of_the_data():
    needs: list[str] = []
    env = SimpleNamespace(srcdir=ROOT, note_dependency=needs.append)
    (items,) = gz_reference.ExposuresDirective.run(SimpleNamespace(env=env))
    assert str(ROOT / "src" / "gzcounty" / "measures" / "penetration.py") in needs
    texts = {item[0][0].astext(): item.astext() for item in items}
    for measure in ("commerce", "taobao"):
        attrs = gz.penetration(measure).attrs
        for part in ("unit", "is", "is_not", "validity"):
            assert attrs[part] in texts[measure]
    assert len(texts) == 5
    assert "{gz-exposures}" in PAGE


def test_verdicts_are_the_four_words_of_the_rules():
    from gzbook.claims import WORDS

    for word in WORDS:
        assert f"**{word.capitalize()}**" in PAGE
