"""Every argument of every public function against things of a wrong kind; all data SIMULATED."""

import inspect
import io
import pickle
import re
import typing
from collections.abc import Hashable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.simulation import neighbour_pairs

CHARTS = sorted(
    name for name in gz.__all__ if name.endswith(("_chart", "_map", "_plot", "_figure", "_row"))
)

pytestmark = pytest.mark.filterwarnings("ignore")


@cache
def base_calls() -> dict[str, dict[str, object]]:
    """Return arguments with which each public function works."""
    data = gz.simulate_panel(
        20, range(2014, 2020), n_prefectures=4, cohorts={2016: 0.3, 2018: 0.3}, seed=5
    )
    rng = np.random.default_rng(5)
    data["x"], data["z"] = rng.normal(size=(2, len(data)))
    data["weight"] = rng.uniform(1, 2, len(data))
    place = pd.factorize(data["county"])[0]
    data["chosen"], data["dose"] = (place % 2).astype(float), rng.normal(size=20)[place]
    data["group"] = np.where(place % 2, "a", "b")
    year = data[data["year"] == 2019].reset_index(drop=True)
    pairs = neighbour_pairs(data)
    weights = gz.neighbour_weights(pairs, i="county", j="neighbour")
    last = year.set_index("county")["log_rural_income"]
    panel = {"entity": "county", "time": "year"}
    fit = gz.panel_ols("log_rural_income ~ x + z", data, **panel, cluster="prefecture")
    cross = gz.ols("log_rural_income ~ x", year)
    distance = pd.DataFrame([[0.0, 2, 3], [2, 0, 1], [3, 1, 0]], list("abc"), list("abc"))
    jobs = pd.DataFrame(np.outer(range(1, 5), range(1, 4)) % 7 + 1.0, [*"abcd"], [*"xyz"])
    jobs = jobs.rename_axis(index="unit", columns="industry")
    points = year.assign(lon=100 + place[: len(year)] * 0.1, lat=26 + rng.normal(size=len(year)))
    X = year.set_index("county")[["weight", "x"]].abs() / 10 + 0.1
    of_y = {"data": data, "y": "log_rural_income", **panel}
    period = {"start": 2014, "end": 2019}
    sites = {"distance": distance, "weights": pd.Series(1.0, list("abc"))}
    in_space = {
        "formula": "log_rural_income ~ x", "data": year, "W": weights, "id": "county",
    }  # fmt: skip
    of_jobs = [
        "herfindahl", "krugman_dissimilarity", "location_quotient", "relatedness",
        "relatedness_density",
    ]  # fmt: skip
    of_x = ["composite_index", "entropy_weights", "obstacle_degree"]
    return {
        **{name: {"employment": jobs} for name in of_jobs},
        **{name: {"X": X} for name in of_x},
        "load_census": {},
        "load_panel": {},
        "describe": {},
        "current_adcode": {"codes": pd.Series(["522632"])},
        "load_industry_employment": {},
        "load_literature": {},
        "bounds": {"fit": fit, "term": "x"},
        "wild_bootstrap": {"result": fit, "term": "x", "draws": 19},
        "leave_one_out": {
            "estimate": lambda d: gz.ols("log_rural_income ~ x", d),
            "data": year,
            "by": "prefecture",
        },
        "pair_mean": {"matrix": distance, "draws": 19},
        "randomisation_test": {
            "data": year,
            "statistic": "log_rural_income ~ chosen",
            "assign": "chosen",
            "draws": 19,
        },
        "specification_curve": {
            "data": year,
            "outcomes": "log_rural_income",
            "exposures": "x",
            "controls": ["z"],
            "shuffles": 0,
        },
        "simulate_targeting": {
            "data": year,
            "fit": cross,
            "terms": "x",
            "y": "log_rural_income",
            "exposure": "x",
            "draws": 9,
        },
        "census_change": {"column": "population"},
        "growth": {"variable": "gdp", "start": 2019, "end": 2020},
        "sample_name": {"adcodes": ["520102"]},
        "carrying_capacity": {},
        "dimension_indices": {},
        "coupling_coordination": {"U": X / X.max() / 1.1},
        "gini": {"y": year["weight"]},
        "sigma_convergence": {"data": data, "y": "weight", **panel},
        "theil": {"y": year["weight"], "groups": year["prefecture"]},
        "penetration": {"measure": "commerce"},
        "bacon_decomposition": of_y | {"cohort": "first_year"},
        "beta_convergence": of_y | period,
        "long_difference": of_y | period,
        "event_study": of_y | {"exposure": "dose", "reference": 2016},
        "assign_to_hubs": sites | {"hubs": ["a"]},
        "distance_matrix": {"data": points, "id": "county"},
        "p_median": sites | {"k": 1},
        "ols": {"formula": "log_rural_income ~ x", "data": year},
        "panel_ols": {"formula": "log_rural_income ~ x", "data": data, **panel},
        "paper_table": {"results": cross},
        "distance_weights": {"data": points, "id": "county", "k": 3},
        "lagrange_tests": in_space,
        "local_moran": {"y": last, "W": weights, "permutations": 9},
        "moran_change": {
            "y": data.pivot(index="county", columns="year", values="x")[[2014, 2019]],
            "W": weights,
            "draws": 20,
        },
        "morans_i": {"y": last, "W": weights, "permutations": 9},
        "neighbour_weights": {"pairs": pairs, "i": "county", "j": "neighbour"},
        "spatial_model": in_space,
        "staggered_did": of_y | {"cohort": "first_year"},
        "synthetic_control": of_y | {"treated": data["county"].iloc[0], "start": 2017},
        "simulate_panel": {"n_counties": 9, "years": range(2014, 2017)},
    }


def wrong_things() -> dict[str, object]:
    """Return what a stranger may hand in by mistake."""
    frame = pd.DataFrame({"a": [1.0, 2], "b": [3.0, 4]})
    return {
        "None": None, "text": "nope", "empty text": "", "list of a text": ["nope"],
        "number": 3.7, "whole number": 5, "zero": 0, "negative": -5, "NaN": float("nan"),
        "infinity": float("inf"), "NA": pd.NA, "NaT": pd.NaT, "numpy whole": np.int64(3),
        "numpy number": np.float32(1.5), "numpy flag": np.True_, "flag": True, "bytes": b"nope",
        "95": 95, "decimal": Decimal("1.5"), "complex": 1j, "list": [], "tuple": (), "dict": {},
        "set": {"nope"}, "dict of numbers": {"a": 1, 2: None}, "nested": [["a"], [1]],
        "Nones": [None], "path": Path("nope"), "open file": io.StringIO("a,b\n1,2\n"),
        "function": len, "failing": lambda *_: 1 / 0, "class": dict, "object": object(),
        "array": np.ones(3), "matrix": np.ones((2, 2)), "text array": np.array(["a", "b"]),
        "Series": pd.Series([1.0, 2]), "text Series": pd.Series(["a", "b"]),
        "index": pd.Index(["a"]), "empty Series": pd.Series(dtype=float), "frame": frame,
        "empty frame": pd.DataFrame(), "twice": pd.DataFrame([[1.0, 2]], columns=["a", "a"]),
        "levels": pd.DataFrame([[1.0, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("a", 2)])),
        "row levels": pd.DataFrame({"a": [1.0]}, index=pd.MultiIndex.from_tuples([(1, 2)])),
        "result": gz.ols("b ~ a", pd.DataFrame({"a": [1.0, 2, 4, 3], "b": [3.0, 4, 5, 7]})),
        "timestamp": pd.Timestamp("2020-01-01"), "generator": np.random.default_rng(1),
        "range": range(3), "slice": slice(1), "ellipsis": ...,
    }  # fmt: skip


def arguments(name: str) -> list[str]:
    every = inspect.signature(getattr(gz, name)).parameters.values()
    named = [each.name for each in every if each.kind is not inspect.Parameter.VAR_KEYWORD]
    return [each for each in named if each != "progress"]


@pytest.mark.parametrize("name", base_calls())
def test_a_wrong_thing_is_refused_in_a_sentence_or_means_something(name):
    base = base_calls()[name]
    getattr(gz, name)(**base)
    for argument in arguments(name):
        for kind, thing in wrong_things().items():
            if argument == "n_jobs" and isinstance(thing, int | np.integer) and thing > 1:
                continue  # So many processes may well be meant.
            try:
                getattr(gz, name)(**{**base, argument: thing})
            except (gz.InputError, gz.TrapError):
                continue
            except ZeroDivisionError:
                assert kind == "failing"  # A function of the user's own.
            except Exception as inside:
                raise AssertionError(f"{name}({argument}={kind})") from inside


@pytest.mark.parametrize("name", [*base_calls(), *CHARTS])
def test_a_thing_of_no_known_type_is_named_with_argument_and_what_is_allowed(name):
    class Thing:
        pass

    function = getattr(gz, name)
    hints = typing.get_type_hints(function)
    for argument in arguments(name):
        if hints[argument] in (Any, Hashable, object):
            continue
        with pytest.raises(gz.InputError) as refusal:
            function(**{**base_calls().get(name, {}), argument: Thing()})
        says = re.escape(argument) + r" must be .+, not a \w+ Thing\."
        assert re.fullmatch(says, str(refusal.value)), str(refusal.value)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("wild_bootstrap", {"seed": -1}, "seed must be a whole number of at least 0, not -1."),
        (
            "wild_bootstrap",
            {"n_jobs": 0},
            "n_jobs must be a whole number other than 0 (-1: one process a core) or None, not 0.",
        ),
        ("pair_mean", {"draws": True}, "draws must be a whole number above 0, not True."),
        ("penetration", {"year": "2020"}, "year must be a whole number or None, not '2020'."),
        (
            "ols",
            {"cov": "HC4"},
            "cov must be 'classical', 'HC0', 'HC1', 'HC2', 'HC3', gz.HAC or gz.Conley, not 'HC4'.",
        ),
        ("ols", {"data": gz.InputError}, "data must be a pandas DataFrame, not the class "
         "InputError."),
        ("ols", {"cluster": ["group", 3]}, "cluster[1] must be a text, not 3."),
        (
            "current_adcode",
            {"codes": pd.Series([520221])},
            "codes must be a Series of six-digit codes as text, such as '522632', not 520221.",
        ),
        ("assign_to_hubs", {"hubs": "ab"}, "No site is called 'ab'."),
        ("composite_index", {"weights": [1, 2]}, "weights must be a dict, a pandas Series or "
         "None, not [1, 2]."),
        ("randomisation_test", {"statistic": 3}, "statistic must be a text or a function, not 3."),
        ("simulate_panel", {"years": ["2014"]}, "years[0] must be a whole number, not '2014'."),
        (
            "leave_one_out",
            {"estimate": len},
            "estimate must return a result of a model, not 20.",
        ),
    ],
)  # fmt: skip
def test_the_sentence_names_argument_value_and_what_is_allowed(name, change, message):
    with pytest.raises(gz.InputError) as refusal:
        getattr(gz, name)(**{**base_calls()[name], **change})
    assert str(refusal.value) == message


def test_what_numpy_and_pandas_make_of_plain_values_is_taken_as_those():
    base = base_calls()["panel_ols"]
    plain = gz.panel_ols(**base, cluster="prefecture").table()
    for cluster in (np.str_("prefecture"), ["prefecture"], pd.Index(["prefecture"]),
                    np.array(["prefecture"]), ("prefecture",)):  # fmt: skip
        fit = gz.panel_ols(**base, cluster=cluster, time_effects=np.True_)
        pd.testing.assert_frame_equal(fit.table(), plain)


def test_a_public_function_can_be_pickled():
    assert pickle.loads(pickle.dumps(gz.ols)) is gz.ols


@pytest.mark.parametrize(
    ("own", "noted"),
    [("my file", ["my file"]), (["a", "b"], ["a", "b"]), (("a",), ["a"]), (None, []), (3, []),
     ({"a": 1}, []), (["a", 2], [])],
)  # fmt: skip
def test_notes_that_a_user_keeps_with_data_are_read_as_texts_or_left_alone(own, noted):
    data = pd.DataFrame({"y": [1.0, 2, 4, 3, 5], "x": [1.0, 2, 3, 5, 4]})
    data.attrs["notes"] = own
    assert [*gz.ols("y ~ x", data).notes[: len(noted)]] == noted
    assert data.attrs == {"notes": own}


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        (lambda d: gz.panel_ols("x ~ z", d, entity="moon", time="year"), "entity"),
        (lambda d: gz.panel_ols("x ~ log(moon)", d, "county", "year"), "formula"),
        (lambda d: gz.panel_ols("x ~ z", d, "county", "year", ["moon", "county"]), "cluster"),
        (lambda d: gz.ols("x ~ z", d, cov=gz.HAC("moon")), "cov"),
        (lambda d: gz.ols("x ~ z", d, weights="moon"), "weights"),
        (lambda d: gz.sigma_convergence(d, y="moon", entity="county", time="year"), "y"),
        (lambda d: gz.long_difference(d, "x", "moon", "moon", 2014, 2019), "entity and time"),
    ],
)
def test_a_column_that_is_not_there_is_named_with_its_argument(call, arguments):
    data = base_calls()["panel_ols"]["data"]
    with pytest.raises(gz.InputError, match=rf"column 'moon', named by {arguments}\. "):
        call(data)


def test_methods_of_results_check_their_arguments():
    call = base_calls()["panel_ols"]
    fit = gz.panel_ols(**call)
    with pytest.raises(gz.InputError, match=r"^level must be a share above 0 and below 1.*not 95"):
        fit.table(95)
    with pytest.raises(gz.InputError, match=r"^name must be a text, not 3"):
        fit.term(3)
    with pytest.raises(gz.InputError, match=r"^terms must be a list of texts, not 3"):
        fit.wald(3)
    assert pickle.loads(pickle.dumps(fit)).table().equals(fit.table())
