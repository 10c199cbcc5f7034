"""Weights of evidence, and what laxer and stricter rules would have said."""

import pandas as pd
import pytest

import gzbook
from gzbook.claims import words_at

IDS = ["4.1-a", "4.2-a", "4.2-b"]


def test_counts_are_those_of_the_evidence():
    found = gzbook.book().strength(IDS).set_index("id")
    above = gzbook.examine("4.2-b").evidence.table.value
    assert found["for"]["4.2-b"] == pytest.approx(sum(above > 0.5) / len(above))
    assert found["against"]["4.2-b"] == pytest.approx(sum(above < 0.5) / len(above))
    models = gzbook.examine("4.1-a").evidence.table
    assert found["for"]["4.1-a"] == pytest.approx(sum(models.conf_low > 0) / len(models))


@pytest.mark.parametrize("id", IDS)
def test_the_share_that_the_rule_asks_for_gives_the_verdict_back(id):
    found = gzbook.book().strength([id])
    assert words_at(found, found.asked[0]).tolist() == [gzbook.examine(id).word]


def test_a_laxer_rule_turns_words_a_stricter_one_turns_others():
    found = pd.DataFrame({"for": [0.6, 1.0, 0.0, 0.3], "against": [0.4, 0.0, 0.8, 0.3]})
    found["bounded"] = 0.0
    lax = ["supported", "supported", "contradicted", "undecided"]
    assert words_at(found, 0.51).tolist() == lax
    assert words_at(found, 1.0).tolist() == ["undecided", "supported", "undecided", "undecided"]
