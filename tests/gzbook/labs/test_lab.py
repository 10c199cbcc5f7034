"""A lab of two controls: it answers at once, refuses in a sentence, and has a still."""

import json
import re
import sys
from dataclasses import replace

import altair as alt
import pandas as pd
import pytest

import gzbook
import gzcounty as gz
from gzbook.labs import SITE, Answer, Lab, buttons, dropdown, headed, slider, ticks


def answer(k: int, who: str) -> Answer:
    if k == 3:
        raise gz.InputError("k may not be 3 < 4.")
    table = pd.DataFrame({"": ["a & b"], "twice": [2.0 * k], "less": [-0.001 * k]})
    chart = alt.Chart({"values": [{"k": k}]}).mark_point().encode(x="k:Q")
    chart = chart.properties(description=f"{k} for {who}")
    formats = {"twice": ".1f", "less": "+.1f"}
    return Answer(
        table, formats, lambda: chart, f"{who} has {k}.", "twice = 2 k", "2 * k", ("A note.",)
    )


def make() -> Lab:
    controls = {"k": slider("K", 1, 5, 1, 2), "who": dropdown("Who", {"A": "a", "B": "b"}, "a")}
    return Lab(answer, controls)


def texts(lab: Lab) -> str:
    """What stands in the lab as words."""
    return status(lab).value + lab.box.children[2].value


def status(lab: Lab):
    beside, _ = lab.box.children[1].children
    return beside.children[-1]


def drawn(lab: Lab) -> tuple:
    return lab.box.children[1].children[1].outputs


def test_it_answers_its_first_choices():
    lab = make()
    assert lab.choices == {"k": 2, "who": "a"}
    assert "a has 2." in texts(lab)
    assert len(drawn(lab)) == 1


def test_a_lab_that_nobody_sees_draws_nothing():
    drawings = []

    def counted(k, who):
        found = answer(k, who)
        return replace(found, draw=lambda: drawings.append(k) or found.draw())

    lab = Lab(counted, make().controls)
    lab.choose(k=4)
    assert drawings == []
    assert len(drawn(lab)) == 1
    lab.choose(k=5)
    assert drawings == [4, 5]


def test_moving_a_control_changes_words_and_chart():
    lab = make()
    before = drawn(lab)
    lab.controls["k"].value = 5
    assert "a has 5." in texts(lab)
    assert lab.answer.table["twice"].tolist() == [10.0]
    assert drawn(lab) != before


def test_several_controls_move_as_one():
    asked = []

    def counted(k, who):
        asked.append((k, who))
        return answer(k, who)

    lab = Lab(counted, make().controls)
    lab.choose(k=5, who="b")
    assert asked == [(2, "a"), (5, "b")]


def test_a_refusal_is_a_sentence_and_the_next_choice_answers_again():
    lab = make()
    assert lab.choose(k=3) is None
    assert lab.refusal == "k may not be 3 < 4."
    assert "k may not be 3 &lt; 4." in texts(lab)
    assert 'role="alert"' in texts(lab)
    assert drawn(lab) == ()
    assert lab.choose(k=4).sentence == "a has 4."
    assert lab.refusal == ""
    assert "alert" not in texts(lab)


def test_an_error_of_ours_is_not_hidden():
    def broken(k, who):
        raise KeyError("a mistake in the code")

    with pytest.raises(KeyError):
        Lab(broken, make().controls)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"size": 1}, "no control 'size'; it has 'k' and 'who'"),
        ({"who": "c"}, "'who' cannot be 'c'"),
        ({"k": 9}, "'k' cannot be 9; the nearest is 5"),
        ({"k": "many"}, "'k' cannot be 'many'"),
    ],
)
def test_what_cannot_be_chosen_is_told(choice, said):
    with pytest.raises(gz.InputError, match=said):
        make().choose(**choice)


def test_waiting_is_told_while_it_lasts():
    seen = []

    def slow(k, who):
        if k == 5:
            seen.append((status(lab).value, "gz-lab-waiting" in lab.box._dom_classes))
        return answer(k, who)

    lab = Lab(slow, make().controls, waiting="Looking ...")
    assert seen == []  # nobody sees it yet
    lab.box  # noqa: B018
    lab.choose(k=4)
    lab.choose(k=5)
    assert seen == [('<p role="status">Looking ...</p>', True)]
    assert "Looking" not in texts(lab)
    assert "gz-lab-waiting" not in lab.box._dom_classes


def test_table_is_written_for_readers():
    words = make().answer.words()
    assert '<th scope="row">a &amp; b</th><td>4.0</td><td>0.0</td>' in words
    assert "<li>A note.</li>" in words


def test_an_interval_takes_one_column():
    table = pd.DataFrame({"": ["a"], "%": [1.5], "from": [-1.0], "to": [2.0]})
    made = Answer(
        table, dict.fromkeys(("%", "from", "to"), ".1f"), None, "It is so.", "", ""
    ).words()
    assert '<th scope="col">95 % interval</th></tr>' in made
    assert "<td>1.5</td><td>\N{MINUS SIGN}1.0 to 2.0</td>" in made


def of_all_kinds() -> Lab:
    controls = {
        "k": slider("K", 1, 5, 1, 2),
        "who": dropdown("Who 县", {"A": "a", "B": "b"}, "a"),
        "also": ticks("Also", {"X": "x", "Y": "y"}, ("y",)),
    }
    ways = buttons({"Most": {"k": 5}}, lambda choices: lab.choose(**choices))
    lab = Lab(
        lambda k, who, also: answer(k, who),
        controls,
        arrangement=[controls["who"], headed("Numbers", [controls["k"], controls["also"]]), ways],
        page=lambda: {"words": {"hint": "</script>"}},
    )
    return lab


def test_only_the_website_is_given_a_page(monkeypatch):
    monkeypatch.delenv(SITE, raising=False)
    assert "text/html" not in of_all_kinds()._repr_mimebundle_()
    monkeypatch.setenv(SITE, "1")
    assert "text/html" not in make()._repr_mimebundle_()  # a lab that has none


def test_a_page_has_the_controls_the_first_answer_and_the_data(monkeypatch):
    monkeypatch.setenv(SITE, "1")
    bundle = of_all_kinds()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    html = bundle["text/html"]
    form = html[html.index("<form") : html.index("</form>")]
    assert 'Who <span lang="zh-Hans">县</span><select name="who"' in form
    assert '<option value="a" selected>A</option><option value="b">B</option>' in form
    assert "<fieldset><legend>Numbers</legend><label><span>K <output>" in form
    assert 'type="range" name="k" min="1" max="5" step="1" value="2"' in form
    boxes = re.findall(r'type="checkbox" name="also" value="(.)"[^>]*?( checked)?>', form)
    assert boxes == [("x", ""), ("y", " checked")]
    assert 'data-choices="{&quot;k&quot;: 5}">Most</button>' in form
    assert "a has 2." in html
    (data,) = re.findall(r'<script type="application/json">(.*?)</script>', html)
    assert json.loads(data) == {
        "words": {"hint": "</script>"},
        "headings": {"": "", "twice": "twice", "less": "less"},
        "interval": "{low} to {high}",
    }


def test_a_button_makes_choices():
    lab = of_all_kinds()
    lab._arrangement[-1].children[0].click()
    assert lab.choices["k"] == 5


@pytest.mark.parametrize("name", ["regression_lab", "weights_lab", "staggered_lab", "hub_lab"])
def test_without_ipywidgets_the_extra_is_named(monkeypatch, name):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "gzcounty\[lab\]"'):
        getattr(gzbook, name)()
