"""A sample is called what it is."""

import pytest

import gzcounty as gz

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
