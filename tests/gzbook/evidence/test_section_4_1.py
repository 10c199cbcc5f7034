"""Section 4.1: key numbers once more by hand, and verdicts that turn with the data."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

import gzbook
import gzcounty as gz
from gzbook.claims import WORDS
from gzbook.evidence import entry, section_4_1, section_4_2
from gzbook.groups import group_workers


def judged(id: str, table: pd.DataFrame) -> str:
    return gzbook.book().rule(id).judge(table)


@pytest.mark.parametrize("id", ["4.1-a", "4.1-c"])
def test_every_verdict_is_one_of_the_four_words_and_says_its_numbers(id):
    verdict = gzbook.examine(id)
    assert verdict.word in WORDS
    assert verdict.word != "not testable"
    assert any(char.isdigit() for char in verdict.finding)
    assert verdict.evidence.table.what.is_unique
    assert len(verdict.evidence.table) == 4


@pytest.mark.parametrize("id", ["4.1-b", "4.1-d", "4.1-e"])
def test_what_no_table_holds_is_not_testable(id):
    assert gzbook.examine(id).word == "not testable"
    assert gzbook.examine(id).needed


def quotients(year: int) -> pd.DataFrame:
    """Location quotients against the province, by plain division."""
    work = group_workers(year).drop(columns="T", errors="ignore")
    shares = work.div(work.sum(axis=1), axis=0)
    return shares / (work.sum() / work.to_numpy().sum())


def test_pairs_are_the_sections_without_a_speciality():
    before, after = quotients(2010), quotients(2020)
    pairs = entry.chances()
    assert len(pairs) == (before < 1).to_numpy().sum()
    entered = ((before < 1) & (after >= 1)).to_numpy().sum()
    assert pairs.entry.sum() == entered
    assert pairs.group.nunique() == 81
    assert "T" not in set(pairs.section)


def test_density_by_plain_loops():
    phi, special = entry.proximity(), quotients(2010) >= 1
    pairs = entry.chances().set_index(["group", "section"])
    for group, section in [("522628", "D"), ("520328", "C"), ("522632", "H")]:
        if (group, section) not in pairs.index:
            continue
        others = [s for s in phi.columns if s != section]
        top = sum(phi.loc[section, s] for s in others if special.loc[group, s])
        expected = top / sum(phi.loc[section, s] for s in others)
        assert pairs.density_raw[group, section] == pytest.approx(expected)


def test_no_county_of_guizhou_is_in_the_proximity_of_china(monkeypatch):
    employed, units = entry.china_employment()
    outside = employed[~employed.index.str.startswith("52")]
    expected = entry.proximity()
    monkeypatch.setattr(entry, "china_employment", lambda: (outside, units))
    entry.proximity.cache_clear()
    pd.testing.assert_frame_equal(entry.proximity(), expected)


def test_a_model_is_that_of_statsmodels_with_dummies():
    pairs = entry.chances()
    fit = smf.ols("entry ~ density + log_share + C(group) + C(section)", pairs).fit(
        cov_type="cluster", cov_kwds={"groups": pairs.group.astype("category").cat.codes}
    )
    row = gzbook.examine("4.1-a").evidence.table.iloc[1]
    assert row.estimate == pytest.approx(100 * fit.params.density)
    # Statsmodels counts the group effects, which are nested in the clusters, in K; we do not.
    n, k, ours = len(pairs), len(fit.params), 2 + 18 + 1
    error = 100 * fit.bse.density * np.sqrt((n - k) / (n - ours))
    assert row.std_error == pytest.approx(error, rel=0.01)


def test_the_unit_is_what_the_effects_leave():
    pairs = entry.chances()
    left = smf.ols("density ~ C(group) + C(section)", pairs).fit().resid
    assert left.std() == pytest.approx(1)


def test_the_verdict_on_specialities_turns_when_entry_does(monkeypatch):
    made = {}
    for source in entry.PROXIMITIES:
        pairs = entry.chances(source).copy()
        noise = np.random.default_rng(41).normal(0, 0.1, len(pairs))
        made[source] = pairs.assign(entry=pairs.density + noise)
    for sign, word in ((1, "supported"), (-1, "contradicted")):
        monkeypatch.setattr(
            entry,
            "chances",
            lambda source, sign=sign: made[source].assign(entry=sign * made[source].entry),
        )
        assert judged("4.1-a", entry.entry_models()) == word


def test_random_proximities_surround_zero():
    draws = entry.shuffled_proximity(draws=60)
    assert draws.min() < 0 < draws.max()
    assert len(draws) == 60
    assert np.array_equal(draws, entry.shuffled_proximity(draws=60))


def test_seats_lie_in_their_prefecture_and_nearest_to_it():
    seats = section_4_2.seats()
    geography = gz.load_geography().set_index("adcode").distance_seat_km
    assert len(seats) == seats.prefecture_en.nunique() == 9
    for row in seats.itertuples():
        same = geography[geography.index.str[:4] == row.adcode[:4]]
        assert geography[row.adcode] == same.min()
    moved = section_4_2.seats("government today")
    assert set(moved.name_en) - set(seats.name_en) == {"Guanshanhu", "Huichuan"}


def test_the_ratio_of_seats_by_hand():
    table = gzbook.examine("4.1-c").evidence.table.set_index(["weight", "seats"])
    distance = gz.distance_matrix(gz.load_geography())
    census = gz.load_census().query("year == 2020").set_index("adcode")
    weights = census.population_rural.loc[distance.index]
    now = np.average(distance[section_4_2.seats().adcode].min(axis=1), weights=weights)
    row = table.loc[("rural residents", "nearest centroid")]
    assert row.today == pytest.approx(now)
    assert row.value == pytest.approx(now / row.best)
    assert (table.value >= 1).all()


def test_the_verdict_on_nodes_turns_with_the_seats(monkeypatch):
    monkeypatch.setattr(section_4_1, "today", lambda weight, kind: section_4_2.best(9, weight))
    assert judged("4.1-c", section_4_1.nodes()) == "contradicted"
    monkeypatch.setattr(section_4_1, "today", lambda weight, kind: section_4_2.best(5, weight))
    assert judged("4.1-c", section_4_1.nodes()) == "supported"
