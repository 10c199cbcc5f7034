"""Tests that share work run on one processor: else each would do it again, unseen."""

import os

import gzcounty as gz

BEFORE = os.environ.get("GZCOUNTY_LANGUAGE", "")


def test_what_shares_a_file_stays_together(request):
    groups = [mark.args for mark in request.node.iter_markers("xdist_group")]
    assert groups == [("tests/test_conftest.py",)]
    if "PYTEST_XDIST_WORKER" in os.environ:
        # The scheduler reads the group from the end of the name.
        assert request.node.nodeid.endswith("@tests/test_conftest.py")


def test_a_visit_goes_anywhere_and_a_notebook_where_its_other_tests_are(request):
    groups = {
        item.name: next(item.iter_markers("xdist_group")).args[0] for item in request.session.items
    }
    for name, group in groups.items():
        if name.startswith("test_runs_without_an_error_or_a_warning[value-people]"):
            assert group == "tests/notebooks/test_value_people.py"
        if name.startswith("test_page_has_no_fault[book/index.html-light-desktop"):
            assert group == "book/index.html-light-desktop"


def test_a_test_may_choose_a_language():
    gz.set_language("zh")
    assert os.environ["GZCOUNTY_LANGUAGE"] == "zh"


def test_and_the_next_one_has_none():
    assert os.environ["GZCOUNTY_LANGUAGE"] == BEFORE
