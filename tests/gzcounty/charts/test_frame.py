"""What stands around a chart, and what is refused."""

import altair as alt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from words import chart_words, subtitle

import gzcounty as gz
from gzcounty.charts.frame import check_sample, finish, lines, text_width

CHART = alt.Chart(pd.DataFrame({"x": [1]})).mark_point().encode(x="x:Q")
LONG = "Rural incomes rise towards the province's capital 贵阳市 and stay low in the far south-east"


def test_title_is_broken_to_fit_a_phone_and_loses_no_word():
    spec = finish(CHART, **chart_words("1 simulated county", title=LONG)).to_dict()
    assert len(spec["title"]["text"]) > 1
    assert " ".join(spec["title"]["text"]).split() == LONG.split()
    assert spec["title"]["anchor"] == "start"


def test_subtitle_says_unit_sample_period_source_and_notes():
    chart = finish(
        CHART, **chart_words("60 former poverty counties"), notes=["Axis is logarithmic."]
    )
    assert subtitle(chart) == (
        "Yuan. 60 former poverty counties. 2020. Axis is logarithmic. Source: drawn for a test."
    )


def test_a_unit_keeps_its_own_small_letter():
    assert subtitle(finish(CHART, **chart_words("1 county", unit="nW/cm2/sr"))).startswith(
        "nW/cm2/sr."
    )


def test_description_and_embedding_are_in_the_specification():
    spec = finish(CHART, **chart_words("1 simulated county")).to_dict()
    assert spec["description"] == "Dots for simulated counties."
    assert spec["usermeta"]["embedOptions"]["actions"] is False
    assert spec["config"]["background"] == "transparent"


@pytest.mark.parametrize("word", ["title", "unit", "sample", "period", "source", "description"])
def test_an_empty_word_is_refused(word):
    with pytest.raises(gz.InputError, match=f"the {word} of a chart must be a text"):
        finish(CHART, **chart_words("1 county") | {word: " "})


def test_the_chart_handed_in_is_not_changed():
    finish(CHART, **chart_words("1 simulated county"))
    assert "title" not in CHART.to_dict()


def test_guizhou_is_not_a_sample():
    with pytest.raises(gz.InputError, match="draws 60 units, but its sample text 'Guizhou'"):
        check_sample("Guizhou", 60)
    with pytest.raises(gz.InputError, match="names no number of units"):
        check_sample("Guizhou")


def test_sample_must_name_the_number_drawn():
    check_sample("88 counties of Guizhou", 88)
    check_sample("88 of China's 2,948 county-level units", [88, 2948])
    with pytest.raises(gz.InputError, match="draws 60 units"):
        check_sample("88 counties of Guizhou", 60)
    with pytest.raises(gz.InputError, match="draws 294 units"):
        check_sample("2,948 units", 294)


@given(st.text(alphabet="abcWi 榕江,", max_size=200), st.integers(60, 400))
def test_lines_fit_unless_a_word_alone_is_too_long(text, width):
    for line in lines(text, 12, width):
        assert text_width(line, 12) <= width or " " not in line
    assert "".join(lines(text, 12, width)).replace(" ", "") == text.replace(" ", "")


def test_no_line_begins_with_a_chinese_sign_that_closes():
    text = "农村“示范项目”（OLS估计），2014—2023年共有60个脱贫县；在人口、县城条件相近的县之间。"
    for width in range(60, 300, 12):
        for line in lines(text, 12, width):
            assert line[0] not in "”），。；、—"
            assert line[-1] not in "“（"
    assert lines("甲。 乙。") == ["甲。乙。"]
