"""Our estimates with intervals, and published results that have no place on their axis."""

import pandas as pd
import pytest
from words import chart_words, rows, subtitle

import gzbook
import gzcounty as gz
from gzcounty.charts import theme
from gzcounty.charts.frame import text_width

OURS = pd.DataFrame(
    {
        "label": ["naive", "controls"],
        "estimate": [1.9, -0.04],
        "conf_low": [0.8, -1.1],
        "conf_high": [3.0, 0.4],
        "nobs": [61, 60],
    }
)
OTHERS = pd.DataFrame(
    {
        "group": ["For", "Against", "For", "Other"],
        "study": ["Ａ 2020", "高彦彦 2021", "C 2022", "D 2023"],
        "about": ["income, by shops; 9 counties, 2020"] * 3 + ["leaving, by shops; a village"],
        "direction": ["more", "none", "more", "less"],
        "significant": pd.array([True, None, False, None], dtype="boolean"),
        "finding": ["higher", "not higher", "higher", "18 % less likely"],
        "apart": ["no number"] * 3 + ["another outcome"],
    }
)
WORDS = chart_words("61 simulated counties")


def drawn(chart) -> pd.DataFrame:
    return pd.DataFrame(rows(chart))


def written(chart) -> list[str]:
    return drawn(chart)["text"].dropna().tolist()


def test_estimates_stand_on_the_axis_as_given():
    result = drawn(gzbook.forest_plot(OURS, OTHERS, **WORDS)).dropna(subset="estimate")
    assert result.estimate.tolist() == [1.9, -0.04]
    assert result.conf_low.tolist() == [0.8, -1.1]
    assert result.conf_high.tolist() == [3.0, 0.4]


def test_published_results_have_no_place_on_the_axis():
    result = drawn(gzbook.forest_plot(OURS, OTHERS, **WORDS)).dropna(subset="shape")
    assert result.estimate.isna().all()
    # In the order of groups: both of "For" before "Against".
    assert result["shape"].tolist() == ["more", "more", "none", "less"]
    assert result.filled.tolist() == [True, False, False, False]
    assert result.y.is_monotonic_increasing


def test_what_is_printed_is_said_in_words():
    text = written(gzbook.forest_plot(OURS, OTHERS, **WORDS))
    assert "Higher, called significant." in text
    assert "Higher, called not significant." in text
    assert "Not higher." in text
    assert "18 % less likely." in text


def test_a_reason_that_a_group_shares_is_given_once():
    apart = [line for line in written(gzbook.forest_plot(OURS, OTHERS, **WORDS)) if "axis:" in line]
    assert len(apart) == 3
    mixed = OTHERS.assign(apart=["no number", "no number", "no error", "another outcome"])
    apart = [line for line in written(gzbook.forest_plot(OURS, mixed, **WORDS)) if "axis:" in line]
    assert len(apart) == 4


def test_every_line_fits_a_phone_and_every_row_a_finger():
    long = OTHERS.assign(about="词" * 70, study="A name that goes on and on " * 5)
    chart = gzbook.forest_plot(OURS, long, axis_title="a long title " * 9, **WORDS)
    result = drawn(chart)
    text = result["text"].dropna()
    assert max(text_width(line, 11) for line in text) <= theme.PHONE_WIDTH
    bands = result.dropna(subset="y2")
    assert len(bands) == len(OURS) + len(OTHERS)
    assert (bands.y2 - bands.y).min() >= 44
    # Nothing below the lower edge, nothing on top of each other.
    assert result[["y", "y2"]].max().max() <= chart.to_dict()["height"]
    assert (bands.y.iloc[1:].to_numpy() >= bands.y2.iloc[:-1].to_numpy() - 1e-9).all()


def test_tooltips_hold_the_numbers():
    result = drawn(gzbook.forest_plot(OURS, OTHERS, **WORDS)).dropna(subset="found").found.tolist()
    assert result[0] == "+1.9, 95 % +0.8 to +3.0"
    assert result[1] == "0.0, 95 % \u22121.1 to +0.4"


def test_signs_are_explained_and_the_words_kept():
    chart = gzbook.forest_plot(OURS, OTHERS, notes=["A note."], **WORDS)
    assert "triangles point to more" in subtitle(chart)
    assert "A note." in subtitle(chart)
    assert chart.to_dict()["description"] == WORDS["description"]
    assert chart.to_dict()["width"] == "container"


@pytest.mark.parametrize(
    ("ours", "others", "says"),
    [
        (OURS.drop(columns="conf_low"), OTHERS, "lacks the column 'conf_low'"),
        (OURS.drop(columns="label"), OTHERS, "lacks the column 'label'"),
        (OURS.assign(estimate=["1", "2"]), OTHERS, "must be numeric"),
        (OURS.assign(conf_low=5.0), OTHERS, "'naive' misses its estimate"),
        (OURS.assign(estimate=[float("nan"), 0.0]), OTHERS, "'naive' misses its estimate"),
        (
            OURS.assign(conf_high=[float("inf"), 0.4]),
            OTHERS,
            "is infinite in row 0",
        ),
        (OURS.iloc[:0], OTHERS, "our estimates has no row"),
        (OURS, OTHERS.iloc[:0], "published results has no row"),
        (OURS, OTHERS.drop(columns="apart"), "lacks the column 'apart'"),
        (OURS, OTHERS.assign(direction="up"), "direction of 'Ａ 2020' must be 'more'"),
        (OURS, OTHERS.assign(significant="yes"), "must be true, false or missing, not 'yes'"),
        (OURS, OTHERS.assign(finding=["higher", None, "x", "x"]), "row 1 .*: no finding"),
        (OURS, OTHERS.assign(study=[" ", "x", "x", "x"]), "row 0 .*: no study"),
    ],
)
def test_bad_tables_are_refused(ours, others, says):
    with pytest.raises(gz.InputError, match=says):
        gzbook.forest_plot(ours, others, **WORDS)
