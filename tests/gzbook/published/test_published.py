"""Every published number is computed again, and a wrong one would be seen."""

import dataclasses

import pytest

from gzbook.published.registry import Absolute, DataUnavailableError, all_checks

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


def checks():
    """Return the checks; none if a module of a family cannot be imported, which a test says."""
    try:
        return all_checks()
    except ImportError:
        return []


_OURS: dict[str, dict[str, float]] = {}


def ours(check):
    """Compute a check's values, once; skip, with the reason, if its data cannot be had."""
    if check.id not in _OURS:
        try:
            _OURS[check.id] = dict(check.compute())
        except DataUnavailableError as reason:
            pytest.skip(str(reason))
    return _OURS[check.id]


@pytest.mark.parametrize("check", checks(), ids=lambda check: check.id)
def test_ours_is_what_was_published(check):
    found = ours(check)
    rows = dataclasses.replace(check, compute=lambda: found).run()
    wrong = rows[~rows.agrees.fillna(False)]
    assert wrong.empty, wrong[["quantity", "ours", "published", "tolerance"]].to_string()


@pytest.mark.parametrize("family", IDS)
def test_every_check_is_registered(family):
    found = {check.id for check in all_checks() if check.family == family}
    assert found >= set(IDS[family])


@pytest.mark.parametrize("check", checks(), ids=lambda check: check.id)
def test_a_wrong_value_would_be_seen(check):
    """Moved by more than twice what the tolerance allows, no published value agrees."""
    found = ours(check)
    limits = {name: check.tolerance.allowed(text) for name, text in check.values.items()}
    for name, text in check.values.items():
        moved = repr(float(text) + 2.5 * limits[name] + 1e-15)
        wrong = dataclasses.replace(
            check,
            values=dict(check.values) | {name: moved},
            tolerance=Absolute(limits[name]),
            compute=lambda: found,
        )
        agrees = wrong.run().set_index("quantity").agrees
        assert not agrees[name], name


@pytest.mark.parametrize("check", checks(), ids=lambda check: check.id)
def test_says_what_it_is(check):
    import gzcounty as gz

    for name in check.estimator.split(", "):
        assert callable(getattr(gz, name)), name
    for field in ("model", "data", "source"):
        assert len(getattr(check, field)) > 10, field
    assert check.values
    for text in check.values.values():
        assert isinstance(text, str)
        float(text)
