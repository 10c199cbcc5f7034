"""Growth and change, names of samples, and the questions the data refuse."""

import numpy as np
import pytest

import gzcounty as gz


def test_growth_by_hand():
    frame = gz.growth("rural_income", 2014, 2023).set_index("adcode")
    panel = gz.load_panel().set_index(["adcode", "year"]).rural_income
    hand = np.log(panel["522632", 2023] / panel["522632", 2014])
    assert frame.growth["522632"] == pytest.approx(hand)
    assert frame.attrs["sample"] == "60 former poverty counties"
    assert "28 counties have no" in frame.attrs["notes"][0]


def test_growth_as_a_ratio():
    frame = gz.growth("lights", 2013, 2020, log=False)
    assert (frame.growth == frame.end_value / frame.start_value - 1).all()
    assert frame.attrs["sample"] == "88 counties of Guizhou"


@pytest.mark.parametrize("variable", ["gdp", "gdp_primary", "gdp_secondary", "gdp_tertiary"])
@pytest.mark.parametrize(("start", "end"), [(2018, 2019), (2010, 2023), (2017, 2020)])
def test_gdp_across_the_break_is_refused(variable, start, end):
    with pytest.raises(gz.TrapError, match="breaks at 2019"):
        gz.growth(variable, start, end)


def test_gdp_on_one_side_of_the_break_is_allowed():
    assert len(gz.growth("gdp", 2019, 2023)) > 50
    assert len(gz.growth("gdp", 2014, 2018)) > 50


def test_spliced_rural_income_is_refused():
    with pytest.raises(gz.TrapError, match="net income, another concept"):
        gz.growth("rural_income", 2012, 2020)


def test_flagged_jumps_are_named():
    notes = gz.growth("fiscal_revenue", 2021, 2023).attrs["notes"]
    assert "522632" in notes[1]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("moon", 2014, 2020), "not 'moon'"),
        (("lights", 2020, 2013), "must be before"),
        (("lights", 2013, 2023), "No county has lights in both 2013 and 2023"),
    ],
)
def test_growth_of_bad_input_is_refused(args, says):
    with pytest.raises(gz.InputError, match=says):
        gz.growth(*args)


def test_census_change_on_constant_borders():
    frame = gz.census_change("farm_share")
    assert len(frame) == 81
    assert frame.change.max() < 0
    assert "none" in frame.attrs["notes"][1]


def test_census_change_names_groups_without_a_value():
    frame = gz.census_change("schooling_years")
    assert len(frame) == 80
    assert "Huaxi" in frame.attrs["notes"][1]


def test_change_on_moved_borders_is_refused():
    with pytest.raises(gz.TrapError, match=r"13 counties changed territory.*Guanshanhu"):
        gz.census_change("farm_share", harmonised=False)


@pytest.mark.parametrize(
    ("column", "says"), [("moon", "not 'moon'"), ("car_share", "not in both censuses")]
)
def test_census_change_bad_columns(column, says):
    with pytest.raises(gz.InputError, match=says):
        gz.census_change(column)


ALL = gz.load_counties()
POOR = ALL[ALL.former_poverty_county].adcode
NEVER = ALL[~ALL.former_poverty_county].adcode


def test_sample_is_named_by_its_counties():
    assert gz.sample_name(ALL.adcode) == "88 counties of Guizhou"
    assert gz.sample_name(POOR[:60]) == "60 former poverty counties"
    mixed = [*POOR[:60], *NEVER[:2]]
    assert gz.sample_name(mixed) == "62 counties, 60 of them former poverty counties"
    assert gz.sample_name([*POOR[:3], *POOR[:3]]) == "3 former poverty counties"


@pytest.mark.parametrize("claim", ["Guizhou", "the counties of guizhou", "贵州各县"])
def test_a_part_is_not_called_guizhou(claim):
    with pytest.raises(gz.TrapError, match="60 former poverty counties; it cannot be called"):
        gz.sample_name(POOR[:60], claim=claim)


def test_a_wrong_number_is_refused():
    with pytest.raises(gz.TrapError, match="has 60 counties"):
        gz.sample_name(POOR[:60], claim="66 former poverty counties")


def test_claims_that_fit_the_sample_pass():
    assert gz.sample_name(ALL.adcode, claim="Guizhou") == "88 counties of Guizhou"
    assert gz.sample_name(POOR[:60], claim="60 poor counties") == "60 former poverty counties"


def test_empty_samples_and_unknown_codes_are_refused():
    with pytest.raises(gz.InputError, match="sample is empty"):
        gz.sample_name([])
    with pytest.raises(
        gz.InputError, match="'110101', not among the 88 county-level units of Guizhou"
    ):
        gz.sample_name(["522632", "110101"])
