"""The page on the programme: SIMULATED while the roster is empty, real once it is filled."""

import numpy as np
import pandas as pd
import pytest

import gzbook
import gzcounty as gz
from gzbook import programme_study
from gzbook.evidence import programme
from gzbook.evidence.roster import draw_roster
from gzcounty.data import store


def template():
    frame = pd.read_csv(store.folder() / "programme_roster.csv", dtype=str, keep_default_na=False)
    return frame.assign(entry_year="", source="", note="")


@pytest.fixture(autouse=True)
def few_shuffles(monkeypatch):
    monkeypatch.setattr(programme, "DRAWS", 39)


@pytest.fixture
def empty():
    return gzbook.load_roster(template())


@pytest.fixture
def filled(tmp_path):
    """Fill a copy with years by chance, as a stand-in for typed ones."""
    frame = template()
    years = np.random.default_rng(5).choice(["2015", "2017", "2019", "never"], len(frame))
    frame.assign(entry_year=years, source="a test").to_csv(tmp_path / "typed.csv", index=False)
    return gzbook.load_roster(tmp_path / "typed.csv")


def words_of(roster):
    """Collect both studies, every title and text made of them, and the sources of the figures."""
    both = [programme_study("lights", roster), programme_study("rural_income", roster)]
    charts = [study.figure() for study in both]
    texts = {" ".join(np.atleast_1d(chart.title.text)) for chart in charts}
    texts |= {study.finding for study in both} | {chart.description for chart in charts}
    texts.add(roster.titled("Entering the demonstration programme"))
    sources = [" ".join(np.atleast_1d(chart.title.subtitle)) for chart in charts]
    return both, texts, sources


def test_texts_open_with_simulated_while_the_roster_is_empty(empty):
    roster = empty.in_use()
    both, texts, sources = words_of(roster)
    assert not roster.real
    assert len(texts) == 7
    assert all(text.startswith("SIMULATED: ") for text in texts)
    assert all("SIMULATED" in source for source in sources)
    assert all(study.word in ("nothing", "false alarm") for study in both)
    assert "SIMULATED" in roster.standing


def test_no_text_says_simulated_once_the_roster_is_filled(filled):
    both, texts, sources = words_of(filled.in_use())
    assert filled.in_use() is filled
    assert filled.real
    assert not [text for text in [*texts, *sources] if "SIMULATED" in text]
    assert all(study.word in ("nothing", "gain", "loss") for study in both)
    assert filled.standing.startswith("The roster is complete")
    entered = both[0].panel.groupby("adcode").entry_year.first()
    assert entered.to_dict() == filled.entries().to_dict()


def test_partly_filled_roster_is_refused():
    frame = template()
    frame.loc[:29, ["entry_year", "source"]] = ["2016", "a test"]
    roster = gzbook.load_roster(frame)
    with pytest.raises(gz.InputError, match="Partly filled: 30 of 88 counties"):
        roster.in_use()
    with pytest.raises(gz.InputError, match="58 not known"):
        programme_study("lights", roster)
    assert roster.titled("x").startswith("SIMULATED")


def test_draw_depends_on_its_seed_and_the_national_rounds(empty):
    first, again = (empty.in_use().entries() for _ in range(2))
    assert first.equals(again)
    assert not first.equals(draw_roster(seed=1).entries())
    sizes = first[first > 0].value_counts().sort_index()
    assert sizes.sum() == 66
    facts = gz.load_programme().query("variable == 'ecom_demo_counties_selected'")
    national = facts.set_index("year").value.loc[2015:2019]
    assert (sizes - 66 * national / national.sum()).abs().max() <= 1


def test_estimate_equals_differences_by_hand(empty):
    roster = empty.in_use()
    lights = programme_study("lights", roster)
    wide = lights.panel.pivot(index="adcode", columns="year", values="y")
    entry = roster.entries()[wide.index]
    total = weight = 0.0
    for g in sorted(set(entry) - {0}):
        for t in range(g, 2021):
            change = wide[t] - wide[g - 1]
            gap = change[entry == g].mean() - change[(entry == 0) | (entry > t)].mean()
            total, weight = total + gap * (entry == g).sum(), weight + (entry == g).sum()
    assert lights.overall.estimate == pytest.approx(total / weight)


def test_samples_are_88_counties_and_60_with_every_income(empty):
    both, _, _ = words_of(empty.in_use())
    assert both[0].sample == "88 counties of Guizhou"
    assert both[1].sample == "60 former poverty counties"
    assert [one.period for one in both] == ["2013-2020", "2014-2023"]


def test_a_planted_gain_is_found_in_real_years_and_a_false_alarm_in_drawn_ones(
    filled, empty, monkeypatch
):
    def planted(entries):
        panel = outcome_panel("lights", entries)
        inside = (panel.entry_year > 0) & (panel.year >= panel.entry_year)
        return panel.assign(y=panel.y + 60 * inside)

    outcome_panel = programme.outcome_panel
    monkeypatch.setattr(programme, "outcome_panel", lambda outcome, e: planted(e))
    assert programme_study("lights", filled).word == "gain"
    assert programme_study("lights", empty.in_use()).word == "false alarm"


@pytest.mark.parametrize("year", ["2014", "2021"])
def test_study_without_controls_is_not_testable(year):
    frame = template().assign(entry_year=year, source="a test")
    roster = gzbook.load_roster(frame)
    lights = programme_study("lights", roster)
    if year == "2014":  # all enter together
        assert lights.word == "not testable"
        assert "not testable" in lights.finding
    assert lights.fit is None
    assert lights.refusal in lights.figure().data
    assert lights.row()["answer"] == "not testable"
    assert lights.row()["estimate"] is None


def test_study_is_estimated_if_all_counties_enter_in_the_end():
    frame = template()
    frame["entry_year"] = ["2016", "2018"] * 44
    study = programme_study("lights", gzbook.load_roster(frame.assign(source="a test")))
    assert study.fit is not None
    assert np.isfinite(study.overall.estimate)
