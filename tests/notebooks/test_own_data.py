"""The numbers of notebooks/own-data, counted from the mistakes that it puts in."""

import pytest

import gzcounty as gz


@pytest.fixture(scope="module")
def said(execute):
    return execute("own-data").published


def test_every_mistake_but_the_short_name_is_a_problem(said, execute):
    source = next(c.source for c in execute("own-data").cells if "spoilt = " in c.source)
    mistakes = [line for line in source.splitlines() if line.startswith("spoilt.loc[")]
    assert len(mistakes) == 7
    assert said["problems"] == said["rows_bad"] == len(mistakes) - 1
    assert said["rows_kept"] == said["rows"] - said["rows_bad"]


def test_rows_are_those_of_the_panel_and_two_more(said):
    own = gz.load_panel().query("2014 <= year <= 2016").dropna(subset=["rural_income", "gdp"])
    own = own[own.adcode.str.startswith("5226")]
    assert said["rows"] == len(own) + 2
    assert said["counties"] == own.adcode.nunique()
    assert said["nobs"] == own.household_savings.notna().sum() - 1  # the dash


def test_nothing_is_shown_but_results(execute):
    shown = [o for c in execute("own-data").cells for o in c.get("outputs", [])]
    assert not any("file:" in str(o.get("data", o.get("text", ""))) for o in shown)
