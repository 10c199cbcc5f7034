"""Tests of section 4.3: models that are those of section 2.3, numbers by hand."""

import numpy as np
import pytest

import gzbook
import gzcounty as gz
from gzbook.evidence import section_4
from gzbook.frames import county_frame, with_income


@pytest.fixture(scope="module")
def changes():
    return gzbook.gini_changes()


def test_there_is_one_row_for_each_of_six_models_and_two_rules(changes):
    assert len(changes) == 12
    assert not changes.duplicated(["model", "rule"]).any()
    assert changes.nobs.max() == 61


def test_samples_are_former_poverty_counties_only():
    for model in section_4.income_models().values():
        name = gz.sample_name(model.data.adcode)
        assert name == f"{len(model.data)} former poverty counties"


def test_gini_to_the_25th_percentile_equals_all_pairs_of_counties(changes):
    panel = gz.load_panel().query("year == 2020").dropna(subset="rural_income")
    census = gz.load_census().query("year == 2020").set_index("adcode")
    frame = panel.set_index("adcode").rural_income.to_frame("y")
    frame["p"], frame["w"] = census.commerce_share, census.population_rural
    model = section_4.income_models()["2020, commerce share"]
    raised = frame.p.clip(lower=np.quantile(frame.p, 0.25))
    after = frame.y * np.exp(model.fit.coefficients["commerce_2020"] * (raised - frame.p))

    def by_pairs(y):
        gaps = np.abs(np.subtract.outer(y.to_numpy(), y.to_numpy()))
        w = np.outer(frame.w, frame.w)
        return (w * gaps).sum() / (2 * w.sum() * np.average(y, weights=frame.w))

    row = gzbook.find_row(changes, model="2020, commerce share", rule="to the 25th percentile")
    assert row.before == pytest.approx(by_pairs(frame.y))
    assert row.estimate == pytest.approx(by_pairs(after) - by_pairs(frame.y))
    assert row.raised == (frame.p < raised).sum()
    assert row.dose == pytest.approx(np.average(raised - frame.p, weights=frame.w))


def test_path_of_2023_equals_the_long_difference():
    path = section_4.income_models()["growth to 2023, commerce share"]
    same = gz.ols("growth ~ commerce_2010 + log_start", path.data)
    assert path.fit.coefficients[path.term] == pytest.approx(same.coefficients["commerce_2010"])


def test_intervals_hold_zero_where_the_models_do(changes):
    for row in changes.itertuples():
        model = section_4.income_models()[row.model]
        term = model.fit.term(model.term)
        inside = row.conf_low <= 0 <= row.conf_high
        assert inside == (term.conf_low <= 0 <= term.conf_high), (row.model, row.rule)


@pytest.mark.parametrize(("held", "sign"), [(0.0, -1), (-0.15, 1)])
def test_the_change_turns_with_the_data(monkeypatch, held, sign):
    # SIMULATED incomes that follow penetration closely: raising the last brings counties closer.
    # If a second trait makes counties with penetration poor, it drives them apart instead.
    data = with_income(county_frame())
    noise = np.random.default_rng(2).normal(0, [[0.005], [2.0]], (2, len(data)))
    p = data.commerce_2010 - data.commerce_2010.mean()
    data["trait"] = p + noise[1]
    data["income_2020"] = 1e4 * np.exp(0.05 * p + held * data.trait + noise[0])
    fit = gz.ols("log(income_2020) ~ commerce_2010 + trait", data)
    term = "commerce_2010"
    model = section_4.IncomeModel(data, fit, term, term, "income_2020")
    monkeypatch.setattr(section_4, "income_models", lambda: {"SIMULATED": model})
    changes = section_4.gini_changes()
    assert (sign * changes.conf_low > 0).all()
    assert (sign * changes.conf_high > 0).all()
