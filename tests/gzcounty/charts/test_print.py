"""Figures for print: their size on paper, their fonts, their words, and what is refused."""

import io
import re
import shutil
import struct
import subprocess
import sys

import altair as alt
import pandas as pd
import pypdf
import pytest

import gzcounty as gz
from gzcounty.charts import print as printing
from gzcounty.charts import theme
from gzcounty.charts.frame import finish
from gzcounty.charts.print import still, titled

WORDS = {
    "title": "Three counties, and one of them is far ahead of the others",
    "unit": "yuan a person",
    "sample": "3 counties",
    "period": "2020",
    "source": "an example",
    "description": "Three bars.",
}


def a_chart(**more):
    rows = pd.DataFrame(
        {
            "name": ["榕江县", "丹寨县", "台江县"],
            "income": [1.0, 2.0, 3.0],
            "other": [3.0, 1.0, 2.0],
        }
    )
    menu = alt.param(
        name="measure",
        value="income",
        bind=alt.binding_select(
            options=["income", "other"], labels=["Income", "Another"], name="Measure: "
        ),
    )
    field = alt.param(name="wanted", value="", bind=alt.BindInput(input="search", name="Find: "))
    slider = alt.param(name="size", value=20, bind=alt.binding_range(min=5, max=50, name="Size: "))
    tick = alt.param(name="tick", value=False, bind=alt.binding_checkbox(name="Tick: "))
    kind = alt.selection_point(
        name="kind",
        fields=["name"],
        bind=alt.binding_select(options=list(rows.name), name="Kind: "),
    )
    chart = (
        alt.Chart(rows, width="container", height=100)
        .transform_calculate(shown="datum[measure]", said="measure + ' ' + wanted")
        .mark_bar(color=theme.TEXT)
        .encode(x="shown:Q", y="name:N", opacity=alt.condition(kind, alt.value(1), alt.value(0.5)))
        .add_params(menu, field, slider, tick, kind)
    )
    return finish(chart, **{**WORDS, **more}, n=3)


@pytest.fixture
def written(tmp_path):
    def write(chart, name, **more):
        return gz.save_figure(chart, tmp_path / name, **more)

    return write


def size_of_page(path):
    box = pypdf.PdfReader(path).pages[0].mediabox
    return float(box.width) / 72 * 25.4, float(box.height) / 72 * 25.4


@pytest.mark.parametrize("width", [85, 160, 174.5])
def test_the_page_of_a_pdf_is_as_wide_as_asked(written, width):
    path = written(a_chart(), "figure.pdf", width_mm=width)
    assert len(pypdf.PdfReader(path).pages) == 1
    wide, high = size_of_page(path)
    assert wide == pytest.approx(width, abs=0.1)
    assert 20 < high < 120


def test_svg_and_png_have_the_size_of_the_pdf(written):
    wide, high = size_of_page(written(a_chart(), "figure.pdf", width_mm=85))
    svg = written(a_chart(), "figure.svg", width_mm=85).read_text(encoding="utf-8")
    size = re.search(r'width="([\d.]+)mm" height="([\d.]+)mm"', svg)
    assert [float(x) for x in size.groups()] == pytest.approx([wide, high], abs=0.1)
    png = written(a_chart(), "figure.png", width_mm=85).read_bytes()
    pixels = struct.unpack(">II", png[16:24])
    assert [x / 300 * 25.4 for x in pixels] == pytest.approx([wide, high], abs=0.1)
    a_metre = struct.unpack(">II", png[png.index(b"pHYs") + 4 :][:8])
    assert [round(x * 0.0254) for x in a_metre] == [300, 300]
    half = written(a_chart(), "figure.png", width_mm=85, dpi=150).read_bytes()
    assert struct.unpack(">I", half[16:20])[0] == pytest.approx(pixels[0] / 2, abs=1)


def test_letters_are_as_high_in_narrow_figures_as_in_wide_ones(written):
    for width in (85, 170):
        svg = written(a_chart(), "figure.svg", width_mm=width).read_text(encoding="utf-8")
        drawn = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])
        assert width / drawn * 96 / 25.4 == pytest.approx(1, abs=0.01)


def test_fonts_are_in_the_pdf_and_chinese_can_be_read_out_of_it(written):
    if shutil.which("fc-list"):
        fonts = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=True).stdout
        if not fonts.strip():
            pytest.skip("this machine has no font with Chinese letters")
    page = pypdf.PdfReader(written(a_chart(), "figure.pdf")).pages[0]
    result = page["/Resources"]["/Font"].values()
    assert result
    for font in result:
        (inner,) = font.get_object()["/DescendantFonts"]
        described = inner.get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(described)
    text = page.extract_text()
    assert "榕江县" in text
    assert "far ahead of the others" in " ".join(text.split())


@pytest.mark.parametrize("ending", ["svg", "pdf", "png"])
def test_the_same_chart_gives_the_same_file(written, ending):
    first = written(a_chart(), f"one.{ending}").read_bytes()
    assert written(a_chart(), f"two.{ending}").read_bytes() == first
    assert written(a_chart(title="Another"), f"two.{ending}").read_bytes() != first


@pytest.mark.slow
def test_a_pdf_is_the_same_from_another_process(written, tmp_path):
    code = (
        "import sys, altair as alt, gzcounty as gz; "
        "gz.save_figure(alt.Chart({'values': [{'a': 1, 'b': '榕江'}]}).mark_text()"
        ".encode(x='a:Q', text='b:N'), sys.argv[1])"
    )
    theirs = tmp_path / "one.pdf"
    subprocess.run([sys.executable, "-c", code, str(theirs)], check=True)
    chart = alt.Chart({"values": [{"a": 1, "b": "榕江"}]}).mark_text().encode(x="a:Q", text="b:N")
    assert written(chart, "two.pdf").read_bytes() == theirs.read_bytes()


def test_it_is_in_ink_on_white_and_the_chart_is_as_it_was(written):
    chart = a_chart()
    before = chart.to_dict()
    svg = written(chart, "figure.svg").read_text(encoding="utf-8")
    assert chart.to_dict() == before
    assert "currentColor" not in svg
    assert theme.INK in svg
    assert re.search(r'<rect width="[\d.]+" height="[\d.]+" fill="white"', svg)


def test_title_is_broken_for_the_width_or_left_out(written):
    narrow = written(a_chart(), "figure.svg", width_mm=85).read_text(encoding="utf-8")
    wide = written(a_chart(), "figure.svg", width_mm=160).read_text(encoding="utf-8")
    none = written(a_chart(), "figure.svg", title=False).read_text(encoding="utf-8")
    assert f">{WORDS['title']}<" in wide
    assert f">{WORDS['title']}<" not in narrow
    for svg in (narrow, wide):
        assert ">Source: an example.<" in svg
    assert "Three counties" not in re.sub(r'aria-label="[^"]*"', "", none)


def test_a_title_that_is_not_ours_stays():
    expected = alt.Chart({"values": []}, title="My own words").mark_point().to_dict()
    assert titled(expected, 300)["title"] == expected["title"]


@pytest.mark.parametrize(
    ("controls", "name", "value"),
    [
        ({"Measure": "Another"}, "measure", "other"),
        ({"measure": "other"}, "measure", "other"),
        ({"Size": 50}, "size", 50),
        ({"Tick": True}, "tick", True),
        ({"Find": "榕江"}, "wanted", "榕江"),
        ({"Kind": "台江县"}, "kind", [{"name": "台江县"}]),
    ],
    ids=["label", "name", "range", "checkbox", "search", "selection"],
)
def test_controls_stand_where_they_are_put(controls, name, value):
    made = still(a_chart().to_dict(), controls)
    params = {param["name"]: param for param in made["params"]}
    assert params[name]["value"] == value
    assert not any("bind" in param for param in params.values())


def test_a_control_changes_what_is_drawn(written):
    def widths(**more):
        svg = written(a_chart(), "figure.svg", **more).read_text(encoding="utf-8")
        return re.findall(r'aria-label="shown: ([\d.]+); name: 榕江县', svg)

    assert widths() == ["1"]
    assert widths(controls={"Measure": "Another"}) == ["3"]


@pytest.mark.parametrize(
    ("controls", "said"),
    [
        ({"Colour": "red"}, "no control 'Colour'; it has 'Measure', 'Find', 'Size', 'Tick'"),
        ({"Measure": "moon"}, "'Measure' cannot stand at 'moon'; it has 'Income' and 'Another'"),
        ({"Size": 51}, "'Size' goes from 5 to 50; it cannot stand at 51"),
        ({"Size": True}, "it cannot stand at True"),
        ({"Size": float("nan")}, "it cannot stand at nan"),
        ({"Tick": "yes"}, r"'Tick' is on \(True\) or off \(False\), not 'yes'"),
        ({"Find": 3}, "'Find' takes a text, not 3"),
    ],
    ids=["unknown", "option", "beyond", "bool", "nan", "tick", "text"],
)
def test_controls_that_cannot_be_are_refused(controls, said):
    with pytest.raises(gz.InputError, match=said):
        still(a_chart().to_dict(), controls)


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("figure.jpg", {}, r"figure.jpg must end in .svg, .pdf or .png"),
        ("figure", {}, "must end in"),
        ("nowhere/figure.pdf", {}, "There is no folder .*nowhere"),
        ("figure.pdf", {"width_mm": 3}, "width_mm must be from 40 to 1000, not 3"),
        ("figure.pdf", {"width_mm": float("inf")}, "not inf"),
        ("figure.pdf", {"width_mm": "85mm"}, "not '85mm'"),
        ("figure.pdf", {"width_mm": True}, "not True"),
        ("figure.png", {"dpi": 0}, "dpi must be from 36 to 2400, not 0"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(written, tmp_path, name, more, said):
    with pytest.raises(gz.InputError, match=said):
        written(a_chart(), name, **more)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_chart_is_refused(written):
    with pytest.raises(gz.InputError, match="must be an altair chart, not a pandas DataFrame"):
        written(pd.DataFrame(), "figure.pdf")


def test_a_chart_of_several_views_is_scaled_and_refused_where_letters_get_too_small(written):
    one = alt.Chart({"values": [{"a": 1}]}, width=340).mark_point().encode(x="a:Q")
    with pytest.raises(gz.InputError, match=r"letters .* (\d.\d) points high; give it at least"):
        written(one | one, "figure.pdf", width_mm=85)
    with pytest.raises(gz.InputError) as refused:
        written(one | one, "figure.pdf", width_mm=85)
    needed = int(re.search(r"at least (\d+) mm", str(refused.value))[1])
    assert size_of_page(written(one | one, "figure.pdf", width_mm=needed))[0] == pytest.approx(
        needed, abs=0.1
    )


def test_a_file_that_is_there_is_replaced_only_when_the_new_one_is_complete(
    written, tmp_path, monkeypatch
):
    path = written(a_chart(), "figure.svg")
    before = path.read_bytes()

    def full(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(path), "write_bytes", full)
    with pytest.raises(gz.InputError, match="could not be written: No space left on device"):
        written(a_chart(title="Another"), "figure.svg")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("missing", "ending"), [("vl_convert", "svg"), ("pypdf", "pdf")])
def test_a_missing_library_is_named_with_its_extra(written, monkeypatch, missing, ending):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ModuleNotFoundError, match=r'A figure for print.*"gzcounty\[paper\]"'):
        written(a_chart(), f"figure.{ending}")


def test_no_chinese_font_is_said_before_boxes_are_printed(written, monkeypatch):
    monkeypatch.setattr(printing.shutil, "which", lambda name: "/usr/bin/fc-list")
    none = subprocess.CompletedProcess([], 0, stdout=b"")
    monkeypatch.setattr(printing.subprocess, "run", lambda *a, **k: none)
    with pytest.raises(gz.InputError, match="no font for them: install one, such as Noto Sans CJK"):
        written(a_chart(), "figure.pdf")
    written(a_chart(), "figure.svg")  # whose letters are drawn where it is opened
    plain = alt.Chart({"values": [{"a": 1}]}, width="container").mark_point().encode(x="a:Q")
    written(plain, "plain.pdf")


def test_png_is_a_picture_with_something_on_it(written):
    image = pytest.importorskip("PIL.Image")
    picture = image.open(io.BytesIO(written(a_chart(), "figure.png", dpi=72).read_bytes()))
    colours = picture.convert("RGB").getcolors(1 << 20)
    assert max(colours)[1] == (255, 255, 255)
    assert len(colours) > 10
