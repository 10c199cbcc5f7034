"""What the four labs compute, held against other ways to compute it; no control is moved."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
import translate

import gzbook
import gzcounty as gz
from gzbook.evidence import section_4 as plans
from gzbook.frames import county_frame, with_income
from gzbook.labs import hubs, regression, staggered, weights


def layers(chart) -> str:
    return str(chart.to_dict(validate=False))


# Regression


def test_regression_is_that_of_the_models():
    data = with_income(county_frame())
    fit = gz.ols("log(income_2020) ~ commerce_2020 + schooling_years + C(prefecture_en)", data)
    step = data.commerce_2020.std()
    expected = gz.estimate_row(fit, "commerce_2020", "", scale=step, per_cent=True)
    found = regression.answer(controls=["schooling_years", "C(prefecture_en)"])
    row = found.table.iloc[1]
    assert row["%"] == pytest.approx(expected["estimate"])
    assert (row["from"], row["to"]) == pytest.approx((expected["conf_low"], expected["conf_high"]))
    assert "n = 61" in found.sentence
    assert "61 former poverty counties." in found.notes
    assert "association" in found.notes[0]
    assert any("8 prefectures" in note for note in found.notes)


def differences(years: list[int], outcome: int) -> tuple[float, int]:
    """The difference in per cent by statsmodels, on counties with an income of all years given."""
    incomes = gz.load_panel("long").query("variable == 'rural_income'")
    wide = incomes.pivot(index="adcode", columns="year", values="value")[years].dropna()
    work = gz.load_industry_employment().query("year == 2020")
    by = work.pivot(index="adcode", columns="section", values="employed").loc[wide.index]
    jobs = 100 * by[["F", "G", "I"]].sum(axis=1) / by.sum(axis=1)
    data = pd.DataFrame({"y": np.log(wide[outcome]), "x": jobs})
    slope = smf.ols("y ~ x", data).fit().params["x"]
    return 100 * np.expm1(slope * data.x.std()), len(data)


def test_the_placebo_holds_the_counties_of_what_it_is_held_against():
    before, here = differences([2014, 2020], 2014)
    after, same = differences([2014, 2020], 2020)
    apart, others = differences([2014], 2014)
    assert (here, same, others) == (61, 61, 72)
    found = {key: regression.answer(outcome=key) for key in ("income before", "income")}
    assert found["income before"].table["%"].item() == pytest.approx(before)
    assert found["income"].table["%"].item() == pytest.approx(after)
    assert round(before / after, 2) == 1.14
    assert round(apart / after, 2) == 1.57
    assert all("n = 61" in answer.sentence for answer in found.values())
    (note,) = [n for n in found["income before"].notes if "Of the same" in n]
    assert note.startswith(f"Of the same 61 counties, rural income 2020 gives +{after:.1f} %")
    assert any(n.startswith("Left out: 27 of 88 counties") for n in found["income before"].notes)
    assert gzbook.check("lab-regression-2", before / after)
    assert "72 have an income of 2014 and 61 one of 2020" in (
        gzbook.check("lab-regression-2", apart / after).message
    )


def test_income_before_may_be_a_control_and_each_figure_is_named_once():
    notes = regression.answer(controls=["log_income_2014"]).notes
    assert "Rural income 2014 is a control here, and so no outcome to compare with." in notes
    (lacking,) = [note for note in notes if note.startswith("Left out")]
    assert lacking.endswith("for lack of figures of 'Rural income 2014' and 'Rural income 2020'.")


def run(code: str) -> dict:
    """Run what a lab gives to copy, in a namespace of its own, its last line as a cell would."""
    *lines, last = code.splitlines()
    names: dict = {}
    exec("\n".join(lines), names)
    names["shown"] = eval(last, names)
    return names


@pytest.mark.parametrize(
    "choice",
    [
        {},
        {"outcome": "income before", "controls": ["schooling_years", "C(prefecture_en)"]},
        {"outcome": "growth", "exposure": "change", "controls": ["log_income_2014", "relief"]},
        {"outcome": "lights", "controls": ["town", "urban_share"], "sample": "south and east"},
        {"outcome": "lights", "exposure": "digital_2010", "sample": "counties"},
        {"exposure": "commerce_2010", "controls": ["minority_share"], "sample": "poor"},
        {"outcome": "lights", "sample": "not Guiyang"},
    ],
)
def test_code_of_the_regression_gives_its_numbers(choice):
    found = regression.answer(**choice)
    rows = pd.DataFrame(run(found.code)["rows"])
    expected = found.table.iloc[1:] if choice.get("controls") else found.table
    np.testing.assert_allclose(
        rows[["estimate", "conf_low", "conf_high"]], expected[["%", "from", "to"]], rtol=1e-8
    )
    assert f"n = {rows.nobs[0]}" in found.sentence


@pytest.mark.parametrize("choice", [{}, {"index": "people"}, {"floor_area": 90, "urban_share": 0}])
def test_code_of_the_weights_gives_its_ranking(choice):
    found = weights.answer(**choice)
    shown = run(found.code)["shown"]
    assert list(shown.index) == found.table["county"].tolist()
    np.testing.assert_allclose(shown, found.table["index"])


@pytest.mark.parametrize(
    "choice", [{}, {"never": 0, "growth": 1.0}, {"heterogeneity": 0.4, "noise": 7, "seed": 9}]
)
def test_code_of_staggered_adoption_gives_its_estimates(choice):
    found = staggered.answer(**choice)
    shown = run(found.code)["shown"]
    expected = [found.table["truth"][0], *found.table["estimate"]]
    np.testing.assert_allclose(list(shown.values()), expected)


@pytest.mark.parametrize(("k", "weight"), [(1, "residents"), (4, "rural residents")])
def test_code_of_the_hubs_gives_the_same_places(k, weight):
    found = hubs.answer(k, weight)
    names = run(found.code)
    assert set(names["shown"]) == set(found.table["hub"])
    assert f"{names['plan'].mean_distance:.1f} km to the nearest" in found.sentence


@pytest.mark.parametrize("answer", [regression, weights, staggered, hubs])
def test_formula_and_code_stand_in_sight(answer):
    found = answer.answer()
    html = found.words()
    assert "= " in found.formula or "over all choices" in found.formula
    assert '<p class="gz-lab-formula">' in html
    assert '<pre class="gz-lab-code"' in html


def test_a_sample_is_called_what_it_is():
    assert "88 counties of Guizhou." in regression.answer(outcome="lights").notes


def test_regression_without_controls_is_one_row():
    assert len(regression.answer().table) == 1


@pytest.mark.parametrize("outcome", regression.OUTCOMES)
def test_line_goes_through_the_cleaned_points(outcome):
    """The slope of cleaned outcome on cleaned exposure is that of the model (Lovell 1963)."""
    chosen = ["schooling_years", "relief"]
    spec = regression.answer(outcome=outcome, controls=chosen).chart.to_dict(validate=False)
    tables = list(spec["datasets"].values())
    points = pd.DataFrame(next(rows for rows in tables if "adcode" in rows[0]))
    line = pd.DataFrame(next(rows for rows in tables if "adcode" not in rows[0]))
    turned = (lambda y: y) if outcome == "growth" else np.log
    slope, level = np.polyfit(points.x, turned(points.y), 1)
    np.testing.assert_allclose(level + slope * line.x, turned(line.y), rtol=1e-6)


@pytest.mark.parametrize("outcome", regression.OUTCOMES)
@pytest.mark.parametrize("exposure", regression.EXPOSURES)
@pytest.mark.parametrize("sample", regression.SAMPLES)
def test_every_menu_leads_to_an_answer(outcome, exposure, sample):
    found = regression.answer(outcome, exposure, ["schooling_years"], sample)
    assert np.isfinite(found.table["%"]).all()


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (
            {"exposure": "change", "controls": ["commerce_2010", "commerce_2020"]},
            "'Commerce jobs 2020' is an exact linear combination of 'Commerce jobs, change "
            "2010-2020' and 'Commerce jobs 2010'",
        ),
        ({"sample": "counties", "controls": ["town"]}, r"'City or district \(yes or no\)' is zero"),
        ({"controls": ["commerce_2020"]}, "'Commerce jobs 2020' is the exposure"),
        (
            {"outcome": "income before", "controls": ["log_income_2014"]},
            "'Rural income 2014' is the outcome",
        ),
        ({"outcome": "happiness"}, "no outcome 'happiness'"),
        ({"exposure": "sales"}, "no exposure 'sales'"),
        ({"sample": "few"}, "no sample 'few'"),
        ({"controls": ["height"]}, "no control 'height'"),
    ],
)
def test_regression_refuses_in_the_words_of_the_menus(choice, said):
    with pytest.raises(gz.InputError, match=said):
        regression.answer(**choice)


def test_what_the_page_says_for_the_models_is_what_the_models_say():
    said = {message for __, message in translate.messages("src/gzcounty")}
    said |= {one for both in said if isinstance(both, tuple) for one in both}
    assert set(regression.OF_MODELS.values()) - said == set()
    assert {f"{{n:,}} {noun}" for noun in regression.COUNTS} - said == set()


# Weights


def test_opening_weights_are_entropy_weights_and_nobody_moves():
    used = gz.dimension_indices(harmonised=False).attrs["weights"]
    exact = {name: 100 * w for part in used.values() for name, w in part.items()}
    points = weights.entropy_points()
    assert all(abs(points[name] - exact[name]) <= 0.5 for name in exact)
    found = weights.answer()
    assert (found.table["moved"] == 0).all()
    assert "1.00 (rank correlation), for these are the entropy weights." in found.sentence


def test_a_single_weight_ranks_by_that_indicator():
    alone = dict.fromkeys(weights.entropy_points(), 0) | {"urban_share": 7}
    found = weights.answer("all", **alone)
    census = gz.load_census().query("year == 2020").merge(gz.load_counties(), on="adcode")
    first = census.nlargest(weights.SHOWN, "urban_share")
    assert found.table["county"].tolist() == first.name_en.tolist()
    assert found.table["index"].iloc[0] == 1.0
    assert "county 100 %" in found.notes[1]


def test_names_are_written_from_the_left_and_numbers_are_not():
    html = weights.answer().words()
    assert '<th scope="col" class="gz-said">county</th>' in html
    assert '<th scope="col">index</th>' in html
    first = weights.answer().table["county"].iloc[0]
    assert f'<td class="gz-said">{first}</td>' in html
    interval = regression.answer().words()
    assert '<th scope="col">95 % interval</th>' in interval


def test_an_index_of_one_dimension_leaves_the_others_out():
    found = weights.answer("people", urban_share=99)
    pd.testing.assert_frame_equal(found.table, weights.answer("people").table)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (dict.fromkeys(weights.INDICATORS, 0), "zero"),
        ({"urban_share": -1}, "urban_share"),
        ({"beauty": 1}, "no indicator 'beauty'"),
        ({"index": "beauty"}, "no index 'beauty'"),
    ],
)
def test_weights_refuse(choice, said):
    with pytest.raises(gz.InputError, match=said):
        weights.answer(**choice)


# Staggered adoption


def test_alike_effects_are_found_by_all():
    table = staggered.answer(growth=0.0).table
    assert table["truth"].tolist() == pytest.approx([5.0] * 3)
    assert table["off"].abs().max() < 1.5


def test_two_way_fixed_effects_go_wrong_as_gains_grow():
    off = [staggered.answer(growth=g).table["off"] for g in (0.0, 0.5, 1.0, 1.5)]
    naive, group = ([abs(o[i]) for o in off] for i in (0, 1))
    assert naive == sorted(naive)
    assert naive[-1] > 10
    assert max(group) < 2


def test_estimates_are_those_of_the_models():
    panel = gz.simulate_panel(
        88, range(2014, 2024), 0.05, seed=3, growth=0.5, noise=0.04,
        cohorts=dict.fromkeys((2016, 2018, 2021), 0.8 / 3),
    )  # fmt: skip
    fit = gz.staggered_did(panel, "log_rural_income", "county", "year", "first_year")
    overall = fit.aggregate("simple").overall
    row = staggered.answer(seed=3).table.iloc[1]
    assert row["estimate"] == pytest.approx(100 * overall.estimate)
    assert row["truth"] == pytest.approx(100 * panel.attrs["truth"]["simple"])


def test_with_nobody_outside_the_truth_is_that_of_the_years_that_can_be_reached():
    found = staggered.answer(never=0)
    naive, group, imputed = found.table["truth"]
    # 2016 from entry to 2020: 5 % growing by half of it each year; 2018 the same, for three years.
    cells = [5 * (1 + 0.5 * e) for e in (0, 1, 2, 3, 4, 0, 1, 2)]
    sizes = [29] * 5 + [30] * 3
    assert group == imputed == pytest.approx(np.average(cells, weights=sizes), rel=1e-6)
    assert naive > group
    assert any("Nobody is outside" in note for note in found.notes)


@pytest.mark.parametrize("choice", [{}, {"never": 0}, {"growth": 0.0, "seed": 7}])
def test_every_title_says_simulated(choice):
    found = staggered.answer(**choice)
    assert "SIMULATED" in " ".join(found.chart.title.text)
    assert "SIMULATED" in found.sentence
    assert "SIMULATED" in found.notes[0]


def test_staggered_refuses_a_share_beyond_all():
    with pytest.raises(gz.InputError, match="never must be a share"):
        staggered.answer(never=100)


# Hubs


@pytest.mark.parametrize("weight", hubs.WEIGHTS)
def test_hubs_are_the_best_and_each_saves_what_the_others_cannot(weight):
    found, plan = hubs.answer(4, weight), plans.best(4, weight)
    names = gz.load_counties().set_index("adcode").name_en
    assert set(found.table["hub"]) == set(names[list(plan.hubs)])
    kilometres, share = plans.kilometres(), plan.weights
    closed = names[names == found.table["hub"][0]].index[0]
    left = kilometres[[hub for hub in plan.hubs if hub != closed]].min(axis=1)
    assert found.table["saves, km"][0] == pytest.approx(share @ left - plan.mean_distance)
    assert found.table["saves, km"].is_monotonic_decreasing
    # The others may move if one is given up: that cannot cost more than closing the least useful.
    assert plans.best(3, weight).mean_distance - plan.mean_distance <= (
        found.table["saves, km"].min() + 1e-9
    )


def test_a_single_hub_has_no_saving_and_the_map_no_slider():
    found = hubs.answer(1)
    assert found.table["saves, km"].isna().all()
    assert found.words().count("<td></td>") == 1
    assert "Number of hubs" not in layers(found.chart)


@pytest.mark.parametrize("k", [0, 21, 2.0, True])
def test_hubs_refuse_a_number(k):
    with pytest.raises(gz.InputError, match="k must be a whole number from 1 to 20"):
        hubs.answer(k)


def test_hubs_refuse_a_weight():
    with pytest.raises(gz.InputError, match="no weight 'parcels'"):
        hubs.answer(2, "parcels")
