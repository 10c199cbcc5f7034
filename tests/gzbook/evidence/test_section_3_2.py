"""Tests of section 3.2's claims: key numbers found in another way, verdicts that can turn."""

import pandas as pd
import pytest
from judging import ENDS, by_statsmodels, judge

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


def test_first_model_of_income_on_terrain_is_that_of_statsmodels():
    data = section_3_2.terrain_data().dropna(subset="log_income")
    X = pd.get_dummies(data.prefecture.astype(str), dtype=float, drop_first=True)
    X = X.assign(relief=data.relief / data.relief.std())
    row = gzbook.find_row(
        gzbook.examine("3.2-b").evidence.table, exposure="relief", controls="none"
    )
    expected = by_statsmodels(data.log_income, X, "relief")
    assert row[ENDS].tolist() == pytest.approx(expected)


def test_terrain_is_judged_by_income_alone_and_turns(monkeypatch):
    models = gzbook.examine("3.2-b").evidence.table
    assert (len(models), set(models.outcome)) == (6, {"rural income"})
    data = section_3_2.terrain_data()
    place = data[list(section_3_2.TERRAIN.values())]
    steep = ((place - place.mean()) / place.std()).sum(axis=1)
    for sign, word in ((-100, "supported"), (100, "contradicted")):
        # Transport work goes the other way, and changes nothing.
        strong = data.assign(
            transport=data.transport - sign * steep, log_income=data.log_income + 10 * sign * steep
        )
        monkeypatch.setattr(section_3_2, "terrain_data", lambda strong=strong: strong)
        assert judge("3.2-b", section_3_2.terrain_and_transport().table) == word


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


def test_budgets_beside_chinas_median_county_by_county():
    china = gz.load_china_counties().set_index("adcode")
    for cut, part in {"all units": china, "no districts": china[~china.district]}.items():
        share = (part.fiscal_revenue_2023 / part.fiscal_expenditure_2023).dropna()
        middle = sorted(share)[len(share) // 2 - 1 : len(share) // 2 + 1]
        middle = middle[1] if len(share) % 2 else sum(middle) / 2
        own = [value < middle for code, value in share.items() if code[:2] == "52"]
        row = gzbook.find_row(gzbook.examine("3.2-e").evidence.table, cut=cut)
        assert (row.beyond, row.n, row.n_china) == (sum(own), len(own), len(share))
        assert row.value == pytest.approx(sum(own) / len(own))


@pytest.mark.parametrize(("factor", "word"), [(10, "contradicted"), (0.1, "supported")])
def test_budgets_turn_with_the_revenue_of_guizhou(monkeypatch, factor, word):
    china = gz.load_china_counties()
    own = china.adcode.str.startswith("52")
    china.loc[own, "fiscal_revenue_2023"] *= factor
    monkeypatch.setattr(section_3_2, "load_china_counties", lambda: china)
    assert judge("3.2-e", section_3_2.thin_budgets().table) == word


def test_what_was_no_claim_of_the_paper_is_said_to_be_taken_out():
    claims = gzbook.load_claims().set_index("id")
    # What stood at 3.2-d before is not in the paper; the ledger says that it was taken out.
    assert "not in the paper" in claims.amended_reason["3.2-d"]


def test_first_interaction_with_capacity_is_that_of_statsmodels():
    data = section_3_2.capacity_data()
    moved = gz.load_counties().set_index("adcode").territory_changed
    assert not moved[data.adcode].any()
    own = data[data.outcome == "rural income"]
    X = own[["commerce", "capacity", "start"]].assign(both=own.commerce * own.capacity)
    models = gzbook.examine("3.2-g").evidence.table
    assert len(models) == 8
    expected = by_statsmodels(own.growth, X, "both")
    assert models.iloc[0][ENDS].tolist() == pytest.approx(expected)


def test_interactions_turn_with_growth():
    data = section_3_2.capacity_data()
    both = sum(data[measure] * data.capacity for measure in section_3_2.EXPOSURES)
    for sign, word in ((1000, "supported"), (-1000, "contradicted")):
        strong = data.assign(growth=data.growth + sign * both)
        assert judge("3.2-g", section_3_2.capacity_models(strong)) == word
