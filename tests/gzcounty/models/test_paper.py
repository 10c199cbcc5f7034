"""Tables for papers: what stands in a cell, what below, and files that open."""

import errno
import re
import sys

import docx
import numpy as np
import pandas as pd
import pytest

import gzcounty as gz
from gzcounty.models import paper


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(3)
    frame = pd.DataFrame({"x": random.normal(size=90), "z_a": random.normal(size=90)})
    frame["y"] = 1000 - 3 * frame.x + 0.01 * frame.z_a + random.normal(size=90)
    frame["县"] = np.arange(90) % 30
    return frame


@pytest.fixture(scope="module")
def fits(data):
    return [gz.ols("y ~ x", data), gz.ols("y ~ x + z_a", data, cluster="县")]


def cell(table, label, column):
    """Return a row's cell and the one below it."""
    place = list(table.frame.index).index(label)
    return tuple(table.frame[column].iloc[place : place + 2])


def test_cells_are_the_results_own_numbers(fits):
    table = gz.paper_table(fits)
    for head, fit in zip(("(1)", "(2)"), fits, strict=True):
        x = fit.term("x")
        estimate, error = cell(table, "x", head)
        decimals = len(error.strip("()").partition(".")[2])
        assert error == f"({x.std_error:.{decimals}f})"
        assert len(error.strip("()0.").replace(".", "")) == 2  # significant digits
        assert estimate == f"−{abs(x.estimate):.{decimals}f}"
    assert cell(table, "z_a", "(1)") == ("", "")
    assert table.frame.loc["Rows"].tolist() == ["90", "90"]
    assert table.frame.loc["Clusters"].tolist() == ["", "30"]
    assert table.frame.loc["R-squared", "(1)"] == f"{fits[0].r_squared:.3f}"


def test_notes_say_of_which_column_they_are(fits):
    notes = gz.paper_table(fits, notes=["Mine."]).notes
    assert notes[0] == "Standard errors in parentheses."
    assert notes[-1] == "Mine."
    assert any(note.startswith("(2): ") and "30 clusters" in note for note in notes)
    for fit in fits:
        assert all(any(note.endswith(alone) for note in notes) for alone in fit.notes)


def test_a_note_of_all_is_said_once(fits):
    notes = gz.paper_table([fits[0], fits[0]]).notes
    assert len(notes) == 1 + len(fits[0].notes)


def test_stars_are_off_and_explained_when_on(fits):
    assert "*" not in str(gz.paper_table(fits))
    starred = gz.paper_table(fits, stars=True)
    assert cell(starred, "x", "(1)")[0].endswith("***")
    assert not cell(starred, "z_a", "(2)")[0].endswith("***")
    assert "* p < 0.1, ** p < 0.05, *** p < 0.01." in starred.notes


def test_other_results_fit_too(data):
    timed = data.assign(year=np.arange(90) // 30)
    panel = gz.panel_ols("y ~ x", timed, entity="县", time="year")
    table = gz.paper_table([panel, gz.ols("y ~ x", timed)])
    assert cell(table, "x", "(1)")[0].startswith("−")
    assert cell(table, "x", "(1)")[1].startswith("(")
    assert "R-squared, within" in table.frame.index
    assert cell(table, "x", "(2)")[0].startswith("−")


def test_a_result_with_several_estimates_of_a_term_is_refused(data):
    fit = gz.ols("y ~ x", data)
    twice = pd.concat([fit.table(), fit.table()])
    object.__setattr__(fit, "table", lambda: twice)
    with pytest.raises(gz.InputError, match=r"\(1\) has several estimates of .*'x'"):
        gz.paper_table(fit)


@pytest.mark.parametrize(
    ("estimate", "error", "shown"),
    [
        (-0.00001, 0.01, ("0.000", "(0.010)")),
        (12345.6, 98.7, ("12,346", "(99)")),
        (0.000012, 0.0000034, ("0.0000120", "(0.0000034)")),
        (-2.5, np.nan, ("−2.50", "")),
        (0.0, 0.0, ("0", "")),
        (np.nan, 1.0, ("", "")),
    ],
)
def test_digits(estimate, error, shown):
    row = {"term": ["x"], "estimate": [estimate], "std_error": [error], "p_value": [np.nan]}
    assert paper._cell(pd.DataFrame(row).set_index("term"), "x", 2, stars=True) == shown


def test_latex_escapes_what_it_must_and_says_what_it_needs(fits):
    labels = {"x": "50% & a_b {c} #1 $ ^ ~ \\ <"}
    tex = gz.paper_table(fits, labels=labels, caption="A_b").latex()
    assert tex.startswith("% Preamble: ")
    named = set(re.search(r"\\usepackage\{(.*?)\}", tex)[1].split(","))
    assert {"booktabs", "tabularx", "threeparttable", "array"} <= named
    assert r"50\% \& a\_b \{c\} \#1 \$ \textasciicircum{} \textasciitilde{}" in tex
    assert r"\textbackslash{} \textless{}" in tex
    assert r"\caption{A\_b}" in tex
    assert "$-$" in tex
    assert "−" not in tex
    assert tex.count(r"\begin{") == tex.count(r"\end{")
    assert "ctex" in tex  # a note names the column 县
    assert "ctex" not in gz.paper_table(fits[0]).latex()


def test_html_escapes_once(fits):
    html = gz.paper_table(fits, labels={"x": "a & b <i>"}, notes=["1 < 2 & *a_b_c* <i>"]).html()
    assert "a &amp; b &lt;i&gt;" in html
    assert "1 &lt; 2 &amp; *a_b_c* &lt;i&gt;" in html


def test_files_open_with_every_cell(fits, tmp_path):
    folder = tmp_path / "论文 表"
    folder.mkdir()
    table = gz.paper_table(fits, caption="县")
    for ending in ("docx", "tex", "html"):
        assert table.save(folder / f"表 1.{ending}").is_file()
    assert (folder / "表 1.tex").read_text(encoding="utf-8") == table.latex()
    document = docx.Document(folder / "表 1.docx")
    rows = [[c.text for c in row.cells] for row in document.tables[0].rows]
    assert rows[0] == ["", "(1)", "(2)"]
    body = [[label, *cells] for label, cells in table.frame.T.items()]
    assert rows[1 : len(body) + 1] == body
    assert rows[-1][0] == " ".join(table.notes)
    assert document.paragraphs[0].text.endswith("县")
    assert len(list(folder.iterdir())) == 3


def test_a_full_disk_leaves_the_last_file(fits, tmp_path, monkeypatch):
    path = tmp_path / "t.tex"
    path.write_text("last", encoding="utf-8")

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(paper.Path, "write_text", full)
    with pytest.raises(gz.InputError, match=r"t\.tex could not be written: No space left"):
        gz.paper_table(fits).save(path)
    assert path.read_bytes() == b"last"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"names": ["a"]}, "names has 'a' for 2 results"),
        ({"names": ["a", "a"]}, "all different"),
        ({"terms": ["moon"]}, "No result has the term 'moon'; they have 'Intercept', 'x' and"),
        ({"terms": []}, "none was named"),
        ({"digits": True}, "not True"),
    ],
)
def test_bad_options_are_named(fits, options, text):
    with pytest.raises(gz.InputError, match=re.escape(text)):
        gz.paper_table(fits, **options)


def test_a_table_takes_at_least_one_result():
    with pytest.raises(gz.InputError, match="A table takes results of models, not an empty list"):
        gz.paper_table([])


@pytest.mark.parametrize("name", ["t.pdf", "t", "nowhere/t.tex"])
def test_a_file_that_cannot_be_is_refused(fits, tmp_path, name):
    with pytest.raises(gz.InputError, match=r"must end in|no folder"):
        gz.paper_table(fits).save(tmp_path / name)


def test_without_the_library_text_and_notebook_show_it(fits, monkeypatch):
    monkeypatch.setitem(sys.modules, "maketables", None)
    table = gz.paper_table(fits)
    assert "Rows" in str(table)
    assert "<th>Rows</th>" in table._repr_html_()  # a notebook shows it
    with pytest.raises(ModuleNotFoundError, match=r'pip install "gzcounty\[paper\]"'):
        table.latex()
