"""Handing numbers from a notebook to the site."""

import numpy as np
import pytest

import gzbook
import gzcounty as gz
from gzbook.publishing import LEDGER, MIMETYPE


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def test_numbers_and_words_are_shown_and_handed_on(shown):
    gzbook.publish(share=np.float64(69.25), counties=np.int64(88), verdict="undecided")
    (bundle,) = shown
    assert bundle[MIMETYPE] == {"share": 69.25, "counties": 88, "verdict": "undecided"}
    assert "69.25" in bundle["text/html"]
    assert "counties: 88" in bundle["text/plain"]


@pytest.mark.parametrize(
    ("value", "says"), [(float("nan"), "share is nan"), (True, "share is bool"), ([1], "is list")]
)
def test_what_cannot_be_quoted_is_refused(shown, value, says):
    with pytest.raises(gz.InputError, match=says):
        gzbook.publish(share=value)
    assert shown == []


@pytest.fixture
def ledger():
    claims = gzbook.load_claims()[["id", "wrong_if", "test", "needed"]]
    return gzbook.ledger(["2.1-a", "2.1-j"], n_jobs=1).merge(claims, on="id")


def test_ledger_is_handed_on_as_text(shown, ledger):
    gzbook.publish_ledger(ledger)
    (bundle,) = shown
    rows = bundle[LEDGER]
    assert [row["id"] for row in rows] == ["2.1-a", "2.1-j"]
    assert rows[1]["verdict"] == "not testable"
    assert rows[0]["needed"] == ""
    assert all(isinstance(value, str) for row in rows for value in row.values())
    assert "2 claims" in bundle["text/plain"]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda frame: frame.drop(columns="rule"), "column 'rule'"),
        (lambda frame: frame.iloc[:0], "no claims"),
        (lambda frame: frame.assign(id="2.1-a"), "more than once"),
        (lambda frame: frame.assign(verdict=None), "no verdict"),
    ],
)
def test_ledgers_that_cannot_be_published(shown, ledger, spoil, says):
    with pytest.raises(gz.InputError, match=says):
        gzbook.publish_ledger(spoil(ledger))
    assert shown == []
