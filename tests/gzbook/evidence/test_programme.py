"""The page on the programme: SIMULATED while the roster is empty, real once it is filled."""

import numpy as np
import pandas as pd
import pytest

import gzbook
import gzcounty as gz
from gzbook.evidence import programme, programme_study
from gzbook.evidence.programme_figures import answers, entry_map, path_figure
from gzbook.evidence.programme_study import study
from gzcounty.data import store


def template():
    frame = pd.read_csv(store.folder() / "programme_roster.csv", dtype=str, keep_default_na=False)
    return frame.assign(entry_year="", source="", note="")


@pytest.fixture(autouse=True)
def few_shuffles(monkeypatch):
    monkeypatch.setattr(programme_study, "DRAWS", 39)


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
    """Collect every title and text of the notebook's code path."""
    both = [study("lights", roster), study("rural_income", roster)]
    charts = [entry_map(roster), *map(path_figure, both)]
    texts = {" ".join(np.atleast_1d(chart.title.text)) for chart in charts}
    texts |= {one.finding for one in both} | {answers(both).caption}
    texts.add(programme.titled("Entering the demonstration programme", roster))
    sources = [" ".join(np.atleast_1d(chart.title.subtitle)) for chart in charts]
    return both, texts, sources


def test_while_it_is_empty_everything_says_simulated(empty):
    roster = programme.roster_in_use(empty)
    both, texts, sources = words_of(roster)
    assert not roster.real
    assert len(texts) == 7
    assert all(text.startswith("SIMULATED: ") for text in texts)
    assert all("SIMULATED" in source for source in sources)
    assert all(one.word in ("nothing", "false alarm") for one in both)
    assert "SIMULATED" in programme.standing(roster)


def test_once_it_is_filled_nothing_does(filled):
    roster = programme.roster_in_use(filled)
    both, texts, sources = words_of(roster)
    assert roster is filled
    assert roster.real
    assert not [text for text in [*texts, *sources] if "SIMULATED" in text]
    assert all(one.word in ("nothing", "gain", "loss") for one in both)
    assert programme.standing(roster).startswith("The roster is complete")
    entered = filled.entries()
    assert (
        both[0]
        .panel.groupby("adcode")
        .entry_year.first()
        .equals(entered.sort_index().rename_axis("adcode").rename("entry_year"))
    )


def test_a_half_filled_one_is_refused_by_every_way_in():
    frame = template()
    frame.loc[:29, ["entry_year", "source"]] = ["2016", "a test"]
    roster = gzbook.load_roster(frame)
    with pytest.raises(gz.InputError, match="Partly filled: 30 of 88 counties"):
        programme.roster_in_use(roster)
    with pytest.raises(gz.InputError, match="58 not known"):
        study("lights", roster)
    assert programme.titled("x", roster).startswith("SIMULATED")


def test_the_draw_depends_on_its_seed_alone_and_not_on_outcomes(empty):
    first, again = (programme.roster_in_use(empty).entries() for _ in range(2))
    assert first.equals(again)
    assert not first.equals(programme.draw_roster(seed=1).entries())
    sizes = first[first > 0].value_counts().sort_index()
    assert sizes.sum() == 66
    national = programme.rounds().set_index("year").value.loc[2015:2019]
    assert (sizes - 66 * national / national.sum()).abs().max() <= 1


def test_the_estimate_is_that_of_differences_by_hand(empty):
    roster = programme.roster_in_use(empty)
    lights = study("lights", roster)
    wide = lights.panel.pivot(index="adcode", columns="year", values="y")
    entry = roster.entries()[wide.index]
    total = weight = 0.0
    for g in sorted(set(entry) - {0}):
        for t in range(g, 2021):
            change = wide[t] - wide[g - 1]
            gap = change[entry == g].mean() - change[(entry == 0) | (entry > t)].mean()
            total, weight = total + gap * (entry == g).sum(), weight + (entry == g).sum()
    assert lights.overall.estimate == pytest.approx(total / weight)


def test_the_samples_are_all_counties_and_the_60(empty):
    both, _, _ = words_of(programme.roster_in_use(empty))
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

    outcome_panel = programme_study.outcome_panel
    monkeypatch.setattr(programme_study, "outcome_panel", lambda outcome, e: planted(e))
    assert study("lights", filled).word == "gain"
    assert study("lights", programme.roster_in_use(empty)).word == "false alarm"


@pytest.mark.parametrize("year", ["2014", "2021"])
def test_years_that_leave_nobody_to_compare_with_are_said_to(year):
    frame = template().assign(entry_year=year, source="a test")
    roster = gzbook.load_roster(frame)
    lights = study("lights", roster)
    if year == "2014":  # all enter together
        assert lights.word == "not testable"
        assert "not testable" in lights.finding
    assert lights.fit is None
    assert lights.refusal in path_figure(lights).data
    assert answers([lights]).data.answer.tolist() == ["not testable"]


def test_all_inside_in_the_end_can_still_be_compared():
    frame = template()
    frame["entry_year"] = ["2016", "2018"] * 44
    found = study("lights", gzbook.load_roster(frame.assign(source="a test")))
    assert found.fit is not None
    assert np.isfinite(found.overall.estimate)
