"""Mediation: known effects, seeded draws, and the assumption said aloud."""

import numpy as np
import pandas as pd
import pytest

from gzcounty.errors import InputError, TrapError
from gzcounty.models.mediation import mediation


@pytest.fixture
def data() -> pd.DataFrame:
    """Return a SIMULATED trial: 0.5 * 0.8 = 0.4 through m, 0.3 around it."""
    rng = np.random.default_rng(5)
    n = 600
    data = pd.DataFrame({"t": np.arange(n) % 2, "age": rng.normal(40, 5, n)})
    data["region"] = np.where(rng.uniform(size=n) < 0.5, "榕江县", "Ａ县")
    data["m"] = 0.5 * data.t + 0.02 * data.age + 0.3 * rng.normal(size=n)
    data["y"] = 0.8 * data.m + 0.3 * data.t + 0.01 * data.age + 0.3 * rng.normal(size=n)
    data["yes"] = (data.y > data.y.median()).astype(int)
    return data


def study(data, **changes):
    arguments = {
        "outcome_formula": "y ~ t + m + age",
        "mediator_formula": "m ~ t + age",
        "treatment": "t",
        "mediator": "m",
        "repetitions": 300,
    }
    return mediation(data=data, **(arguments | changes))


def test_it_finds_the_simulated_effects(data):
    found = study(data)
    table = found.table().set_index("term")
    assert table.estimate["ACME"] == pytest.approx(0.4, abs=0.06)
    assert table.estimate["ADE"] == pytest.approx(0.3, abs=0.08)
    assert table.estimate["total effect"] == pytest.approx(0.7, abs=0.08)
    assert table.estimate["proportion mediated"] == pytest.approx(4 / 7, abs=0.1)
    assert (table.conf_low < table.estimate).all()
    assert (table.conf_high > table.estimate).all()
    assert table.p_value["ACME"] == 0


def test_linear_effects_are_products_of_coefficients(data):
    """Without interactions ACME is a product of two coefficients (Baron and Kenny)."""
    ones = np.ones(len(data))
    to_m = np.linalg.lstsq(np.column_stack([ones, data.t, data.age]), data.m, rcond=None)[0]
    X = np.column_stack([ones, data.t, data.m, data.age])
    to_y = np.linalg.lstsq(X, data.y, rcond=None)[0]
    table = study(data, repetitions=2000).table().set_index("term")
    error = 4 * table.std_error / np.sqrt(2000)
    assert abs(table.estimate["ACME"] - to_m[1] * to_y[2]) < error["ACME"] + 0.01
    assert abs(table.estimate["ADE"] - to_y[1]) < error["ADE"]


def test_parts_add_up_in_every_draw(data):
    draws = study(data, outcome_formula="yes ~ t + m", outcome_family="logit").draws
    total = draws["total effect"].to_numpy()
    assert (draws["ACME"] + draws["ADE"]).to_numpy() == pytest.approx(total)
    one = draws["ACME (treated)"] + draws["ADE (control)"]
    other = draws["ACME (control)"] + draws["ADE (treated)"]
    assert one.to_numpy() == pytest.approx(total)
    assert other.to_numpy() == pytest.approx(total)


@pytest.mark.parametrize("family", ["probit", "logit"])
def test_effects_on_a_probability_are_differences_of_it(data, family):
    found = study(data, outcome_formula="yes ~ t + m + age", outcome_family=family)
    total = found.table().set_index("term").estimate["total effect"]
    raw = data.groupby("t").yes.mean()
    assert total == pytest.approx(raw[1] - raw[0], abs=0.06)
    assert any("in probability" in note for note in found.notes)


def test_numbers_depend_on_the_seed_alone(data):
    np.random.seed(1)  # noqa: NPY002
    one = study(data, seed=7)
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    two = study(data, seed=7)
    assert one.draws.equals(two.draws)
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002
    assert not one.draws.equals(study(data, seed=8).draws)


def test_notes_say_what_is_assumed(data):
    data.loc[0, "age"] = np.nan
    found = study(data)
    notes = " ".join(found.notes)
    assert "sequential ignorability (Imai, Keele and Tingley 2010)" in notes
    assert "Left out 1 of 600 rows" in notes
    assert "300 draws" in notes
    assert found.nobs == 599
    text = repr(found)
    assert "y: t through m, mediation analysis, 599 rows" in text
    assert "6 further terms in .table()" in text
    wide = study(data.assign(t=data.t * 3))
    assert any("The treatment is not 0 and 1 here (it runs from 0 to 3)" in n for n in wide.notes)


def test_levels_widen_the_interval(data):
    found = study(data)
    wide, narrow = found.table(), found.table(level=0.5)
    assert (narrow.conf_low >= wide.conf_low).all()
    with pytest.raises(InputError, match="level must lie"):
        found.table(level=1)


def test_categories_may_be_covariates(data):
    found = study(
        data, outcome_formula="y ~ C(region) + t + m", mediator_formula="m ~ C(region) + t"
    )
    assert found.nobs == 600


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"outcome_formula": "y ~ m + age"}, "The outcome formula needs 't' as a term"),
        ({"outcome_formula": "y ~ t + age"}, "The outcome formula needs 'm' as a term"),
        ({"mediator_formula": "m ~ age"}, "The mediator formula needs 't' as a term"),
        ({"mediator_formula": "log(m) ~ t"}, "must explain 'm' as it is"),
        ({"outcome_formula": "y ~ t * m"}, "has the term 't:m'"),
        ({"outcome_formula": "y ~ t + m + I(m**2)"}, "without interactions or transformations"),
        ({"mediator_formula": "m ~ t + t:age"}, "The mediator formula has the term 't:age'"),
        ({"mediator": "t"}, "must be two columns"),
        ({"outcome_family": "poisson"}, "outcome_family must be one of"),
        ({"outcome_family": "probit"}, "needs an outcome of 0 and 1"),
        ({"repetitions": 10}, "repetitions must be at least 100"),
        ({"repetitions": 100_000}, "do not fit in memory"),
        ({"outcome_formula": "y ~ t + m + nothing"}, "no column 'nothing'"),
        ({"outcome_formula": "y ~ t + m + region"}, "holds str values"),
        ({"outcome_formula": "y ~ t + m + twice"}, "'twice' is an exact linear combination"),
        ({"outcome_formula": "same ~ t + m"}, "'same' has the same value in every row"),
    ],
)
def test_bad_input(data, arguments, message):
    data = data.assign(twice=2 * data.m, same=1.0)
    with pytest.raises(InputError, match=message):
        study(data, **arguments)


def test_too_few_rows_and_infinite_values(data):
    with pytest.raises(InputError, match="3 rows cannot carry 4 terms"):
        study(data.head(3))
    data.loc[4, "m"] = np.inf
    with pytest.raises(InputError, match="'m' holds 1 infinite value"):
        study(data)


def test_separated_outcomes_are_a_trap(data):
    data["yes"] = (data.m > data.m.median()).astype(int)
    with pytest.raises(TrapError, match="separate zeros from ones"):
        study(data, outcome_formula="yes ~ t + m", outcome_family="logit")
