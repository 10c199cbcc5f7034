"""Colours that hold on both papers, and one mark for the counties the paper names."""

import itertools

import pytest

from gzcounty.charts import theme

PAPERS = (theme.PAPER, "#14181D")


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("paper", PAPERS)
def test_marks_of_one_colour_keep_three_to_one_on_both_papers(paper):
    for colour in (*theme.DIMENSIONS.values(), theme.MARKED_COLOUR):
        assert contrast(colour, paper) >= 3, colour


@pytest.mark.parametrize("hue", ["industry", "county", "people"])
def test_sequential_scales_darken_step_by_step(hue):
    steps = [luminance(colour) for colour in theme.ramp("amount", hue)]
    assert all(a > b for a, b in itertools.pairwise(steps))


def test_no_colour_of_a_scale_is_lost_on_a_paper():
    for colours in (*theme.SEQUENTIAL.values(), theme.DIVERGING):
        for colour, paper in itertools.product(colours, PAPERS):
            assert contrast(colour, paper) > 1.2, (colour, paper)


def test_diverging_scale_is_neutral_in_the_middle():
    middle = theme.ramp("difference")[2]
    parts = [int(middle[i : i + 2], 16) for i in (1, 3, 5)]
    assert max(parts) - min(parts) <= 12


def test_text_takes_the_colour_of_the_page():
    config = theme.config()
    assert config["background"] == "transparent"
    assert config["axis"]["labelColor"] == config["title"]["color"] == "currentColor"
