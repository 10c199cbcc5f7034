"""Location quotients, concentration, Krugman's dissimilarity, relatedness and its density."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import gzcounty as gz
from gzcounty.errors import InputError

JOBS = pd.DataFrame(
    {"farm": [80, 10, 30], "shop": [20, 30, 30]}, index=["榕江县", "南明区", "Ａ县"]
)
LONG = JOBS.rename_axis("unit").reset_index().melt("unit", var_name="industry", value_name="jobs")
NAMES = ("unit", "industry", "jobs")


def test_quotients_by_hand():
    quotients = gz.location_quotient(JOBS)
    # Shares of the whole: 120 and 80 of 200.
    assert quotients.loc["榕江县"].to_list() == pytest.approx([0.8 / 0.6, 0.2 / 0.4])
    nation = pd.Series({"shop": 3, "farm": 1})
    assert gz.location_quotient(JOBS, nation).loc["Ａ县"].to_list() == pytest.approx([2, 2 / 3])


def test_a_long_table_in_any_order_gives_the_same():
    wide = gz.location_quotient(JOBS)
    long = gz.location_quotient(LONG.sample(frac=1, random_state=1), columns=NAMES)
    pd.testing.assert_frame_equal(
        long.loc[wide.index, wide.columns], wide, check_names=False, rtol=1e-12
    )


counts = arrays(
    float, st.tuples(st.integers(2, 8), st.integers(2, 6)), elements=st.integers(0, 500).map(float)
).filter(lambda values: (values.sum(axis=1) > 0).all() and (values.sum(axis=0) > 0).all())


@given(counts)
@settings(max_examples=60, deadline=None)
def test_the_weighted_mean_of_quotients_is_one(values):
    quotients = gz.location_quotient(pd.DataFrame(values))
    mean = np.average(quotients, axis=0, weights=values.sum(axis=1))
    np.testing.assert_allclose(mean, 1)


@given(counts)
@settings(max_examples=60, deadline=None)
def test_dissimilarity_is_a_distance_between_zero_and_two(values):
    K = gz.krugman_dissimilarity(pd.DataFrame(values)).to_numpy()
    assert ((K >= 0) & (K <= 2)).all()
    np.testing.assert_array_equal(K, K.T)
    np.testing.assert_array_equal(np.diagonal(K), 0)
    # No way is shorter by a third place.
    assert (K[:, None, :] <= K[:, :, None] + K[None, :, :] + 1e-12).all()
    # Size does not matter, only shares.
    bigger = gz.krugman_dissimilarity(pd.DataFrame(values * 7)).to_numpy()
    np.testing.assert_allclose(bigger, K, atol=1e-12)


def test_dissimilarity_by_hand():
    K = gz.krugman_dissimilarity(JOBS)
    assert K.loc["榕江县", "南明区"] == pytest.approx(0.55 + 0.55)
    assert K.attrs["mean"] == pytest.approx((1.1 + 0.6 + 0.5) / 3)
    apart = pd.DataFrame({"a": [5, 0], "b": [0, 7]})
    assert gz.krugman_dissimilarity(apart).iloc[0, 1] == 2


def test_against_a_whole():
    nation = pd.Series({"shop": 1, "farm": 1})
    against = gz.krugman_dissimilarity(JOBS, nation)
    assert against.to_dict() == pytest.approx({"榕江县": 0.6, "南明区": 0.5, "Ａ县": 0.0})
    assert against.attrs["mean"] == pytest.approx(1.1 / 3)
    assert len(gz.krugman_dissimilarity(JOBS.iloc[:1], nation)) == 1


def test_china_in_one_matrix():
    jobs = gz.load_china_counties().set_index("adcode").filter(like="employed_").fillna(0)
    jobs = jobs[jobs.sum(axis=1) > 0]
    K = gz.krugman_dissimilarity(jobs)
    assert K.shape == (2947, 2947)
    shares = jobs.div(jobs.sum(axis=1), axis=0)
    hand = (shares.loc["110101"] - shares.loc["522632"]).abs().sum()
    assert K.loc["110101", "522632"] == pytest.approx(hand)


MEASURES = [gz.location_quotient, gz.herfindahl, gz.krugman_dissimilarity]


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    ("table", "message"),
    [
        (JOBS.assign(mine=[1, np.nan, 0]), "missing in column 'mine', row '南明区'"),
        (JOBS.assign(mine=[1, -1, 0]), "below 0 in column 'mine', row '南明区'"),
        (JOBS.assign(mine=[1, np.inf, 0]), "infinite in column 'mine', row '南明区'"),
        (JOBS.assign(mine=["1", "2", "3"]), "holds str values"),
        (JOBS.iloc[[0, 1, 1]], "employment has '南明区' in more than one row"),
        (JOBS * np.array([[1], [0], [1]]), "Nobody is employed in unit '南明区'"),
        (JOBS * np.array([[0], [1], [0]]), "Nobody is employed in units '榕江县' and 'Ａ县'"),
        (JOBS.iloc[:0], "employment has 0 rows"),
    ],
)
def test_tables_that_cannot_be_used(measure, table, message):
    with pytest.raises(InputError, match=message):
        measure(table)


@pytest.mark.parametrize(
    ("table", "names", "message"),
    [
        (LONG, ("unit", "industry"), "columns must be a tuple of 3 values"),
        (
            LONG,
            ("unit", "sector", "jobs"),
            "lacks the column 'sector', named by columns",
        ),
        (pd.concat([LONG, LONG[:1]]), NAMES, "unit '榕江县' has industry 'farm' more than once"),
        (LONG[1:], NAMES, "lacks 1 row: unit '榕江县' has none for industry 'farm'. Write 0"),
        (LONG.assign(unit=LONG.unit.where(LONG.jobs > 10)), NAMES, "'unit' is missing in 1 row"),
        (LONG.assign(jobs="many"), NAMES, "holds .* such as 'many'"),
    ],
)
def test_long_tables_that_cannot_be_used(table, names, message):
    with pytest.raises(InputError, match=message):
        gz.location_quotient(table, columns=names)


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (pd.Series({"farm": 1}), "reference lacks 1 column: 'shop'"),
        (pd.Series({"farm": 1, "shop": 1, "mine": 1}), "reference names 'mine'"),
        (pd.Series({"farm": 1, "shop": 0}), "Industry 'shop': nobody is employed in the whole"),
        (pd.Series({"farm": 0, "shop": 0}), "The reference is zero in every industry"),
        (pd.Series({"farm": -1, "shop": 2}), "reference is below 0"),
    ],
)
def test_references_that_cannot_be_used(reference, message):
    with pytest.raises(InputError, match=message):
        gz.location_quotient(JOBS, reference)


def test_an_industry_without_anybody_is_named():
    with pytest.raises(InputError, match="Industries 'mine' and 'bank': nobody"):
        gz.location_quotient(JOBS.assign(mine=0, bank=0))


def test_too_few_or_too_many_for_pairs():
    with pytest.raises(InputError, match="All pairs of 1 unit cannot be compared"):
        gz.krugman_dissimilarity(JOBS.iloc[:1])
    many = pd.DataFrame({"a": np.ones(1_000_000), "b": np.arange(1_000_000)})
    with pytest.raises(InputError, match=r"All pairs of 1,000,000 units .* Give a reference"):
        gz.krugman_dissimilarity(many)
    assert len(gz.krugman_dissimilarity(many, pd.Series({"a": 1, "b": 1}))) == 1_000_000


def work(rows: dict[str, list[float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, index=["A", "B", "C", "D"]).T


def test_herfindahl_equals_the_sum_of_squares():
    H = gz.herfindahl(work({"even": [5, 5, 5, 5], "one": [7, 0, 0, 0], "榕江县": [6, 2, 1, 1]}))
    assert H.to_dict() == pytest.approx({"even": 0.25, "one": 1.0, "榕江县": 0.42})
    assert H.name == "herfindahl"


def test_scale_and_order_of_industries_do_not_matter_to_concentration():
    table = work({"a": [6, 2, 1, 1], "b": [1, 0, 3, 9]})
    turned = 17.0 * table[["D", "B", "A", "C"]]
    pd.testing.assert_series_equal(gz.herfindahl(turned), gz.herfindahl(table))


def test_concentration_in_the_census_by_its_own_sums():
    census = gz.load_industry_employment().query("year == 2020")
    H = gz.herfindahl(census, columns=("adcode", "section", "employed"))
    one = census[census.adcode == "522632"].employed
    assert H["522632"] == pytest.approx(float(np.sum((one / one.sum()) ** 2)))


def test_concentration_of_a_million_units():
    table = pd.DataFrame(np.ones((1_000_000, 4)), columns=list("ABCD"))
    assert gz.herfindahl(table).eq(0.25).all()


# Beside a whole with equal shares, 1 marks a quotient of at least one:
#        a  b  c
# north  1  1  0
# south  1  0  1
# west   0  1  0
THREE = pd.DataFrame(
    {"a": [50, 50, 5], "b": [45, 5, 90], "c": [5, 45, 5]}, index=["north", "south", "west"]
)
EQUAL = pd.Series({"a": 1, "b": 1, "c": 1})


def test_the_example_of_relatedness_is_as_drawn():
    special = gz.location_quotient(THREE, EQUAL) >= 1
    assert special.to_numpy().astype(int).tolist() == [[1, 1, 0], [1, 0, 1], [0, 1, 0]]


def test_proximity_by_hand():
    phi = gz.relatedness(THREE, EQUAL)
    # a: north, south. b: north, west. c: south. Together: a and b in north, a and c in south.
    expected = [[1, 1 / 2, 1 / 2], [1 / 2, 1, 0], [1 / 2, 0, 1]]
    np.testing.assert_allclose(phi, expected)
    density = gz.relatedness_density(THREE, reference=EQUAL)
    # North has a and b. For a, of b and c (1/2 each) it has b: 1/2. For b, of a and c it has a: 1.
    np.testing.assert_allclose(density.loc["north"], [1 / 2, 1, 1])
    np.testing.assert_allclose(density.loc["west"], [1 / 2, 0, 0])


def test_proximity_from_elsewhere_in_another_order():
    phi = gz.relatedness(THREE, EQUAL)
    computed = gz.relatedness_density(THREE, reference=EQUAL)
    data = gz.relatedness_density(THREE, phi.loc[["c", "a", "b"], ["b", "c", "a"]], EQUAL)
    pd.testing.assert_frame_equal(computed, data)


def test_an_industry_that_nobody_specialises_in():
    nation = pd.Series({"a": 30, "b": 30, "c": 300})
    phi = gz.relatedness(THREE, nation)
    assert phi["c"].isna().all()
    assert phi.loc["a", "b"] == pytest.approx(1 / 2)
    assert phi.attrs["notes"] == ["No unit specialises in 'c': proximities missing."]
    density = gz.relatedness_density(THREE, phi, nation)
    assert density["c"].isna().all()
    assert density["a"].notna().all()


@given(arrays(float, st.tuples(st.integers(2, 10), st.integers(2, 6)), elements=st.integers(1, 99)))
@settings(max_examples=60, deadline=None)
def test_bounds_and_symmetry_of_proximity(values):
    jobs = pd.DataFrame(values)
    phi = gz.relatedness(jobs).to_numpy()
    np.testing.assert_array_equal(phi, phi.T)
    np.testing.assert_array_equal(np.diagonal(phi), 1)
    assert ((phi >= 0) & (phi <= 1)).all()
    density = gz.relatedness_density(jobs).to_numpy()
    valid = density[~np.isnan(density)]
    assert ((valid >= 0) & (valid <= 1 + 1e-12)).all()


def test_equal_shares_are_quotients_of_one_despite_rounding():
    jobs = pd.DataFrame({"a": [0.1, 0.3, 0.7], "b": [0.2, 0.6, 1.4], "c": [0.3, 0.9, 2.1]})
    assert (gz.relatedness(jobs) == 1).all(axis=None)


def test_proximity_of_sections_of_the_census():
    census = gz.load_industry_employment().query("year == 2020")
    names = ("adcode", "section", "employed")
    phi = gz.relatedness(census, columns=names)
    special = gz.location_quotient(census, columns=names) >= 1
    both = (special["G"] & special["I"]).sum()
    assert phi.loc["G", "I"] == both / max(special["G"].sum(), special["I"].sum())


PHI = gz.relatedness(THREE, EQUAL)


@pytest.mark.parametrize(
    ("jobs", "proximity", "message"),
    [
        (
            THREE.iloc[:1],
            None,
            "two units and two industries, not 1 unit and 3 industries",
        ),
        (THREE[["a"]], None, "3 units and 1 industry"),
        (THREE, PHI[["a", "b"]], "proximity lacks 1 column: 'c'"),
        (THREE, PHI.rename(index={"c": "ｃ"}), "proximity names 'ｃ'"),
        (THREE, PHI * 2, "proximity is above 1"),
        (THREE, PHI * np.array([[1, 0.1, 1], [1, 1, 1], [1, 1, 1]]), "proximity must be symmetric"),
    ],
)
def test_proximities_that_cannot_be_used_are_refused(jobs, proximity, message):
    with pytest.raises(InputError, match=message):
        gz.relatedness_density(jobs, proximity)
