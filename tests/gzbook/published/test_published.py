"""Every published number is computed again, and a wrong one would be seen."""

from dataclasses import replace
from functools import cache

import pytest

import gzcounty as gz
from gzbook.published import (
    STANDINGS,
    DataUnavailableError,
    Tolerance,
    all_checks,
    measures,
    models,
)

# Typed here on purpose: a check that is lost is missed.
IDS = {
    "regression": ["R01", "R02", "R05", "R06", "R46"],
    "staggered": [
        "R07", "R07-covariates", "R08", "R08-doubly-robust", "R08-not-yet", "R08-pre-test", "R13",
        "R14", "R48",
    ],
    "spatial": ["R16", "R18", "R20", "R22", "R26"],
    "distribution": ["R28", "R30", "R31", "R32"],
    "indices": ["R38", "R39", "R41", "R42", "R43", "R45"],
}  # fmt: skip


CHECKS = {id: check for id, (_, check) in all_checks().items()}


@cache
def ours(id):
    """Compute a check's values, once; skip, with the reason, if its data cannot be had."""
    try:
        return dict(CHECKS[id].compute())
    except DataUnavailableError as reason:
        pytest.skip(str(reason))


def test_every_check_is_listed_in_its_family_and_once():
    families = {id: family for id, (family, _) in all_checks().items()}
    assert families == {id: family for family, ids in IDS.items() for id in ids}
    parts = [checks for module in (models, measures) for checks in module.CHECKS.values()]
    assert sum(map(len, parts)) == len(families)


@pytest.mark.parametrize("id", CHECKS)
def test_computed_values_agree_with_the_published_ones(id):
    values = ours(id)
    rows = replace(CHECKS[id], compute=lambda: values).run(id, "")
    wrong = rows[~rows.agrees.fillna(False)]
    assert wrong.empty, wrong[["quantity", "ours", "published", "tolerance"]].to_string()


@pytest.mark.parametrize("id", CHECKS)
def test_a_wrong_value_does_not_agree(id):
    """Moved by more than twice what the tolerance allows, no published value agrees."""
    check, values = CHECKS[id], ours(id)
    for name, text in check.values.items():
        limit = check.tolerance.allowed(text)
        wrong = replace(
            check,
            values=check.values | {name: repr(float(text) + 2.5 * limit + 1e-15)},
            tolerance=Tolerance(absolute=limit),
            compute=lambda: values,
        )
        assert not wrong.run(id, "").set_index("quantity").agrees[name], name


@pytest.mark.parametrize("id", CHECKS)
def test_every_check_says_what_it_compares(id):
    check = CHECKS[id]
    for name in check.estimator.split(", "):
        assert callable(getattr(gz, name)), name
    for field in ("model", "data", "source"):
        assert len(getattr(check, field)) > 10, field
    assert check.standing in STANDINGS
    assert check.values
    for text in check.values.values():
        assert isinstance(text, str)
        float(text)
