"""Oaxaca-Blinder decompositions: parts that add up, groups that are named, seeded errors."""

import numpy as np
import pandas as pd
import pytest

from gzcounty.errors import InputError
from gzcounty.models.decomposition import oaxaca_decomposition


@pytest.fixture
def wages() -> pd.DataFrame:
    """Return a SIMULATED sample: group "Ａ" has more schooling, and gains more from a year."""
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"group": np.where(np.arange(400) % 2 == 0, "Ａ", "榕江县")})
    first = (data.group == "Ａ").to_numpy()
    data["schooling"] = rng.normal(10 + 2 * first, 2)
    data["age"] = rng.normal(40, 8, 400)
    data["wage"] = 5 + (1 + 0.5 * first) * data.schooling + 0.1 * data.age + rng.normal(size=400)
    return data


def split(data, **changes):
    arguments = {"formula": "wage ~ schooling + age", "by": "group", "repetitions": 0}
    return oaxaca_decomposition(data=data, **(arguments | changes))


def test_three_parts_are_their_formula(wages):
    found = split(wages)
    means, slopes = {}, {}
    for group, rows in wages.groupby("group"):
        X = np.column_stack([np.ones(len(rows)), rows.schooling, rows.age])
        means[group] = X.mean(axis=0)
        slopes[group] = np.linalg.lstsq(X, rows.wage, rcond=None)[0]
    dx, db = means["Ａ"] - means["榕江县"], slopes["Ａ"] - slopes["榕江县"]
    expected = [dx @ slopes["榕江县"], means["榕江县"] @ db, dx @ db]
    assert found.parts.index.to_list() == ["endowments", "coefficients", "interaction", "gap"]
    assert found.parts.iloc[:3].to_numpy() == pytest.approx(expected)
    gap = wages.groupby("group").wage.mean()
    assert found.parts["gap"] == pytest.approx(gap["Ａ"] - gap["榕江县"])
    assert found.parts.iloc[:3].sum() == pytest.approx(found.parts["gap"])


@pytest.mark.parametrize("benchmark", ["pooled", "neumark", "cotton", "reimers"])
def test_two_parts_add_up_whatever_the_benchmark(wages, benchmark):
    found = split(wages, kind="two-fold", benchmark=benchmark)
    assert found.parts.index.to_list() == ["explained", "unexplained", "gap"]
    assert found.parts.iloc[:2].sum() == pytest.approx(found.parts["gap"])
    assert any(f"held against {benchmark} coefficients" in note for note in found.notes)


def test_benchmarks_are_their_definitions(wages):
    by_hand = {}
    X = np.column_stack([np.ones(400), wages.schooling, wages.age])
    first = (wages.group == "Ａ").to_numpy()
    slopes = [np.linalg.lstsq(X[rows], wages.wage[rows], rcond=None)[0] for rows in (first, ~first)]
    dx = X[first].mean(axis=0) - X[~first].mean(axis=0)
    by_hand["reimers"] = dx @ (slopes[0] + slopes[1]) / 2
    by_hand["cotton"] = by_hand["reimers"]  # groups of equal size
    by_hand["neumark"] = dx @ np.linalg.lstsq(X, wages.wage, rcond=None)[0]
    pooled = np.linalg.lstsq(np.column_stack([X, first]), wages.wage, rcond=None)[0]
    by_hand["pooled"] = dx @ pooled[:3]
    for benchmark, explained in by_hand.items():
        found = split(wages, kind="two-fold", benchmark=benchmark)
        assert found.parts["explained"] == pytest.approx(explained)


def test_which_group_is_which_is_said_and_can_be_chosen(wages):
    larger = split(wages)
    assert (larger.first, larger.second) == ("Ａ", "榕江县")
    turned = split(wages, first="榕江县")
    assert (turned.first, turned.second) == ("榕江县", "Ａ")
    assert turned.parts["gap"] == pytest.approx(-larger.parts["gap"])
    assert turned.parts["interaction"] == pytest.approx(larger.parts["interaction"])
    assert turned.parts["endowments"] != pytest.approx(-larger.parts["endowments"])
    assert "mean with group 榕江县 (200) less that with group Ａ (200)" in " ".join(turned.notes)
    assert "group 榕江县 less Ａ" in repr(turned)


def test_groups_may_be_numbers_or_truths(wages):
    expected = split(wages).parts
    for values in (wages.group == "Ａ", (wages.group == "Ａ").astype(int) * 7):
        assert split(wages.assign(group=values)).parts.to_numpy() == pytest.approx(expected)


def test_bootstrap_errors_depend_on_the_seed_alone(wages):
    np.random.seed(0)  # noqa: NPY002
    one = split(wages, repetitions=100, seed=4).std_errors
    np.random.seed(1)  # noqa: NPY002
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    two = split(wages, repetitions=100, seed=4).std_errors
    assert one.equals(two)
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002
    assert not one.equals(split(wages, repetitions=100, seed=5).std_errors)
    none = split(wages).std_errors
    assert none.drop("gap").isna().all()
    sides = wages.groupby("group").wage.agg(["var", "count"])
    assert none["gap"] == pytest.approx(np.sqrt((sides["var"] / sides["count"]).sum()))


def test_errors_belong_to_their_parts(wages):
    """In both splits the bootstrap's spread is that of direct draws of the same part."""
    rng = np.random.default_rng(0)
    for kind in ("three-fold", "two-fold"):
        draws = [
            split(wages.iloc[rng.integers(0, 400, 400)], kind=kind, first="Ａ").parts
            for _ in range(150)
        ]
        direct = pd.DataFrame(draws).std()
        found = split(wages, kind=kind, repetitions=300).std_errors
        assert found.to_numpy() == pytest.approx(direct[found.index].to_numpy(), rel=0.25)


def test_table_and_notes(wages):
    wages.loc[5, "age"] = np.nan
    found = split(wages, repetitions=60)
    table = found.table()
    assert table.term.to_list() == found.parts.index.to_list()
    assert (table.conf_high - table.conf_low).to_numpy() == pytest.approx(
        2 * 1.959964 * found.std_errors.to_numpy(), rel=1e-6
    )
    assert table.statistic.to_numpy() == pytest.approx((found.parts / found.std_errors).to_numpy())
    assert found.nobs == 399
    assert any("Left out 1 of 400 rows" in note for note in found.notes)
    assert any("60 bootstrap draws of rows (seed 1)" in note for note in found.notes)
    assert any("is not the effect of group" in note for note in found.notes)
    with pytest.raises(InputError, match="level must lie"):
        found.table(level=0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"by": "nothing"}, "no column 'nothing'"),
        ({"by": "row"}, "column with two values; 'row' has 400"),
        ({"by": "one"}, "'one' has 1 in this sample"),
        ({"first": "nobody"}, "first must be a value of 'group'"),
        ({"kind": "four-fold"}, "kind must be one of"),
        ({"benchmark": "magic"}, "benchmark must be one of"),
        ({"repetitions": 10**6}, "400 rows times 1,000,000 draws take too long"),
        ({"repetitions": 3}, "repetitions must be 0 or at least 50"),
        ({"formula": "wage ~ 0 + age"}, "needs the intercept"),
        ({"formula": "wage ~ age + C(group)"}, "cannot stand in the formula too"),
        ({"formula": "wage ~ age + constant_there"}, "Among rows with group 'Ａ', 'constant"),
        ({"formula": "wage ~ age + group"}, "cannot stand in the formula too"),
        ({"formula": "wage ~ endless"}, "infinite value"),
    ],
)
def test_bad_input(wages, arguments, message):
    wages["one"] = 1
    wages["row"] = range(400)
    wages["constant_there"] = np.where(wages.group == "Ａ", 0.0, wages.age)
    wages["endless"] = np.inf
    with pytest.raises(InputError, match=message):
        split(wages, **arguments)


def test_small_groups_are_refused(wages):
    few = pd.concat([wages[wages.group == "Ａ"].head(3), wages[wages.group != "Ａ"]])
    with pytest.raises(InputError, match="3 rows with group 'Ａ' cannot carry 3 terms"):
        split(few)
