"""Numbers of the notebook on section 3.1, found in another way."""

import itertools

import numpy as np
import pandas as pd
import pytest
from section_pages import check_page, check_verdicts

import gzbook
import gzcounty as gz
from gzbook.evidence.section_3_1 import provinces
from gzbook.frames import china_cuts


@pytest.fixture(scope="module")
def numbers(execute) -> dict:
    return execute("dilemma-industry").published


@pytest.fixture(scope="module")
def china() -> pd.DataFrame:
    frame = gz.load_china_counties().set_index("adcode")
    sections = [f"employed_{letter}" for letter in "ABCDEFGHIJKLMNOPQRST"]
    work = frame[sections].fillna(0)
    return work[work.sum(axis=1) > 0].assign(province=frame.province_en)


def shares(counts: pd.DataFrame | np.ndarray) -> np.ndarray:
    values = np.asarray(counts, float)
    return values / values.sum(axis=1, keepdims=True)


def mean_over_pairs(rows: np.ndarray) -> float:
    return float(np.mean([np.abs(a - b).sum() for a, b in itertools.combinations(rows, 2)]))


def test_rank_and_mean_of_guizhou_by_plain_loops(numbers, china):
    means = {
        province: mean_over_pairs(shares(members.drop(columns="province")))
        for province, members in china.groupby("province")
    }
    guizhou = means.pop("Guizhou")
    assert numbers["loo_high"] < min(means.values())  # the page: first without any one county
    assert numbers["mean"] == pytest.approx(guizhou)
    assert numbers["rank"] == 1 + sum(mean < guizhou for mean in means.values())
    assert numbers["others"] == pytest.approx(float(np.median(list(means.values()))))
    assert numbers["mean_low"] < guizhou < numbers["mean_high"]
    assert numbers["n_china"] == len(china)


def test_rank_by_workers_with_pairs_of_workers_of_two_counties(numbers, china):
    means = {}
    for province, members in china.groupby("province"):
        work = members.drop(columns="province").to_numpy(float)
        size, rows = work.sum(axis=1), shares(work)
        i, j = np.triu_indices(len(rows), 1)
        apart = np.abs(rows[i] - rows[j]).sum(axis=1)
        means[province] = np.average(apart, weights=size[i] * size[j])
    assert numbers["weighted_rank"] == sum(mean <= means["Guizhou"] for mean in means.values())


def test_guizhou_is_first_or_second_with_districts_and_farming_or_without():
    for employed, units in china_cuts().values():
        for work in (employed, employed.drop(columns="employed_A")):
            some = work[work.sum(axis=1) > 0]
            ranked = provinces(some, units.province, draws=2)
            assert ranked["rank"]["Guizhou"] in (1, 2)  # the page says so


def test_leave_one_out_by_leaving_out(numbers, china):
    rows = shares(china[china.province == "Guizhou"].drop(columns="province"))
    # The ends are reached by leaving out one county: three by hand, none beyond the ends.
    for place in (0, 40, 87):
        mean = mean_over_pairs(np.delete(rows, place, axis=0))
        assert numbers["loo_low"] - 1e-12 <= mean <= numbers["loo_high"] + 1e-12


def test_change_outside_farming_on_constant_borders(numbers):
    work = gz.load_industry_employment().query("section != 'A'")
    group = gz.load_counties().set_index("adcode").group.to_dict() | {"520114": "520111"}
    table = work.assign(group=work.adcode.map(group)).pivot_table(
        index="group", columns=["year", "section"], values="employed", aggfunc="sum"
    )
    then, now = shares(table[2010]), shares(table[2020])
    assert numbers["groups"] == len(table) == 81
    assert numbers["nonfarm_2010"] == pytest.approx(mean_over_pairs(then))
    assert numbers["nonfarm_2020"] == pytest.approx(mean_over_pairs(now))
    assert numbers["nonfarm_change_estimate"] == pytest.approx(
        numbers["nonfarm_2020"] - numbers["nonfarm_2010"]
    )
    assert numbers["fell_outside"] == ((now**2).sum(axis=1) < (then**2).sum(axis=1)).sum()


def test_share_in_common_of_the_middle_pair(numbers, china):
    rows = shares(china[china.province == "Guizhou"].drop(columns="province"))
    common = [np.minimum(a, b).sum() for a, b in itertools.combinations(rows, 2)]
    assert numbers["share_middle"] == pytest.approx(100 * np.median(common))


def test_solutions_ran_and_check_themselves(execute):
    cells = [c for c in execute("dilemma-industry").cells if c.cell_type == "code"]
    solutions = [c for c in cells if "hide-cell" in c.metadata.get("tags", [])]
    assert len(solutions) == 3
    assert all(c.execution_count and "assert " in c.source for c in solutions)


def test_verdicts_are_those_of_the_ledger_and_are_counted(numbers):
    check_verdicts(numbers, "3.1")


def test_page_quotes_and_shows_what_the_notebook_has(execute):
    check_page("dilemma-industry", execute("dilemma-industry"))


def test_page_tells_what_the_numbers_say(numbers):
    # Sentences of the page that rest on a sign or an order.
    assert numbers["verdict_2_1_e"] == gzbook.examine("2.1-e").word == "supported"
    assert numbers["n_supported"] == 0
    assert numbers["narrower"] == 44
    assert numbers["narrower_outside"] < numbers["n_outside"] / 2
    assert numbers["nonfarm_change_conf_high"] < 0
    assert numbers["nonfarm_equal"] == pytest.approx(numbers["nonfarm_change_estimate"], abs=0.01)
    assert numbers["all_change_conf_low"] < 0 < numbers["all_change_conf_high"]
    assert numbers["shallower"] > 44
    assert numbers["shallower_outside"] < numbers["n_outside"] / 2
    models = gzbook.examine("3.1-c").evidence.table
    slower = models[models.conf_high < 0]
    for key in ("gdp", "lights"):
        worst = models.conf_low[models.outcome == key].min() / 100
        assert numbers[f"loss_{key}"] == pytest.approx(100 * (1 - np.exp(worst)))
    assert slower[["outcome", "controls"]].to_numpy().tolist() == [["lights", "starting level"]]
