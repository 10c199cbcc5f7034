"""Handing numbers from a notebook to the site."""

import numpy as np
import pytest

import gzcounty as gz
from gzcounty.quoting import MIMETYPE


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def test_numbers_and_words_are_shown_and_handed_on(shown):
    gz.publish(share=np.float64(69.25), counties=np.int64(88), verdict="undecided")
    (bundle,) = shown
    assert bundle[MIMETYPE] == {"share": 69.25, "counties": 88, "verdict": "undecided"}
    assert "69.25" in bundle["text/html"]
    assert "counties: 88" in bundle["text/plain"]


@pytest.mark.parametrize(
    ("value", "says"), [(float("nan"), "share is nan"), (True, "share is bool"), ([1], "is list")]
)
def test_what_cannot_be_quoted_is_refused(shown, value, says):
    with pytest.raises(gz.InputError, match=says):
        gz.publish(share=value)
    assert shown == []
