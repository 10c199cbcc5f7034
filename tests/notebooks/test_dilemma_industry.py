"""Numbers of the notebook on section 3.1, found in another way."""

import itertools
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import gzcounty as gz

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def numbers(execute) -> dict:
    return execute("dilemma-industry").published


@pytest.fixture(scope="module")
def china() -> pd.DataFrame:
    frame = gz.load_china_counties().set_index("adcode")
    sections = [f"employed_{letter}" for letter in "ABCDEFGHIJKLMNOPQRST"]
    work = frame[sections].fillna(0)
    return work[work.sum(axis=1) > 0].assign(province=frame.province_en)


def shares(counts: pd.DataFrame) -> np.ndarray:
    values = counts.to_numpy(float)
    return values / values.sum(axis=1, keepdims=True)


def mean_over_pairs(rows: np.ndarray) -> float:
    return float(np.mean([np.abs(a - b).sum() for a, b in itertools.combinations(rows, 2)]))


def test_rank_and_mean_of_guizhou_by_plain_loops(numbers, china):
    means = {
        province: mean_over_pairs(shares(own.drop(columns="province")))
        for province, own in china.groupby("province")
    }
    own = means.pop("Guizhou")
    assert numbers["mean"] == pytest.approx(own)
    assert numbers["rank"] == 1 + sum(mean < own for mean in means.values())
    assert numbers["others"] == pytest.approx(float(np.median(list(means.values()))))
    assert numbers["mean_low"] < own < numbers["mean_high"]
    assert numbers["n_china"] == len(china)


def test_leave_one_out_by_leaving_out(numbers, china):
    rows = shares(china[china.province == "Guizhou"].drop(columns="province"))
    # The ends are reached by leaving out one county: three by hand, none beyond the ends.
    for place in (0, 40, 87):
        found = mean_over_pairs(np.delete(rows, place, axis=0))
        assert numbers["loo_low"] - 1e-12 <= found <= numbers["loo_high"] + 1e-12


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


def test_verdicts_are_those_of_the_ledger_and_are_counted(numbers):
    ids = ["3.1-" + letter for letter in "abcdefg"]
    given = [numbers["verdict_" + re.sub(r"[.-]", "_", id)] for id in ids]
    assert given == [gz.examine(id).word for id in ids]
    assert numbers["verdict_2_1_e"] == gz.examine("2.1-e").word
    for word in ("supported", "contradicted", "undecided", "not testable"):
        assert numbers[f"n_{word.replace(' ', '_')}"] == given.count(word)


def test_every_claim_has_a_target_and_its_verdict_after_it(execute):
    cells = execute("dilemma-industry").cells
    for id in ["2.1-e", *("3.1-" + letter for letter in "abcdefg")]:
        target = f"(claim-{id.replace('.', '-')})="
        at = next(i for i, c in enumerate(cells) if c.source.startswith(target))
        following = [c for c in cells[at:] if f'gz.examine("{id}")' in c.source]
        assert following, id


def test_solutions_ran_and_check_themselves(execute):
    cells = [c for c in execute("dilemma-industry").cells if c.cell_type == "code"]
    solutions = [c for c in cells if "hide-cell" in c.metadata.get("tags", [])]
    assert len(solutions) == 3
    assert all(c.execution_count and "assert " in c.source for c in solutions)


def test_the_page_quotes_numbers_and_figures_that_exist(numbers, execute):
    page = (ROOT / "book" / "dilemma-industry.md").read_text(encoding="utf-8")
    quoted = re.findall(r"\{num\}`dilemma-industry:(\w+)(?:\\?\|([^`]*))?`", page)
    assert len(quoted) > 30
    for key, spec in quoted:
        format(numbers[key], spec if not isinstance(numbers[key], str) else "")
    tags = {tag for c in execute("dilemma-industry").cells for tag in c.metadata.get("tags", [])}
    figures = re.findall(r"\{gz-figure\} dilemma-industry:([\w-]+)", page)
    assert "provinces" in figures
    assert {f"gz-figure-{name}" for name in figures} <= tags
