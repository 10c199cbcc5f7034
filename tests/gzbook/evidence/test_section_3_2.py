"""Tests of section 3.2's claims: key numbers found in another way, verdicts that can turn."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from judging import judge

import gzbook
import gzcounty as gz
from gzbook import frames
from gzbook.evidence import section_3_2


def test_expressways_are_counted_as_announced_and_turn(monkeypatch):
    row = gzbook.examine("3.2-a").evidence.table.iloc[0]
    assert (row.stated, row.found) == (len(gz.load_counties()), 88)
    series = gz.load_series()
    last = (series.variable == "counties_with_expressway") & (series.year == 2015)
    series.loc[last, "value"] = 87
    monkeypatch.setattr(section_3_2, "load_series", lambda: series)
    assert judge("3.2-a", section_3_2.expressway_to_every_county().table) == "contradicted"


def test_first_model_of_terrain_is_that_of_statsmodels():
    data = section_3_2.terrain_data()
    prefectures = pd.get_dummies(data.prefecture, dtype=float)
    X = prefectures.assign(relief=data.relief / data.relief.std())
    fit = sm.OLS(data.transport, X).fit(cov_type="HC3", use_t=True)
    row = gzbook.examine("3.2-b").evidence.table.iloc[0]
    low, high = fit.conf_int().loc["relief"]
    found = [row.estimate, row.conf_low, row.conf_high]
    assert found == pytest.approx([fit.params["relief"], low, high])


def test_terrain_has_the_models_that_its_test_names_and_turns():
    models = gzbook.examine("3.2-b").evidence.table
    assert len(models) == 18
    assert models.groupby("sample").nobs.max().tolist() == [88, 61, 72]
    data = section_3_2.terrain_data()
    place = data[list(section_3_2.TERRAIN.values())]
    steep = ((place - place.mean()) / place.std()).sum(axis=1)
    for sign, word in ((-100, "supported"), (100, "contradicted")):
        strong = data.assign(
            transport=data.transport + sign * steep, log_income=data.log_income + 10 * sign * steep
        )
        assert judge("3.2-b", section_3_2.terrain_models(strong)) == word


def test_lowest_tenth_in_information_county_by_county():
    china = gz.load_china_counties()
    sections = china[[f"employed_{letter}" for letter in "ABCDEFGHIJKLMNOPQRST"]].fillna(0)
    share = (sections.employed_I / sections.sum(axis=1)).dropna()
    own = share[china.province_en[share.index] == "Guizhou"]
    # As many units are lower as a tenth of China has.
    lowest = [(share < x).sum() + ((share == x).sum() + 1) / 2 <= 0.1 * len(share) for x in own]
    row = gzbook.examine("3.2-c").evidence.table.iloc[0]
    assert (row.lowest, row.n, row.n_china) == (sum(lowest), 88, len(share))


def test_blind_spots_turn(monkeypatch):
    employed, units = gzbook.china_employment()
    bright = employed.copy()
    bright.loc[units.province == "Guizhou", "employed_I"] = 1e6
    monkeypatch.setattr(frames, "china_employment", lambda: (bright, units))
    assert judge("3.2-c", section_3_2.digital_blind_spots().table) == "contradicted"


def test_concentration_of_digital_work_by_pairs():
    employed = section_3_2.group_workers(2020)
    assert len(employed) == 81
    own = employed["I"].to_numpy(float)
    by_pairs = np.abs(own[:, None] - own).mean() / (2 * own.mean())
    row = gzbook.examine("3.2-d").evidence.table.set_index("year").loc[2020]
    assert row.section == pytest.approx(by_pairs)
    assert row["all"] < row.by_chance < row.section
    assert row.value == pytest.approx(row.section - row.by_chance)


def test_concentration_turns_if_digital_work_is_the_same_everywhere(monkeypatch):
    real = section_3_2.group_workers
    monkeypatch.setattr(section_3_2, "group_workers", lambda year: real(year).assign(I=500))
    assert judge("3.2-d", section_3_2.digital_work_in_few_places().table) == "contradicted"


def test_budgets_from_the_yearbook_of_china():
    china = gz.load_china_counties().query("province_en == 'Guizhou'").set_index("adcode")
    share = (china.fiscal_revenue_2023 / china.fiscal_expenditure_2023).dropna()
    table = gzbook.examine("3.2-e").evidence.table.set_index("adcode")
    # One county has a new code, which the census of 2020 does not know.
    assert len(table) - len(share) <= 1
    assert (table.value[share.index] - share).abs().max() < 1e-3


def test_budgets_turn_if_revenue_and_spending_change_places(monkeypatch):
    real = section_3_2.self_sufficiency()
    monkeypatch.setattr(
        section_3_2, "self_sufficiency", lambda: real.assign(share=1e4 / real.share)
    )
    assert judge("3.2-e", section_3_2.thin_budgets().table) == "contradicted"


def test_first_interaction_with_capacity_is_that_of_statsmodels():
    data = section_3_2.capacity_data()
    moved = gz.load_counties().set_index("adcode").territory_changed
    assert not moved[data.adcode].any()
    own = data[data.outcome == "rural income"]
    X = own[["commerce", "capacity", "start"]].assign(both=own.commerce * own.capacity)
    fit = sm.OLS(own.growth, sm.add_constant(X)).fit(cov_type="HC3", use_t=True)
    models = gzbook.examine("3.2-g").evidence.table
    assert len(models) == 8
    row = models.iloc[0]
    low, high = fit.conf_int().loc["both"]
    found = [row.estimate, row.conf_low, row.conf_high]
    assert found == pytest.approx([fit.params["both"], low, high])


def test_interactions_turn_with_growth():
    data = section_3_2.capacity_data()
    both = sum(data[measure] * data.capacity for measure in section_3_2.EXPOSURES)
    for sign, word in ((1000, "supported"), (-1000, "contradicted")):
        strong = data.assign(growth=data.growth + sign * both)
        assert judge("3.2-g", section_3_2.capacity_models(strong)) == word
