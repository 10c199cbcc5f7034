"""Tests of section 4.3's claim: models that are those of section 2.3, numbers by hand."""

import numpy as np
import pandas as pd
import pytest

import gzbook
import gzcounty as gz
from gzbook.claims import WORDS
from gzbook.evidence import section_4_3, targeting
from gzbook.frames import county_frame, with_income


def judge(table: pd.DataFrame) -> str:
    return gzbook.book().rule("4.3-a").judge(table)


def test_verdict_is_a_word_and_names_what_it_rests_on():
    verdict = gzbook.examine("4.3-a")
    assert verdict.word in WORDS
    assert verdict.word != "not testable"
    assert len(verdict.evidence.table) == 12
    assert verdict.evidence.table["what"].is_unique
    assert "if the association were causal" in verdict.finding.lower()
    assert "61 former poverty counties" in verdict.evidence.sample


def test_samples_are_former_poverty_counties_only():
    for model in targeting.income_models():
        name = gz.sample_name(model.data.adcode)
        assert name == f"{len(model.data)} former poverty counties"


def test_first_gini_by_hand():
    panel = gz.load_panel().query("year == 2020").dropna(subset="rural_income")
    census = gz.load_census().query("year == 2020").set_index("adcode")
    own = panel.set_index("adcode").rural_income.to_frame("y")
    own["p"], own["w"] = census.commerce_share, census.population_rural
    slope = targeting.income_models()[0].fit.coefficients["commerce_2020"]
    raised = own.p.clip(lower=np.quantile(own.p, 0.25))
    after = own.y * np.exp(slope * (raised - own.p))

    def by_pairs(y):
        gaps = np.abs(np.subtract.outer(y.to_numpy(), y.to_numpy()))
        w = np.outer(own.w, own.w)
        return 1000 * (w * gaps).sum() / (2 * w.sum() * np.average(y, weights=own.w))

    row = gzbook.examine("4.3-a").evidence.table.iloc[0]
    assert row.before == pytest.approx(by_pairs(own.y))
    assert row.estimate == pytest.approx(by_pairs(after) - by_pairs(own.y))


def test_the_path_of_2023_is_the_long_difference():
    path = targeting.income_models()[3]
    same = gz.ols("growth ~ commerce_2010 + log_start", path.data)
    assert path.fit.coefficients[path.term] == pytest.approx(same.coefficients["commerce_2010"])


def test_intervals_hold_zero_where_the_models_do():
    table = gzbook.examine("4.3-a").evidence.table.set_index(["model", "rule"])
    for model in targeting.income_models():
        term = model.fit.term(model.term)
        for rule in targeting.LAGGING:
            row = table.loc[(model.name, rule)]
            inside = row.conf_low <= 0 <= row.conf_high
            assert inside == (term.conf_low <= 0 <= term.conf_high), (model.name, rule)


@pytest.mark.parametrize(("held", "word"), [(0.0, "supported"), (-0.15, "contradicted")])
def test_verdict_turns_with_the_data(monkeypatch, held, word):
    # SIMULATED incomes that follow penetration closely: raising the last brings counties closer.
    # If a second trait makes counties with penetration poor, it drives them apart instead.
    data = with_income(county_frame())
    noise = np.random.default_rng(2).normal(0, [[0.005], [2.0]], (2, len(data)))
    p = data.commerce_2010 - data.commerce_2010.mean()
    data["trait"] = p + noise[1]
    data["income_2020"] = 1e4 * np.exp(0.05 * p + held * data.trait + noise[0])
    fit = gz.ols("log(income_2020) ~ commerce_2010 + trait", data)
    term = "commerce_2010"
    model = targeting.IncomeModel(
        "SIMULATED", fit, term, term, "income_2020", data, targeting.COMMERCE
    )
    monkeypatch.setattr(targeting, "income_models", lambda: (model,))
    assert judge(section_4_3.lagging_counties_raised().table) == word
