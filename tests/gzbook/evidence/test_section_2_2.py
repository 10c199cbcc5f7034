"""Tests of section 2.2's claims: key numbers found in another way, verdicts that can turn."""

import numpy as np
import pandas as pd
import pytest
from judging import ENDS, by_statsmodels, judge

import gzbook
import gzcounty as gz
from gzbook.evidence import section_2_2


@pytest.mark.parametrize(("id", "rows"), [("2.2-a", 48), ("2.2-b", 24), ("2.2-c", 48)])
def test_every_model_is_estimated_and_holds_the_start_equal(id, rows):
    table = gzbook.examine(id).evidence.table
    assert len(table) == rows
    assert (table.problem == "").all()
    assert table.controls.str.startswith("start").all()


def test_groups_are_those_of_constant_borders():
    groups = gzbook.group_frame()
    assert len(groups) == 81
    assert groups.area_km2.sum() == pytest.approx(gz.load_geography().area_km2.sum())
    assert groups.district.sum() == 11
    own = gz.load_geography().set_index("adcode").loc[["522601", "522635"]]
    assert groups.relief["H3"] == pytest.approx(np.average(own.relief, weights=own.area_km2))


def test_neighbours_of_groups_go_both_ways_and_leave_no_group_alone():
    pairs = gzbook.group_neighbours()
    both = set(zip(pairs.group_i, pairs.group_j, strict=True))
    assert len(both) == len(pairs)
    assert {(j, i) for i, j in both} == both
    assert set(pairs.group_i) == set(gzbook.group_frame().index)


def test_first_model_of_capacity_is_that_of_statsmodels():
    index = gz.carrying_capacity().pivot(index="group", columns="year", values="capacity")
    share = gz.penetration("commerce", 2010, harmonised=True).set_index("group").penetration
    rise = 100 * (index[2020] - index[2010])
    data = pd.DataFrame({"x": share.reindex(index.index), "start": index[2010], "y": rise})
    row = gzbook.examine("2.2-a").evidence.table.iloc[0]
    expected = by_statsmodels(data.y, data[["x", "start"]], "x")
    assert (row[ENDS] / data.x.std()).tolist() == pytest.approx(expected)
    assert row.nobs == len(data) == 80


def test_capacity_turns_with_the_sign_of_its_change():
    frames = section_2_2.capacity_change()
    for data in frames.values():
        data["change"] += 9 * (data.commerce + data.digital)
    assert judge("2.2-a", section_2_2.capacity_models(frames)) == "supported"
    for data in frames.values():
        data["change"] *= -1
    assert judge("2.2-a", section_2_2.capacity_models(frames)) == "contradicted"


def by_pairs(values: pd.Series, pairs: pd.DataFrame) -> float:
    """Moran's I as a mean over units of the mean product with their neighbours."""
    z = (values - values.mean()) / values.std(ddof=0)
    i, j = pairs.columns
    products = z[pairs[i]].to_numpy() * z[pairs[j]].to_numpy()
    return float(pd.Series(products).groupby(pairs[i].to_numpy()).mean().sum() / len(z))


def test_moran_of_lights_and_services_pair_by_pair():
    table = section_2_2.likeness()
    lights = np.log(gz.load_panel().pivot(index="adcode", columns="year", values="lights"))
    near = gz.load_neighbours()[["adcode_i", "adcode_j"]]
    assert table.before[0] == pytest.approx(by_pairs(lights[2013], near))
    assert table.after[0] == pytest.approx(by_pairs(lights[2020], near))
    services = section_2_2.service_share()
    pairs = gzbook.group_neighbours()
    assert table.before[1] == pytest.approx(by_pairs(services[2010], pairs))
    assert table.after[1] == pytest.approx(by_pairs(services[2020], pairs))
    assert table.estimate.to_numpy() == pytest.approx((table.after - table.before).to_numpy())


def test_service_share_of_one_county_by_hand():
    jobs = gz.load_industry_employment().query("adcode == '522632' and year == 2020")
    goods = jobs.employed[jobs.section.isin(list("ABCDE"))].sum()
    assert section_2_2.service_share().loc["522632", 2020] == pytest.approx(
        100 * (1 - goods / jobs.employed.sum())
    )


def test_distance_from_neighbours_of_one_group_by_hand():
    services = section_2_2.service_share()
    scores = (services - services.mean()) / services.std()
    pairs = gzbook.group_neighbours()
    near = pairs.group_j[pairs.group_i == "522632"]
    apart = (scores.loc["522632"] - scores.loc[near].mean()).abs()
    own = section_2_2.distances()["services"].set_index("group").loc["522632"]
    assert own.start == pytest.approx(apart[2010])
    assert own.change == pytest.approx(apart[2020] - apart[2010])


def test_first_model_of_likeness_is_that_of_statsmodels():
    data = section_2_2.distances()["night lights"]
    row = gzbook.find_row(
        gzbook.examine("2.2-b").evidence.table,
        outcome="distance from neighbours, night lights",
        exposure="commerce share 2010",
        controls="start",
        effects="none",
    )
    expected = by_statsmodels(data.change, data[["commerce", "start"]], "commerce")
    assert (row[ENDS] / data.commerce.std()).tolist() == pytest.approx(expected)


def test_likeness_turns_with_the_distance_from_neighbours():
    frames = section_2_2.distances()
    for data in frames.values():
        data["change"] -= 9 * (data.commerce + data.digital)
    assert judge("2.2-b", section_2_2.likeness_models(frames)) == "supported"
    for data in frames.values():
        data["change"] *= -1
    assert judge("2.2-b", section_2_2.likeness_models(frames)) == "contradicted"


def test_swings_of_one_county_by_hand():
    income = gz.load_panel().query("adcode == '522632' and 2014 <= year <= 2023").rural_income
    growth = 100 * np.diff(np.log(income))
    own = section_2_2.swings()["rural income"].set_index("unit").loc["522632"]
    assert own.volatility == pytest.approx(np.std(growth, ddof=1))
    # 2020 is the sixth of nine years of growth.
    assert own.fall == pytest.approx(np.delete(growth, 5).mean() - growth[5])


def test_lights_of_a_group_are_a_mean_over_its_land():
    lights = gz.load_panel().query("year == 2013").set_index("adcode").lights
    area = gz.load_geography().set_index("adcode").area_km2
    both = ["522601", "522635"]
    own = np.average(lights[both], weights=area[both])
    assert np.exp(section_2_2.log_lights(by_group=True).loc["H3", 2013]) == pytest.approx(own)


def test_samples_are_named_with_their_numbers():
    frames = section_2_2.swings()
    assert gz.sample_name(frames["rural income"].unit) == "60 former poverty counties"
    assert len(frames["night lights"]) == 81
    assert gzbook.examine("2.2-c").evidence.sample.startswith("60 former poverty counties")


def test_resilience_turns_with_the_data():
    frames = section_2_2.swings()
    for data in frames.values():
        for name in ("volatility", "fall"):
            data[name] -= 30 * (data.commerce + data.digital)
    assert judge("2.2-c", section_2_2.resilience_models(frames)) == "supported"
    for data in frames.values():
        for name in ("volatility", "fall"):
            data[name] *= -1
    assert judge("2.2-c", section_2_2.resilience_models(frames)) == "contradicted"
