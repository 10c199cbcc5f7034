"""What a student waits for: environments are weighed whole, and the kept table meets the goals."""

import pytest

from benchmarks import environment, startup

STEPS = {f"{name}: {step}" for name in startup.NOTEBOOKS for step in ("open", "run")}
WEIGHED = {"environment_all", "environment_binder"}


def test_an_environment_is_closed_and_knows_its_extras():
    plain, lab = environment.closure(()), environment.closure(environment.BINDER)
    assert {"gzcounty", "numpy", "pandas", "python-dateutil"} <= set(plain) < set(lab)
    assert "jupyterlab" in set(lab) - set(plain)
    everything = environment.closure(environment.every_extra())
    assert set(lab) < set(everything)
    assert {"sphinx", "pytest", "dask"} <= set(everything) - set(lab)


def test_a_library_is_weighed_by_its_files():
    libraries = environment.sizes(())
    assert list(libraries.values()) == sorted(libraries.values(), reverse=True)
    assert libraries["numpy"] > 10 * libraries["python-dateutil"] > 0


def test_what_is_not_installed_is_named(monkeypatch):
    def absent(name):
        raise environment.PackageNotFoundError(name)

    monkeypatch.setattr(environment, "distribution", absent)
    with pytest.raises(RuntimeError, match="gzcounty is not installed; `make env`"):
        environment.closure(())


def test_the_kept_table_is_whole_and_says_where_when_and_with_what():
    kept = startup.measured()
    assert set(kept.name) == STEPS | WEIGHED | {"server"}
    assert kept.name.is_unique
    assert (kept.value > 0).all()
    for column in ("machine", "date", "versions"):
        assert kept[column].nunique() == 1
    assert "jupyterlab" in kept.versions[0]


def test_the_goals_are_met():
    value = startup.measured().set_index("name").value
    assert value["server"] < startup.LAB
    for name in startup.NOTEBOOKS:
        assert value[f"{name}: open"] + value[f"{name}: run"] < startup.ANSWER
    # Binder installs what the notebooks need, which is little more than half of everything.
    assert value["environment_binder"] < 0.6 * value["environment_all"]
